/**
 * Runs the compact program of a file on values that may be unknown. State only; the work is in `expressions`,
 * `statements` and `calls`. One interpreter per execution: a supervisor's `init`, a process's callbacks, a
 * module's body.
 */
import type { Formula, Phase } from "../../model/index.ts";
import type { Class, Expr, Func, Literal, Member } from "../ir.ts";
import { grouped, type Pool, shareOf, TOO_DEEP } from "./budget.ts";
import type { Failure } from "./failure.ts";
import { Journal } from "./journal.ts";
import { NOTHING, type Origins } from "./origins.ts";
import type { Cell, ModuleState, Scope } from "./scope.ts";
import type { Chain } from "./values.ts";
import {
  type At,
  type Cls,
  type Ext,
  type ExtMethod,
  type Fn,
  type Inst,
  type List,
  type Sym,
  type Unknown,
  unknown,
  type Value,
} from "./values.ts";
import type { World } from "./world.ts";

/** A call of something that an external package provides. */
export interface CallSite {
  callee: Ext | ExtMethod;
  args: Value[];
  /** True when there may be more arguments than these. */
  open: boolean;
  isNew: boolean;
  expr: Expr;
  at: At;
}

/** What the reader of an execution wants to know. */
export interface Hooks {
  /** The value of an external call, null when the dialects do not know it. */
  call(site: CallSite, I: Interpreter): Value | null;
  /** A field of a process's own object is assigned. */
  assign?(self: Inst, field: string, value: Value, at: At, I: Interpreter): void;
  /** Something is waited for. */
  awaits?(value: Value, x: Expr, at: At, I: Interpreter, by: WaitedBy): void;
  /** A field of a process's object that has no value of its own now: symbolic, or null for the ordinary answer. */
  field?(self: Inst, field: string, at: At, initial?: Value): Value | null;
  /** A field of a process's object gives the list or the object that it begins with. */
  begins?(self: Inst, field: string, value: Value): void;
  /** The functions that something symbolic may be: a method of the object that a field holds. */
  functions?(callee: Sym, I: Interpreter): readonly Fn[];
  /** A function is called; `run` calls it. */
  through?(fn: Fn, args: readonly Value[], run: () => Value): Value;
  /** Something is put into a list or a map that a field holds; into a map under this key. */
  put?(into: Sym, value: Value, key?: Value): void;
  /** A property of an object of which only is known where it is kept is set by its name: `this.peers.left = …`. */
  part?(of: Sym, name: string, value: Value): void;
  /** A variable of the module whose body is run is assigned, or of the module of a function that it calls. */
  assigned?(name: string, value: Value, module: ModuleState): void;
  /** A text chose what is run: it was compared with itself, or a table has a function of this name (`key`), which may hold more. */
  named?(text: Literal, key?: "key"): void;
  /** It is asked whether the process that something symbolic leads to is alive. */
  askedAlive?(of: Sym): void;
  /** These values are given to code that is not read. */
  givenAway?(values: readonly Value[], at: At): void;
  /** A property of something that is not the process's own object is assigned: of this name, where it is one of an object. */
  changed?(object: Value, value: Value, at: At, property?: string): void;
  /** A property of something is set or deleted, or (unless it is null) a method of it is called. */
  inside?(object: Value, method: string | null, x: Expr, at: At): void;
  /** Something of an object is chosen by a name that is not known. */
  chosen?(object: Inst, name: Value, at: At): void;
  /** Which way to go where a run could tell; null for both. */
  decide?(test: Formula): boolean | null;
  /** A loop is followed turn by turn; that worked, or it did not and is forgotten. */
  loop?(part: "begin" | "done" | "forgotten"): void;
  /** Two values are compared. */
  compared?(a: Value, b: Value): void;
  /** A function returns. */
  returned?(value: Value, at: At, I: Interpreter): void;
  /** Something is thrown. */
  thrown?(value: Value, at: At, I: Interpreter): void;
  /** A loop has ended that waited for somebody to be found. */
  waitedFor?(name: string, I: Interpreter): void;
  /** Whether what is returned from the running callback makes it fail. */
  isFailure?(value: Value, I: Interpreter): boolean;
  /** What fails where a process is used that is not there. */
  failure?: Failure | undefined;
  /** A `try` begins, its handler begins, it has ended. */
  attempt?(part: "try" | "catch" | "end", at: At, I: Interpreter): void;
}

