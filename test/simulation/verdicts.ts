/** A finding's demonstration in reality: the same faults in the program itself, and whether the same hazard is seen. */
import { EventEmitter } from "node:events";
import type { Demonstration, Hazard, TreeModel, UseMoment } from "../../src/model/index.ts";
import {
  GenServer,
  type Pid,
  type System,
  type TraceEvent,
  type TraceEventOf,
} from "../../src/runtime/index.ts";
import { waitForEachOther } from "../../src/simulation/failed-uses.ts";
import { dataOf, firstMessages } from "../../src/simulation/first-messages.ts";
import { judge } from "../../src/simulation/hazards.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { whoseStart } from "../../src/simulation/no-start.ts";
import type { Placed } from "../../src/simulation/targets.ts";
import { answerOutside, rootsOf, type Startable } from "./loader.ts";
import { type Driven, Places, reality, rest } from "./reality.ts";

/** Virtual milliseconds that a run goes on after a fault, as in a demonstration. */
const HORIZON = 600_000;

/** Virtual milliseconds that the world outside takes to answer. */
const OUTSIDE_MS = 50;

/** Turns that a restart takes at most. */
const MOST_OF_RESTART = 200;

/** Why a use fails because of a fault, in the words of a reason. */
const FAILED = /noproc|boom|timeout|killed|shutdown|undefined/;

export interface RealVerdict {
  /** Null where the program cannot be brought to where the faults are: nothing is known then. */
  shown: boolean | null;
  because: string;
}

/** Something that makes a process use others: a message, or its next start. */
type Prompt =
  | { how: "call" | "cast" | "info"; message: { type: string } }
  | { how: "restart"; message: null };

/** When it is prompted: before the fault is noticed, or while the one at fault is down. */
type Order = "before" | "after" | "down";

interface Staged {
  run: Driven;
  keysOf: (pid: number) => readonly string[];
  find: (key: string) => Pid | null;
  findAll: (key: string) => Pid[];
  hasRun: (key: string) => boolean;
  /** Whether everything that was started has come up. */
  isUp: () => boolean;
}

/** Somebody to be given to others. */
class Anybody extends GenServer {}

/** Plays demonstrations of one program in the program itself. */
export class RealStage {
  readonly #model: TreeModel;
  readonly #program: Startable;
  readonly #texts: readonly string[];
  readonly #demonstration: Demonstration;
  readonly #simulation: Simulation;
  /** Keys of the model, by place. */
  readonly #keys: ReadonlyMap<string, readonly string[]>;

  private constructor(
    model: TreeModel,
    program: Startable,
    texts: readonly string[],
    demonstration: Demonstration,
    simulation: Simulation,
    keys: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#model = model;
    this.#program = program;
    this.#texts = texts;
    this.#demonstration = demonstration;
    this.#simulation = simulation;
    this.#keys = keys;
  }

  /** Learns from a run of the model where each of its processes is. */
  static async of(
    model: TreeModel,
    program: Startable,
    texts: readonly string[],
    demonstration: Demonstration,
  ): Promise<RealStage> {
    const events: TraceEvent[] = [];
    const simulation = new Simulation(model, demonstration.root, {
      absent: demonstration.absent ?? [],
      observer: (event) => void events.push(event),
    });
    await simulation.start();
    await simulation.settle();
    for (const message of firstMessages(simulation.world, demonstration, events)) {
      const { child, event } = message;
      const how = event === "info" ? {} : { how: event };
      await simulation.input({ kind: "send", target: { child }, message: dataOf(message), ...how });
      await simulation.runInstant();
    }
    const places = new Places(events);
    const keys = new Map<string, readonly string[]>();
    for (const event of events) {
      const path = event.type === "spawn" ? places.of(event.pid) : null;
      if (event.type === "spawn" && path !== null) keys.set(path, simulation.world.keysOf(event.pid));
    }
    return new RealStage(model, program, texts, demonstration, simulation, keys);
  }

  /** Whether the program's own run shows the hazard. */
  async verdict(): Promise<RealVerdict> {
    try {
      return await this.#observe();
    } finally {
      answerOutside(null);
    }
  }

