/** A pid that init looks up, in every way of keeping one: it is as good as who keeps it, by the strategy and by what he is told. */
import { describe, expect, test } from "vitest";
import { app, findingsOf } from "./program.ts";
import { SPOTS, type Spot } from "./single-pids.ts";

interface Variant {
  readonly name: string;
  readonly strategy?: string;
  /** Done in init before the pid is looked up. */
  readonly first?: string;
  /** Later, besides using it. */
  readonly again?: (put: string) => string;
  /** What is done with every message; nothing looks at the pid without it. */
  readonly use: (spot: Spot, put: string) => string;
  readonly says: readonly string[];
}

const LOOKED_UP = `this.whereis("store")!`;
const use = ({ get }: Spot): string => `const p = ${get}; if (p) this.cast(p, { type: "said" });`;
const DIES = ["strategy-mismatch keepsDeadPid"];
const REFRESH = `this.sendAfter(1000, this.self, { type: "refresh" });`;

const VARIANTS: readonly Variant[] = [
  { name: "for good", use, says: DIES },
  { name: "starts with it", strategy: "rest_for_one", use, says: [] },
  { name: "all start together", strategy: "one_for_all", use, says: [] },
  { name: "linked", first: `this.link(${LOOKED_UP});`, use, says: [] },
  {
    name: "told",
    first: `this.monitor(${LOOKED_UP});`,
    again: (put) => `handleInfo(m: any) { if (m.type === "DOWN") { ${put} } }`,
    use,
    says: [],
  },
  { name: "used by nobody", use: () => "console.log(m);", says: [] },
  { name: "looked up before each use", use: (spot, put) => `${put} ${use(spot)}`, says: [] },
  {
    name: "looked up again by a timer",
    first: REFRESH,
    again: (put) => `handleInfo(m: any) { if (m.type === "refresh") { ${put} ${REFRESH} } }`,
    use,
    says: ["missing-monitor keepsDeadPid"],
  },
];

/** Of these it is not seen that it is the pid that init has looked up: nothing is said of them, which would have to be. */
const NOT_SEEN: ReadonlySet<string> = new Set([
  ...["staticField", "moduleLet", "moduleLetNull", "moduleObject", "moduleObjectAs", "moduleClass"],
  ...["moduleClosure", "closure", "options", "optionsAssign", "optionsKept", "inlineRecord"],
  ...["nestedPartial", "destructuredState", "base"],
]);
/** What is set by an own method that nobody calls, or has an `init` of its own. */
const LEFT_OUT: ReadonlySet<string> = new Set(["constructed", "initField", "base", "tuple"]);

function program({ members = "", module = "", base = "", ...spot }: Spot, variant: Variant): string {
  const { strategy = "one_for_one", first = "", again } = variant;
  const own = (code: string): string => code.replaceAll("Door", "Api").replaceAll("m.room", `"store"`);
  const put = own(spot.put(LOOKED_UP));
  return app(
    `${module}
class Store extends GenServer { handleCast() {} }
${base === "" ? "" : `abstract class Base extends GenServer { ${own(base)} }`}
class Api extends ${base === "" ? "GenServer" : "Base"} { ${own(members)} init() { ${first} ${put} } handleCast(m: any) { ${own(variant.use(spot, put))} } ${again?.(put) ?? ""} }`,
    `{ id: "store", start: [Store], name: "store" }, { id: "api", start: [Api] }`,
    `strategy: "${strategy}", intensity: 3, period: 5,`,
  );
}

for (const [kept, spot] of Object.entries(SPOTS)) {
  if (LEFT_OUT.has(kept) || spot.isReadToFill) continue;
  describe(kept, () => {
    for (const variant of VARIANTS) {
      if (NOT_SEEN.has(kept) && variant.says.length > 0) continue;
      // It is never looked up again.
      if (spot.staysFirst && variant.name.startsWith("looked up")) continue;
      test(variant.name, () => {
        expect(findingsOf(program(spot, variant))).toEqual(variant.says);
      });
    }
  });
}
