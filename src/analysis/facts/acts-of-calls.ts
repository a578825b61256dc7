/** What a call in a callback does, as acts: uses of others, messages to itself, tasks, timers, names. */
import type { Act, EdgeKind, Formula, Location } from "../../model/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { callFunction } from "../evaluate/calls.ts";
import type { CallSite, Interpreter } from "../evaluate/interpreter.ts";
import { locationOf } from "../evaluate/scope.ts";
import { type At, alternatives, unknown, type Value } from "../evaluate/values.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import type { ActsOfCallback } from "./acts-of-callback.ts";
import { nameOfTarget, numberOf, textOf, typeOf } from "./messages.ts";
import type { Peers } from "./peers.ts";
import { OutsideUses, outsideTerm } from "./reaches-outside.ts";
import type { FactSink } from "./sink.ts";

/** What the calls are part of. */
interface Surroundings {
  dialects: readonly Dialect[];
  /** The one that the process is of. */
  own: Dialect;
  code: ProcessCode;
  draft: ProcessDraft;
  acts: ActsOfCallback;
  peers: Peers;
  interpreter: () => Interpreter;
  /** What a run computes a value from, where it can. */
  computed: (v: Value) => Formula | undefined;
}

export class ActsOfCalls {
  readonly #of: Surroundings;
  readonly #outside: OutsideUses;
  readonly #sink: FactSink;
  /** Whether an argument of the start may tell how long something takes, or a name. */
  asksStart = false;
  /** What the call that is noted is answered. */
  #answered: (Formula & { is: "reply" }) | null = null;

  constructor(of: Surroundings) {
    this.#of = of;
    this.#sink = this.#sinkOf(of.code);
    this.#outside = new OutsideUses(of.dialects);
  }