  async #observe(): Promise<RealVerdict> {
    const { shows } = this.#demonstration;
    if (shows.kind === "no start") return this.#noStart(shows);
    if (shows.kind === "use fails") return this.#useFails(shows);
    if (shows.kind === "call each other") return this.#callEachOther(shows.circle);
    const plain = await this.#faults(null);
    if (plain.shown === true || !["drops", "runs on", "gives up"].includes(shows.kind)) return plain;
    // What it takes may be done on a message only.
    for (const prompt of this.#prompts()) {
      if (prompt.how === "restart") continue;
      for (const key of this.#concerned()) {
        const prompted = await this.#faults({ ...prompt, key });
        if (prompted.shown === true)
          return { ...prompted, because: `after ${prompt.how} ${prompt.message.type}: ${prompted.because}` };
      }
    }
    return plain;
  }

  /** Whose doing it may take, each by itself; null for that of everybody. */
  #concerned(): (string | null)[] {
    const { faults, shows } = this.#demonstration;
    if (shows.kind === "runs on") return [shows.of];
    const others = shows.kind === "drops" ? [shows.child] : [null];
    return [...others, ...faults.map(({ child }) => child)];
  }

  /** Plays the faults, after a message that those concerned are given, and looks whether the hazard is seen. */
  async #faults(prompt: (Prompt & { key: string | null }) | null): Promise<RealVerdict> {
    const { shows } = this.#demonstration;
    const stage = await this.#boot();
    if (prompt !== null && !(await this.#prompt(stage, prompt)))
      return { shown: null, because: "somebody ends on such a message" };
    // Where something is to fail later, a tree that never runs shows nothing.
    if (!stage.isUp() && shows.kind !== "holds start") return { shown: null, because: "it does not come up" };
    const before = this.#placed(stage);
    const from = stage.run.events.length;
    const began = stage.run.system.now();
    const hit = new Set<string>();
    for (const fault of this.#demonstration.faults) {
      const pid = stage.find(fault.child);
      const ended = shows.kind === "stays away" && stage.hasRun(fault.child);
      if (pid === null && (hit.size > 0 || ended)) break;
      if (pid === null) return { shown: null, because: `${fault.child} does not run` };
      const path = before.find((placed) => placed.pid.id === pid.id)?.path;
      if (path !== undefined && fault.kind !== "hang") hit.add(path);
      strike(stage.run.system, fault, pid);
      await instant(stage.run.system);
    }
    await stage.run.settle();
    const { world } = this.#simulation;
    const labelOf = (key: string) => world.labelOf(key);
    const { events } = stage.run;
    const faults = this.#demonstration.faults.length;
    return judge(shows, { world: { ...stage, labelOf }, before, events, from, hit, faults, began });
  }

  /** Gives a message to somebody, or everybody; false where somebody ends on it. */
  async #prompt({ run, keysOf }: Staged, prompt: Prompt & { key: string | null }): Promise<boolean> {
    const { key } = prompt;
    const from = run.events.length;
    for (const { id, pid, kind } of run.system.processes())
      if (kind === "worker" && (key === null || keysOf(id).includes(key))) give(run.system, pid, prompt);
    await instant(run.system);
    return !run.events.slice(from).some(({ type }) => type === "exit");
  }

  /** `until` says when it has come far enough. */
  async #boot(
    until?: (keysOf: (pid: number) => readonly string[], events: readonly TraceEvent[]) => boolean,
  ): Promise<Staged> {
    const { root } = this.#demonstration;
    const program = this.#program;
    const roots = root === null ? rootsOf(this.#model) : [root];
    let isUp = false;
    const start = async (system: System) => {
      answerOutside(() => new Promise((resolve) => system.after(OUTSIDE_MS, resolve)));
      for (const each of roots) if (program.has(each)) await this.#begin(system, each);
      isUp = true;
    };
    const { shows } = this.#demonstration;
    const keysAt = (events: readonly TraceEvent[]) => {
      let [places, read] = [new Places(events), events.length];
      const keysOf = (pid: number): readonly string[] => {
        if (events.length !== read) [places, read] = [new Places(events), events.length];
        const path = places.of(pid);
        const keys = path === null ? undefined : this.#keys.get(path);
        if (keys !== undefined || shows.kind !== "runs on") return keys ?? [];
        // Its class may have another name than the model gives it: it is whom its starter has started.
        const spawn = events.find(
          (event): event is TraceEventOf<"spawn"> => event.type === "spawn" && event.pid === pid,
        );
        const isIts = spawn?.parent != null && !spawn.linked && keysOf(spawn.parent).includes(shows.of);
        return isIts ? [shows.child] : [];
      };
      return keysOf;
    };
    const run = await reality(start, {
      horizon: HORIZON,
      until: until === undefined ? null : (_, events) => until(keysAt(events), events),
    });
    const keysOf = keysAt(run.events);
    const findAll = (key: string) =>
      run.system
        .processes()
        .filter(({ id }) => keysOf(id).includes(key))
        .map(({ pid }) => pid);
    const find = (key: string) => findAll(key)[0] ?? null;
    // What never rests may have been left in the middle of a restart.
    const { faults } = this.#demonstration;
    const wanted = [...faults.map(({ child }) => child), ...("children" in shows ? shows.children : [])];
    for (let turns = 0; until === undefined && turns < MOST_OF_RESTART && run.system.runnable; turns++) {
      if (wanted.every((key) => find(key) !== null)) break;
      run.system.step();
      await rest();
    }
    const hasRun = (key: string) =>
      run.events.some((event) => event.type === "exit" && keysOf(event.pid).includes(key));
    return { run, keysOf, findAll, hasRun, isUp: () => isUp, find };
  }

  /** Processes outside any tree may be given something by whoever starts them. */
  async #begin(system: System, root: string): Promise<void> {
    const orphan = this.#model.orphans.some(({ key }) => key === root);
    const given = orphan ? [[], [await system.start(Anybody)], [new EventEmitter()]] : [[]];
    for (const [n, args] of given.entries()) {
      try {
        await this.#program.start(system, root, args);
        return;
      } catch (error) {
        if (n === given.length - 1) throw error;
      }
    }
  }

  #placed({ run, keysOf }: Staged): Placed[] {
    const places = new Places(run.events);
    return run.system.processes().flatMap(({ id, pid, kind }) => {
      const path = places.of(id);
      const parent = path === null || !path.includes("/") ? null : path.slice(0, path.lastIndexOf("/"));
      return path === null ? [] : [{ path, pid, kind, parent, key: keysOf(id)[0] ?? "" }];
    });
  }

  async #noStart({ of, missing }: Hazard & { kind: "no start" }): Promise<RealVerdict> {
    const { root } = this.#demonstration;
    let came: "waits" | "runs" | string = "waits";
    const run = await reality(
      (system) =>
        this.#program.start(system, root ?? "").then(
          () => {
            came = "runs";
          },
          (error: unknown) => {
            came = String(error);
          },
        ),
      { horizon: HORIZON },
    );
    await run.settle();
    const because = `its start ${came}`;
    if (came === "runs") return { shown: false, because };
    const pid = whoseStart(run.events) ?? -1;
    const path = new Places(run.events).of(pid);
    const isIts = (this.#keys.get(path ?? "") ?? []).some((key) => of.includes(key));
    const sought = run.events.flatMap((e) =>
      e.type === "send" && e.from === pid && e.to === null ? [e.name] : [],
    );
    const name = missing === undefined ? null : this.#nameOf(missing);
    const isMissing = name === null || sought.length === 0 || sought.includes(name);
    return isIts && isMissing
      ? { shown: true, because }
      : { shown: null, because: `${because}, which is ${path}'s and for want of ${sought}` };
  }

  /** What makes `from` do something: every message that the program's text names, of every sort, and a new start. */
  #prompts(to: string | null = null): Prompt[] {
    const types = new Set(["?"]);
    for (const text of this.#texts)
      for (const [, type] of text.matchAll(/(?:\btype: |case |=== )"([\w-]+)"/g)) types.add(type ?? "");
    const plain = [...types].map((type) => ({ type }));
    return [
      ...plain.flatMap(prompting),
      { how: "restart", message: null },
      // Last, messages that name whom they are about.
      ...plain.map((message) => ({ ...this.#naming(to), ...message })).flatMap(prompting),
    ];
  }

  /** The name that a process is registered with, also where it does not run. */
  #nameOf(key: string): string | null {
    const children = this.#model.supervisors.flatMap((supervisor) => supervisor.children);
    return this.#simulation.world.nameOf(key) ?? children.find((child) => child.key === key)?.name ?? null;
  }

  /** Whatever the program reads of messages, as the name of a process. */
  #naming(key: string | null): Record<string, string> {
    const name = key === null ? null : this.#nameOf(key);
    if (name === null) return {};
    const read = this.#texts.flatMap((text) => [
      ...text.matchAll(/\b(?:message|request|msg|req|m|r)\.([a-z]\w*)/g),
    ]);
    return Object.fromEntries(read.map(([, field]) => [field ?? "", name]));
  }

  /** Something that `from` does with `to` fails, and does not fail without the faults. */
  async #useFails({ from, to, when }: Hazard & { kind: "use fails" }): Promise<RealVerdict> {
    const quiet = await this.#boot();
    if (this.#failure(quiet, from, to, 0) !== null) return { shown: true, because: "at the start" };
    if (when === "starting") return this.#failsWhileStarting(from, to);
    if (from.every((key) => quiet.find(key) === null))
      return { shown: null, because: `${from.join()} does not run` };
    const faults = this.#demonstration.faults.length > 0;
    const orders: Order[] = when === "meanwhile" ? ["down", "after", "before"] : ["after"];
    for (const prompt of this.#prompts(to)) {
      if (faults && (await this.#tryUse(from, to, prompt, null)) !== null) continue;
      for (const order of orders) {
        const failed = await this.#tryUse(from, to, prompt, { order, when });
        if (failed === undefined) return { shown: null, because: "the one at fault does not run" };
        if (failed !== null) return { shown: true, because: failed };
      }
    }
    return { shown: false, because: "no message makes it fail" };
  }

  /** Whether it runs before `to` does, and something that it is sent then makes it fail. */
  async #failsWhileStarting(from: readonly string[], to: string): Promise<RealVerdict> {
    for (const prompt of this.#prompts(to)) {
      const stage = await this.#boot((keysOf, events) => {
        const up = events.filter(({ type }) => type === "spawn") as TraceEventOf<"spawn">[];
        const isUp = (keys: readonly string[]) =>
          up.some(({ pid }) => keysOf(pid).some((key) => keys.includes(key)));
        return isUp([...from, to]);
      });
      if (stage.find(to) !== null) return { shown: false, because: "the other one runs first" };
      const begun = stage.run.events.length;
      for (const key of from) for (const pid of stage.findAll(key)) give(stage.run.system, pid, prompt);
      // Whoever is there is found: what comes after that is nothing of the start.
      await stage.run.settle(() => stage.find(to) !== null);
      const failed = this.#failure(stage, from, to, begun);
      if (failed !== null) return { shown: true, because: failed };
    }
    return { shown: false, because: "no message makes it fail while the tree starts" };
  }

  async #tryUse(
    from: readonly string[],
    to: string,
    prompt: Prompt,
    played: { order: Order; when: UseMoment } | null,
  ): Promise<string | null | undefined> {
    const stage = await this.#boot();
    const { run } = stage;
    const begun = run.events.length;
    const ask = () => {
      for (const key of from) for (const pid of stage.findAll(key)) give(run.system, pid, prompt);
    };
    if (played?.order === "before") ask();
    if (played !== null) {
      for (const fault of this.#demonstration.faults) {
        const pid = stage.find(fault.child);
        if (pid === null) return undefined;
        strike(run.system, fault, pid);
        if (played.order === "down") while (pid.alive && run.system.step()) await rest();
      }
      if (played.when === "afterwards") await run.settle();
    }
    if (played?.order !== "before") ask();
    await run.settle();
    return this.#failure(stage, from, to, begun);
  }

  /** A use that failed, from an event on, in words. */
  #failure({ run, keysOf }: Staged, from: readonly string[], to: string, begun: number): string | null {
    const { world } = this.#simulation;
    const name = this.#nameOf(to);
    const goals = [to, ...(world.supervisor(to) === null ? [] : [world.supervisor(to)!.key])];
    const isTheirs = (pid: number) => keysOf(pid).some((key) => from.includes(key));
    const isGoal = (pid: number) => keysOf(pid).some((key) => goals.includes(key));
    const dead = new Set<number>();
    for (const event of run.events) {
      if (event.type === "exit") dead.add(event.pid);
      if (run.events.indexOf(event) < begun) continue;
      if (
        event.type === "call_end" &&
        event.outcome !== "reply" &&
        FAILED.test(`${event.outcome} ${event.detail}`) &&
        isTheirs(event.pid)
      ) {
        const sent = run.events.find((other) => other.type === "send" && other.ref === event.ref);
        const called = sent?.type === "send" ? sent.name : undefined;
        if (event.to === null ? called === undefined || called === name : isGoal(event.to))
          return `its call ended: ${event.outcome} ${event.detail}`;
      }
      if (event.type === "send" && isTheirs(event.from) && event.kind !== "reply") {
        if (event.to !== null && dead.has(event.to) && isGoal(event.to)) return "what it sends is lost";
        if (event.to === null && (event.name === undefined || event.name === name))
          return "nobody has the name that it sends to";
      }
      if (event.type === "exit" && isTheirs(event.pid) && /noproc|undefined/.test(event.reason))
        return `it ended: ${event.reason}`;
    }
    return null;
  }

  async #callEachOther(circle: readonly string[]): Promise<RealVerdict> {
    const prompts = [...this.#prompts()].filter(({ how }) => how !== "restart");
    const calls = prompts.filter(({ how }) => how === "call").slice(0, 12);
    // All get the same message; then the first one alone; then it gets another than those that follow.
    const given = [
      ...prompts.map((prompt) => [prompt, prompt] as const),
      ...prompts.map((prompt) => [prompt, null] as const),
      ...calls.flatMap((one) => calls.filter((other) => other !== one).map((other) => [one, other] as const)),
    ];
    for (const [one, other] of given) {
      const stage = await this.#boot();
      const pids = circle.map((key) => stage.find(key));
      if (pids.includes(null)) return { shown: null, because: "they do not all run" };
      for (const [i, pid] of pids.entries()) {
        const prompt = i === 0 ? one : other;
        if (pid !== null && prompt !== null) give(stage.run.system, pid, prompt);
      }
      await stage.run.settle();
      if (waitForEachOther(stage.run.system, pids))
        return { shown: true, because: "they wait for each other for good" };
      const among = new Set(pids.map((pid) => pid?.id));
      const waits = stage.run.events.find(
        (event) =>
          event.type === "call_end" &&
          event.outcome === "timeout" &&
          among.has(event.pid) &&
          among.has(event.to ?? -1),
      );
      if (waits !== undefined) return { shown: true, because: "a call among them timed out" };
    }
    return { shown: false, because: "no message makes them wait for each other" };
  }
}

const prompting = (message: { type: string }): Prompt[] =>
  (["call", "cast", "info"] as const).map((how) => ({ how, message }));

function strike(system: System, { kind, reason = "boom" }: Demonstration["faults"][number], pid: Pid): void {
  if (kind === "crash") system.crash(pid, reason);
  else if (kind === "exit") system.sendExit(pid, reason);
  else if (kind === "kill") system.kill(pid);
  else system.hang(pid);
}

function give(system: System, pid: Pid, prompt: Prompt): void {
  if (prompt.how === "restart") system.crash(pid, "restart");
  else if (prompt.how === "call") system.call(pid, prompt.message, "infinity").catch(() => {});
  else if (prompt.how === "cast") system.cast(pid, prompt.message);
  else system.send(pid, prompt.message as never);
}

/** Everything that happens without the clock moving. */
async function instant(system: System): Promise<void> {
  for (let turns = 0; turns < 2_000 && system.step(); turns++) await rest();
}
