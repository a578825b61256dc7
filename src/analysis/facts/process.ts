/** Runs the code of one process and notes what it does, in which phase. */

import { type Callback, type Dialect, type ProcessCode, STATE } from "../dialects/dialect.ts";
import type { Pool } from "../evaluate/budget.ts";
import { callFunction } from "../evaluate/calls.ts";
import { forgetShared } from "../evaluate/captured.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import { type CallSite, type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import { ELEMENT, keyOfCall } from "../evaluate/symbolic.ts";
import {
  type At,
  alternatives,
  type Fn,
  type Inst,
  lit,
  type Sym,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Func } from "../ir.ts";
import {
  blankProcess,
  codeKey,
  elementsOf,
  type NameRef,
  type ProcessDraft,
  type UseDraft,
} from "../link/drafts.ts";
import { reachesOutside } from "./outside.ts";
import type { FactSink } from "./sink.ts";
import { changedArguments } from "./start-arguments.ts";

export function runProcess(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  pool: Pool,
): ProcessDraft {
  const draft = blankProcess(code.key, {
    symbol: code.symbol,
    location: locationOf(code.at),
    trapsExit: code.trapsExit === true,
    hasTerminate: code.hasTerminate,
  });
  const run = new Run(world, dialects, code, draft, pool);
  run.all();
  keptPids(world, dialects, code, draft);
  const changed = changedArguments(code);
  if (changed.length > 0) draft.facts.changedArguments = changed;
  return draft;
}

class Run {
  private readonly I: Interpreter;
  private readonly code: ProcessCode;
  private readonly draft: ProcessDraft;
  private readonly changed: ReadonlySet<string>;
  private readonly seen = new Set<string>();
  private readonly dialects: readonly Dialect[];
  /** Where something outside was used. */
  private readonly outside: At[] = [];
  private callback = "";
  private resolving = 0;
  private readonly methods = new Map<string, Value>();
  /** Fields that are set after init. */
  private readonly renewed = new Set<string>();

  constructor(
    world: World,
    dialects: readonly Dialect[],
    code: ProcessCode,
    draft: ProcessDraft,
    pool: Pool,
  ) {
    this.code = code;
    this.draft = draft;
    this.dialects = dialects;
    this.I = new Interpreter(world, this.hooks(this.sink()), pool);
    this.changed = changedFields(code.self, this.I);
  }

  all(): void {
    const self = this.code.self;
    if (self !== null) this.initialFields(self);
    // Until `init` has run the object is as its constructor left it.
    if (this.code.callbacks[0]?.phase !== "init") this.forgetChanged();
    this.I.journal.branch(() => this.callbacks());
    this.I.renew();
    if (this.I.ranOut) {
      // What it does beyond that was not seen.
      const target = unknown("its code is too much to follow to its end", this.code.at);
      this.draft.uses.push({
        kind: "call",
        phase: "later",
        target,
        at: this.code.at,
        guarded: false,
        via: "",
      });
      return;
    }
    // What was not run may set any of them.
    if (self?.cls.k !== "cls") return;
    const { classes } = chainOf(this.I, self.cls);
    const ran = (f: Func | null) => f === null || this.I.called.has(f);
    if (!classes.every((cls) => cls.c.m.every((member) => member.st || member.k === "ctor" || ran(member.f))))
      return;
    for (const field of this.draft.fields.keys())
      if (!this.renewed.has(field) && !field.endsWith(ELEMENT)) this.draft.settled.add(field);
  }

  /** What `init` leaves behind is there for the others, who may come in any order. */
  private callbacks(): void {
    const { journal } = this.I;
    const others: Callback[] = [];
    for (const callback of this.code.callbacks) {
      if (callback.phase === "init") this.run(callback);
      else others.push(callback);
    }
    const each = () => others.map((callback) => journal.branch(() => this.run(callback))[0]);
    const changes = each();
    const roots: Value[] = others.map(({ fn }) => fn);
    if (this.code.self !== null) roots.push(this.code.self);
    for (const values of this.draft.fields.values()) roots.push(...values);
    if (!forgetShared(this.I, roots, changes, this.code.at)) return;
    this.methods.clear();
    this.I.held.clear();
    each();
  }

  private run({ fn, name, phase, args, state }: Callback): void {
    if (fn.k !== "fn") return;
    this.callback = name;
    this.I.renew();
    this.I.phase = phase;
    const given = fn.f.p.map((p, i) => args[i] ?? this.argument(i, fn.scope.m.at(p.t), phase));
    const result = callFunction(this.I, fn, given, this.code.self, this.code.at);
    for (const kept of state?.(result) ?? [])
      if (kept.k === "rec" || kept.k === "coll" || kept.k === "list" || kept.k === "term")
        this.assigned(STATE, kept);
    if (phase === "init") this.noteContents();
    this.forgetChanged();
  }

  /** What `init` has put into the lists, maps and objects in fields: the others find it there. */
  private noteContents(): void {
    for (const name of this.changed) {
      const v = this.code.self?.fields.get(name)?.c;
      if (v?.k === "list" || v?.k === "coll" || v?.k === "rec") this.assigned(name, { ...v });
    }
  }

