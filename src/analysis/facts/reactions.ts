/**
 * What a process does by itself: in `init` and `handleContinue`, when somebody it is linked to or monitors has ended,
 * and on the messages that it sends itself. Its callbacks are run once for each of these, with what is known of the
 * message, so that their own conditions decide.
 */

import {
  type Act,
  type EndKind,
  type Formula,
  type Occasion,
  type Reaction,
  TELLING,
} from "../../model/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { callFunction } from "../evaluate/calls.ts";
import { fieldsOf, formulaOf } from "../evaluate/formula.ts";
import { type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import {
  type At,
  alternatives,
  type Fn,
  isLit,
  lit,
  type Sym,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { ProcessDraft, WhatItDoes } from "../link/unresolved-definitions.ts";
import { ActsOfCallback } from "./acts-of-callback.ts";
import { ActsOfCalls } from "./acts-of-calls.ts";
import { takeForChanged } from "./aliased-fields.ts";
import { type Followed, followedFields } from "./followed-fields.ts";
import { HandledMessages, messageOf, textOf } from "./messages.ts";
import { needed } from "./needed-reactions.ts";
import { type Peer, Peers } from "./peers.ts";
import { isOutside, WaitedBefore } from "./reaches-outside.ts";
import { Ways } from "./ways.ts";

const MOST_TYPES = 24;
/** What comes as a message, and who takes it. */
const MESSAGES = [
  ["call", "handleCall"],
  ["cast", "handleCast"],
  ["info", "handleInfo"],
] as const;
/** Types of messages that the library itself sends. */
const LIBRARY_TYPES: ReadonlySet<unknown> = new Set(["EXIT", "DOWN", "timeout"]);
const ENDS: readonly EndKind[] = ["error", "killed", "noproc", "normal", "shutdown"];

/** Null where the code is none that has callbacks of its own. */
export function reactionsOf(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  draft: ProcessDraft,
  steps: number,
  args: readonly Value[] | null,
): Reactions | null {
  const own = dialects.find((dialect) => dialect.outcome !== undefined && dialect.name === code.dialect);
  return own === undefined ? null : new Reactions(world, dialects, own, code, draft, steps, args);
}

export class Reactions {
  readonly #interpreter: Interpreter;
  readonly #own: Dialect;
  readonly #code: ProcessCode;
  readonly #draft: ProcessDraft;
  /** The arguments of the start, as far as they are known. */
  readonly #args: readonly Value[] | null;
  /** The types that a callback compares with, and the property that has them. */
  readonly #types = new Map<string, string>();
  readonly #peers: Peers;
  readonly #acts = new ActsOfCallback(() => this.#interpreter);
  /** Of the callback that is run. */
  #waited = new WaitedBefore();
  readonly #calls: ActsOfCalls;
  readonly #followed: Followed;
  /** The fields that are followed, with what is in them at first. */
  readonly #state: ReadonlyMap<string, Formula>;
  #depth = 0;

  constructor(
    world: World,
    dialects: readonly Dialect[],
    own: Dialect,
    code: ProcessCode,
    draft: ProcessDraft,
    steps: number,
    args: readonly Value[] | null,
  ) {
    this.#args = args;
    this.#own = own;
    this.#code = code;
    this.#draft = draft;
    this.#peers = new Peers(code, draft);
    this.#calls = new ActsOfCalls({
      dialects,
      own,
      code,
      draft,
      acts: this.#acts,
      peers: this.#peers,
      interpreter: () => this.#interpreter,
      computed: (v) => this.#computed(v),
    });
    this.#interpreter = new Interpreter(world, this.#hooks(), steps);
    takeForChanged(this.#interpreter, code);
    this.#settle();
    this.#followed = followedFields(this.#interpreter, code, draft, args);
    this.#state = this.#followed.fields;
  }

  /** Whether an argument of the start may tell how long something takes, a name, or what is in a field. */
  get asksStart(): boolean {
    if (this.#followed.asksStart) return true;
    this.all();
    return this.#calls.asksStart;
  }

  all(): WhatItDoes {
    this.#all ??= this.#runAll();
    return this.#all;
  }

  #all: WhatItDoes | null = null;

  #runAll(): WhatItDoes {
    const found: Reaction[] = [];
    const note = (on: Occasion, acts: Act[]): void => {
      if (acts.length > 0) found.push({ on, acts });
    };
    if (this.#code.endsWithFunction === true) {
      const acts = this.#run("run", null);
      const end: Act = { location: locationOf(this.#code.at), does: "end", how: "stop", reason: "normal" };
      found.push({ on: { event: "continue" }, acts: [...acts, end] });
    }
    note({ event: "init" }, this.#run("init", null));
    for (const [event, callback] of this.#takesMessages() ? MESSAGES : []) {
      const types = this.#typesOf(callback);
      const keys = ["type", ...types.map(([, key]) => key)];
      const other = Object.fromEntries(keys.map((key) => [key, lit(Number.NaN)]));
      // A message of none of these types.
      const others = this.#handle(callback, other);
      for (const [type, key] of types) {
        const acts = this.#handle(callback, { ...other, [key]: lit(type) });
        if (acts.length + others.length > 0) found.push({ on: { event, type }, acts });
      }
      if (others.length > 0) found.push({ on: { event, type: null }, acts: others });
    }
    note({ event: "continue" }, this.#run("handleContinue", this.#goesOnWith()));
    note({ event: "terminate" }, this.#run("terminate", unknown("why it ends", this.#code.at)));
    const wants = found.some(({ acts }) => acts.some(({ does }) => does === "timeout"));
    if (wants) note({ event: "timeout" }, this.#handle("handleInfo", { type: lit("timeout") }));
    for (const peer of this.#peers.all()) found.push(...this.#reactionsTo(peer));
    if (this.#interpreter.exhausted) return { reactions: [] };
    const { reactions, state } = needed(found, this.#state);
    return state.length > 0 ? { state, reactions } : { reactions };
  }

  /** What it does when somebody has ended, for each kind of reason. */
  #reactionsTo(peer: Peer): Reaction[] {
    const of = peer.of === null ? null : locationOf(peer.of);
    const alike = new Map<string, { ends: EndKind[]; acts: Act[] }>();
    for (const end of ENDS) {
      const acts = this.#handle("handleInfo", this.#peers.telling(peer, end)).map((act) =>
        withReasonOf(act, end),
      );
      const key = JSON.stringify(acts);
      const same = alike.get(key);
      if (same === undefined) alike.set(key, { ends: [end], acts });
      else same.ends.push(end);
    }
    return [...alike.values()].flatMap(({ ends, acts }) =>
      acts.length > 0 ? [{ on: { event: peer.event, ends, of }, acts }] : [],
    );
  }

  #takesMessages(): boolean {
    const { self } = this.#code;
    const base = self?.cls.kind === "class" ? chainOf(this.#interpreter, self.cls).base : null;
    return base?.kind === "external" && base.path.at(-1) === "GenServer";
  }

  /** The types that a callback tells apart, with the property that has them. */
  #typesOf(callback: string): [type: string, key: string][] {
    this.#types.clear();
    const { at } = this.#code;
    const asked = TELLING.map((key): [string, Value] => [
      key,
      { kind: "term", tag: "type", data: { key: lit(key) }, at },
    ]);
    this.#handle(callback, Object.fromEntries(asked));
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

  /** What a callback does with a message of these parts. */
  #handle(callback: string, parts: Record<string, Value>): Act[] {
    return this.#messages.handle(callback, parts, this.#code.at, (message) => this.#run(callback, message));
  }

  readonly #messages = new HandledMessages();

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
    this.#acts.begin();
    this.#waited = new WaitedBefore();
    this.#callback = name;
    I.phase = callback.phase;
    this.#depth = I.calls.length;
    const given = fn.func.params.map((p, i): Value => {
      const at = fn.scope.module.at(p.target);
      if (message !== null) {
        if (i === 0) return message;
        if (name === "handleCall" && i === 1)
          return messageOf({ pid: { kind: "term", tag: "caller", data: {}, at } }, at);
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
        if (this.#args === null) this.#calls.asksStart = true;
        else if (i >= this.#args.length || isLit(this.#args[i]!, undefined))
          return [
            { location: locationOf(fn.scope.module.at(target)), does: "end", how: "error", reason: null },
          ];
      }
    I.journal.branch(() => {
      this.#acts.enter();
      const v = callFunction(I, fn, given, this.#code.self, this.#code.at);
      if (!Array.isArray(fn.func.body)) this.#returned(v, fn.scope.module.at(fn.func));
    });
    this.#settle();
    return this.#acts.all;
  }

  #returned(v: Value, at: At): void {
    const of = alternatives(v);
    for (const one of of) {
      const answer = this.#callback === "handleCall" ? (this.#own.answer?.(one) ?? null) : null;
      if (answer !== null)
        this.#acts.add({
          ...(of.length > 1 ? { ...this.#acts.at(at), possible: true as const } : this.#acts.at(at)),
          does: "reply",
          value: this.#computed(answer) ?? null,
        });
      const outcome = this.#own.outcome?.(one) ?? null;
      if (outcome === null) continue;
      const where = of.length > 1 ? { ...this.#acts.at(at), possible: true as const } : this.#acts.at(at);
      if (outcome.how === "noReply") this.#acts.add({ ...where, does: "noReply" });
      else if (outcome.how === "continue") {
        this.#terms.push(outcome.term);
        this.#acts.add({ ...where, does: "continue" });
      } else if (outcome.how === "timeout") {
        this.#acts.add({
          ...where,
          does: "timeout",
          ...this.#calls.time(outcome.ms, one.kind === "term" ? Object.values(one.data) : []),
        });
      } else {
        // A helper, a constant or a table may have made it: that is where it stops.
        const made = one.kind === "term" ? this.#acts.at(one.at) : {};
        this.#acts.add({ ...where, ...made, does: "end", ...outcome });
      }
    }
  }

  #hooks(): Hooks {
    return {
      call: (site) => this.#calls.note(site),
      functions: (callee, I) => this.#functions(callee, I),
      compared: (a, b) => {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const)
          if (x.kind === "term" && x.tag === "type" && y.kind === "literal" && typeof y.value === "string")
            if (!LIBRARY_TYPES.has(y.value)) this.#types.set(y.value, textOf(x.data.key!) ?? "type");
      },
      field: (object, field, at, initial) => {
        if (object !== this.#code.self) return null;
        const held = this.#peers.heldBy(field, at);
        if (held !== null) return held;
        if (initial !== undefined && !this.#changes(field)) return null;
        return { kind: "symbol", root: "field", name: field, path: [], at, of: this.#code.key } satisfies Sym;
      },
      awaits: (value, _x, at, I, by) => {
        if (I.muted > 0) return;
        if (!isOutside(value, by)) return;
        const place = this.#acts.at(at);
        if (!this.#waited.add(value, place.possible === undefined))
          this.#acts.add({ ...place, does: "wait", ms: null });
      },
      thrown: (_v, at) => this.#acts.add({ ...this.#acts.at(at), does: "end", how: "error", reason: null }),
      returned: (v, at, I) => {
        if (I.calls.length === this.#depth + 1) this.#returned(v, at);
      },
      decide: (test) => this.#ways.decide(test),
      loop: (part) => this.#acts.loop(part),
      assign: (object, field, value, at) => {
        if (object !== this.#code.self || !this.#state.has(field)) return;
        const formula = formulaOf(value);
        if (formula !== null) this.#acts.add({ ...this.#acts.at(at), does: "set", field, value: formula });
      },
      attempt: (part, at) => this.#acts.attempt(part, at),
    };
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
