/** The program's end of a connection to a tool: what a debugger finds, asks and hears. */
import { describe, expect, it, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { LiveTrace } from "../../src/live/index.ts";
import {
  DynamicSupervisor,
  GenServer,
  Supervisor,
  type SupervisorSpec,
  System,
} from "../../src/runtime/index.ts";
import type {
  LiveAccess,
  LiveAnswers,
  LiveMessage,
  LiveRequest,
  LiveSnapshot,
} from "../../src/runtime/live-protocol.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";

class Counter extends GenServer {
  secret = "do not show";
  count = 0;
  override handleCast(): undefined {
    this.count += 1;
  }
  override formatStatus() {
    return { count: this.count };
  }
}

class Pool extends DynamicSupervisor {
  override init() {
    return {};
  }
}

class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 5,
      children: [
        { id: "counter", start: [Counter], name: "counter" },
        { id: "pool", start: [Pool] },
      ],
    };
  }
}

/** As a debugger finds it, through the global record and nothing else. */
function access(): LiveAccess {
  const record = Reflect.get(globalThis, Symbol.for("suptree.systems")) as { live: LiveAccess };
  return record.live;
}

function connect(every = 5) {
  const heard: LiveMessage[] = [];
  const connection = access().open((text) => void heard.push(JSON.parse(text)), every);
  const ask = <K extends keyof LiveAnswers>(request: Extract<LiveRequest, { ask: K }>): LiveAnswers[K] => {
    const answer = JSON.parse(connection.ask(JSON.stringify(request))) as { ok?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.ok as LiveAnswers[K];
  };
  const events = () => {
    ask({ ask: "flush" });
    return heard.flatMap((message) => (message.type === "events" ? message.events : []));
  };
  return { heard, ask, events, connection };
}

async function running(name: string): Promise<System> {
  const system = new System({ name, clock: "virtual", logger: null });
  const starting = system.start(Root);
  await system.idle();
  await starting;
  return system;
}

const numberOf = (systems: LiveAnswers["systems"], name: string): number =>
  systems.find((each) => each.name === name)?.system ?? -1;

describe("a connection to a tool", () => {
  it("calls a tool that was there before it, and says its version, which is the manifest's", () => {
    const tools: unknown[] = [];
    Reflect.set(globalThis, Symbol.for("suptree.tools"), [
      () => {
        throw new Error("of the tool");
      },
      (record: unknown) => tools.push(record),
    ]);
    Reflect.deleteProperty(globalThis, Symbol.for("suptree.systems"));
    new System({ clock: "virtual", logger: null });
    Reflect.deleteProperty(globalThis, Symbol.for("suptree.tools"));
    expect(tools).toEqual([Reflect.get(globalThis, Symbol.for("suptree.systems"))]);
    expect(access().library).toBe(manifest.version);
    expect(access().protocol).toEqual({ oldest: 1, newest: 2 });
  });

  it("keeps what a tool that comes a little late has missed, where a debugger is about to come, and for a while", async () => {
    const other = await running("nobody debugs");
    Reflect.set(globalThis, "$jsDebugIsRegistered", true);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const system = await running("debugged");
      system.crash(system.relatedProcesses().find(({ childId }) => childId === "counter")!.pid, "early");
      await system.settle();
      const late = await running("much later");
      const { ask } = connect();
      const number = (name: string) => numberOf(ask({ ask: "systems" }), name);
      const watch = (name: string) => ask({ ask: "watch", system: number(name), detail: "structure" });
      const snapshot = watch("debugged");
      const told = new LiveTrace().begin(snapshot);
      expect(told.map(({ type }) => type)).toContain("decision");
      // The same lives as without it.
      const living = (events: TraceEvent[]) =>
        [...createReducer(null)(EMPTY_LIVE, events).nodes.values()]
          .flatMap(({ pid, name }) => (pid === null ? [] : [`${pid} ${name}`]))
          .sort();
      const { backlog: _, ...plain } = snapshot;
      expect(living(told)).toEqual(living(new LiveTrace().begin(plain)));
      // Told once; not kept for ever; and never where nobody debugs.
      expect(watch("debugged").backlog).toBeUndefined();
      vi.advanceTimersByTime(5_000);
      expect(watch("much later").backlog).toBeUndefined();
      expect(watch("nobody debugs").backlog).toBeUndefined();
      await Promise.all([system, late, other].map((each) => each.stop()));
    } finally {
      vi.useRealTimers();
      Reflect.deleteProperty(globalThis, "$jsDebugIsRegistered");
    }
  });

  it("lists systems, also those that come later, and gives the whole tree of one", async () => {
    await running("first");
    const { ask, heard } = connect();
    expect(ask({ ask: "systems" }).map(({ name }) => name)).toContain("first");
    await running("second");
    expect(heard).toMatchObject([{ type: "system", system: { name: "second", virtual: true } }]);
    const system = numberOf(ask({ ask: "systems" }), "first");
    const snapshot: LiveSnapshot = ask({ ask: "watch", system, detail: "structure" });
    expect(snapshot.list).toMatchObject([
      {
        className: "Root",
        kind: "supervisor",
        parent: null,
        supervision: {
          strategy: "rest_for_one",
          budget: { used: 0, intensity: 5, period: 5 },
          children: [
            { id: "counter", restart: "permanent", incarnation: 1 },
            { id: "pool", type: "supervisor" },
          ],
        },
      },
      { className: "Counter", childId: "counter", registeredNames: ["counter"] },
      { className: "Pool", childId: "pool" },
    ]);
    expect(JSON.stringify(snapshot)).not.toContain("secret");
    ask({ ask: "close" });
  });

  it("tells what happens from the snapshot on, without a gap and nothing that was not asked for", async () => {
    const system = await running("watched");
    const { ask, events } = connect();
    const number = numberOf(ask({ ask: "systems" }), "watched");
    ask({ ask: "watch", system: number, detail: "structure" });
    system.cast("counter", "one");
    await system.idle();
    expect(events()).toEqual([]);
    system.crash("counter", "boom");
    await system.idle();
    expect(events().map(({ type }) => type)).toEqual(
      expect.arrayContaining(["exit", "decision", "child_starting", "child_started", "spawn"]),
    );
    // The moment of a second snapshot is the end of what was told before.
    const again = ask({ ask: "watch", system: number, detail: "all" });
    expect(again.list.find(({ childId }) => childId === "counter")).toMatchObject({ restarts: 1 });
    const before = events().length;
    system.cast("counter", "two");
    await system.idle();
    expect(events().slice(before)).toMatchObject([{ type: "send" }, { type: "receive" }]);
    ask({ ask: "watch", system: number, detail: "none" });
    const quiet = events().length;
    system.crash("counter", "boom");
    await system.idle();
    expect(events()).toHaveLength(quiet);
    ask({ ask: "close" });
  });

  it("leaves messages out when there are too many, says how many, and never what changes the tree", async () => {
    const system = await running("busy");
    const { ask, heard, events } = connect(60_000);
    ask({ ask: "watch", system: numberOf(ask({ ask: "systems" }), "busy"), detail: "all" });
    for (let sent = 0; sent < 3_000; sent++) system.cast("counter", sent);
    await system.idle();
    system.kill("counter");
    await system.idle();
    const types = events().map(({ type }) => type);
    const left = heard.reduce((sum, message) => sum + (message.type === "events" ? message.left : 0), 0);
    const messages = types.filter((type) => type === "send" || type === "receive").length;
    expect(messages + left).toBe(6_000);
    expect(left).toBeGreaterThan(0);
    for (const type of ["exit", "decision", "child_started"]) expect(types).toContain(type);
    ask({ ask: "close" });
  });

  it("shows a state as its process wants it shown, and carries out commands", async () => {
    const system = await running("commanded");
    const { ask, events, heard } = connect();
    const number = numberOf(ask({ ask: "systems" }), "commanded");
    const { list } = ask({ ask: "watch", system: number, detail: "structure" });
    const pid = list.find(({ childId }) => childId === "counter")?.id ?? 0;
    expect(ask({ ask: "inspect", system: number, pid })?.state).toEqual({ count: "0" });
    ask({ ask: "command", system: number, command: { do: "crash", pid, reason: "asked" } });
    await system.idle();
    expect(events()[0]).toMatchObject({ type: "note", fault: "crash", pid });
    expect(system.whereis("counter")).not.toBeUndefined();
    expect(ask({ ask: "inspect", system: number, pid })).toBeNull();
    expect(() => ask({ ask: "command", system: number, command: { do: "kill", pid } })).toThrow(
      `<${pid}> does not run any more.`,
    );
    ask({
      ask: "command",
      system: number,
      command: { do: "terminateChild", supervisor: list[0]?.id ?? 0, child: "nobody" },
    });
    await system.idle();
    await expect
      .poll(() => heard)
      .toContainEqual({
        type: "outcome",
        system: number,
        text: "terminateChild nobody: not_found",
      });
    ask({ ask: "close" });
  });

  it("refuses what it does not know in words, and after its end everything", () => {
    const { connection, ask } = connect();
    expect(connection.ask("{")).toContain("error");
    expect(connection.ask(JSON.stringify({ ask: "mind" }))).toContain("does not know");
    expect(() => ask({ ask: "watch", system: 999_999, detail: "all" })).toThrow("no system 999999");
    ask({ ask: "close" });
    expect(() => ask({ ask: "systems" })).toThrow("closed");
  });

  it("ends when its listener fails, and the program does not notice", async () => {
    const system = await running("left");
    let told = 0;
    const connection = access().open(() => {
      told += 1;
      throw new Error("the tool has gone");
    }, 1);
    const systems = JSON.parse(connection.ask('{"ask":"systems"}')).ok;
    const number = numberOf(systems, "left");
    connection.ask(JSON.stringify({ ask: "watch", system: number, detail: "all" }));
    system.crash("counter", "boom");
    await system.idle();
    connection.ask('{"ask":"flush"}');
    expect(told).toBe(1);
    expect(connection.ask('{"ask":"systems"}')).toContain("closed");
    expect(system.whereis("counter")).not.toBeUndefined();
  });
});
