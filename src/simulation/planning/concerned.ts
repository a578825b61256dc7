/** Whom it concerns that something is supposed of others: those with whom these have to do, and so on. */
import { type FileCode, putUnder } from "../../model/index.ts";
import type { Read } from "../interpret/readable.ts";
import {
  type MessageEvent,
  messageEventOf,
  type PlannedSupervisor,
  type PlannedWorker,
} from "../plan-types.ts";
import { whoseCodeRuns } from "./whose-code-runs.ts";

/** By key: the keys of those of whom something is supposed, and on whom it depends what becomes of this one; one list for many. */
export interface Concerned {
  workers: ReadonlyMap<string, readonly string[]>;
  /** Supervisors, when it depends on others what they start and when. */
  supervisors: ReadonlyMap<string, readonly string[]>;
}

/** What is supposed of whom others concern: the field, and what. */
export const OF_OTHERS = ["what others do with it", "it is what is supposed of them"] as const;
export const STARTED_BY_OTHERS = ["children", "others start what is supposed of them"] as const;

export function concerned(
  workers: readonly PlannedWorker[],
  trees: readonly PlannedSupervisor[],
  code: readonly FileCode[],
  supposed: ReadonlySet<string>,
): Concerned {
  return supposed.size === 0
    ? { workers: new Map(), supervisors: new Map() }
    : new Ties(workers, trees, code).concernedBy(supposed);
}

/**
 * Who has to do with whom. It goes both ways: who is asked answers, or does not, and a message may hold the pid of whoever
 * sends it. So those who have to do with each other are a group, in which each concerns all.
 */
export class Ties {
  /** Workers of one key are of one definition: any of them tells what all do. */
  readonly #workers: ReadonlyMap<string, PlannedWorker>;
  readonly #supervisors = new Map<string, PlannedSupervisor>();
  /** The keys of whoever has a name, with `*` for what of it is computed. */
  readonly #named = new Map<string, Set<string>>();
  /** The keys of whoever is of a class, as `file#name`, and of the supervisor below which it is started. */
  readonly #ofClass = new Map<string, Set<string>>();
  readonly #ties = new Map<string, Set<string>>();
  readonly #groups = new Map<string, readonly string[]>();
  /** The lists of those that many have to do with alike, by what they are asked: all of a list are tied to it, and so to each other. */
  readonly #lists = new Map<string, boolean>();