  /** Gives fields that callbacks change the value that the object is made with. */
  private initialFields(self: Inst): void {
    const { I } = this;
    const members = self.cls.k === "cls" ? chainOf(I, self.cls).members : new Map<string, never>();
    I.phase = "init";
    for (const name of this.changed) {
      let cell = self.fields.get(name);
      const found = members.get(name);
      if (cell === undefined && found?.member.k === "field" && found.member.v !== null) {
        self.kept = false;
        cell = { c: property(I, self, name, found.cls.scope.m.at(found.member)) };
        self.kept = true;
        self.fields.set(name, cell);
      }
      if (cell !== undefined) this.assigned(name, cell.c);
    }
  }

  /** Fields that callbacks change have no value of their own between callbacks. */
  private forgetChanged(): void {
    for (const name of this.changed) this.code.self?.fields.delete(name);
  }

  private argument(n: number, at: At, phase: string): Value {
    if (phase !== "init") return unknown("a message that is not known", at);
    return { k: "sym", root: "arg", n, path: [], at, of: this.code.key } satisfies Sym;
  }

  private assigned(field: string, value: Value): void {
    if (this.I.phase !== "init") this.renewed.add(field);
    const values = this.draft.fields.get(field);
    if (values === undefined) this.draft.fields.set(field, [value]);
    else if (values.length < 16 && !values.includes(value)) values.push(value);
  }

  /**
   * A method that is called with the same arguments, as far as they are known, does the same: it is run once in a phase,
   * and where it is called again what it does to the fields is forgotten. In `init`, what it does is followed exactly.
   */
  private through(fn: Fn, args: readonly Value[], run: () => Value): Value {
    const { I } = this;
    const self = this.code.self;
    if (self === null || I.phase === "init" || fn.self !== self || fn.scope.parent !== null) return run();
    if (!args.every((v) => v.k === "unknown" || v.k === "sym" || v.k === "lit")) return run();
    const key = keyOfCall(I, fn, args.map(describe));
    const before = this.methods.get(key);
    if (before !== undefined) {
      this.forgetChanged();
      return before;
    }
    // Whoever has given fields a value sees less than others.
    for (const name of this.changed) if (self.fields.has(name)) return run();
    const v = run();
    // Lists and objects are made anew each time.
    const made = alternatives(v).some(
      (a) => a.k === "list" || a.k === "rec" || a.k === "coll" || a.k === "inst",
    );
    if (!made) this.methods.set(key, v);
    return v;
  }

  /** Methods of what a field was given, and functions that it was given. */
  private functions(callee: Sym, I: Interpreter): Fn[] {
    if (callee.root !== "field" || callee.of !== this.code.key || this.resolving > 3) return [];
    const found: Fn[] = [];
    this.resolving++;
    for (const value of this.draft.fields.get(String(callee.n)) ?? []) {
      for (let v of alternatives(value)) {
        for (const n of callee.path) {
          if (v.k === "inst") outlive(v, I);
          v = property(I, v, n, callee.at);
        }
        for (const a of alternatives(v)) if (a.k === "fn") found.push(a);
      }
    }
    this.resolving--;
    return found;
  }

