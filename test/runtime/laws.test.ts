/** Laws that hold for every tree and every sequence of faults. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CallError,
  type CallResult,
  type ChildSpec,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type From,
  formatReason,
  GenServer,
  type Info,
  type InitArgs,
  noReply,
  type Pid,
  type ProcessClass,
  type Restart,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  type TraceEvent,
  type TraceEventOf,
} from "../../src/runtime/index.ts";

class Leaf extends GenServer {
  override init(traps: boolean): void {
    this.trapExit(traps);
  }
  override handleInfo(message: Info<{ type: "link" | "monitor"; to: number }>): void {
    if (message.type !== "link" && message.type !== "monitor") return;
    const pid = this.system.pid(message.to);
    if (pid === undefined) return;
    if (message.type === "link") this.link(pid);
    else this.monitor(pid);
  }
}

interface Tree {
  strategy: "one_for_one" | "one_for_all" | "rest_for_one";
  intensity: number;
  children: (Tree | Pool | { traps: boolean; restart: Restart })[];
}

interface Pool {
  pool: Restart;
  intensity: number;
}

/** Its children come when a fault of kind `grow` hits it. */
class PoolSup extends DynamicSupervisor {
  override init({ pool, intensity }: Pool): DynamicSupervisorSpec<typeof Leaf> {
    return { intensity, period: 5, child: { start: [Leaf], restart: pool } };
  }
}

class Node extends Supervisor {
  override init(tree: Tree): SupervisorSpec {
    const children = tree.children.map((child, i): ChildSpec => {
      if ("strategy" in child) return { id: `s${i}`, start: [Node, child] };
      if ("pool" in child) return { id: `p${i}`, start: [PoolSup, child] };
      return { id: `w${i}`, start: [Leaf, child.traps], restart: child.restart };
    });
    return { strategy: tree.strategy, intensity: tree.intensity, period: 5, children };
  }
}