  /** Notes what a call does, and gives its value where that is known. */
  note(site: CallSite): Value | null {
    const { dialects, own } = this.#of;
    const I = this.#of.interpreter();
    this.#site = site;
    const task = I.muted === 0 ? (own.task?.(site) ?? null) : null;
    if (task !== null) return this.#task(task.fn, task.under, site.at);
    if (I.muted === 0) this.#does(site);
    let value: Value | null = null;
    this.#answered = null;
    if (I.muted === 0) for (const dialect of dialects) value ??= dialect.use?.(site, I, this.#sink) ?? null;
    for (const dialect of dialects) value ??= dialect.value?.(site, I) ?? null;
    if (value !== null) return value;
    if (this.#answered !== null)
      return { ...unknown("what is replied is known at run time only", site.at), formula: this.#answered };
    return this.#outside.reaches(site) ? outsideTerm(site) : null;
  }

  /** A time, or what a run computes it from. */
  time(ms: number | null, by: readonly Value[]): { ms: number | null; computed?: Formula } {
    if (ms !== null) return { ms };
    if (by.some((v) => v.kind === "symbol" && v.root === "arg")) this.asksStart = true;
    const computed = by[0] === undefined ? undefined : this.#of.computed(by[0]);
    return { ms, ...(computed === undefined ? {} : { computed }) };
  }

  /** What a task does is followed like the rest; it is no part of the callback. */
  #task(fn: Value, under: Value | null, at: At): Value {
    const acts: Act[] = [];
    const supervisor =
      under === null
        ? {}
        : { under: under.kind === "literal" || under.kind === "term" ? textOf(under) : null };
    this.#of.acts.add({ ...this.#of.acts.at(at), does: "task", acts, ...supervisor });
    if (fn.kind === "function")
      this.#of.acts.task(acts, () =>
        callFunction(this.#of.interpreter(), fn, [unknown("the task", at)], fn.self, at),
      );
    return { kind: "term", tag: "task", data: {}, at };
  }

  /** Where a timer was set; null where that is not known, undefined for what is none. */
  #timerOf(v: Value): Location | null | undefined {
    if (v.kind === "term") return v.tag === "timer" ? locationOf(v.at) : undefined;
    if (v.kind !== "symbol" || v.root !== "field" || v.path.length > 0) return undefined;
    const set = (this.#of.draft.fields.get(String(v.name)) ?? [])
      .flatMap(alternatives)
      .flatMap((each) => (each.kind === "term" && each.tag === "timer" ? [each] : []));
    if (set.length === 0) return undefined;
    const [first] = set;
    return set.every(({ at }) => at.start === first!.at.start) ? locationOf(first!.at) : null;
  }

  #does(site: CallSite): void {
    const deed = this.#of.own.does?.(site) ?? null;
    const where = this.#of.acts.at(site.at);
    if (deed?.does === "answer") this.#of.acts.add({ ...where, does: "answer" });
    else if (deed?.does === "join") {
      if (deed.of.kind === "term" && deed.of.tag === "task")
        this.#of.acts.add({ ...where, does: "join", of: locationOf(deed.of.at) });
    } else if (deed?.does === "forget") {
      const timer = this.#timerOf(deed.of);
      if (timer !== undefined) {
        this.#of.acts.add({ ...where, does: "forget", kind: "timer", of: timer });
        return;
      }
      for (const { kind, of } of this.#of.peers.withName(deed.of))
        this.#of.acts.add({ ...where, does: "forget", kind, of });
    }
  }

  #use(kind: EdgeKind, target: Value, site: CallSite, I: Interpreter): void {
    const sent = this.#of.own.sends?.(site) ?? null;
    const time = sent === null ? { ms: null } : this.time(sent.ms, site.args);
    const type = sent === null ? null : typeOf(sent.message);
    if (sent?.toItself === true && sent.event !== "call") {
      const repeats = sent.repeats === true ? { repeats: true as const } : {};
      this.#of.acts.add({
        ...this.#of.acts.at(site.at),
        does: "message",
        event: sent.event,
        type,
        ...time,
        ...repeats,
      });
      return;
    }
    if (kind === "link" || kind === "monitor") {
      this.#of.peers.note(kind, target, site.at);
      if (target.kind === "term" && target.tag === "caller") {
        this.#of.acts.add({ ...this.#of.acts.at(site.at), does: "attend", kind });
        return;
      }
    }
    const manner = this.#of.own.manner?.(site) ?? null;
    const guarded = I.guarded > 0 || manner?.how === "start_result" ? { guarded: true as const } : {};
    const to = nameOfTarget(target);
    const late = sent !== null && sent.ms !== null && sent.ms > 0;
    const where = this.#of.acts.at(site.at);
    const nth = sent?.event === "call" && where.possible === undefined ? this.#of.acts.countAt(site.at) : 1;
    this.#answered =
      sent?.event === "call" && where.possible === undefined
        ? { is: "reply", of: where.location, ...(nth > 1 ? { nth } : {}) }
        : null;
    this.#of.acts.add({
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
  }

  #sinkOf(of: ProcessCode): FactSink {
    return {
      of,
      use: (kind, target, site, I) => this.#use(kind, target, site, I),
      start: (start) => {
        if (start.under === null) {
          const guarded = this.#of.interpreter().guarded > 0 ? { guarded: true as const } : {};
          this.#of.acts.add({ ...this.#of.acts.at(start.at), does: "use", kind: "start", ...guarded });
          return;
        }
        // That a supervisor is asked was noted as a use just now.
        const act = this.#of.acts.last;
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
      trapsExit: () => {},
      stops: (reason, at) => {
        // What is returned is looked at there.
        if (this.#site?.callee.kind === "externalMethod")
          this.#of.acts.add({ ...this.#of.acts.at(at), does: "end", how: "stop", reason });
      },
      makesStop: () => {},
      waits: (_what, at) =>
        this.#of.acts.add({
          ...this.#of.acts.at(at),
          does: "wait",
          ...this.time(numberOf(this.#site?.args[0]), this.#site?.args ?? []),
        }),
      unread: () => {},
      ends: () => {},
      handlesDown: () => {},
      handlesExit: () => {},
    };
  }

  /** What is being called. */
  #site: CallSite | null = null;

  #register(name: string | null): void {
    const at = this.#site?.at ?? this.#of.code.at;
    this.#of.acts.add({ ...this.#of.acts.at(at), does: "register", name });
  }
}