  constructor(
    workers: readonly PlannedWorker[],
    trees: readonly PlannedSupervisor[],
    code: readonly FileCode[],
  ) {
    this.#workers = new Map(workers.map((worker) => [worker.key, worker]));
    for (const { key, cls, facts } of this.#workers.values()) {
      if (cls !== null) putUnder(this.#ofClass, `${cls.file}#${cls.name}`, key);
      for (const name of facts?.registers ?? []) putUnder(this.#named, name, key);
    }
    for (const tree of trees) this.#learn(tree);
    const codes = whoseCodeRuns(code);
    const byClass = new Map<Read, ReadonlySet<string>>();
    for (const worker of this.#workers.values()) {
      this.#tieOthers(worker);
      if (worker.cls === null || !codes.has(worker.cls)) continue;
      const read = codes.read(worker.cls);
      const others = byClass.get(read) ?? new Set(this.#inCode(read));
      byClass.set(read, others);
      for (const other of others) this.#tie(worker.key, other);
    }
  }

  concernedBy(supposed: Iterable<string>): Concerned {
    const origins = new Map<readonly string[], string[]>();
    for (const origin of supposed)
      for (const group of this.groupsOf(origin)) {
        const known = origins.get(group);
        if (known === undefined) origins.set(group, [origin]);
        else known.push(origin);
      }
    const found = { workers: new Map<string, string[]>(), supervisors: new Map<string, string[]>() };
    for (const [group, by] of origins)
      for (const key of group) {
        // Nobody concerns himself.
        if (by.length === 1 && by[0] === key) continue;
        if (this.#supervisors.has(key)) found.supervisors.set(key, by);
        else if (this.#workers.has(key)) found.workers.set(key, by);
      }
    return found;
  }

  /** The groups of all that a key of the model means here. */
  groupsOf(key: string): ReadonlySet<readonly string[]> {
    return new Set([...this.keysOf(key)].map((each) => this.#groupOf(each)));
  }

  /** Everybody with whom one has to do, and with whom these have. */
  #groupOf(key: string): readonly string[] {
    let group = this.#groups.get(key);
    if (group === undefined) {
      const seen = new Set([key]);
      for (const each of seen) for (const to of this.#ties.get(each) ?? []) seen.add(to);
      group = [...seen];
      for (const each of group) this.#groups.set(each, group);
    }
    return group;
  }

  #learn(tree: PlannedSupervisor): void {
    this.#supervisors.set(tree.key, tree);
    for (const child of [...tree.children, ...tree.templates]) {
      const { process } = child;
      const key = process.kind === "supervisor" ? process.key : child.key;
      if (child.name !== null) putUnder(this.#named, child.name, key);
      // A child has a key of its own, by which it is used.
      if (key !== child.key) putUnder(this.#ofClass, child.key, key);
      if (tree.templates.includes(child)) this.#tie(tree.key, key);
      if (process.kind === "supervisor" && !this.#supervisors.has(key)) this.#learn(process);
    }
  }

  #tie(one: string, other: string): void {
    if (one === other) return;
    putUnder(this.#ties, one, other);
    putUnder(this.#ties, other, one);
  }

  /** Whom a key of the model means here. */
  keysOf(key: string): Iterable<string> {
    return this.#workers.has(key) || this.#supervisors.has(key) ? [key] : (this.#ofClass.get(key) ?? []);
  }

  /** With whom it was seen to have to do, or may have. */
  #tieOthers({ key, uses, facts, cls }: PlannedWorker): void {
    for (const { kind, to, template } of uses)
      if (kind !== "lookup")
        for (const named of [to, template ?? to])
          for (const other of this.keysOf(named)) this.#tie(key, other);
    if ((facts?.unread?.length ?? 0) > 0 || (facts === null && cls !== null))
      this.#tieToList(key, "anybody", () => this.#workers.keys());
    const events = new Set<MessageEvent>();
    for (const { kind } of facts?.unresolved ?? []) {
      const event = messageEventOf(kind);
      if (event !== null) events.add(event);
      else if (kind === "start") this.#tieToList(key, "any supervisor", () => this.#supervisors.keys());
    }
    if (events.size > 0)
      this.#tieToList(key, `whoever takes ${[...events].sort().join()}`, () => this.#takersOf(events));
  }

  #tieToList(key: string, list: string, members: () => Iterable<string>): void {
    let hasMembers = this.#lists.get(list);
    if (hasMembers === undefined) {
      hasMembers = false;
      for (const member of members()) {
        this.#tie(list, member);
        hasMembers = true;
      }
      this.#lists.set(list, hasMembers);
    }
    if (hasMembers) this.#tie(key, list);
  }

  /** Whom its code names. */
  *#inCode({ reaches, texts, beginnings }: Read): Generator<string> {
    for (const definition of reaches) yield* this.keysOf(definition);
    for (const definition of reaches) yield* this.#ofClass.get(definition) ?? [];
    const begins = [...beginnings].filter((each) => each !== "");
    for (const text of texts) yield* this.#named.get(text) ?? [];
    if (begins.length === 0) return;
    for (const [name, keys] of this.#named) {
      const known = name.split("*", 1)[0] ?? "";
      if (begins.some((each) => known.startsWith(each) || each.startsWith(known))) yield* keys;
    }
  }

  /** Whoever takes messages of these kinds. */
  *#takersOf(events: ReadonlySet<string>): Generator<string> {
    for (const { key, script } of this.#workers.values())
      for (const message of script.messages.keys())
        if (events.has(message.slice(0, message.indexOf(" ")))) {
          yield key;
          break;
        }
  }
}
