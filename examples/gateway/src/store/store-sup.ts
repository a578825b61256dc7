import { JOURNAL } from "@app/names.ts";
import { type ChildSpec, Supervisor, type SupervisorSpec } from "suptree";
import { Journal } from "./journal.ts";
import { Shard } from "./shard.ts";

export const SHARDS = 8;

function shard(index: number): ChildSpec {
  return { id: `shard-${index}`, start: [Shard, index], shutdown: 2_000 };
}

/** Shards are alike and independent; the journal comes first, since it is the truth. */
export class StoreSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 5,
      period: 10,
      children: [
        { id: "journal", start: [Journal], name: JOURNAL, shutdown: 10_000 },
        ...Array.from({ length: SHARDS }, (_, index) => shard(index)),
      ],
    };
  }
}