  private once(key: string): boolean {
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  /** A promise made here whose executor uses something outside: `new Promise((done) => setTimeout(done, 10))`. */
  private waitsInside(site: CallSite): boolean {
    if (!site.isNew || site.callee.k !== "ext" || site.callee.pkg !== "" || site.callee.path[0] !== "Promise")
      return false;
    return this.outside.some((at) => at.m === site.at.m && at.s >= site.at.s && at.e <= site.at.e);
  }

  private hooks(sink: FactSink): Hooks {
    return {
      call: (site, I) => {
        let value: Value | null = null;
        if (I.muted === 0)
          for (const dialect of this.dialects) value ??= dialect.use?.(site, I, sink) ?? null;
        for (const dialect of this.dialects) value ??= dialect.value?.(site, I) ?? null;
        if (value !== null) return value;
        if (reachesOutside(site, (pkg) => this.dialects.some((d) => d.packages.includes(pkg))))
          this.outside.push(site.at);
        else if (!this.waitsInside(site)) return null;
        return { k: "term", tag: "outside", d: { what: lit(excerpt(site.x)) }, at: site.at };
      },
      assign: (object, field, value) => {
        if (object === this.code.self) this.assigned(field, value);
      },
      functions: (callee, I) => this.functions(callee, I),
      through: (fn, args, run) => this.through(fn, args, run),
      put: (into, value) => {
        if (into.root === "field" && into.of === this.code.key)
          this.assigned(elementsOf(String(into.n), into.path), value);
      },
      // A Map or a list that is empty in the beginning is filled by and by.
      field: (object, field, at, initial) => {
        if (object !== this.code.self || (initial === undefined && !this.changed.has(field))) return null;
        if (initial !== undefined && !this.draft.fields.has(field)) this.draft.fields.set(field, [initial]);
        return { k: "sym", root: "field", n: field, path: [], at, of: this.code.key } satisfies Sym;
      },
      awaits: (value, x, at, I) => {
        if (I.phase !== "init") return;
        if (alternatives(value).some((v) => v.k === "term" && v.tag === "outside"))
          sink.waits(excerpt(x), at, I);
        if (
          value.k === "list" &&
          value.c.items.some((item) => item.v.k === "term" && item.v.tag === "outside")
        ) {
          sink.waits(excerpt(x), at, I);
        }
      },
      text: (text) => {
        if (this.callback !== "handleInfo") return;
        if (text === "DOWN") this.draft.facts.handlesDown = true;
        if (text === "EXIT") this.draft.facts.handlesExit = true;
      },
    };
  }

  private sink(): FactSink {
    const { draft } = this;
    const { facts } = draft;
    return {
      use: (kind, target, site, I) => {
        if (kind === "monitor") facts.monitors = true;
        const key = `${kind} ${I.phase} ${codeKey(site.at)} ${describe(target)}`;
        if (!this.once(key)) return;
        const use: UseDraft = { kind, phase: I.phase, target, at: site.at, guarded: I.guarded > 0, via: "" };
        draft.uses.push(use);
      },
      start: (start) => {
        const key = `start ${codeKey(start.at)} ${start.code.key ?? ""} ${start.child?.id ?? ""}`;
        if (this.once(key)) draft.starts.push(start);
      },
      registers: (name: NameRef) => {
        if (this.once(`registers ${name.name}`)) draft.registers.push(name);
      },
      registersPattern: (pattern, name) => {
        if (name.k === "sym" && name.root === "arg") {
          if (this.once(`registers argument ${describe(name)}`)) draft.registersGiven.push(name);
          return;
        }
        if (this.once(`registers ${pattern}`)) draft.patterns.push(pattern);
      },
      trapsExit: () => {
        facts.trapsExit = true;
      },
      stops: (reason, at, I) => {
        if (I.phase === "init" || !this.once(`stop ${codeKey(at)}`)) return;
        facts.stopsItself.push({ reason, location: locationOf(at) });
      },
      waits: (what, at, I) => {
        if (I.phase !== "init" || !this.once(`wait ${codeKey(at)}`)) return;
        facts.initAwaits.push({ what, location: locationOf(at) });
      },
      handlesDown: () => {
        facts.handlesDown = true;
      },
      handlesExit: () => {
        facts.handlesExit = true;
      },
    };
  }
}

/** An object that one callback makes and others use: what its methods change has no known value. */
function outlive(v: Inst, I: Interpreter): void {
  if (v.kept || v.cls.k !== "cls") return;
  v.kept = true;
  for (const name of chainOf(I, v.cls).changed) v.fields.delete(name);
}

/** The names that callbacks change, in the class or in those that it extends. */
function changedFields(self: Inst | null, I: Interpreter): ReadonlySet<string> {
  return self?.cls.k === "cls" ? chainOf(I, self.cls).changed : new Set();
}

/** Short text that tells targets apart. */
function describe(v: Value): string {
  switch (v.k) {
    case "lit":
      return JSON.stringify(v.v) ?? "undefined";
    case "term":
      return `${v.tag} ${codeKey(v.at)} ${v.d.name === undefined ? "" : describe(v.d.name)}`;
    case "sym":
      return `${v.root} ${v.n} ${v.path.join(".")}`;
    case "choice":
      return v.of.map(describe).join("|");
    case "cls":
      return `class ${v.c.s}`;
    default:
      return v.k;
  }
}

/** Fields that keep other processes' pids: by their declared type, or by what is assigned. */
function keptPids(world: World, dialects: readonly Dialect[], code: ProcessCode, draft: ProcessDraft): void {
  const { keepsPids } = draft.facts;
  const note = (field: string, at: At): void => {
    if (!keepsPids.some((kept) => kept.field === field)) keepsPids.push({ field, location: locationOf(at) });
  };
  for (const field of code.fields) {
    if (field.changed && field.types.some((name) => isPidType(world, dialects, field.at, name)))
      note(field.name, field.at);
  }
  for (const [field, values] of draft.fields) {
    for (const value of values) {
      for (const v of alternatives(value).flatMap(contents))
        if (v.k === "term" && (v.tag === "proc" || v.tag === "lookup"))
          note(field.endsWith(ELEMENT) ? field.slice(0, -ELEMENT.length) : field, v.at);
    }
  }
}

/** A value, or what is in a list or a map. */
function contents(v: Value): readonly Value[] {
  if (v.k !== "list" && v.k !== "coll") return [v];
  return v.c.items.flatMap((item) =>
    v.k === "coll" && item.v.k === "list" ? item.v.c.items.map((x) => x.v) : [item.v],
  );
}

function isPidType(world: World, dialects: readonly Dialect[], at: At, name: string): boolean {
  const { imports } = at.m.summary;
  if (!Object.hasOwn(imports, name)) return false;
  const { m, n } = imports[name]!;
  const to = world.imported(at.m, { m, n });
  if (to.k !== "ext") return false;
  return dialects.some((d) => d.packages.includes(to.pkg) && d.pidTypes?.has(to.path.at(-1) ?? "") === true);
}