/**
 * What becomes of the promise that an expression gives: it is waited for at once, by nobody, or that is not seen where it
 * is made.
 */
export type Fate = "awaited" | "dropped" | "kept";

/** Something is waited for by the word, by what waits for the async function that returns it, or turn by turn. */
export type WaitedBy = "await" | "return" | "loop";

/** A step is one expression or statement, or so many elements that are copied or compared. */
const ELEMENTS_PER_STEP = 8;
/** Of a long literal. */
const STEPS_PER_ELEMENT = 24;
const MOST_ON_TOP = 20_000;
/** How deep calls go. */
const MAX_CALLS = 24;
/** How deep a function calls itself with arguments that are known, and how often one of that kind is called. */
const MAX_DEEP = 16;
const MAX_COUNTED = 300;
const MAX_DEFERRED = 2000;

export interface Frame {
  returns: Value[];
  /** What becomes of what the function returns. */
  fate: Fate;
  async: boolean;
  /** What a generator has yielded so far. */
  yields: List | null;
  /** The journal's level when the function was called. */
  level: number;
  /** What it returns for certain, although not all of that could be followed. */
  partial: Value | null;
  /** How many conditions there were when it was called, and what those depend on behind which it returns. */
  conditions: number;
  under: Origins;
}

export class Interpreter {
  readonly world: World;
  readonly journal = new Journal();
  hooks: Hooks;
  /** What a dialect notes for the calls inside a call of its own. */
  readonly marks = new Set<string>();
  /** Whom a loop has waited for until it was found: see `nameOfTarget`. */
  readonly waitedFor = new Set<string>();
  /** Off while a loop's body is tried out. */
  muted = 0;
  /** How often something was thrown. */
  throws = 0;
  phase: Phase = "later";
  /** Off while a module's own top level is evaluated: variables that it changes further on have no value yet. */
  afterwards = true;
  /** Fields whose initial value is being worked out: it may, in a broken program, use the field itself. */
  readonly initialising = new Set<Member>();
  /** On while things are made that outlive this execution: others may change them meanwhile. */
  keeping = 0;
  /** On while a module's own things are made. */
  sharing = false;
  /** The scope of the module whose body is run. */
  top: Scope | null = null;
  /** Static members that have a value in this execution. */
  readonly statics = new Map<Cls, Map<string, Cell>>();
  /** What what runs now has given variables of modules and objects in fields: see `setVariable`. Null where that is not followed. */
  variables: Map<string, Cell> | null = null;
  /** Which jump ended the last turn of a loop, when it is one for certain. */
  lastJump: "break" | "continue" | "either" = "either";
  /** What the last jump names, where it is not the innermost loop. */
  jumpsTo: string | null = null;
  /** How many enclosing try blocks (or `.catch`) would catch a failure here. */
  guarded = 0;
  /** How many enclosing `catch` blocks and handlers of `.catch` are being run. */
  handling = 0;
  /** How many running functions nobody waits for: what fails in them fails unnoticed. */
  unawaited = 0;
  /** The field that holds the object, or the function, that is running. */
  throughField: string | null = null;
  /** On while what a property held before it is assigned is looked at. */
  assigning = false;
  /** Whether a condition looked at an argument of the start, or at a field. */
  asksStart = false;
  /** The undecided conditions behind which what is being run stands. */
  readonly conditions: Origins[] = [];
  /** Which turns of loops are being run, from the outside in: see `inTurn`. */
  readonly turns: string[] = [];
  /** The condition under which the statement that was run last left its function or loop. */
  leftUnder: Origins | null = null;
  /** What becomes of the value of the call that is being made. */
  fate: Fate = "kept";
  /** What becomes of the value of the expression that is evaluated next. */
  next: Fate = "kept";
  readonly calls: Func[] = [];
  /** Where each of them was called; a function that nobody calls here, at its own place. */
  readonly sites: At[] = [];
  /** How many of them lead to the constructor, or the field, that runs: what it makes is the same wherever it is asked for. */
  aroundConstructor = 0;
  /** The class of the object that is being made. */
  owner: Cls | null = null;
  /** Classes with what they inherit. */
  readonly chains = new Map<Cls, Chain>();
  /** The arguments of every `new` of a class of the program, by place. */
  readonly made = new Map<Class, Value[][]>();
  /** Classes that functions have made, by their keys. */
  readonly localClasses = new Map<string, Cls>();
  /** What functions behind something symbolic gave. */
  readonly held = new Map<string, Value>();
  /** Every function that was called, and its module. */
  readonly called = new Map<Func, ModuleState>();
  /** Those of them that were called when `init` was over. */
  readonly calledLater = new Set<Func>();
  frame: Frame = {
    returns: [],
    fate: "kept",
    async: false,
    yields: null,
    level: 0,
    partial: null,
    conditions: 0,
    under: NOTHING,
  };
  /** Some definition was too much to follow. */
  ranOut = false;
  /** Why everything that follows is unknown: the definition that is run has used up its steps. */
  #spent: string | null = null;
  #interrupted = false;
  /** Where each definition that is run gets its steps from: from its file, or as many as this. */
  readonly #pool: Pool | number;
  #limit: number;
  #steps = 0;
  #granted = 0;
  #onTop = 0;
  readonly #long = new Set<Expr>();
  readonly #deferred: (() => void)[] = [];
  readonly #deferredKeys = new Set<string>();
  readonly #times = new Map<Func, number>();

