/** noex's supervisors: `Supervisor.start({ strategy, children, ... })`, whose children start by closures. */
import { callFunction } from "../../evaluate/calls.ts";
import { codeKey } from "../../evaluate/identity.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { type At, alternatives, isLit, lit, record, unknown, type Value } from "../../evaluate/values.ts";
import type { Expr } from "../../ir.ts";
import type { ChildDraft, CodeRef, NameRef, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { blankChild, idWithin, noteNoSpec, openUnknown, readChildren, readId } from "../children.ts";
import type { ModuleSink } from "../dialect.ts";
import {
  AUTO_SHUTDOWNS,
  asBoolean,
  asNumber,
  asShutdown,
  asText,
  Fields,
  oneOf,
  RESTARTS,
  STRATEGIES,
} from "../fields.ts";
import { nameAround } from "../naming.ts";
import { watched } from "../watched.ts";
import { behaviourCode } from "./behaviour.ts";
import {
  IN_CHILD,
  innerSupervisor,
  isSupervisorStart,
  isTaskSupervisor,
  keptSupervisor,
  supervisorKey,
} from "./nesting.ts";
import { registeredBehaviour, registeredName } from "./registrations.ts";

export function readSupervisor(site: CallSite, I: Interpreter, sink: ModuleSink): SupervisorDraft {
  const { at } = site;
  const options =
    site.args[0] ?? (site.open ? unknown("computed at run time: the options", at) : record(new Map(), at));
  const fields = new Fields(at);
  const name = fields.read(options, "name", "name", asText, { is: null as string | null });
  const ofTasks = isTaskSupervisor(site);
  const strategy = ofTasks
    ? "simple_one_for_one"
    : fields.read(options, "strategy", "strategy", oneOf(STRATEGIES), { is: "one_for_one" as const });
  const given = Fields.raw(options, "restartIntensity", at)?.value ?? lit(undefined);
  const intensity = fields.read(given, "maxRestarts", "intensity", asNumber, { is: 3 });
  const within = fields.read(given, "withinMs", "period", asNumber, { is: 5000 });
  const autoShutdown = fields.read(options, "autoShutdown", "autoShutdown", oneOf(AUTO_SHUTDOWNS), {
    is: "never" as const,
  });
  const children: ChildDraft[] = ofTasks ? [anyTask(at)] : [];
  let childrenAt: At | null = null;
  const raw = Fields.raw(options, "children", at);
  if (raw !== null && !(raw.value.kind === "literal" && raw.value.value === undefined)) {
    const found = readChildren(raw.value, raw.at, (v, place, many) => readChild(v, place, many, I, sink));
    children.push(...found.children);
    childrenAt = found.literal;
    if (found.open !== null) fields.unknown.push(openUnknown(found.open));
  }
  const template = Fields.raw(options, "childTemplate", at);
  if (template !== null && template.value.kind === "unknown")
    fields.because("children", template.value, template.at);
  else if (template !== null && !isLit(template.value, undefined)) {
    const child = readChild(
      template.value,
      template.value.kind === "record" ? template.value.at : template.at,
      true,
      I,
      sink,
    );
    const unknowns = child.unknown.filter((u) => u.field !== "id");
    if (child.code.symbol !== null) child.id = child.code.symbol;
    children.push({
      ...child,
      unknown: child.id === null ? child.unknown : unknowns,
      dynamic: true,
      cardinality: "many",
      defaults: [...child.defaults, "id"],
    });
  }
  const defaults = fields.defaults.filter((field) => field !== "name");
  return {
    key: supervisorKey(site, I),
    name: name ?? nameAround(at) ?? "supervisor",
    dialect: "noex",
    at,
    nameAt: null,
    childrenAt,
    strategy,
    intensity,
    period: within === null ? null : within / 1000,
    autoShutdown,
    children,
    dynamic: strategy === "simple_one_for_one",
    registers: name === null ? null : { name, origin: null },
    process: null,
    defaults,
    unknown: dedupe(fields.unknown),
    takesArguments: false,
  };
}

/** What a supervisor of tasks starts: a task for each function that it is given, which is not started again. */
function anyTask(at: At): ChildDraft {
  const fields = new Fields(at);
  fields.note("start", "the functions that it runs are given at run time", at);
  fields.defaults.push("restart", "shutdown", "type", "significant", "id");
  return {
    ...blankChild(at, fields),
    id: "task",
    type: "worker",
    restart: "temporary",
    shutdown: 5000,
    significant: false,
    cardinality: "many",
    dynamic: true,
  };
}

function dedupe<T extends { field: string }>(all: T[]): T[] {
  return all.filter((u, i) => all.findIndex((other) => other.field === u.field) === i);
}

export function readChild(v: Value, at: At, many: boolean, I: Interpreter, sink: ModuleSink): ChildDraft {
  const fields = new Fields(at);
  const child = blankChild(at, fields);
  if (v.kind !== "record") {
    noteNoSpec(v, at, fields);
    return child;
  }
  const start = Fields.raw(v, "start");
  const behaviour = Fields.raw(v, "behavior");
  if (start === null && behaviour !== null) {
    const code = registeredBehaviour(behaviour.value, I);
    if (code === null && behaviour.value.kind === "literal")
      fields.note(
        "start",
        `"${String(behaviour.value.value)}" is registered nowhere that was read`,
        behaviour.at,
      );
    else if (code === null) fields.because("start", behaviour.value, behaviour.at);
    else {
      sink.process(code);
      child.code = { symbol: code.symbol, at: code.at, key: code.key, type: "worker" };
    }
    child.code.type = "worker";
    if (code === null && behaviour.value.kind === "literal")
      child.code.symbol = String(behaviour.value.value);
  } else if (start === null) fields.note("start", "it is absent", at);
  else {
    const started = readStart(start.value, start.at, many, I, sink, fields);
    child.code = started.code;
    child.name = started.name;
    if (started.site !== null) child.site = started.site;
    if (started.before !== null) child.startedBefore = started.before;
  }
  const id = Fields.raw(v, "id");
  if (id === null) fields.note("id", "it is absent", at);
  else {
    child.id = readId(id.value, id.at, many, (field, reason, place) => fields.note(field, reason, place));
    Object.assign(child, idWithin(id.at, at));
  }
  child.restart = fields.read(v, "restart", "restart", oneOf(RESTARTS), { is: "permanent" as const });
  child.shutdown = fields.read<number | "brutal_kill" | "infinity">(
    v,
    "shutdownTimeout",
    "shutdown",
    asShutdown,
    { is: 5000 },
  );
  child.significant = fields.read(v, "significant", "significant", asBoolean, { is: false });
  child.type = child.code.type;
  if (child.type === null) fields.note("type", "what it starts is not known", at);
  else child.defaults.push("type");
  return child;
}

/** What a child's start gives. */
interface Started {
  code: CodeRef;
  name: NameRef | null;
  /** Where the process was started, when that is before the start is called. */
  before: At | null;
  site: string | null;
}

/** Runs a child's start closure and looks at the process that it returns. */
function readStart(
  v: Value,
  at: At,
  many: boolean,
  I: Interpreter,
  sink: ModuleSink,
  fields: Fields,
): Started {
  const none: Started = {
    code: { symbol: null, at: null, key: null, type: null },
    name: null,
    before: null,
    site: null,
  };
  if (v.kind === "external") {
    // `start: TimerService.start`
    const x: Expr = { kind: "opaque", start: at.start, end: at.end, parts: [], what: "start" };
    const started = I.hooks.call({ callee: v, args: [], open: true, isNew: false, expr: x, at }, I);
    const code = started?.kind === "term" ? codeOf(started, I, sink) : null;
    if (code !== null) return { ...none, code };
  }
  if (v.kind !== "function") {
    fields.because("start", v, at);
    return none;
  }
  const args = v.func.params.map((p) => unknown("an argument of startChild", v.scope.module.at(p.target)));
  const outer = I.marks.has(IN_CHILD);
  I.marks.add(IN_CHILD);
  const own = new Set<string>();
  const startedHere = new Set<string>();
  const codes = new Map<Value, CodeRef | null>();
  const result = watched(
    I,
    (site) => {
      startedHere.add(codeKey(site.at));
      if (isSupervisorStart(site)) own.add(supervisorKey(site, I));
    },
    () => {
      const made = callFunction(I, v, args, v.self, at);
      // Read while what the closure has made is as it left it.
      for (const started of alternatives(made))
        if (started.kind === "term") codes.set(started, codeOf(started, I, sink, own));
      return made;
    },
    // The children start one after the other: what one leaves in a variable is there for the next.
    !many,
  );
  if (!outer) I.marks.delete(IN_CHILD);
  const only = alternatives(result).length === 1;
  for (const started of alternatives(result)) {
    const code = codes.get(started) ?? null;
    if (started.kind === "term") sink.supervised?.(started.at);
    if (code === null || started.kind !== "term") continue;
    if (!only) fields.because("start", result, at);
    else {
      const behaviour = started.data.behaviour;
      if (code.symbol === null && behaviour !== undefined) fields.because("start", behaviour, started.at);
      // Started by nothing that the closure calls: by its module, or by the function that it stands in.
      const { module: m, start: s } = started.at;
      const inside = m === v.scope.module && v.func.start <= s && s < v.func.end;
      const before = only && !inside && !startedHere.has(codeKey(started.at)) ? started.at : null;
      const { site } = started.data;
      return {
        code,
        name: nameOf(started) ?? registeredAt(started, I),
        before,
        site: site?.kind === "literal" ? String(site.value) : null,
      };
    }
  }
  if (fields.unknown.every((u) => u.field !== "start")) fields.because("start", result, at);
  return none;
}

/**
 * The code of what `GenServer.start` or `Supervisor.start` returned; `own` are the supervisors that the same closure has
 * started.
 */
export function codeOf(
  started: Value & { kind: "term" },
  I: Interpreter,
  sink: ModuleSink,
  own: ReadonlySet<string> = new Set(),
): CodeRef | null {
  if (started.tag !== "proc") return null;
  const site = started.data.site;
  if (started.data.supervisor !== undefined && site?.kind === "literal") {
    return {
      symbol: nameAround(started.at) ?? "supervisor",
      at: started.at,
      key: String(site.value),
      type: "supervisor",
    };
  }
  const behaviour = started.data.behaviour;
  if (behaviour === undefined) return null;
  const code = behaviourCode(behaviour, started.data.options ?? lit(undefined), I);
  if (code === null) {
    // Whatever the behaviour is, it is a server.
    const symbol = behaviour.kind === "external" ? behaviour.path.join(".") : null;
    return { symbol, at: null, key: null, type: "worker" };
  }
  const inner = innerSupervisor(code, I) ?? keptSupervisor(code, own, I);
  if (inner !== null) return { symbol: code.symbol, at: code.at, key: inner, type: "supervisor" };
  sink.process(code);
  return { symbol: code.symbol, at: code.at, key: code.key, type: "worker" };
}

function registeredAt(started: Value & { kind: "term" }, I: Interpreter): NameRef | null {
  const site = started.data.site;
  return site?.kind === "literal" ? registeredName(I, String(site.value)) : null;
}

/** The name under which `GenServer.start(behaviour, { name })` registers. */
export function nameOf(started: Value & { kind: "term" }): NameRef | null {
  const options = started.data.options;
  const raw = options === undefined ? null : Fields.raw(options, "name");
  return raw?.value.kind === "literal" && typeof raw.value.value === "string"
    ? { name: raw.value.value, origin: null }
    : null;
}
