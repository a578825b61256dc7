/** Laws that hold for every tree and every sequence of faults. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChildSpec,
  GenServer,
  type Info,
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
  children: (Tree | { traps: boolean; restart: "permanent" | "transient" | "temporary" })[];
}

class Node extends Supervisor {
  override init(tree: Tree): SupervisorSpec {
    const children = tree.children.map((child, i): ChildSpec => {
      if ("strategy" in child) return { id: `s${i}`, start: [Node, child] };
      return { id: `w${i}`, start: [Leaf, child.traps], restart: child.restart };
    });
    return { strategy: tree.strategy, intensity: tree.intensity, period: 5, children };
  }
}

const trees = fc.letrec<{ tree: Tree; leaf: Tree["children"][number] }>((tie) => ({
  leaf: fc.record({
    traps: fc.boolean(),
    restart: fc.constantFrom("permanent" as const, "transient" as const, "temporary" as const),
  }),
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
    kind: fc.constantFrom("crash", "normal", "shutdown", "kill", "boom", "link", "monitor", "wait"),
    who: fc.nat(40),
    to: fc.nat(40),
  }),
  { maxLength: 14 },
);

async function play(tree: Tree, list: { kind: string; who: number; to: number }[], seed: number) {
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
    if (kind === "crash") system.crash(target.pid, "boom");
    else if (kind === "wait") await system.advance(to * 500);
    else if (kind === "link" || kind === "monitor") system.send(target.pid, { type: kind, to: other.id });
    else if (kind === "normal") system.exit(target.pid, "normal");
    else system.sendExit(target.pid, kind);
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

  it("links are symmetric", async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.nat(), async (tree, list, seed) => {
        const { system } = await play(tree, list, seed);
        const infos = new Map(system.processes().map((info) => [info.id, info]));
        for (const { id, links } of infos.values()) {
          for (const other of links) expect(infos.get(other)?.links).toContain(id);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("shutdown reaches every child, last started first", async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(), async (tree, seed) => {
        const { events, system } = await play(tree, [], seed);
        const running = system
          .processes()
          .flatMap(({ id, supervision }) =>
            supervision === null ? [] : [{ id, children: supervision.children.map((child) => child.pid) }],
          );
        const from = events.length;
        await system.stop();
        expect(system.processCount).toBe(0);
        const exits = of(events.slice(from), "exit").map(({ pid }) => pid);
        for (const { id, children } of running) {
          const order = [...children].reverse();
          expect(exits.filter((pid) => children.includes(pid))).toEqual(order);
          expect(exits.indexOf(id)).toBeGreaterThan(
            Math.max(-1, ...order.map((pid) => exits.indexOf(pid as number))),
          );
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
});
