/**
 * What a process does by itself: in `init` and `handleContinue`, when somebody it is linked to or monitors has ended,
 * and on the messages that it sends itself. Its callbacks are run once for each of these, with what is known of the
 * message, so that their own conditions decide.
 */

import type { Act, EndKind, Formula, Location, Occasion, Reaction } from "../../model/index.ts";
import type { Dialect, ProcessCode } from "../dialects/dialect.ts";
import type { Pool } from "../evaluate/budget.ts";
import { callFunction } from "../evaluate/calls.ts";
import { fieldsOf, formulaOf } from "../evaluate/formula.ts";
import { type CallSite, type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import {
  type At,
  alternatives,
  type Entry,
  type Fn,
  isLit,
  lit,
  type Rec,
  record,
  type Sym,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Expr } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import { reachesOutside } from "./reaches-outside.ts";
import type { FactSink } from "./sink.ts";
import { partsOf, Ways } from "./ways.ts";

/** More than that are not all noted for one field. */
const MOST_VALUES = 15;
const MOST_TYPES = 24;
const MOST_PEERS = 6;
/** What comes as a message, and who takes it. */
const MESSAGES = [
  ["call", "handleCall"],
  ["cast", "handleCast"],
  ["info", "handleInfo"],
] as const;
/** Types of messages that the library itself sends. */
const LIBRARY_TYPES: ReadonlySet<unknown> = new Set(["EXIT", "DOWN", "timeout"]);
const ENDS: readonly EndKind[] = ["error", "killed", "noproc", "normal", "shutdown"];
/** The name of somebody of whom nothing is known. */
const UNKNOWN = "?";

/** Null where the code is none that has callbacks of its own. */
export function reactionsOf(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  draft: ProcessDraft,
  pool: Pool,
  args: readonly Value[] | null = null,
): { reactions: Reaction[]; asksStart: boolean } | null {
  const own = dialects.find((dialect) => dialect.outcome !== undefined && dialect.name === code.dialect);
  if (own === undefined) return null;
  const reactions = new Reactions(world, dialects, own, code, draft, pool, args);
  return { reactions: reactions.all(), asksStart: reactions.asksStart };
}

/** A process whose end a message tells of. */
interface Peer {
  event: "EXIT" | "DOWN";
  /** Where it was linked to or monitored; null for others. */
  of: At | null;
  name: string;
}

class Reactions {
  readonly #interpreter: Interpreter;
  readonly #dialects: readonly Dialect[];
  readonly #own: Dialect;
  readonly #code: ProcessCode;
  readonly #draft: ProcessDraft;
  /** The arguments of the start, as far as they are known. */
  readonly #args: readonly Value[] | null;
  /** The types that a callback compares with. */
  readonly #types = new Set<string>();
  readonly #peers = new Map<string, Peer>();
  /** Where acts go now, innermost last. */
  #acts: Act[][] = [[]];
  #seen = new Set<string>();
  /** The fields that are followed, with what is in them at first. */
  #state: ReadonlyMap<string, Formula> = new Map();
  #base = 0;
  #calls = 0;
  #ended = false;

  constructor(
    world: World,
    dialects: readonly Dialect[],
    own: Dialect,
    code: ProcessCode,
    draft: ProcessDraft,
    pool: Pool,
    args: readonly Value[] | null,
  ) {
    this.#args = args;
    this.#dialects = dialects;
    this.#own = own;
    this.#code = code;
    this.#draft = draft;
    this.#interpreter = new Interpreter(world, this.#hooks(), pool);
  }

  all(): Reaction[] {
    const found: Reaction[] = [];
    const run = (on: Occasion, callback: string, message: Value | null): void => {
      const acts = this.#run(callback, message);
      if (acts.length > 0) found.push({ on, acts });
    };
    this.#settle();
    this.#state = this.#followed();
    if (this.#code.endsWithFunction === true) {
      const acts = this.#run("run", null);
      const end: Act = { location: locationOf(this.#code.at), does: "end", how: "stop", reason: "normal" };
      found.push({ on: { event: "continue" }, acts: [...acts, end] });
    }
    run({ event: "init" }, "init", null);
    for (const [event, callback] of this.#takesMessages() ? MESSAGES : []) {
      const others = this.#run(callback, this.#other());
      for (const type of this.#typesOf(callback)) {
        const acts = this.#run(callback, this.#message({ type: lit(type) }));
        // What does nothing is listed where it differs from the others.
        if (acts.length + others.length > 0) found.push({ on: { event, type }, acts });
      }
      if (others.length > 0) found.push({ on: { event, type: null }, acts: others });
    }
    run({ event: "continue" }, "handleContinue", this.#goesOnWith());
    run({ event: "terminate" }, "terminate", unknown("why it ends", this.#code.at));
    const wants = found.some(({ acts }) => acts.some(({ does }) => does === "timeout"));
    if (wants) run({ event: "timeout" }, "handleInfo", this.#message({ type: lit("timeout") }));
    for (const peer of this.#peersOfOthers()) {
      const of = peer.of === null ? null : locationOf(peer.of);
      const alike = new Map<string, { ends: EndKind[]; acts: Act[] }>();
      for (const end of ENDS) {
        const acts = this.#run("handleInfo", this.#telling(peer, end)).map((act) => withReasonOf(act, end));
        const key = JSON.stringify(acts);
        const same = alike.get(key);
        if (same === undefined) alike.set(key, { ends: [end], acts });
        else same.ends.push(end);
      }
      for (const { ends, acts } of alike.values())
        if (acts.length > 0) found.push({ on: { event: peer.event, ends, of }, acts });
    }
    if (this.#interpreter.exhausted) return [];
    forgetPlainTargets(found);
    const asked = askedIn(found);
    for (const reaction of found)
      reaction.acts = withoutUnknownAnswers(reaction.acts.flatMap((act) => withoutUnasked(act, asked)));
    const state = [...this.#state].flatMap(([field, initial]) =>
      asked.has(field) ? [{ field, initial }] : [],
    );
    if (state.length > 0) this.#draft.facts.state = state;
    const others = new Set(found.flatMap(({ on }) => ("type" in on && on.type === null ? [on.event] : [])));
    return found.filter(({ on, acts }) => acts.length > 0 || ("type" in on && others.has(on.event)));
  }

  /**
   * The fields that a run can follow: data from the beginning, and whatever they are given is computed from such fields.
   */
  #followed(): Map<string, Formula> {
    const { self } = this.#code;
    const fields = new Map<string, Formula>();
    if (self?.cls.kind !== "class" || (this.#draft.facts.unread?.length ?? 0) > 0) return fields;
    const { changed, members } = chainOf(this.#interpreter, self.cls);
    for (const field of changed) {
      const member = members.get(field)?.member;
      const values = this.#draft.fields.get(field) ?? [];
      if (member?.kind !== "field" || member.static || values.length > MOST_VALUES) continue;
      const initial = member.value === null ? { is: "undefined" as const } : literalOf(member.value);
      if (initial !== null && values.every((v) => alternatives(v).every((a) => formulaOf(a) !== null)))
        fields.set(field, initial);
    }
    // Who is computed from one that is not followed is not either.
    const computed = (field: string) =>
      (this.#draft.fields.get(field) ?? []).flatMap(alternatives).flatMap((v) => fieldsOf(formulaOf(v)!));
    for (let more = true; more; ) {
      more = false;
      for (const field of fields.keys())
        if (computed(field).some((other) => !fields.has(other))) more = fields.delete(field);
    }
    return fields;
  }

  /** Those that its callbacks link to or monitor on any occasion. */
  #peersOfOthers(): Peer[] {
    for (const use of this.#draft.uses) {
      if (use.kind === "link" || use.kind === "monitor") this.#peer(use.kind, use.target, use.at);
    }
    for (const start of this.#draft.starts)
      if (start.linked && start.under === null)
        this.#peer(
          "link",
          { kind: "term", tag: "proc", data: { site: lit(start.site ?? "") }, at: start.at },
          start.at,
        );
    return [...this.#peers.values(), { event: "EXIT", of: null, name: UNKNOWN }];
  }

  #peer(kind: "link" | "monitor", target: Value, at: At): void {
    const key = `${kind} ${at.module.file}:${at.start}`;
    if (this.#peers.size >= MOST_PEERS || this.#peers.has(key)) return;
    this.#peers.set(key, { event: kind === "link" ? "EXIT" : "DOWN", of: at, name: this.#nameOf(target) });
  }

  /** A field that holds one process, or the reference of one monitor, is compared as that. */
  #nameOf(v: Value, depth = 0): string {
    if (depth > 8) return UNKNOWN;
    if (v.kind === "literal") return JSON.stringify(v.value) ?? "undefined";
    if (v.kind === "term") {
      if (v.tag === "held" && v.data.name?.kind === "literal") return String(v.data.name.value);
      if (v.tag === "lookup" && v.data.target !== undefined) return this.#nameOf(v.data.target, depth + 1);
      if (v.tag === "name" && v.data.name !== undefined) return this.#nameOf(v.data.name, depth + 1);
      if (v.tag === "monitor" && v.data.target !== undefined)
        return `monitor ${this.#nameOf(v.data.target, depth + 1)}`;
      return `${v.tag} ${v.at.module.file}:${v.at.start}`;
    }
    if (v.kind === "symbol" && v.root === "field" && v.path.length === 0) {
      const held = this.#held(String(v.name));
      if (held !== null) return this.#nameOf(held, depth + 1);
    }
    if (v.kind === "symbol") return `${v.root} ${v.name} ${v.path.join(".")}`;
    return UNKNOWN;
  }

  /** The only process, or monitor's reference, that a field ever holds. */
  #held(field: string): Value | null {
    const values = (this.#draft.fields.get(field) ?? [])
      .flatMap(alternatives)
      .filter((v) => !(v.kind === "literal" && (v.value === null || v.value === undefined)));
    const terms = values.filter(
      (v) =>
        (v.kind === "term" && (v.tag === "proc" || v.tag === "lookup" || v.tag === "monitor")) ||
        (v.kind === "symbol" && v.root === "arg"),
    );
    if (terms.length === 0 || terms.length < values.length) return null;
    const names = new Set(terms.map((v) => this.#nameOf(v, 4)));
    return names.size === 1 ? terms[0]! : null;
  }

  #telling(peer: Peer, end: EndKind): Rec {
    const { at } = this.#code;
    const reason = end === "error" ? record(new Map(), at, unknown("why it has failed", at)) : lit(end);
    const who = told(peer.name, at);
    return this.#message(
      peer.event === "EXIT"
        ? { type: lit("EXIT"), from: who, reason }
        : { type: lit("DOWN"), pid: who, ref: told(`monitor ${peer.name}`, at), reason },
    );
  }

  #message(fields: Record<string, Value>): Rec {
    const { at } = this.#code;
    return record(
      new Map(Object.entries(fields).map(([n, v]): [string, Entry] => [n, { value: v, at, maybe: false }])),
      at,
    );
  }

  #takesMessages(): boolean {
    const { self } = this.#code;
    const base = self?.cls.kind === "class" ? chainOf(this.#interpreter, self.cls).base : null;
    return base?.kind === "external" && base.path.at(-1) === "GenServer";
  }

  /** The types that a callback tells apart. */
  #typesOf(callback: string): string[] {
    this.#types.clear();
    const { at } = this.#code;
    this.#run(callback, this.#message({ type: { kind: "term", tag: "type", data: {}, at } }));
    return [...this.#types].slice(0, MOST_TYPES);
  }

  /** What its callbacks ask to go on with. */
  readonly #terms: Value[] = [];

  #goesOnWith(): Value {
    const [first, ...others] = this.#terms;
    return first?.kind === "literal" && others.every((term) => isLit(term, first.value))
      ? first
      : unknown("what it goes on with", this.#code.at);
  }

  /** A message of none of these types. */
  #other(): Value {
    return this.#message({ type: lit(Number.NaN) });
  }

  // ---- running ----

  /** Fields that callbacks change are not known between them. */
  #settle(): void {
    const { self } = this.#code;
    if (self?.cls.kind !== "class") return;
    for (const name of chainOf(this.#interpreter, self.cls).changed) self.fields.delete(name);
  }

  /** What a callback does, whichever way its conditions go that a run can decide. */
  #run(name: string, message: Value | null): Act[] {
    return this.#ways.follow(() => this.#runOnce(name, message));
  }

  readonly #ways = new Ways((test) => fieldsOf(test).every((field) => this.#state.has(field)));

  #runOnce(name: string, message: Value | null): Act[] {
    const callback = this.#code.callbacks.find((each) => each.name === name);
    const I = this.#interpreter;
    if (callback?.fn.kind !== "function") {
      // The library's own throws: nobody has said what to do with a call or a cast.
      const silent = name !== "handleCall" && name !== "handleCast";
      const location = locationOf(this.#code.at);
      return silent ? [] : [{ location, does: "end", how: "error", reason: `no ${name}` }];
    }
    const { fn } = callback;
    this.#acts = [[]];
    this.#seen = new Set();
    this.#ended = false;
    this.#callback = name;
    this.#timesAt.clear();
    I.phase = callback.phase;
    this.#calls = I.calls.length;
    const given = fn.func.params.map((p, i): Value => {
      const at = fn.scope.module.at(p.target);
      if (message !== null) {
        if (i === 0) return message;
        if (name === "handleCall" && i === 1)
          return this.#message({ pid: { kind: "term", tag: "caller", data: {}, at } });
        return unknown("a message that is not known", at);
      }
      return (
        (name === "init" ? this.#args?.[i] : undefined) ??
        callback.args[i] ??
        ({ kind: "symbol", root: "arg", name: i, path: [], at, of: this.#code.key } satisfies Sym)
      );
    });
    if (name === "init")
      for (const [i, { target, default: otherwise }] of fn.func.params.entries()) {
        // What is taken apart has to be there.
        if (target.kind === "identifier" || otherwise !== null || fn.func.params[i]!.rest) continue;
        if (this.#args === null) this.asksStart = true;
        else if (i >= this.#args.length || isLit(this.#args[i]!, undefined))
          return [
            { location: locationOf(fn.scope.module.at(target)), does: "end", how: "error", reason: null },
          ];
      }
    I.journal.branch(() => {
      this.#base = I.journal.level;
      const v = callFunction(I, fn, given, this.#code.self, this.#code.at);
      if (!Array.isArray(fn.func.body)) this.#returned(v, fn.scope.module.at(fn.func));
    });
    this.#settle();
    return this.#acts[0]!;
  }

  #add(act: Act): void {
    if (this.#interpreter.muted > 0 || this.#ended) return;
    if (act.possible === true) {
      const key = JSON.stringify([act, this.#acts.length]);
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
    }
    this.#acts.at(-1)!.push(act);
    if (act.does === "end" && act.possible === undefined && this.#acts.length === 1) this.#ended = true;
  }

  #at(at: At): { location: Location; possible?: true } {
    const location = locationOf(at);
    return this.#interpreter.journal.level > this.#base ? { location, possible: true } : { location };
  }

  #returned(v: Value, at: At): void {
    const of = alternatives(v);
    for (const one of of) {
      const answer = this.#callback === "handleCall" ? (this.#own.answer?.(one) ?? null) : null;
      if (answer !== null)
        this.#add({
          ...(of.length > 1 ? { ...this.#at(at), possible: true as const } : this.#at(at)),
          does: "reply",
          value: this.#computed(answer) ?? null,
        });
      const outcome = this.#own.outcome?.(one) ?? null;
      if (outcome === null) continue;
      const where = of.length > 1 ? { ...this.#at(at), possible: true as const } : this.#at(at);
      if (outcome.how === "noReply") this.#add({ ...where, does: "noReply" });
      else if (outcome.how === "continue") {
        this.#terms.push(outcome.term);
        this.#add({ ...where, does: "continue" });
      } else if (outcome.how === "timeout") {
        this.#add({
          ...where,
          does: "timeout",
          ...this.#time(outcome.ms, one.kind === "term" ? Object.values(one.data) : []),
        });
      } else this.#add({ ...where, does: "end", ...outcome });
    }
  }

  #hooks(): Hooks {
    const sink = this.#sink();
    return {
      call: (site, I) => {
        this.#site = site;
        const task = I.muted === 0 ? (this.#own.task?.(site) ?? null) : null;
        if (task !== null) return this.#task(task.fn, task.under, site.at);
        if (I.muted === 0) this.#does(site);
        let value: Value | null = null;
        if (I.muted === 0)
          for (const dialect of this.#dialects) value ??= dialect.use?.(site, I, sink) ?? null;
        for (const dialect of this.#dialects) value ??= dialect.value?.(site, I) ?? null;
        if (value !== null) return value;
        const answered = I.muted === 0 ? this.#answered : null;
        this.#answered = null;
        if (answered !== null)
          return { ...unknown("what is replied is known at run time only", site.at), formula: answered };
        if (reachesOutside(site, (pkg) => this.#dialects.some((d) => d.packages.includes(pkg))))
          return { kind: "term", tag: "outside", data: {}, at: site.at };
        return null;
      },
      functions: (callee, I) => this.#functions(callee, I),
      compared: (a, b) => {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const)
          if (x.kind === "term" && x.tag === "type" && y.kind === "literal" && typeof y.value === "string")
            if (!LIBRARY_TYPES.has(y.value)) this.#types.add(y.value);
      },
      field: (object, field, at, initial) => {
        if (object !== this.#code.self) return null;
        const held = this.#held(field);
        if (held !== null) return told(this.#nameOf(held), at, "held", field, this.#code.key);
        if (initial !== undefined && !this.#changes(field)) return null;
        return { kind: "symbol", root: "field", name: field, path: [], at, of: this.#code.key } satisfies Sym;
      },
      awaits: (value, _x, at, I) => {
        if (I.muted > 0) return;
        if (alternatives(value).some((v) => v.kind === "term" && v.tag === "outside"))
          this.#add({ ...this.#at(at), does: "wait", ms: null });
      },
      thrown: (_v, at) => this.#add({ ...this.#at(at), does: "end", how: "error", reason: null }),
      returned: (v, at, I) => {
        if (I.calls.length === this.#calls + 1) this.#returned(v, at);
      },
      decide: (test) => this.#ways.decide(test),
      loop: (part) => this.#loop(part),
      assign: (object, field, value, at) => {
        if (object !== this.#code.self || !this.#state.has(field)) return;
        const formula = formulaOf(value);
        if (formula !== null) this.#add({ ...this.#at(at), does: "set", field, value: formula });
      },
      attempt: (part, at) => {
        if (part === "try") {
          const act: Act = { ...this.#at(at), does: "try", acts: [], otherwise: [] };
          this.#acts.at(-1)!.push(act);
          this.#acts.push(act.acts);
          return;
        }
        this.#acts.pop();
        const act = this.#acts.at(-1)!.at(-1);
        if (part === "catch" && act?.does === "try") {
          this.#acts.push(act.otherwise);
          // What stands in a handler is done when it is.
          this.#bases.push(this.#base);
          this.#base = this.#interpreter.journal.level + 1;
        } else this.#base = this.#bases.pop() ?? this.#base;
      },
    };
  }

  readonly #bases: number[] = [];

  /** Whether an argument of the start may tell how long something takes, or a name. */
  asksStart = false;

  /** A time, or what a run computes it from. */
  #time(ms: number | null, by: readonly Value[]): { ms: number | null; computed?: Formula } {
    if (ms !== null) return { ms };
    if (by.some((v) => v.kind === "symbol" && v.root === "arg")) this.asksStart = true;
    const computed = by[0] === undefined ? undefined : this.#computed(by[0]);
    return { ms, ...(computed === undefined ? {} : { computed }) };
  }

  /** What a run computes a value from, where it can. */
  #computed(v: Value): Formula | undefined {
    const formula = formulaOf(v);
    return formula !== null && fieldsOf(formula).every((field) => this.#state.has(field))
      ? formula
      : undefined;
  }

  /** The callback that is run. */
  #callback = "";
  /** How often each place with a call was come to in it. */
  readonly #timesAt = new Map<string, number>();
  /** What the call that was noted just now is answered. */
  #answered: (Formula & { is: "reply" }) | null = null;

  /** Where acts are put back to when a loop cannot be followed turn by turn after all. */
  readonly #loops: { acts: Act[]; length: number; ended: boolean }[] = [];

  #loop(part: "begin" | "done" | "forgotten"): void {
    if (part === "begin") {
      const acts = this.#acts.at(-1)!;
      this.#loops.push({ acts, length: acts.length, ended: this.#ended });
      this.#base++;
      return;
    }
    const before = this.#loops.pop();
    this.#base--;
    if (part === "done" || before === undefined) return;
    before.acts.length = before.length;
    this.#ended = before.ended;
    this.#seen.clear();
  }

  /** What a task does is followed like the rest; it is no part of the callback. */
  #task(fn: Value, under: Value | null, at: At): Value {
    const acts: Act[] = [];
    const supervisor =
      under === null
        ? {}
        : { under: under.kind === "literal" || under.kind === "term" ? textOf(under) : null };
    this.#add({ ...this.#at(at), does: "task", acts, ...supervisor });
    if (fn.kind === "function") {
      const ended = this.#ended;
      this.#acts.push(acts);
      callFunction(this.#interpreter, fn, [unknown("the task", at)], fn.self, at);
      this.#acts.pop();
      this.#ended = ended;
    }
    return { kind: "term", tag: "task", data: {}, at };
  }

  /** Where a timer was set; null where that is not known, undefined for what is none. */
  #timerOf(v: Value): Location | null | undefined {
    if (v.kind === "term") return v.tag === "timer" ? locationOf(v.at) : undefined;
    if (v.kind !== "symbol" || v.root !== "field" || v.path.length > 0) return undefined;
    const set = (this.#draft.fields.get(String(v.name)) ?? [])
      .flatMap(alternatives)
      .flatMap((each) => (each.kind === "term" && each.tag === "timer" ? [each] : []));
    if (set.length === 0) return undefined;
    const [first] = set;
    return set.every(({ at }) => at.start === first!.at.start) ? locationOf(first!.at) : null;
  }

  #does(site: CallSite): void {
    const deed = this.#own.does?.(site) ?? null;
    const where = this.#at(site.at);
    if (deed?.does === "answer") this.#add({ ...where, does: "answer" });
    else if (deed?.does === "join") {
      if (deed.of.kind === "term" && deed.of.tag === "task")
        this.#add({ ...where, does: "join", of: locationOf(deed.of.at) });
    } else if (deed?.does === "forget") {
      const timer = this.#timerOf(deed.of);
      if (timer !== undefined) {
        this.#add({ ...where, does: "forget", kind: "timer", of: timer });
        return;
      }
      const name = this.#nameOf(deed.of);
      for (const { event, of, name: peer } of this.#peers.values()) {
        const kind = event === "EXIT" ? "link" : "monitor";
        if (of !== null && name === (kind === "link" ? peer : `monitor ${peer}`))
          this.#add({ ...where, does: "forget", kind, of: locationOf(of) });
      }
    }
  }

  /** How often this place was come to in this callback. */
  #countAt(at: At): number {
    const place = `${at.module.file}:${at.start}`;
    const nth = (this.#timesAt.get(place) ?? 0) + 1;
    this.#timesAt.set(place, nth);
    return nth;
  }

  #changes(field: string): boolean {
    const { self } = this.#code;
    return self?.cls.kind === "class" && chainOf(this.#interpreter, self.cls).changed.has(field);
  }

  #functions(callee: Sym, I: Interpreter): Fn[] {
    if (callee.root !== "field" || callee.of !== this.#code.key) return [];
    const found: Fn[] = [];
    for (const value of this.#draft.fields.get(String(callee.name)) ?? [])
      for (let v of alternatives(value)) {
        for (const n of callee.path) v = property(I, v, n, callee.at);
        for (const a of alternatives(v)) if (a.kind === "function") found.push(a);
      }
    return found;
  }

  #sink(): FactSink {
    const nothing = (): void => {};
    return {
      use: (kind, target, site, I) => {
        const sent = this.#own.sends?.(site) ?? null;
        const time = sent === null ? { ms: null } : this.#time(sent.ms, site.args);
        const type = sent === null ? null : typeOf(sent.message);
        if (sent?.toItself === true && sent.event !== "call") {
          const repeats = sent.repeats === true ? { repeats: true as const } : {};
          this.#add({
            ...this.#at(site.at),
            does: "message",
            event: sent.event,
            type,
            ...time,
            ...repeats,
          });
          return;
        }
        if (kind === "link" || kind === "monitor") {
          this.#peer(kind, target, site.at);
          if (target.kind === "term" && target.tag === "caller") {
            this.#add({ ...this.#at(site.at), does: "attend", kind });
            return;
          }
        }
        const manner = this.#own.manner?.(site) ?? null;
        const guarded = I.guarded > 0 || manner?.how === "start_result" ? { guarded: true as const } : {};
        const to = nameIn(formulaOf(target)) ?? textOf(target);
        const late = sent !== null && sent.ms !== null && sent.ms > 0;
        const where = this.#at(site.at);
        const nth = sent?.event === "call" && where.possible === undefined ? this.#countAt(site.at) : 1;
        this.#answered =
          sent?.event === "call" && where.possible === undefined
            ? { is: "reply", of: where.location, ...(nth > 1 ? { nth } : {}) }
            : null;
        this.#add({
          ...where,
          does: "use",
          kind,
          ...(nth > 1 ? { nth } : {}),
          ...guarded,
          ...(type === null ? {} : { type }),
          ...(manner === null ? {} : { manner }),
          ...(to === null ? {} : { to }),
          ...(sent?.timeout === undefined ? {} : { timeout: sent.timeout }),
          ...(late ? { after: sent.ms! } : {}),
          ...(sent?.repeats === true ? { repeats: true as const } : {}),
        });
      },
      start: (start) => {
        if (start.under === null) {
          const guarded = this.#interpreter.guarded > 0 ? { guarded: true as const } : {};
          this.#add({ ...this.#at(start.at), does: "use", kind: "start", ...guarded });
          return;
        }
        // That a supervisor is asked was noted as a use just now.
        const act = this.#acts.at(-1)!.at(-1);
        const id = start.child?.id ?? null;
        if (act?.does === "use" && act.kind === "start") {
          delete act.to;
          if (id !== null && !id.includes("*")) act.to = id;
        }
      },
      registers: ({ name }) => this.#register(name),
      registersPattern: () => {
        // A start may tell the rest of the name.
        this.asksStart = true;
        this.#register(null);
      },
      trapsExit: nothing,
      stops: (reason, at) => {
        // Only what is thrown ends it here; what is returned is looked at there.
        if (this.#site?.callee.kind === "externalMethod")
          this.#add({ ...this.#at(at), does: "end", how: "stop", reason });
      },
      waits: (_what, at) =>
        this.#add({
          ...this.#at(at),
          does: "wait",
          ...this.#time(numberOf(this.#site?.args[0]), this.#site?.args ?? []),
        }),
      unread: nothing,
      handlesDown: nothing,
      handlesExit: nothing,
    };
  }

  /** What is being called. */
  #site: CallSite | null = null;

  #register(name: string | null): void {
    const at = this.#site?.at ?? this.#code.at;
    this.#add({ ...this.#at(at), does: "register", name });
  }
}

/** Whom a use is about is said where its place leads to several. */
function forgetPlainTargets(reactions: readonly Reaction[]): void {
  const targets = new Map<string, Set<string | undefined>>();
  const uses: (Act & { does: "use" })[] = [];
  const place = ({ location: { file, line, column }, kind }: Act & { does: "use" }) =>
    `${kind} ${file}:${line}:${column}`;
  const look = (act: Act): void => {
    for (const inner of partsOf(act)) look(inner);
    if (act.does !== "use") return;
    uses.push(act);
    const known = targets.get(place(act));
    if (known === undefined) targets.set(place(act), new Set([act.to]));
    else known.add(act.to);
  };
  for (const { acts } of reactions) for (const act of acts) look(act);
  for (const use of uses) if (targets.get(place(use))?.size === 1) delete use.to;
}

/** The fields that conditions ask for, and those that these are computed from. */
function askedIn(reactions: readonly Reaction[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const look = (act: Act): void => {
    for (const formula of formulasIn(act)) for (const field of fieldsOf(formula)) asked.add(field);
    if (act.does === "set" && asked.has(act.field)) for (const field of fieldsOf(act.value)) asked.add(field);
    for (const inner of partsOf(act)) look(inner);
  };
  for (let before = -1; before !== asked.size; ) {
    before = asked.size;
    for (const { acts } of reactions) for (const act of acts) look(act);
  }
  return asked;
}

/** What an act needs to know. */
function formulasIn(act: Act): readonly Formula[] {
  if (act.does === "if") return [act.test];
  if (act.does === "reply") return act.value === null ? [] : [act.value];
  return "computed" in act && act.computed !== undefined ? [act.computed] : [];
}

/** Where nothing of what is replied is known, nothing is said of it. */
function withoutUnknownAnswers(acts: readonly Act[]): Act[] {
  const isKnown = (act: Act): boolean =>
    act.does === "reply" ? act.value !== null : act.does !== "task" && partsOf(act).some(isKnown);
  if (acts.some(isKnown)) return [...acts];
  const without = (all: readonly Act[]): Act[] =>
    all.flatMap((act): Act[] => {
      if (act.does === "reply") return [];
      if (act.does !== "if" && act.does !== "try") return [act];
      const [inner, otherwise] = [without(act.acts), without(act.otherwise)];
      return act.does === "if" && inner.length + otherwise.length === 0
        ? []
        : [{ ...act, acts: inner, otherwise }];
    });
  return without(acts);
}

function withoutUnasked(act: Act, asked: ReadonlySet<string>): Act[] {
  if (act.does === "set") return asked.has(act.field) ? [act] : [];
  const inner = (acts: readonly Act[]) => acts.flatMap((each) => withoutUnasked(each, asked));
  if (act.does === "task") return [{ ...act, acts: inner(act.acts) }];
  if (act.does === "try") return [{ ...act, acts: inner(act.acts), otherwise: inner(act.otherwise) }];
  if (act.does !== "if") return [act];
  const [acts, otherwise] = [inner(act.acts), inner(act.otherwise)];
  return acts.length + otherwise.length === 0 ? [] : [{ ...act, acts, otherwise }];
}

/** Who a message tells of, or a field holds: equal when the names are. */
function told(name: string, at: At, tag = "peer", field?: string, of?: string): Value {
  return {
    kind: "term",
    tag,
    data: { name: lit(name), ...(field === undefined ? {} : { field: lit(field), of: lit(of) }) },
    at,
  };
}

/** A reason that is the message's own is left to the message. */
function withReasonOf(act: Act, end: EndKind): Act {
  if (act.does === "try" || act.does === "if")
    return {
      ...act,
      acts: act.acts.map((one) => withReasonOf(one, end)),
      otherwise: act.otherwise.map((one) => withReasonOf(one, end)),
    };
  return act.does === "end" && act.reason === end ? { ...act, reason: null } : act;
}

/** The registered name that a target is given by. */
function nameIn(formula: Formula | null): string | null {
  if (formula?.is === "registered") return formula.name;
  return formula?.is === "value" && typeof formula.value === "string" ? formula.value : null;
}

/** What a field's initializer is, where that is data. */
function literalOf(x: Expr): Formula | null {
  if (x.kind === "literal")
    return x.value === undefined ? { is: "undefined" } : { is: "value", value: x.value };
  if (
    x.kind === "unary" &&
    x.op === "-" &&
    x.argument.kind === "literal" &&
    typeof x.argument.value === "number"
  )
    return { is: "value", value: -x.argument.value };
  return null;
}

function numberOf(v: Value | undefined): number | null {
  return v?.kind === "literal" && typeof v.value === "number" ? v.value : null;
}

/** The name that a value is, or is a constant for. */
function textOf(v: Value): string | null {
  const name = v.kind === "term" && v.tag === "name" ? v.data.name : v;
  return name?.kind === "literal" && typeof name.value === "string" ? name.value : null;
}

/** The text by which its receiver tells a message apart. */
function typeOf(v: Value): string | null {
  const type = v.kind === "record" ? v.contents.props.get("type")?.value : undefined;
  return type?.kind === "literal" && typeof type.value === "string" ? type.value : null;
}
