/** Everything that one file defines: its classes, then what its code starts. */
import type { Dialect, ModuleSink } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { functionsAround } from "../dialects/site.ts";
import { Pool } from "../evaluate/budget.ts";
import { type CodeKey, classKey, codeKey } from "../evaluate/identity.ts";
import { instantiate } from "../evaluate/instances.ts";
import { type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { declaredBy, variableKey } from "../evaluate/module-definer.ts";
import { chainOf, methodValue, property } from "../evaluate/objects.ts";
import { type ModuleState, Scope } from "../evaluate/scope.ts";
import { runBlock } from "../evaluate/statements.ts";
import { nullish } from "../evaluate/truth.ts";
import {
  type At,
  alternatives,
  type Cls,
  type Fn,
  type Inst,
  type Term,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import { runProcess } from "../facts/process.ts";
import type { ImportRef } from "../ir.ts";
import { draftClass, draftReferred, homeOf, type Pools, placeIn, pureHooks, referredBy } from "./classes.ts";
import { type Makers, requiredIn } from "./makers.ts";
import { functionsIn, runUncalled } from "./uncalled.ts";
import type { FileDraft, SupervisorDraft } from "./unresolved-definitions.ts";

export function draftFile(
  world: World,
  dialects: readonly Dialect[],
  makers: Makers,
  m: ModuleState,
): FileDraft {
  world.deps.touch(m.file);
  const draft: FileDraft = {
    supervisors: [],
    processes: [],
    applications: [],
    starts: [],
    supervised: new Set(),
    started: new Set(),
    variables: new Map(),
  };
  // What processes do must not cost the file its supervisors.
  const pools = { supervisors: new Pool(), processes: new Pool() };
  const plain: Cls[] = [];
  /** Classes that functions make to be extended. */
  const bases = new Set<CodeKey>();
  let relevant = isRelevant(world, dialects, makers, m);
  for (const cls of classesOf(world, m)) {
    const above = chainOf(new Interpreter(world, pureHooks(dialects)), cls).classes.slice(1);
    for (const base of above) if (base.made !== undefined) bases.add(classKey(base));
    if (draftClass(world, dialects, cls, draft, pools)) relevant = true;
    else {
      plain.push(cls);
      relevant ||= above.some((base) => makers.makes(base, 0, true));
    }
  }
  if (relevant) {
    const known = new Set([...draft.supervisors, ...draft.processes].map(({ key }) => key));
    const made = scan(world, dialects, makers, m, plain, draft, pools);
    for (const key of heldBy(world, m, bases)) bases.delete(key);
    for (const cls of made)
      if (!known.has(classKey(cls)) && !bases.has(classKey(cls)))
        draftClass(world, dialects, cls, draft, pools);
  }
  draftReferred(world, dialects, draft, referredBy(draft), pools);
  // What processes start may be a supervisor by the call that starts it.
  for (const { supervisor } of draft.processes.flatMap(({ starts }) => starts))
    if (supervisor !== undefined) noteSupervisor(draft, supervisor);
  draft.supervisors.sort((a, b) => placeIn(m, a) - placeIn(m, b));
  draft.applications.sort((a, b) => a.at.start - b.at.start);
  return draft;
}

/** Those of some classes that a variable of the module holds: they may be started as well. */
function heldBy(world: World, m: ModuleState, keys: ReadonlySet<CodeKey>): CodeKey[] {
  if (keys.size === 0) return [];
  const held = [...m.declarations].flatMap(([name, { kind }]) =>
    kind === "var" ? [world.lookup(m, name)] : [],
  );
  return held.flatMap((v) => (v?.kind === "class" ? [classKey(v)] : []));
}

function classesOf(world: World, m: ModuleState): Cls[] {
  const found: Cls[] = [];
  for (const [name, declaration] of m.declarations) {
    if (declaration.kind === "var" && declaration.stmt.namespace === true) {
      const v = world.lookup(m, name);
      if (v !== null) classesIn(v, found);
      continue;
    }
    const isClass =
      declaration.kind === "stmt"
        ? declaration.stmt.kind === "classDeclaration"
        : declaration.stmt.declarators[declaration.index]?.value?.kind === "class";
    if (!isClass) continue;
    const v = world.lookup(m, name);
    if (v?.kind === "class") found.push(v);
  }
  // `handlers.Log = class extends GenServer {}`.
  for (const name of Object.keys(m.summary.changed)) {
    const v = world.settled(m, name);
    if (v !== null) classesIn(v, found);
  }
  // `exports.Root = class extends Supervisor {}`.
  for (const [name, ref] of Object.entries(m.summary.exports)) {
    if (ref.kind !== "expression" || ref.expr.kind !== "class") continue;
    const v = world.exportOf(m, name);
    if (v?.kind === "class" && v.scope.module === m && !found.includes(v)) found.push(v);
  }
  return found;
}

/** The classes of a namespace, and of those in it. */
function classesIn(v: Value, into: Cls[], depth = 0): void {
  if (v.kind !== "record" || depth > 4) return;
  for (const { value: inner } of v.contents.props.values()) {
    if (inner.kind === "class" && !into.includes(inner)) into.push(inner);
    else classesIn(inner, into, depth + 1);
  }
}

/** Whether a file's own code may start or define something. */
function isRelevant(world: World, dialects: readonly Dialect[], makers: Makers, m: ModuleState): boolean {
  if (m.summary.specifiers.some((specifier) => world.knows(specifier))) return true;
  if (requiredIn(m).some((module) => makers.isMaker(m, { module, name: "*" }))) return true;
  return Object.values(m.summary.imports).some(
    (ref) =>
      !world.knows(ref.module) &&
      (dialects.some((dialect) => dialect.names.has(ref.name)) || makers.isMaker(m, ref)),
  );
}

/** What is noted while the body of a module is run: what it defines, and what its variables and fields are given. */
function moduleHooks(
  dialects: readonly Dialect[],
  m: ModuleState,
  draft: FileDraft,
  sink: ModuleSink,
): Hooks {
  const hooks = pureHooks(dialects);
  const { variables } = draft;
  return {
    call: (site, interpreter) => {
      if (interpreter.muted === 0) {
        const before = draft.starts.length;
        for (const dialect of dialects) dialect.define?.(site, interpreter, sink);
        for (const start of draft.starts.slice(before)) start.through = functionsAround(site.at, interpreter);
      }
      return hooks.call(site, interpreter);
    },
    assigned: (name, v, of) => {
      if (of === m) remember(variables, variableKey(m.file, name), v);
    },
    assign: (self, field, v) => {
      const key = fieldKey(self, field);
      if (key !== null) remember(variables, key, v);
    },
    field: (self, field, at) => {
      const n = fieldKey(self, field);
      const why = `field "${field}" is changed while the program runs`;
      return n === null ? null : { kind: "symbol", root: "var", name: n, path: [], at, why };
    },
  };
}

/**
 * Runs the module's body, then the functions that it does not call, and notes what they start. Returns the classes that
 * those functions declare.
 */
function scan(
  world: World,
  dialects: readonly Dialect[],
  makers: Makers,
  m: ModuleState,
  plain: readonly Cls[],
  draft: FileDraft,
  pools: Pools,
): Cls[] {
  const sink = moduleSink(world, dialects, m, draft, pools.processes);
  const I = new Interpreter(world, moduleHooks(dialects, m, draft, sink), pools.supervisors);
  const top = new Scope(m.scope, m, null, null);
  I.top = top;
  // What a function has put into a variable of its module is there for the next one.
  I.variables = new Map();
  let started = 0;
  const hot = hotNames(world, dialects, makers, m);
  const { changed, changedInFunctions: esc } = m.summary;
  const body = m.summary.body.filter(
    (stmt, i) =>
      m.summary.identifiers[i]!.some((name) => hot.has(name)) ||
      declaredBy(stmt).some((name) => Object.hasOwn(changed, name)),
  );
  I.journal.branch(() => {
    runBlock(I, body, top);
    I.flush();
    started = draft.starts.length;
    // From here on a variable that functions assign holds what they last assigned.
    for (const name of esc) {
      const cell = top.vars.get(name);
      const v = cell === undefined ? null : world.lookup(m, name);
      if (
        cell !== undefined &&
        v?.kind === "symbol" &&
        (nullish(cell.contents) === true || holdsProcess(cell.contents))
      )
        I.journal.write(cell, v);
    }
    // What is called by others is declared before them more often than not.
    const handOut = (name: string, run: () => Value | null): void => {
      const before = draft.starts.length;
      // Nobody knows what ran before it.
      I.variables = new Map();
      const result = run();
      if (result !== null && isExported(m, name)) handedOut(draft.starts.slice(before), result);
    };
    for (const [name, fn] of functionsOf(m, top).reverse()) handOut(name, () => runUncalled(I, fn));
    for (const cls of plain)
      if (cls.class.name !== null && hot.has(cls.class.name))
        runMethods(I, cls, (run) => handOut(cls.class.name!, run));
  });
  I.renew();
  // What a process's callbacks start, the process starts.
  const callbacks = [...top.vars.values()].flatMap(({ contents: c }) => behavioursIn(c, dialects));
  if (callbacks.length > 0)
    draft.starts = draft.starts.filter(
      ({ at, under }) =>
        under !== null ||
        !callbacks.some((f) => at.module === f.module && f.start <= at.start && at.end <= f.end),
    );
  // What the module starts when it is loaded is in that order; what others make it start is where it is written.
  const later = draft.starts.splice(started).sort((a, b) => a.at.start - b.at.start);
  draft.starts.push(...later);
  return [...I.localClasses.values()].filter((cls) => homeOf(cls) === m);
}

/** Names a field of a class of the program; null for objects that only this execution sees. */
function fieldKey({ kept, cls }: Inst, field: string): string | null {
  if (!kept || cls.kind !== "class" || cls.class.name === null) return null;
  return variableKey(cls.scope.module.file, `${cls.class.name}.${field}`);
}

function holdsProcess(v: Value): boolean {
  return alternatives(v).some((a) => a.kind === "term");
}

/** Keeps the processes that a variable may hold. */
function remember(variables: FileDraft["variables"], key: string, v: Value): void {
  for (const a of alternatives(v)) {
    if (a.kind !== "term") continue;
    const known = variables.get(key);
    if (known === undefined) variables.set(key, [a]);
    else if (known.length < 16 && !known.some((one) => one.kind === "term" && sameTerm(one, a)))
      known.push(a);
  }
}

function sameTerm(a: Term, b: Term): boolean {
  return a.tag === b.tag && codeKey(a.at) === codeKey(b.at);
}

function isExported(m: ModuleState, name: string): boolean {
  return Object.values(m.summary.exports).some((ref) => ref.kind === "local" && ref.name === name);
}

/** Marks those of the starts whose reference a function returns: whoever calls it starts them. */
function handedOut(starts: readonly FileDraft["starts"][number][], result: Value): void {
  for (const v of alternatives(result).flatMap(referencesIn))
    for (const start of starts)
      if (start.under === null && codeKey(start.at) === codeKey(v.at)) start.handedOut = true;
}

/** A reference, and what a reference of another type is made of: `{ _type: "CacheRef", id: ref.id }`. */
function referencesIn(v: Value): Term[] {
  if (v.kind === "term") return v.tag === "proc" ? [v] : [];
  if (v.kind !== "record") return [];
  return [...v.contents.props.values()].flatMap(({ value }) => {
    const of = value.kind === "term" && value.tag === "part" ? value.data.of : undefined;
    return of?.kind === "term" && of.tag === "proc" ? [of] : [];
  });
}

/** Static methods first: they may show what the objects of the class are made of. */
function runMethods(I: Interpreter, cls: Cls, each: (run: () => Value | null) => void): void {
  const at = cls.scope.module.at(cls.class);
  const methods = cls.class.members.filter((member) => member.kind === "method");
  const run = (member: (typeof methods)[number], self: Value): void => {
    const fn = methodValue(cls, member, self);
    if (fn !== null) each(() => runUncalled(I, fn));
  };
  for (const member of methods) if (member.static) run(member, cls);
  const made = I.made.get(cls.class) ?? [];
  const args = made.length === 1 ? { values: made[0]!, open: false } : { values: [], open: true };
  I.keeping++;
  const self = instantiate(I, cls, args, at);
  I.keeping--;
  for (const name of chainOf(I, cls).changed) self.fields.delete(name);
  // What fields hold in the beginning is made with the object.
  for (const member of cls.class.members)
    if (member.kind === "field" && !member.static && member.value !== null && !self.fields.has(member.name))
      property(I, self, member.name, cls.scope.module.at(member));
  I.flush();
  for (const member of methods) if (!member.static) run(member, self);
}

/**
 * Names that lead to a dialect, directly or through other names of the module, and variables that change. Only
 * statements that mention one of them can start or define something; all others are evaluated when needed.
 */
function hotNames(world: World, dialects: readonly Dialect[], makers: Makers, m: ModuleState): Set<string> {
  const hot = new Set<string>([...Object.keys(m.summary.changed), "require"]);
  const imports = Object.entries(m.summary.imports);
  const leads = (ref: ImportRef): boolean =>
    world.knows(ref.module) ||
    dialects.some((dialect) => dialect.names.has(ref.name)) ||
    makers.isMaker(m, ref, 0, true);
  // What comes from the same module as something of a dialect may be the dialect's as well.
  const modules = new Set(imports.filter(([, ref]) => leads(ref)).map(([, ref]) => ref.module));
  for (const [name, ref] of imports) if (modules.has(ref.module)) hot.add(name);
  const open = new Map<string, string[]>();
  m.summary.body.forEach((stmt, i) => {
    for (const name of declaredBy(stmt)) open.set(name, m.summary.identifiers[i]!);
  });
  for (let again = true; again; ) {
    again = false;
    for (const [name, ids] of open) {
      if (!ids.some((id) => hot.has(id))) continue;
      hot.add(name);
      open.delete(name);
      again = true;
    }
  }
  return hot;
}

/** Where the objects are written whose functions are the callbacks of a process. */
function behavioursIn(v: Value, dialects: readonly Dialect[], depth = 0): At[] {
  if (v.kind !== "record" || depth > 2) return [];
  if (dialects.some((dialect) => dialect.runs?.(v) === true)) return [v.at];
  return [...v.contents.props.values()].flatMap((entry) => behavioursIn(entry.value, dialects, depth + 1));
}

/** The functions of a module by their names; those of an object (`Cache.start`) with the object's name. */
function functionsOf(m: ModuleState, top: Scope): [string, Fn][] {
  const found: [string, Fn][] = [];
  for (const name of m.declarations.keys()) {
    const v = top.vars.get(name)?.contents;
    const functions: Fn[] = [];
    if (v !== undefined) functionsIn(v, m, functions);
    for (const fn of functions) found.push([name, fn]);
  }
  return found;
}

function moduleSink(
  world: World,
  dialects: readonly Dialect[],
  m: ModuleState,
  draft: FileDraft,
  pool: Pool,
): ModuleSink {
  const starts = new Set<string>();
  return {
    supervisor: (found) => {
      // Functions of other files are read where they are, unless this file gives them what they put together.
      if (found.at.module !== m && found.implicit !== true && !isPartlyFrom(m, found)) return;
      noteSupervisor(draft, found);
    },
    application: (found) => {
      if (!draft.applications.some((known) => known.key === found.key)) draft.applications.push(found);
    },
    start: (found) => {
      if (found.at.module !== m && found.under === null) {
        draft.started.add(codeKey(found.at));
        return;
      }
      const { under, child } = found;
      const whose = under?.kind === "term" ? codeKey(under.at) : "";
      const key = `${codeKey(found.at)} ${found.code.key ?? ""} ${whose} ${child?.id ?? ""}`;
      if (!starts.has(key)) draft.starts.push(found);
      starts.add(key);
    },
    supervised: (at) => {
      if (at.module !== m) draft.supervised.add(codeKey(at));
    },
    process: (code: ProcessCode) => {
      const waiting = [code];
      for (const one of waiting) {
        if (draft.processes.some((known) => known.key === one.key)) continue;
        const found = runProcess(world, dialects, one, pool);
        waiting.push(...(found.runs ?? []));
        delete found.runs;
        draft.processes.push(found);
      }
    },
  };
}

function noteSupervisor({ supervisors }: FileDraft, found: SupervisorDraft): void {
  const i = supervisors.findIndex((known) => known.key === found.key);
  if (i < 0) supervisors.push(found);
  // Seen again with other arguments: what is known better counts.
  else if (gaps(found) < gaps(supervisors[i]!)) supervisors[i] = found;
}

function isPartlyFrom(m: ModuleState, found: SupervisorDraft): boolean {
  return found.childrenAt?.module === m || found.children.some((child) => child.at.module === m);
}

function gaps(draft: SupervisorDraft): number {
  return draft.unknown.length + draft.children.reduce((sum, child) => sum + child.unknown.length, 0);
}
