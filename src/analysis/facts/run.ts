/** Runs the callbacks of one process: `init` first, the others as they may come after it. */

import { type Callback, type Dialect, type ProcessCode, STATE } from "../dialects/dialect.ts";
import type { Pool } from "../evaluate/budget.ts";
import { callFunction } from "../evaluate/calls.ts";
import { message, nameOfTarget } from "../evaluate/conditions.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import { evaluate } from "../evaluate/expressions.ts";
import { construct } from "../evaluate/instances.ts";
import { type CallSite, type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, mayBe, property } from "../evaluate/objects.ts";
import { Scope } from "../evaluate/scope.ts";
import { forgetShared } from "../evaluate/shared-state.ts";
import { ELEMENT, keyOfCall } from "../evaluate/symbolic.ts";
import { isHarmless, runDetached } from "../evaluate/unread-calls.ts";
import {
  type At,
  alternatives,
  type Entry,
  type ExtMethod,
  type Fn,
  type Inst,
  isLit,
  lit,
  record,
  type Sym,
  UNDEFINED,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Func } from "../ir.ts";
import { elementsOf, type ProcessDraft } from "../link/unresolved-definitions.ts";
import { holds } from "./escape.ts";
import { dataOf } from "./given-arguments.ts";
import { Notes } from "./notes.ts";
import { patchedAt } from "./patched.ts";
import { reachesOutside } from "./reaches-outside.ts";
import type { FactSink } from "./sink.ts";
/** What is known before a run: the arguments of the start, and which fields nothing sets later. */
export interface Given {
  args: readonly Value[];
  settled: ReadonlySet<string>;
}

/** One run of the code of a process, which fills the draft. */
export class Run {
  readonly #interpreter: Interpreter;
  readonly #code: ProcessCode;
  readonly #draft: ProcessDraft;
  readonly #changing: ReadonlySet<string>;
  readonly #notes: Notes;
  readonly #given: Given | null;
  /** Fields whose processes are asked whether they are alive. */
  readonly askedAlive = new Set<string>();
  /** What fields hold when `init` is over. */
  readonly #afterInit = new Map<string, Value>();
  /** Functions that its code keeps somewhere. */
  readonly #kept = new Set<Fn>();
  /** The type of the message that is tried out. */
  #probed = "";
  /** On while it is found out whom the object is given to when it is made. */
  #isMade = false;
  /** Tables that were made anew to look something up. */
  readonly #tables = new Set<unknown>();
  /** Fields that hold from one callback to another what they are read for. */
  readonly readAcross = new Set<string>();
  readonly #dialects: readonly Dialect[];
  /** Where something outside was used. */
  readonly #outside: At[] = [];
  #resolving = 0;
  readonly #methods = new Map<string, Value>();
  /** Fields that are set after init. */
  readonly #renewed = new Set<string>();

  constructor(
    world: World,
    dialects: readonly Dialect[],
    code: ProcessCode,
    draft: ProcessDraft,
    pool: Pool,
    given: Given | null,
  ) {
    this.#given = given;
    this.#code = code;
    this.#draft = draft;
    this.#dialects = dialects;
    this.#notes = new Notes(draft);
    this.#interpreter = new Interpreter(world, this.#hooks(this.#notes.sink()), pool);
    this.#changing = changedFields(code.self, this.#interpreter);
  }

  all(): void {
    const self = this.#code.self;
    if (self !== null) {
      this.#making(self);
      this.#initialFields(self);
    }
    // Until `init` has run the object is as its constructor left it.
    if (this.#code.callbacks[0]?.phase !== "init") this.#forgetChanged();
    this.#interpreter.journal.branch(() => this.#callbacks());
    this.#noteUnknownParts();
    this.#settle();
    this.#draft.facts.handlesDown ||= this.#reactsTo("DOWN", ["ref", "pid", "reason"]);
    this.#draft.facts.handlesExit ||= this.#reactsTo("EXIT", ["from", "reason"]);
    this.#interpreter.renew();
    if (this.#interpreter.ranOut) {
      // What it does beyond that was not seen.
      const target = unknown("its code is too much to follow to its end", this.#code.at);
      this.#draft.uses.push({
        kind: "call",
        phase: "later",
        target,
        at: this.#code.at,
        guarded: false,
        unawaited: false,
        via: "",
      });
      this.#notes.unread("its code is too much to follow to its end", this.#code.at);
      this.#draft.settled.clear();
    }
  }

