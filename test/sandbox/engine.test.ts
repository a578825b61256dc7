import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { CrashMatrix, RunAction } from "../../src/model/index.ts";
import {
  DEFAULT_BOUNDS,
  type FromSandbox,
  type LoadRequest,
  parseFromSandbox,
  type SandboxEvent,
  type SandboxRequest,
} from "../../src/protocol/index.ts";
import type { TraceEvent } from "../../src/runtime/index.ts";
import { Engine } from "../../src/sandbox/engine.ts";
import { APP, edge, flat, registryApp } from "../simulation/models.ts";

const load = (more: Partial<LoadRequest> = {}): LoadRequest => ({
  type: "load",
  model: registryApp(),
  root: APP,
  seed: 1,
  mode: "simulated",
  dynamicChildren: 2,
  bounds: DEFAULT_BOUNDS,
  standIns: [],
  asInModel: [],
  marks: false,
  ...more,
});

/** An engine behind a wire that clones and validates, as the real one. */
function sandbox() {
  const waiting = new Map<number, (message: FromSandbox) => void>();
  const events: SandboxEvent[] = [];
  const trace: TraceEvent[] = [];
  let pongs = 0;
  const engine = new Engine((raw) => {
    const message = parseFromSandbox(structuredClone(raw));
    if (message.kind === "event") {
      events.push(message.event);
      if (message.event.type === "trace") {
        if (message.event.reset) trace.length = 0;
        trace.push(...message.event.events);
      }
    } else if (message.kind === "pong") pongs += 1;
    else waiting.get(message.id)?.(message);
  });
  let id = 0;
  const ask = async (request: SandboxRequest): Promise<never> => {
    const own = ++id;
    const answer = new Promise<FromSandbox>((resolve) => waiting.set(own, resolve));
    engine.receive(structuredClone({ kind: "request", id: own, request }));
    const message = await answer;
    if (message.kind === "refusal") throw new Error(message.message);
    if (message.kind !== "answer") throw new Error("no answer");
    expect(message.type).toBe(request.type);
    return message.result as never;
  };
  return { engine, ask, events, trace, waiting, pongs: () => pongs };
}

const crash: RunAction = { kind: "crash", target: { path: "AppSup/registry" }, reason: "boom" };

