/** What children that a run invents do by themselves is supposed of those who have to do with them, and of nobody else. */
import { expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { plan } from "../../src/simulation/planning/make-plan.ts";

const supposedOf = (session: string, wanted = "what others do with it"): string[] => {
  const model = analyzeSources(
    new Map([
      [
        "app.ts",
        `import { continueWith, DynamicSupervisor, GenServer, Supervisor } from "suptree";
class Session extends GenServer { ${session} }
class Aside extends GenServer {}
class Counter extends GenServer { handleCast() { throw new Error("too many"); } }
class Pool extends DynamicSupervisor { init() { return { child: { start: [Session] } }; } }
export class Root extends Supervisor {
  init() {
    return { children: [
      { id: "counter", start: [Counter], name: "counter" },
      { id: "aside", start: [Aside] },
      { id: "pool", start: [Pool], name: "pool" },
    ] };
  }
}`,
      ],
    ]),
  );
  return plan(model, "app.ts#Root", { dynamicChildren: 3 })
    .assumptions.filter(({ field }) => field === wanted)
    .map(({ about }) => about);
};

it.each([
  { session: `init() { this.cast("counter", {}); }`, of: ["app.ts#Root/counter"] },
  {
    session: `init() { return continueWith("go"); } handleContinue() { this.cast("counter", {}); }`,
    of: ["app.ts#Root/counter"],
  },
  { session: `handleCall() { this.cast("counter", {}); }`, of: [] },
  { session: "", of: [] },
])("of a pool whose children have $session", ({ session, of }) => {
  expect(supposedOf(session)).toEqual(of);
});

it.each([
  { session: `init() { return continueWith("go"); }`, of: ["app.ts#Pool"] },
  { session: `init() { if (this.now() > 5) return continueWith("go"); }`, of: ["app.ts#Pool"] },
  { session: `init() { return continueWith("go"); } handleContinue() {}`, of: [] },
  { session: "", of: [] },
])("supposes of a pool what its children do to it: $session", ({ session, of }) => {
  expect(supposedOf(session, "children")).toEqual(of);
});
