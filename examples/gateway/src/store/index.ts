import { defineApplication } from "suptree";
import { StoreSup } from "./store-sup.ts";

export { Journal } from "./journal.ts";
export { Shard, shardName } from "./shard.ts";
export { SHARDS, StoreSup } from "./store-sup.ts";

/** The store runs on its own; the gateway depends on it. */
export const store = defineApplication({ name: "store", applications: [], start: [StoreSup] });