describe("the engine", () => {
  it("loads, runs, takes inputs, and posts every event once and in order", async () => {
    const { engine, ask, events, trace } = sandbox();
    engine.ready();
    expect(events).toEqual([{ type: "ready" }]);
    expect(await ask(load())).toMatchObject({ status: { state: "running", busy: true, now: 0, step: 0 } });
    expect(await ask({ type: "advance", ms: 1_000 })).toMatchObject({
      now: 1_000,
      busy: false,
      processes: 6,
    });
    expect(await ask({ type: "input", action: crash })).toMatchObject({
      input: { at: 1_000, action: crash },
      status: { busy: true },
    });
    expect(await ask({ type: "advance", ms: 10 })).toMatchObject({ state: "running", now: 1_010 });
    expect(trace.map((event) => event.seq)).toEqual(trace.map((_, index) => index + 1));
    expect(trace.filter((event) => event.type === "decision")).toHaveLength(1);
  });

  it("tells what is supposed once it is met, and no more when the run goes back", async () => {
    const { ask, events } = sandbox();
    const code = `import { GenServer, Supervisor } from "suptree";
class Keeper extends GenServer {
  kept = new Map();
  init() { this.sendAfter(100, this.self, "keep"); }
  handleInfo() { this.kept.extra = 1; }
}
export class AppSup extends Supervisor { init() { return { children: [{ id: "keeper", start: [Keeper] }] }; } }`;
    const model = analyzeSources(new Map([["app.ts", code]]));
    expect(await ask(load({ model, root: "app.ts#AppSup" }))).toMatchObject({ assumptions: [] });
    await ask({ type: "advance", ms: 50 });
    const told = () =>
      events.flatMap((event) =>
        event.type === "supposed" ? [event.assumptions.map(({ about }) => about)] : [],
      );
    expect(told()).toEqual([]);
    await ask({ type: "advance", ms: 100 });
    expect(told()).toEqual([["app.ts#AppSup/keeper"]]);
    await ask({ type: "replay", inputs: [], until: { at: 50, step: 1 } });
    expect(told().at(-1)).toEqual([]);
  });

  it("goes step by step, and instant by instant", async () => {
    const { ask, trace } = sandbox();
    await ask(load());
    const one = (await ask({ type: "step", unit: "step" })) as { step: number };
    expect(one.step).toBe(1);
    const seen = trace.length;
    await ask({ type: "step", unit: "step" });
    expect(trace.length).toBeGreaterThan(seen);
    expect(await ask({ type: "step", unit: "instant" })).toMatchObject({ busy: false, now: 0 });
    expect(trace.filter((event) => event.type === "running")).toHaveLength(6);
  });

  it("replays to an earlier moment with the same trace, and goes on from there", async () => {
    const { ask, trace } = sandbox();
    await ask(load());
    await ask({ type: "advance", ms: 500 });
    const { input } = (await ask({ type: "input", action: crash })) as { input: never };
    const end = (await ask({ type: "advance", ms: 500 })) as { now: number; step: number };
    const whole = structuredClone(trace);
    const back = { at: 500, step: (input as { step: number }).step };
    expect(await ask({ type: "replay", inputs: [], until: back })).toMatchObject({ now: 500 });
    expect(trace).toEqual(whole.slice(0, trace.length));
    await ask({ type: "replay", inputs: [input], until: { at: end.now, step: end.step } });
    expect(trace).toEqual(whole);
  });

  it("shows one process, and nothing for a dead one", async () => {
    const { ask, trace } = sandbox();
    await ask(load());
    await ask({ type: "advance", ms: 1 });
    const registry = trace.find((event) => event.type === "spawn" && event.label === "registry");
    const pid = registry?.type === "spawn" ? registry.pid : 0;
    expect(await ask({ type: "inspect", pid })).toMatchObject({
      name: "registry",
      key: `${APP}/registry`,
      registered: ["registry"],
      behaviour: [expect.stringContaining("stand-in"), "calls ConnSup in init"],
    });
    await ask({ type: "input", action: { kind: "kill", target: { pid } } });
    await ask({ type: "advance", ms: 1 });
    expect(await ask({ type: "inspect", pid })).toBeNull();
  });

  it("settles every request: refusals say why, also for what it cannot read", async () => {
    const { engine, ask, waiting, events } = sandbox();
    await expect(ask({ type: "advance", ms: 1 })).rejects.toThrow("Nothing runs.");
    await expect(ask(load({ root: "nowhere" }))).rejects.toThrow("nothing to run under nowhere");
    await expect(ask(load({ mode: "code" }))).rejects.toThrow("No code has come");
    await ask(load());
    await ask({ type: "advance", ms: 1 });
    await expect(
      ask({ type: "input", action: { ...crash, target: { path: "AppSup/nobody" } } }),
    ).rejects.toThrow("AppSup/nobody does not run now.");
    const unread = new Promise<FromSandbox>((resolve) => waiting.set(77, resolve));
    engine.receive({ kind: "request", id: 77, request: { type: "advance", ms: -1 } });
    expect(await unread).toMatchObject({ kind: "refusal", message: expect.stringContaining("request.ms") });
    engine.receive("nonsense");
    expect(events.at(-1)).toMatchObject({ type: "failed" });
    expect(await ask({ type: "advance", ms: 1 })).toMatchObject({ state: "running" });
  });

  it("answers a ping while it works, and gives up what is cancelled", async () => {
    const { engine, ask, events, pongs } = sandbox();
    await ask(load());
    const matrix = ask({ type: "matrix", root: APP });
    await new Promise((resolve) => setImmediate(resolve));
    engine.receive({ kind: "ping", id: 1 });
    expect(pongs()).toBe(1);
    engine.receive({ kind: "cancel", id: 2 });
    const { rows } = (await matrix) as { rows: unknown[] };
    expect(rows.length).toBeLessThan(5);
    expect(events.filter((event) => event.type === "progress")).toHaveLength(rows.length);
  });

  it("tells the rows of a crash matrix as they come", async () => {
    const { ask, events } = sandbox();
    const ids = Array.from({ length: 40 }, (_, n) => `w${n}`);
    const links = ids.slice(1).map((id, n) => edge(`${APP}/${id}`, `${APP}/w${n}`, "monitor"));
    await ask(load({ model: flat(ids, {}, links) }));
    const matrix = (await ask({ type: "matrix", root: APP })) as CrashMatrix;
    const told = events.filter((event) => event.type === "rows");
    expect(told[0]).toMatchObject({ begins: { processes: matrix.processes, rows: [] }, rows: [] });
    expect(told.length).toBeGreaterThan(2);
    expect(told.flatMap(({ rows }) => rows)).toEqual(matrix.rows);
  });

  it("says that a run is over, and takes no more inputs then", async () => {
    const { ask } = sandbox();
    await ask(load());
    await ask({ type: "advance", ms: 1 });
    await ask({ type: "input", action: { kind: "kill", target: { path: "AppSup" } } });
    expect(await ask({ type: "advance", ms: 1 })).toMatchObject({ state: "ended", processes: 0 });
    await expect(ask({ type: "input", action: crash })).rejects.toThrow("The run is over.");
    expect(await ask({ type: "replay", inputs: [], until: { at: 5, step: 3 } })).toMatchObject({
      state: "running",
    });
  });

  it("announces callbacks when asked to", async () => {
    const { ask, events } = sandbox();
    await ask(load({ standIns: [], asInModel: [], marks: true }));
    await ask({ type: "advance", ms: 1 });
    await ask({
      type: "input",
      action: { kind: "use", target: { path: "AppSup/http" }, to: { path: "AppSup/registry" }, how: "cast" },
    });
    await ask({ type: "advance", ms: 1 });
    const marks = events.flatMap((event) => (event.type === "mark" ? [event.callback] : []));
    expect(marks.map(({ name, callback }) => `${name} ${callback}`)).toEqual([
      "registry init",
      "http init",
      "connection-1 init",
      "connection-2 init",
      "http handleInfo",
      "registry handleCast",
    ]);
  });
});

