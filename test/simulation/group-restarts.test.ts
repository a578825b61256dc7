/** Whom the restart of a group starts again differs between libraries: who is specified, as in OTP, or whoever ran. */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { Simulation } from "../../src/simulation/index.ts";

const NOEX = (strategy: string) => `import { GenServer, Supervisor } from "@hamicek/noex";
const b = { init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };
Supervisor.start({ name: "top", strategy: "${strategy}", children: [
  { id: "a", start: () => GenServer.start(b) },
  { id: "t", restart: "temporary", start: () => GenServer.start(b) },
  { id: "e", restart: "transient", start: () => GenServer.start(b) },
] });`;

const ACTORBOY = `import * as Supervisor from "actorboy/supervisor";
export async function loop() {}
export const top = Supervisor.start(
  [{ id: "a", start: loop }, { id: "t", restart: "temporary", start: loop }, { id: "e", restart: "transient", start: loop }],
  { strategy: "restForOne" },
);`;

const ACTOR_TS = `import { Actor, ActorSystem, AllForOneStrategy, Directive, stoppingStrategy } from "actor-ts";
class W extends Actor { onReceive() {} }
class Top extends Actor {
  supervisorStrategy() { return new AllForOneStrategy(() => Directive.Restart); }
  preStart() {
    this.context.spawn(W, "a");
    this.context.spawn(W, "t", { supervisorStrategy: stoppingStrategy });
    this.context.spawn(W, "e");
  }
  onReceive() {}
}
ActorSystem.create("app").spawn(Top, "top");`;

const SUPTREE = `import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
export class top extends Supervisor {
  init() {
    return { strategy: "one_for_all", intensity: 3, period: 5, children: [
      { id: "a", start: [W] }, { id: "t", start: [W], restart: "temporary" }, { id: "e", start: [W], restart: "transient" },
    ] };
  }
}`;

const HOME_MADE = `import { supervise } from "./supervise";
function loop() {}
export const top = supervise({ strategy: "one_for_all", children: [
  { id: "a", start: loop, restart: "permanent" }, { id: "t", start: loop, restart: "temporary" },
] });`;

const specObjects = [
  { name: "home-made", module: "supervise", callee: "supervise", preset: "elixir" as const },
];

/** Who runs when `e` has ended as it may (where it is told to), and `a` has crashed; and what is supposed of `t`. */
async function afterCrash(source: string, at = "top", ends = true) {
  const model = analyzeSources(
    new Map([
      ["app.ts", source],
      ...(source === HOME_MADE
        ? [["supervise.ts", "export const supervise = (spec) => spec;"] as const]
        : []),
    ]),
    { specObjects },
  );
  const simulation = new Simulation(model, null, {});
  await simulation.start();
  await simulation.settle();
  if (ends) await simulation.input({ kind: "exit", target: { path: `${at}/e` }, reason: "shutdown" });
  await simulation.settle();
  await simulation.input({ kind: "crash", target: { path: `${at}/a` }, reason: "boom" });
  await simulation.settle();
  const running = simulation.targets.all().map(({ path }) => path.split("/").at(-1));
  const supposed = simulation.assumptions
    .filter(({ about }) => about.endsWith("/t"))
    .map(({ field }) => field);
  return { running: running.filter((id) => id !== "top" && id !== "app"), supposed };
}

describe("a restart of a group", () => {
  it.each([
    ["noex, one_for_all", NOEX("one_for_all"), "top"],
    ["noex, rest_for_one", NOEX("rest_for_one"), "top"],
    ["actorboy", ACTORBOY, "top"],
  ])("of %s has its temporary children, and not those that have ended", async (_, source, at) => {
    expect(await afterCrash(source, at)).toEqual({ running: ["a", "t"], supposed: [] });
    expect((await afterCrash(source, at, false)).running).toEqual(["a", "t", "e"]);
  });

  it("of actor-ts has those that their own strategy stops", async () => {
    expect((await afterCrash(ACTOR_TS, "app/top", false)).running).toEqual(["a", "t", "e"]);
  });

  it("of OTP has not, and starts those that have ended", async () => {
    expect(await afterCrash(SUPTREE)).toEqual({ running: ["a", "e"], supposed: [] });
  });

  it("of noex's one_for_one is none: only who crashed is started", async () => {
    expect((await afterCrash(NOEX("one_for_one"))).running).toEqual(["a", "t"]);
  });

  it("of a library that is not known is supposed", async () => {
    expect(await afterCrash(HOME_MADE, "top", false)).toMatchObject({
      running: ["a"],
      supposed: expect.arrayContaining(["restart"]),
    });
  });
});