  /** Finds the fields that nothing sets after `init`. What was not run may set any of them. */
  #settle(): void {
    const { self } = this.#code;
    if (self?.cls.kind !== "class") return;
    const { classes } = chainOf(this.#interpreter, self.cls);
    const ran = (f: Func | null) => f === null || this.#interpreter.called.has(f);
    if (
      !classes.every((cls) =>
        cls.class.members.every(
          (member) => member.static || member.kind === "constructor" || ran(member.func),
        ),
      )
    )
      return;
    for (const field of this.#draft.fields.keys())
      if (!this.#renewed.has(field) && !field.endsWith(ELEMENT)) this.#draft.settled.add(field);
  }

  /** What `init` leaves behind is there for the others, who may come in any order. */
  #callbacks(): void {
    const { journal } = this.#interpreter;
    const others: Callback[] = [];
    for (const callback of this.#code.callbacks) {
      if (callback.phase === "init") this.#run(callback);
      else others.push(callback);
    }
    const each = () => others.map((callback) => journal.branch(() => this.#run(callback))[0]);
    const changes = each();
    const roots: Value[] = others.map(({ fn }) => fn);
    if (this.#code.self !== null) roots.push(this.#code.self);
    for (const values of this.#draft.fields.values()) roots.push(...values);
    if (forgetShared(this.#interpreter, roots, changes, this.#code.at)) {
      this.#methods.clear();
      this.#interpreter.held.clear();
      each();
    }
    // Functions that are kept somewhere are called by somebody.
    for (const fn of [...this.#kept].slice(0, MAX_CLOSURES))
      if (!this.#interpreter.called.has(fn.func)) journal.branch(() => runDetached(this.#interpreter, fn));
  }

  /** Every function that was run. */
  get called(): ReadonlySet<Func> {
    return this.#interpreter.called;
  }

  get asksStart(): boolean {
    return this.#interpreter.asksStart;
  }

  /** What the class has that is not known: its callbacks, and what decorators make of it. */
  #noteUnknownParts(): void {
    const { self, at } = this.#code;
    if (self?.cls.kind !== "class") return;
    const { classes } = chainOf(this.#interpreter, self.cls);
    if (classes.some(({ class: c }) => c.decorated === true)) this.#notes.unread("it has decorators", at);
    const isOwn = (pkg: string): boolean => this.#dialects.some(({ packages }) => packages.includes(pkg));
    for (const cls of classes) {
      const patched = patchedAt(this.#interpreter, cls, isOwn);
      if (patched !== null) this.#notes.unread("its class is changed after its definition", patched);
    }
    for (const name of CALLBACKS) {
      const v = property(this.#interpreter, self, name, at);
      if (v.kind !== "function" && v.kind !== "externalMethod" && !isLit(v, undefined))
        this.#notes.unread(`its ${name} is not known`, at);
    }
  }

  /** Whether a message of this type has any effect. */
  #reactsTo(type: string, names: readonly string[]): boolean {
    const { at, self, callbacks } = this.#code;
    const handler = callbacks.find(({ name }) => name === "handleInfo")?.fn;
    if (handler?.kind !== "function") return false;
    const entries = names.map((n): [string, Entry] => [n, { value: message(n, at), at, maybe: false }]);
    const props = new Map<string, Entry>([["type", { value: lit(type), at, maybe: false }], ...entries]);
    // In other libraries a message may look different.
    const own = self?.cls.kind === "class";
    const args: Value[] = [record(props, at, own ? null : message("a message", at))];
    for (const p of handler.func.params.slice(1))
      args.push(unknown("the state", handler.scope.module.at(p.target)));
    const I = this.#interpreter;
    I.renew();
    this.#notes.probing = true;
    this.#probed = type;
    this.#notes.acts = false;
    I.phase = "later";
    I.held.clear();
    I.fate = "awaited";
    const [changes, v] = I.journal.branch(() => callFunction(I, handler, args, self, at));
    this.#forgetChanged();
    this.#notes.probing = false;
    const answers = alternatives(v).some((a) => !isLit(a, undefined) && !isLit(a, null) && !args.includes(a));
    const isChanged = [...changes.keys()].some((target) => !this.#tables.has(target));
    return this.#notes.acts || isChanged || answers || I.exhausted;
  }

  #run({ fn, phase, args, state }: Callback): void {
    if (fn.kind !== "function") return;
    this.#interpreter.renew();
    this.#interpreter.waitedFor.clear();
    this.#interpreter.phase = phase;
    const known = phase === "init" && args.length === 0 ? this.#given?.args : undefined;
    const given =
      known ??
      fn.func.params.map((p, i) => args[i] ?? this.#argument(i, fn.scope.module.at(p.target), phase));
    // Whoever calls a callback waits for it.
    this.#interpreter.fate = "awaited";
    const result = callFunction(this.#interpreter, fn, given, this.#code.self, this.#code.at);
    for (const kept of state?.(result) ?? []) {
      if (
        kept.kind !== "record" &&
        kept.kind !== "collection" &&
        kept.kind !== "list" &&
        kept.kind !== "term"
      )
        continue;
      this.readAcross.add(STATE);
      this.#assigned(STATE, kept);
    }
    if (phase === "init") this.#noteContents();
    this.#forgetChanged();
  }

  /** What `init` has put into the lists, maps and objects in fields: the others find it there. */
  #noteContents(): void {
    for (const name of this.#changing) {
      const v = this.#code.self?.fields.get(name)?.contents;
      // What is in it now is not in it any more when this run is over.
      if (v !== undefined) this.#afterInit.set(name, { ...v });
      if (v?.kind === "list" || v?.kind === "collection" || v?.kind === "record")
        this.#assigned(name, { ...v });
    }
  }

  /** What its constructors and fields do with the object: whoever is given it then can act for the process later. */
  #making(self: Inst): void {
    const I = this.#interpreter;
    if (self.cls.kind !== "class") return;
    const { classes } = chainOf(I, self.cls);
    I.phase = "init";
    this.#notes.probing = true;
    this.#isMade = true;
    I.journal.branch(() => {
      for (const cls of classes)
        for (const { kind: k, static: st, value: v } of cls.class.members)
          if (k === "field" && !st && v !== null)
            evaluate(I, v, new Scope(cls.scope, cls.scope.module, self, cls));
      construct(I, self, classes, 0, { values: [], open: true }, this.#code.at);
    });
    this.#isMade = false;
    this.#notes.probing = false;
    this.#notes.acts = false;
    I.renew();
  }

  /** Gives fields that callbacks change the value that the object is made with. */
  #initialFields(self: Inst): void {
    const I = this.#interpreter;
    const members = self.cls.kind === "class" ? chainOf(I, self.cls).members : new Map<string, never>();
    I.phase = "init";
    for (const name of this.#changing) {
      let cell = self.fields.get(name);
      const found = members.get(name);
      if (cell === undefined && found?.member.kind === "field" && found.member.value !== null) {
        self.kept = false;
        cell = { contents: property(I, self, name, found.cls.scope.module.at(found.member)) };
        self.kept = true;
        self.fields.set(name, cell);
      }
      if (cell !== undefined) this.#assigned(name, cell.contents);
    }
  }

  /** Fields that callbacks change have no value of their own between callbacks. */
  #forgetChanged(): void {
    for (const name of this.#changing) this.#code.self?.fields.delete(name);
  }

  #argument(n: number, at: At, phase: string): Value {
    if (phase !== "init") return message("a message that is not known", at);
    return { kind: "symbol", root: "arg", name: n, path: [], at, of: this.#code.key } satisfies Sym;
  }

  #assigned(field: string, value: Value): void {
    this.#notes.acts = true;
    if (this.#notes.probing) return;
    this.#keep(value);
    if (this.#interpreter.phase !== "init") this.#renewed.add(field);
    const values = this.#draft.fields.get(field);
    if (values === undefined) this.#draft.fields.set(field, [value]);
    else if (values.length < 16 && !values.includes(value)) values.push(value);
  }

  /**
   * A method that is called with the same arguments, as far as they are known, does the same: it is run once in a phase,
   * and where it is called again what it does to the fields is forgotten. In `init`, what it does is followed exactly.
   */
  #through(fn: Fn, args: readonly Value[], run: () => Value): Value {
    const I = this.#interpreter;
    const self = this.#code.self;
    if (
      self === null ||
      this.#notes.probing ||
      I.phase === "init" ||
      fn.self !== self ||
      fn.scope.parent !== null
    )
      return run();
    if (!args.every((v) => v.kind === "unknown" || v.kind === "symbol" || v.kind === "literal")) return run();
    const key = keyOfCall(I, fn, args.map(nameOfTarget));
    const before = this.#methods.get(key);
    if (before !== undefined) {
      this.#forgetChanged();
      return before;
    }
    // Whoever has given fields a value sees less than others.
    for (const name of this.#changing) if (self.fields.has(name)) return run();
    const v = run();
    // Lists and objects are made anew each time.
    const made = alternatives(v).some(
      (a) => a.kind === "list" || a.kind === "record" || a.kind === "collection" || a.kind === "instance",
    );
    if (!made) this.#methods.set(key, v);
    return v;
  }

  /** A map of functions that nothing but `init` fills. */
  #tableIn(field: string, initial: Value | undefined): Value | null {
    const { settled, fields } = this.#draft;
    const v = this.#afterInit.get(field) ?? initial;
    if (v?.kind !== "collection" || !settled.has(field) || fields.has(elementsOf(field, []))) return null;
    const isTable = v.contents.items.every(
      ({ value: pair }) => pair.kind === "list" && pair.contents.items[1]?.value.kind === "function",
    );
    return isTable && v.contents.items.length > 0 ? v : null;
  }

  /** Methods of what a field was given, and functions that it was given. */
  #functions(callee: Sym, I: Interpreter): Fn[] {
    if (callee.root !== "field" || callee.of !== this.#code.key || this.#resolving > 3) return [];
    const found: Fn[] = [];
    this.#resolving++;
    for (const value of this.#draft.fields.get(String(callee.name)) ?? []) {
      for (let v of alternatives(value)) {
        for (const n of callee.path) {
          if (v.kind === "instance") outlive(v, I);
          v = property(I, v, n, callee.at);
        }
        for (const a of alternatives(v)) if (a.kind === "function") found.push(a);
      }
    }
    this.#resolving--;
    return found;
  }

  /** A promise made here whose executor uses something outside: `new Promise((done) => setTimeout(done, 10))`. */
  #waitsInside(site: CallSite): boolean {
    if (
      !site.isNew ||
      site.callee.kind !== "external" ||
      site.callee.pkg !== "" ||
      site.callee.path[0] !== "Promise"
    )
      return false;
    return this.#outside.some(
      (at) => at.module === site.at.module && at.start >= site.at.start && at.end <= site.at.end,
    );
  }

  #hooks(sink: FactSink): Hooks {
    const isOwn = (pkg: string) => this.#dialects.some((d) => d.packages.includes(pkg));
    return {
      call: (site, I) => {
        const { callee, args, at } = site;
        // The library's own handlers drop what they get.
        if (callee.kind === "externalMethod" && isOwn(callee.base.pkg) && CALLBACKS.includes(callee.name))
          return UNDEFINED;
        if (!isHarmless(callee)) this.#givenAway(args, at);
        if (
          I.muted === 0 &&
          callee.kind === "externalMethod" &&
          isOwn(callee.base.pkg) &&
          callee.name === "async"
        )
          this.#task(site);
        let value: Value | null = null;
        if (I.muted === 0)
          for (const dialect of this.#dialects) value ??= dialect.use?.(site, I, sink) ?? null;
        for (const dialect of this.#dialects) value ??= dialect.value?.(site, I) ?? null;
        if (value !== null) return value;
        this.#notes.acts ||=
          !isHarmless(callee) && !(callee.kind === "externalMethod" && this.#looksOnly(callee));
        if (reachesOutside(site, isOwn)) this.#outside.push(at);
        else if (!this.#waitsInside(site)) return null;
        return { kind: "term", tag: "outside", data: { what: lit(excerpt(site.expr)) }, at };
      },
      assign: (object, field, value) => {
        if (object === this.#code.self) this.#assigned(field, value);
        else this.#notes.acts = true;
      },
      assigned: (_name, value) => this.#changed(value, this.#code.at),
      changed: (_object, value, at) => this.#changed(value, at),
      givenAway: (values, at) => this.#givenAway(values, at),
      chosen: (object, name, at) => {
        const names = this.#dialects.flatMap(({ methods }) => [...(methods ?? [])]);
        if (
          object === this.#code.self &&
          names.some((n) => mayBe(name.kind === "text" ? name.parts : [null], n))
        )
          this.#notes.unread("a method is chosen by a name that is computed", at);
      },
      named: (text) => {
        if (text === this.#probed) this.#notes.acts = true;
      },
      waitedFor: (name, I) => this.#notes.waitedFor(name, I),
      isFailure: (v, I) =>
        I.phase === "init" && this.#dialects.some((dialect) => dialect.outcome?.(v)?.how === "stop"),
      askedAlive: ({ root, name: n }) => {
        if (root === "field") this.askedAlive.add(String(n));
      },
      functions: (callee, I) => this.#functions(callee, I),
      through: (fn, args, run) => this.#through(fn, args, run),
      put: (into, value) => {
        if (into.root === "field" && into.of === this.#code.key)
          this.#assigned(elementsOf(String(into.name), into.path), value);
        else this.#changed(value, into.at);
      },
      field: (object, field, at, initial) => this.#field(object, field, at, initial),
      awaits: (value, x, at, I) => {
        if (I.phase !== "init") return;
        const reaches = (v: Value): boolean => v.kind === "term" && v.tag === "outside";
        const list = value.kind === "list" ? value.contents.items.map(({ value: v }) => v) : [];
        if ([...alternatives(value), ...list].some(reaches)) sink.waits(excerpt(x), at, I);
      },
    };
  }

  /** What a field holds. A Map or a list that is empty in the beginning is filled by and by. */
  #field(object: Inst, field: string, at: At, initial: Value | undefined): Value | null {
    if (object !== this.#code.self || (initial === undefined && !this.#changing.has(field))) return null;
    if (initial !== undefined && !this.#draft.fields.has(field)) this.#draft.fields.set(field, [initial]);
    if (this.#interpreter.phase !== "init" && !this.#notes.probing && !this.#interpreter.assigning)
      this.readAcross.add(field);
    const table = this.#notes.probing && !this.#isMade ? this.#tableIn(field, initial) : null;
    if (table !== null) {
      this.#tables.add(table);
      return table;
    }
    const symbol: Sym = { kind: "symbol", root: "field", name: field, path: [], at, of: this.#code.key };
    const kept = this.#given?.settled.has(field) === true ? this.#afterInit.get(field) : undefined;
    return kept === undefined ? symbol : dataOf(kept, symbol);
  }

  /** A method that changes nothing, or that the library's classes do not have. */
  #looksOnly({ base, name: n }: ExtMethod): boolean {
    const dialect = this.#dialects.find(({ packages }) => packages.includes(base.pkg));
    return dialect?.methods === undefined ? LOOKS.has(n) : !dialect.methods.has(n);
  }

  #keep(v: Value, depth = 0): void {
    if (v.kind === "function") this.#kept.add(v);
    else if (depth < 3) for (const inner of partsOf(v)) this.#keep(inner, depth + 1);
  }

  #changed(value: Value, at: At): void {
    this.#notes.acts = true;
    if (!this.#notes.probing) this.#keep(value);
    this.#givenAway([value], at);
  }

  #givenAway(values: readonly Value[], at: At): void {
    const { self } = this.#code;
    if (!this.#notes.probing) for (const v of values) this.#keep(v);
    if (self !== null && (!this.#notes.probing || this.#isMade) && values.some((v) => holds(v, self)))
      this.#notes.unread("its object is given to code that was not read", at);
  }

  /** A task does what its function does in the name of the process that starts it, and ends with it. */
  #task({ args: [fn], at }: CallSite): void {
    const { self } = this.#code;
    if (fn?.kind !== "function" || self === null) {
      this.#notes.unread("what a task does is not known", at);
      return;
    }
    const I = this.#interpreter;
    I.unawaited++;
    I.later(() => I.journal.branch(() => callFunction(I, fn, [self], fn.self, at)));
    I.unawaited--;
  }
}

const CALLBACKS: readonly string[] = [
  "init",
  "handleCall",
  "handleCast",
  "handleInfo",
  "handleContinue",
  "terminate",
];

/** Methods of lists and maps that change nothing. */
const LOOKS: ReadonlySet<string> = new Set(["has", "includes", "indexOf", "keys", "toString", "join"]);

/** More functions than that are not tried out. */
const MAX_CLOSURES = 100;

/** What is in an object or in a list. */
function partsOf(v: Value): readonly Value[] {
  if (v.kind === "record") return [...v.contents.props.values()].map((entry) => entry.value);
  return v.kind === "list" || v.kind === "collection" ? v.contents.items.map((item) => item.value) : [];
}

/** An object that one callback makes and others use: what its methods change has no known value. */
function outlive(v: Inst, I: Interpreter): void {
  if (v.kept || v.cls.kind !== "class") return;
  v.kept = true;
  for (const name of chainOf(I, v.cls).changed) v.fields.delete(name);
}

/** The names that callbacks change, in the class or in those that it extends. */
function changedFields(self: Inst | null, I: Interpreter): ReadonlySet<string> {
  return self?.cls.kind === "class" ? chainOf(I, self.cls).changed : new Set();
}