describe("bounds", () => {
  const hit = async (bounds: Partial<typeof DEFAULT_BOUNDS>, actions: RunAction[] = []) => {
    const { ask, events } = sandbox();
    await ask(load({ bounds: { ...DEFAULT_BOUNDS, ...bounds } }));
    await ask({ type: "advance", ms: 1 });
    for (const action of actions) await ask({ type: "input", action }).catch(() => {});
    const status = (await ask({ type: "advance", ms: 1 })) as { state: string; reason: string | null };
    return { bound: events.find((event) => event.type === "bound"), status };
  };

  it("stop the run with a clear message", async () => {
    expect(await hit({ processes: 4 })).toMatchObject({
      bound: { bound: "processes", limit: 4, message: expect.stringContaining("more than 4 processes") },
      status: { state: "bounded", reason: expect.stringContaining("more than 4 processes") },
    });
    expect(await hit({ events: 20 })).toMatchObject({ bound: { bound: "events", limit: 20 } });
    expect(await hit({ stepsPerInstant: 3 })).toMatchObject({
      bound: { bound: "stepsPerInstant", message: expect.stringContaining("without any time passing") },
    });
    const sends = Array.from(
      { length: 6 },
      (): RunAction => ({
        kind: "send",
        target: { path: "AppSup/http" },
        message: "hi",
      }),
    );
    expect(await hit({ mailbox: 5 }, sends)).toMatchObject({
      bound: { bound: "mailbox", message: expect.stringContaining("in the mailbox of http") },
    });
  });

  it("are not hit by an ordinary run", async () => {
    expect((await hit({})).bound).toBeUndefined();
  });
});