  constructor(world: World, hooks: Hooks, pool: Pool | number = shareOf(1)) {
    this.world = world;
    this.hooks = hooks;
    this.#pool = pool;
    this.#limit = this.#share();
  }

  #share(): number {
    return typeof this.#pool === "number" ? this.#pool : this.#pool.share;
  }

  /** Looks at something only to put something there. */
  toSet<T>(body: () => T): T {
    const outer = this.assigning;
    this.assigning = true;
    try {
      return body();
    } finally {
      this.assigning = outer;
    }
  }

  /** False when the definition has become too long: what follows is unknown. */
  step(): boolean {
    return this.#spent === null && this.#pay(1);
  }

  /** Work that grows with the number of elements. False as for `step`. */
  charge(elements: number): boolean {
    return this.#spent === null && (elements < ELEMENTS_PER_STEP || this.#pay(elements / ELEMENTS_PER_STEP));
  }

  #pay(steps: number): boolean {
    this.#steps += steps;
    if (this.#steps <= this.#limit) return true;
    this.ranOut = true;
    this.#spent = `too much to follow: more than ${grouped(this.#limit)} steps`;
    return false;
  }

  /** On from here nothing is known of the running definition; what it has put together so far is not the whole of it. */
  cut(at: At): Unknown {
    const why = unknown(this.#spent ?? TOO_DEEP, at);
    if (!this.#interrupted) {
      this.#interrupted = true;
      this.journal.interrupt(why);
    }
    return why;
  }

  /** An expression that is nested too deeply: it alone is lost. */
  tooDeep(at: At): Unknown {
    this.ranOut = true;
    return unknown(TOO_DEEP, at);
  }

  /** A statement that is nested too deeply: what follows it is lost as well. */
  stopTooDeep(at: At): void {
    this.ranOut = true;
    this.#spent ??= TOO_DEEP;
    this.cut(at);
  }

  /** Whether the running definition is not followed any more. */
  get exhausted(): boolean {
    return this.#spent !== null;
  }

  /** The next definition begins, or the last one has ended. */
  renew(): void {
    // What a long literal was given beyond its share is no loss to the others.
    if (typeof this.#pool !== "number") this.#pool.pay(Math.max(0, this.#steps - this.#granted));
    this.#limit = this.#share();
    this.#steps = 0;
    this.#granted = 0;
    this.#onTop = 0;
    this.#spent = null;
    this.#interrupted = false;
    this.#long.clear();
    this.#times.clear();
    this.journal.settle();
  }

  /**
   * Runs what somebody else may call, such as one of many tests: while a module runs that has steps of its own, so that what
   * comes after it is followed, however long it is.
   */
  withOwnSteps<T>(run: () => T): T {
    const pool = this.#pool;
    if (this.top === null || typeof pool === "number" || pool.isEmpty) return run();
    const [limit, steps, granted] = [this.#limit, this.#steps, this.#granted];
    pool.pay(steps - granted);
    [this.#limit, this.#steps, this.#granted] = [pool.share, 0, 0];
    const result = run();
    pool.pay(this.#steps - this.#granted - steps + granted);
    [this.#limit, this.#steps, this.#granted] = [limit, steps, granted];
    if (this.#spent !== TOO_DEEP) [this.#spent, this.#interrupted] = [null, false];
    return result;
  }

  /**
   * Reads a long literal: that is as much work as its text is long, and costs nothing. There is something on top for what is
   * done with each of its elements.
   */
  literal<T>(x: Expr, elements: number, read: () => T): T {
    if (this.#long.has(x)) return read();
    this.#long.add(x);
    const before = this.#steps;
    const most = elements * STEPS_PER_ELEMENT;
    this.#give(most);
    const result = read();
    this.#give(Math.min(0, this.#steps - before - most));
    this.#give(Math.min(elements * STEPS_PER_ELEMENT, Math.max(0, MOST_ON_TOP - this.#onTop)));
    this.#onTop += elements * STEPS_PER_ELEMENT;
    return result;
  }

  #give(steps: number): void {
    this.#granted += steps;
    this.#limit += steps;
  }

  /** Whether this function may be called once more from here. */
  mayCall(fn: Fn, args: readonly Value[] = []): boolean {
    if (this.calls.length >= MAX_CALLS) return false;
    const before = this.#times.get(fn.func) ?? 0;
    this.#times.set(fn.func, before + 1);
    let times = 0;
    for (const f of this.calls) if (f === fn.func) times++;
    // A recursion with arguments that are known comes to an end by itself more often than not.
    const counted = before < MAX_COUNTED && args.length > 0 && args.every((v) => v.kind === "literal");
    return times < (counted ? MAX_DEEP : 2);
  }

  /** Runs `body` when what is being run now has come to its end; each `key` once. */
  defer(key: string, body: () => void): void {
    if (this.#deferredKeys.has(key) || this.#deferredKeys.size > MAX_DEFERRED) return;
    this.#deferredKeys.add(key);
    this.#deferred.push(body);
  }

  /** Runs what was deferred. */
  flush(): void {
    for (let body = this.#deferred.shift(); body !== undefined; body = this.#deferred.shift()) body();
  }

  /** Runs `body` as what somebody else calls and waits for, whatever becomes of what is being run now, and behind which conditions that stands. */
  apart<T>(body: () => T): T {
    const { guarded, unawaited, fate } = this;
    const conditions = this.conditions.splice(0);
    this.guarded = 0;
    this.unawaited = 0;
    this.fate = "awaited";
    try {
      return body();
    } finally {
      this.conditions.splice(0, this.conditions.length, ...conditions);
      this.guarded = guarded;
      this.unawaited = unawaited;
      this.fate = fate;
    }
  }

  /** Runs `body` in a later phase: in a callback that somebody else calls. */
  later<T>(body: () => T): T {
    const { phase, guarded, fate } = this;
    this.phase = "later";
    this.guarded = 0;
    this.fate = "dropped";
    try {
      return body();
    } finally {
      this.phase = phase;
      this.guarded = guarded;
      this.fate = fate;
    }
  }
}
