/**
 * Runs the compact program of a file on values that may be unknown. State only; the work is in `expressions`,
 * `statements` and `calls`. One interpreter per execution: a supervisor's `init`, a process's callbacks, a
 * module's body.
 */
import type { Phase } from "../../model/index.ts";
import type { Class, Expr, Func, Member } from "../ir.ts";
import { Journal } from "./journal.ts";
import type { Chain } from "./objects.ts";
import type { Cell, Scope } from "./scope.ts";
import type { At, Cls, Ext, ExtMethod, Fn, Inst, List, Sym, Value } from "./values.ts";
import type { World } from "./world.ts";

/** A call of something that an external package provides. */
export interface CallSite {
  callee: Ext | ExtMethod;
  args: Value[];
  /** True when there may be more arguments than these. */
  open: boolean;
  isNew: boolean;
  x: Expr;
  at: At;
}

/** What the reader of an execution wants to know. */
export interface Hooks {
  /** The value of an external call, null when the dialects do not know it. */
  call(site: CallSite, I: Interpreter): Value | null;
  /** A field of a process's own object is assigned. */
  assign?(self: Inst, field: string, value: Value, at: At, I: Interpreter): void;
  /** Something is awaited. */
  awaits?(value: Value, x: Expr, at: At, I: Interpreter): void;
  /** A field of a process's object that has no value of its own now: symbolic, or null for the ordinary answer. */
  field?(self: Inst, field: string, at: At, initial?: Value): Value | null;
  /** The functions that something symbolic may be: a method of the object that a field holds. */
  functions?(callee: Sym, I: Interpreter): readonly Fn[];
  /** A function is called; `run` calls it. */
  through?(fn: Fn, args: readonly Value[], run: () => Value): Value;
  /** Something is put into a list or a map that a field holds. */
  put?(into: Sym, value: Value): void;
  /** A variable of the module whose body is run is assigned. */
  assigned?(name: string, value: Value): void;
  /** Text that the running code contains: how a process tells messages apart. */
  text?(text: string, I: Interpreter): void;
}

const MAX_STEPS = 100_000;
const STEPS_PER_ELEMENT = 24;
/** How deep calls go, and how often one function is called in one execution. */
const MAX_CALLS = 24;
const MAX_TIMES = 3000;
/** How deep a function calls itself with arguments that are known, and how often one of that kind is called. */
const MAX_DEEP = 16;
const MAX_COUNTED = 300;
const MAX_DEFERRED = 2000;

export interface Frame {
  returns: Value[];
  /** What a generator has yielded so far. */
  yields: List | null;
}

export class Interpreter {
  readonly world: World;
  readonly journal = new Journal();
  hooks: Hooks;
  /** What a dialect notes for the calls inside a call of its own. */
  readonly marks = new Set<string>();
  /** Off while a loop's body is tried out. */
  muted = 0;
  phase: Phase = "later";
  /** Off while a module's own top level is evaluated: variables that it changes further on have no value yet. */
  afterwards = true;
  /** Fields whose initial value is being worked out: it may, in a broken program, use the field itself. */
  readonly initialising = new Set<Member>();
  /** On while things are made that outlive this execution: others may change them meanwhile. */
  keeping = 0;
  /** The scope of the module whose body is run. */
  top: Scope | null = null;
  /** Static members that have a value in this execution. */
  readonly statics = new Map<Class, Map<string, Cell>>();
  /** Which jump ended the last turn of a loop, when it is one for certain. */
  lastJump: "break" | "continue" | "either" = "either";
  /** How many enclosing try blocks (or `.catch`) would catch a failure here. */
  guarded = 0;
  readonly calls: Func[] = [];
  /** Classes with what they inherit. */
  readonly chains = new Map<Cls, Chain>();
  /** The arguments of every `new` of a class of the program, by place. */
  readonly made = new Map<Class, Value[][]>();
  /** Classes that functions have declared, by their code. */
  readonly localClasses = new Map<Class, Cls>();
  /** What functions behind something symbolic gave. */
  readonly held = new Map<string, Value>();
  /** Every function that was called. */
  readonly called = new Set<Func>();
  frame: Frame = { returns: [], yields: null };
  private limit: number;
  private readonly granted = new Set<Expr>();
  private readonly deferred: (() => void)[] = [];
  private readonly deferredKeys = new Set<string>();
  private steps = 0;
  private readonly times = new Map<Func, number>();

  /** `limit`: how many steps before everything that follows is unknown. */
  constructor(world: World, hooks: Hooks, limit = MAX_STEPS) {
    this.world = world;
    this.hooks = hooks;
    this.limit = limit;
  }

  /** False when the execution has become too long: what follows is unknown. */
  step(): boolean {
    return ++this.steps < this.limit;
  }

  /** More steps for a long literal, once: it is as much work as its text is long. */
  grant(x: Expr, elements: number): void {
    if (this.granted.has(x)) return;
    this.granted.add(x);
    this.limit += elements * STEPS_PER_ELEMENT;
  }

  /** Whether this function may be called once more from here. */
  mayCall(fn: Fn, args: readonly Value[] = []): boolean {
    if (this.calls.length >= MAX_CALLS) return false;
    const before = this.times.get(fn.f) ?? 0;
    if (before >= MAX_TIMES) return false;
    this.times.set(fn.f, before + 1);
    let times = 0;
    for (const f of this.calls) if (f === fn.f) times++;
    // A recursion with arguments that are known comes to an end by itself more often than not.
    const counted = before < MAX_COUNTED && args.length > 0 && args.every((v) => v.k === "lit");
    return times < (counted ? MAX_DEEP : 2);
  }

  /** Runs `body` when what is being run now has come to its end; each `key` once. */
  defer(key: string, body: () => void): void {
    if (this.deferredKeys.has(key) || this.deferredKeys.size > MAX_DEFERRED) return;
    this.deferredKeys.add(key);
    this.deferred.push(body);
  }

  /** Runs what was deferred. */
  flush(): void {
    for (let body = this.deferred.shift(); body !== undefined; body = this.deferred.shift()) body();
  }

  /** Runs `body` in a later phase: in a callback that somebody else calls. */
  later(body: () => void): void {
    const { phase, guarded } = this;
    this.phase = "later";
    this.guarded = 0;
    try {
      body();
    } finally {
      this.phase = phase;
      this.guarded = guarded;
    }
  }
}
