/**
 * Every way of keeping one pid with every way of telling messages apart: what is planted is found, and what makes it harmless is
 * seen, also that it is used by nobody, or only by who has just put it there.
 */
import { describe, expect, test } from "vitest";
import { app, findingsOf } from "./program.ts";
import { SPOTS, type Spot } from "./single-pids.ts";
import { type Arm, type Code, DISPATCHES } from "./writing-styles.ts";

/** Programs about other messages: none of them is about an end. */
const TICK: Arm = { tag: "tick", body: `console.log("tick");` };

interface Variant {
  readonly name: string;
  /** Before a pid is kept. */
  readonly watch?: string;
  readonly infos?: (spot: Spot) => readonly Arm[];
  /** Who sends something to the pid: who has put it there, or what comes later; nobody. */
  readonly usedBy: "putting" | "later" | "nobody";
  readonly says: readonly string[];
  /** Spots of which it is not asked. */
  readonly isLeftOut?: (spot: Spot) => boolean;
}

const DIES = ["missing-monitor keepsDeadPid"];
const VARIANTS: readonly Variant[] = [
  { name: "nobody watches", usedBy: "later", says: DIES },
  { name: "linked", watch: "this.link(m.pid);", infos: () => [TICK], usedBy: "later", says: [] },
  {
    name: "told",
    watch: "this.monitor(m.pid);",
    infos: (spot) => [{ tag: "DOWN", body: spot.drop }, TICK],
    usedBy: "later",
    says: [],
  },
  {
    name: "told, and dropped",
    watch: "this.monitor(m.pid);",
    infos: () => [TICK],
    usedBy: "later",
    says: ["missing-monitor dropsDown"],
  },
  {
    name: "used at once",
    usedBy: "putting",
    says: [],
    isLeftOut: ({ staysFirst, isReadToFill }) => staysFirst === true || isReadToFill === true,
  },
  {
    name: "used by nobody",
    usedBy: "nobody",
    says: [],
  },
];

/** What another function does sees no private fields, and its calls of statics are told by no `this`. */
const ELSEWHERE: ReadonlySet<string> = new Set(["freeFn", "moduleTable"]);
/** It has a constructor of its own. */
const CONSTRUCTS = "mapMethods";
/** A method of a computed name may be any: that none is there is not claimed. */
const BY_NAME = "byName";

function program(spot: Spot, cast: string, { watch = "", infos, usedBy }: Variant): string {
  const say = `const p = ${spot.get}; if (p) this.send(p, { type: "said" });`;
  const messages = DISPATCHES[cast]!(
    "handleCast",
    "type",
    [
      { tag: "join", body: `${watch} ${spot.put("m.pid")} ${usedBy === "putting" ? say : ""}` },
      { tag: "say", body: usedBy === "later" ? say : "console.log(m);" },
    ],
    "onCast",
  );
  const arms = infos?.(spot) ?? [];
  const info = cast === CONSTRUCTS || cast === "arrows" || cast === "methods" ? "sw" : cast;
  const news: Code = arms.length === 0 ? {} : DISPATCHES[info]!("handleInfo", "type", arms, "onInfo");
  const all = (part: keyof Code): string => [spot, messages, news].map((code) => code[part] ?? "").join("\n");
  const base = all("base").trim();
  return app(
    `${all("module")}
${base === "" ? "" : `abstract class Base extends GenServer { ${base} }`}
class Door extends ${base === "" ? "GenServer" : "Base"} { ${all("members")} }`,
    `{ id: "door", start: [Door] }`,
  );
}

for (const [kept, spot] of Object.entries(SPOTS))
  describe(kept, () => {
    for (const cast of Object.keys(DISPATCHES)) {
      if (ELSEWHERE.has(cast) && (spot.isPrivate || kept === "staticField" || spot.isReadToFill)) continue;
      if (cast === CONSTRUCTS && kept === "constructed") continue;
      // The one of these that a run does not tell apart from what it has begun with.
      if (cast === "map" && (kept === "closure" || kept === "moduleClosure")) continue;
      test(cast, () => {
        for (const variant of VARIANTS) {
          if (variant.isLeftOut?.(spot) || (cast === BY_NAME && variant.says[0]?.endsWith("dropsDown")))
            continue;
          expect({ variant: variant.name, says: findingsOf(program(spot, cast, variant)) }).toEqual({
            variant: variant.name,
            says: variant.says,
          });
        }
      });
    }
  });