const restarts = fc.constantFrom("permanent" as const, "transient" as const, "temporary" as const);
const trees = fc.letrec<{ tree: Tree; leaf: Tree["children"][number] }>((tie) => ({
  leaf: fc.oneof(
    { weight: 4, arbitrary: fc.record({ traps: fc.boolean(), restart: restarts }) },
    { weight: 1, arbitrary: fc.record({ pool: restarts, intensity: fc.integer({ min: 0, max: 4 }) }) },
  ),
  tree: fc.record({
    strategy: fc.constantFrom("one_for_one" as const, "one_for_all" as const, "rest_for_one" as const),
    intensity: fc.integer({ min: 0, max: 4 }),
    children: fc.array(fc.oneof({ depthSize: "small" }, tie("leaf"), tie("tree")), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
})).tree;

const faults = fc.array(
  fc.record({
    kind: fc.constantFrom("grow", "crash", "normal", "shutdown", "kill", "boom", "link", "monitor", "wait"),
    who: fc.nat(40),
    to: fc.nat(40),
  }),
  { maxLength: 14 },
);

/** What must hold between any two turns, whatever happens: links have two ends, names and lists tell the same. */
function checkWorld(system: System): void {
  const infos = new Map(system.processes().map((info) => [info.id, info]));
  const names = new Map([...system.registered()].map(([name, pid]) => [name, pid.id]));
  for (const { id, links, monitors, monitoredBy, registeredNames } of infos.values()) {
    for (const other of links) expect(infos.get(other)?.links).toContain(id);
    for (const { target } of monitors) expect(infos.get(target)?.monitoredBy).toContain(id);
    for (const watcher of monitoredBy) {
      expect(infos.get(watcher)?.monitors.some(({ target }) => target === id)).toBe(true);
    }
    for (const name of registeredNames) expect(names.get(name)).toBe(id);
  }
  for (const id of names.values()) expect(infos.has(id)).toBe(true);
}

/** How many turns {@link watchSteps} has looked at. */
let turns = 0;

/** Runs until nothing is left to do without time passing, looking at the world after every single turn. */
async function watchSteps(system: System): Promise<void> {
  system.pause();
  for (let quiet = 0; quiet < 2; ) {
    if (system.step()) {
      turns++;
      checkWorld(system);
      quiet = 0;
    } else quiet++;
    await Promise.resolve().then(() => Promise.resolve());
  }
  system.resume();
}

async function play(
  tree: Tree,
  list: { kind: string; who: number; to: number }[],
  seed: number,
  between: (system: System) => Promise<void> = (system) => system.settle(),
) {
  const events: TraceEvent[] = [];
  const system = new System({
    clock: "virtual",
    seed,
    shuffle: true,
    observer: (event) => events.push(event),
  });
  const alive: number[] = [];
  const root = system.start(Node, tree).catch(() => null);
  await system.settle();
  await root;
  for (const { kind, who, to } of list) {
    const pids = system.processes();
    const target = pids[who % Math.max(1, pids.length)];
    const other = pids[to % Math.max(1, pids.length)];
    if (target === undefined || other === undefined) break;
    if (kind === "grow") {
      const pools = system
        .processes()
        .filter(({ supervision }) => supervision?.strategy === "simple_one_for_one");
      const pool = pools[who % Math.max(1, pools.length)];
      if (pool !== undefined) void system.startChildResult(pool.pid, [to % 2 === 0]).catch(() => {});
    } else if (kind === "crash") system.crash(target.pid, "boom");
    else if (kind === "wait") await system.advance(to * 500);
    else if (kind === "link" || kind === "monitor") system.send(target.pid, { type: kind, to: other.id });
    else if (kind === "normal") system.exit(target.pid, "normal");
    else system.sendExit(target.pid, kind);
    await between(system);
    await system.settle();
    alive.push(system.processCount);
  }
  return { events, system };
}

const of = <T extends TraceEvent["type"]>(events: TraceEvent[], type: T) =>
  events.filter((event): event is TraceEventOf<T> & TraceEvent => event.type === type);

describe("laws", () => {
  it("the same seed and inputs give the same trace, byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const first = await play(tree, list, seed);
        const second = await play(tree, list, seed);
        expect(JSON.stringify(second.events)).toBe(JSON.stringify(first.events));
      }),
      { numRuns: 60 },
    );
  });

  it("no process is lost: who was spawned and has not exited is alive, and hangs in the tree", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const { events, system } = await play(tree, list, seed);
        const living = new Set(of(events, "spawn").map(({ pid }) => pid));
        for (const { pid } of of(events, "exit")) expect(living.delete(pid)).toBe(true);
        expect(system.processes().map(({ id }) => id)).toEqual([...living].sort((a, b) => a - b));
        const listed = new Set(
          system.processes().flatMap(({ supervision }) => supervision?.children.map(({ pid }) => pid) ?? []),
        );
        for (const info of system.processes()) {
          if (info.ancestors.length > 0) expect(listed.has(info.id)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("every restart is within the budget of its supervisor", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const { events } = await play(tree, list, seed);
        const restarts = new Map<number, number[]>();
        for (const event of of(events, "decision")) {
          const { used, intensity, period } = event.budget;
          if (event.decision === "give_up") expect(used).toBe(intensity + 1);
          if (event.decision !== "restart") continue;
          const now = Math.floor(event.at / 1000);
          const times = restarts.get(event.child.supervisor) ?? [];
          times.push(now);
          restarts.set(event.child.supervisor, times);
          const counted = times.filter((then) => now <= then + period).length;
          expect(counted).toBe(used);
          expect(counted).toBeLessThanOrEqual(intensity);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("a monitor fires exactly once, and only when its target is gone", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const { events } = await play(tree, list, seed);
        const exits = new Map(of(events, "exit").map(({ pid, seq }) => [pid, seq]));
        const downs = new Map<number, number>();
        for (const down of of(events, "down")) {
          expect(downs.has(down.ref)).toBe(false);
          downs.set(down.ref, down.seq);
          expect(exits.get(down.target)).toBeLessThan(down.seq);
        }
        for (const monitor of of(events, "monitor")) {
          // Its holder lives and its target has gone: then it has fired.
          if (exits.has(monitor.target) && !exits.has(monitor.watcher))
            expect(downs.has(monitor.ref)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("links have two ends, monitors are known at both, names have their holder: after every single turn", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const { system } = await play(tree, list, seed, watchSteps);
        checkWorld(system);
      }),
      { numRuns: 100 },
    );
    expect(turns).toBeGreaterThan(300);
  });

  it("shutdown reaches every child, last started first", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        // Links make processes end with each other, whatever the order of their supervisor.
        const plain = list.filter(({ kind }) => kind !== "link");
        const { events, system } = await play(tree, plain, seed);
        const running = system.processes().flatMap(({ id, supervision }) =>
          supervision === null
            ? []
            : [
                {
                  id,
                  simple: supervision.strategy === "simple_one_for_one",
                  children: supervision.children.flatMap(({ pid }) => (pid === null ? [] : [pid])),
                },
              ],
        );
        const from = events.length;
        await system.stop();
        expect(system.processCount).toBe(0);
        const exits = of(events.slice(from), "exit").map(({ pid }) => pid);
        for (const { id, simple, children } of running) {
          const order = [...children].reverse();
          const seen = exits.filter((pid) => children.includes(pid));
          // A simple_one_for_one supervisor stops its children all at once.
          if (simple) expect(new Set(seen)).toEqual(new Set(order));
          else expect(seen).toEqual(order);
          expect(exits.indexOf(id)).toBeGreaterThan(Math.max(-1, ...order.map((pid) => exits.indexOf(pid))));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("a name has one holder at a time", async () => {
    class Named extends GenServer {}
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.boolean()), { maxLength: 20 }),
        async (steps) => {
          const events: TraceEvent[] = [];
          const system = new System({ clock: "virtual", observer: (event) => events.push(event) });
          for (const [name, kill] of steps) {
            if (kill) system.kill(name);
            else {
              const taken = system.whereis(name) !== undefined;
              const start = system.start([Named], { name }).then(
                () => true,
                () => false,
              );
              await system.settle();
              expect(await start).toBe(!taken);
            }
          }
          const held = new Map<string, number>();
          for (const event of events) {
            if (event.type === "register") {
              expect(held.has(event.name)).toBe(false);
              held.set(event.name, event.pid);
            } else if (event.type === "unregister") expect(held.delete(event.name)).toBe(true);
          }
          expect(new Map([...system.registered()].map(([name, pid]) => [name, pid.id]))).toEqual(held);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("numbers its events without gaps, and causes lie in the past", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const { events } = await play(tree, list, seed);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
        for (const event of events) {
          if (!("cause" in event) || event.cause === undefined) continue;
          expect(event.cause).toBeLessThan(event.seq);
          const cause = events[event.cause - 1]?.type;
          if (event.type === "decision") expect(["exit", "child_started", "exit_signal"]).toContain(cause);
          else expect(cause).toBe("decision");
        }
      }),
      { numRuns: 100 },
    );
  });

  it("timers are never early, never lost, and fire in the order of their times", async () => {
    class Clockwork extends GenServer {
      override handleInfo(message: Info<{ type: "tick"; n: number }>): void {
        if (message.type === "tick") heard.push({ n: message.n, at: this.now() });
      }
    }
    let heard: { n: number; at: number }[] = [];
    const steps = fc.array(
      fc.record({
        ms: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(10, 10, 10)),
        wait: fc.integer({ min: 0, max: 25 }),
        cancel: fc.option(fc.nat(30), { nil: null, freq: 3 }),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (list, inline) => {
        heard = [];
        const system = new System({ clock: "virtual", inline });
        const pid = await system.start(Clockwork);
        const set: { ref: number; due: number; n: number; cancelled: boolean }[] = [];
        for (const [n, { ms, wait, cancel }] of list.entries()) {
          const ref = system.sendAfter(ms, pid, { type: "tick", n } as never);
          set.push({ ref, due: system.now() + ms, n, cancelled: false });
          const victim = cancel === null ? undefined : set[cancel % set.length];
          if (victim !== undefined) {
            const left = system.cancelTimer(victim.ref as never);
            const pending = !victim.cancelled && !heard.some((tick) => tick.n === victim.n);
            expect(left).toBe(pending ? victim.due - system.now() : false);
            victim.cancelled ||= pending;
          }
          await system.advance(wait);
        }
        await system.advance(100);
        const expected = set.filter(({ cancelled }) => !cancelled).sort((a, b) => a.due - b.due || a.n - b.n);
        expect(heard).toEqual(expected.map(({ n, due }) => ({ n, at: due })));
        expect(system.nextDeadline()).toBe(null);
      }),
      { numRuns: 200 },
    );
  });

  it("every call ends exactly once: with its reply, the callee's end, or its timeout; later replies are dropped", async () => {
    class Callee extends GenServer {
      readonly #late: From[] = [];
      override handleCall(
        request: { type: string; ms: number },
        from: From,
      ): CallResult | Promise<CallResult> {
        if (request.type === "now") return reply(request, request.ms);
        if (request.type === "die") return this.exit("died");
        if (request.type === "busy") return this.sleep(request.ms).then(() => reply(request, request.ms));
        this.#late.push(from);
        this.sendAfter(request.ms, this.self, { type: "answer" });
        return noReply;
      }
      override handleInfo(message: Info<{ type: "answer" }>): void {
        if (message.type !== "answer") return;
        const from = this.#late.shift();
        // The alias holds for one reply: the second one is dropped whatever became of the first.
        if (from !== undefined) for (const value of ["late", "again"]) this.reply(from, value);
      }
    }
    class Caller extends GenServer {
      override async handleCast(message: {
        to: Pid;
        type: string;
        ms: number;
        timeout: number;
      }): Promise<void> {
        const { type, ms, timeout } = message;
        await this.call(message.to, { type, ms }, timeout).then(
          (value) => ends.push(String(value)),
          (error: CallError) => ends.push(formatReason(error.reason)),
        );
      }
    }
    let ends: string[] = [];
    const calls = fc.array(
      fc.record({
        type: fc.constantFrom("now", "busy", "later", "die", "kill"),
        ms: fc.nat(50),
        timeout: fc.integer({ min: 1, max: 50 }),
        wait: fc.nat(40),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.nat(), fc.boolean(), async (list, seed, inline) => {
        ends = [];
        const events: TraceEvent[] = [];
        const observer = (event: TraceEvent): void => void events.push(event);
        const system = new System({ clock: "virtual", seed, shuffle: true, inline, observer });
        let callee: Pid<Callee> = await started(system, Callee);
        let outside = 0;
        for (const { type, ms, timeout, wait } of list) {
          if (!callee.alive) callee = await started(system, Callee);
          if (type === "kill") system.kill(callee);
          else {
            const caller = await started(system, Caller);
            system.cast(caller, { to: callee, type, ms, timeout });
            void system.call(callee as Pid, { type, ms }, timeout).then(
              () => outside++,
              () => outside++,
            );
          }
          await system.advance(wait);
        }
        await system.advance(500);
        const made = list.filter(({ type }) => type !== "kill").length;
        expect([ends.length, outside]).toEqual([made, made]);
        const sent = of(events, "send").filter(({ kind }) => kind === "call");
        const ended = of(events, "call_end").map(({ ref }) => ref);
        expect(new Set(ended).size).toBe(ended.length);
        expect(new Set(ended)).toEqual(new Set(sent.map(({ ref }) => ref)));
        for (const { callers } of system.processes()) expect(callers).toEqual([]);
        expect(system.nextDeadline()).toBe(null);
      }),
      { numRuns: 100 },
    );
  });
});

async function started<C extends ProcessClass>(
  system: System,
  cls: C,
  ...args: InitArgs<C>
): Promise<Pid<InstanceType<C>>> {
  const pid = system.start(cls, ...args);
  await system.idle();
  return pid;
}
