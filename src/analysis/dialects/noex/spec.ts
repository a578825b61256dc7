/** noex's supervisors: `Supervisor.start({ strategy, children, ... })`, whose children start by closures. */
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { type At, isLit, lit, record, unknown, type Value } from "../../evaluate/values.ts";
import type { ChildDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
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
import { isTaskSupervisor, supervisorKey } from "./nesting.ts";
import { registeredBehaviour } from "./registrations.ts";
import { readStart } from "./start.ts";

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
    // The library takes `name` and registers nothing under it.
    registers: null,
    process: null,
    defaults,
    unknown: dedupe(fields.unknown),
    takes: 0,
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
    const given = Fields.raw(v, "id")?.value;
    const id = given?.kind === "literal" && typeof given.value === "string" ? given.value : null;
    const started = readStart(start.value, start.at, many, I, sink, fields, id);
    child.code = started.code;
    child.name = started.name;
    if (started.site !== null) child.site = started.site;
    if (started.supervisor) child.takenForDead = true;
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
