/** Supervisors and dynamic supervisors of our own dialect: classes whose `init` returns a spec. */

import { callFunction } from "../../evaluate/calls.ts";
import { classKey } from "../../evaluate/identity.ts";
import { instantiate } from "../../evaluate/instances.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf, property } from "../../evaluate/objects.ts";
import {
  type At,
  alternatives,
  type Cls,
  choice,
  type Entry,
  isLit,
  type Rec,
  record,
  UNDEFINED,
  unknown,
  type Value,
} from "../../evaluate/values.ts";
import type { Param } from "../../ir.ts";
import type { ChildDraft, CodeRef, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { blankChild, idWithin, noteNoSpec, openUnknown, readChildren, readId } from "../children.ts";
import {
  AUTO_SHUTDOWNS,
  asBoolean,
  asNumber,
  asShutdown,
  Fields,
  oneOf,
  RESTARTS,
  reasonOf,
  STRATEGIES,
  TYPES,
} from "../fields.ts";
import { classNameOf } from "../naming.ts";
import { codeOf, nameOf } from "./names.ts";
import { registryOf } from "./registry.ts";
import { taskOf } from "./task.ts";

export function readSupervisor(cls: Cls, I: Interpreter, args: Value[] | null): SupervisorDraft | null {
  if (cls.class.abstract) return null;
  const module = cls.scope.module;
  const at = module.at(cls.class);
  const { base } = chainOf(I, cls);
  const library = base?.kind === "external" ? (base.path[0] ?? "") : "";
  const dynamic = DYNAMIC.has(library);
  const self = instantiate(I, cls, { values: [], open: false }, at);
  const init = property(I, self, "init", at);
  const ofTasks = library === "TaskSupervisor" && init.kind !== "function";
  const spec = ofTasks ? flagsOf(args, at) : specOf(init, self, args, I, at);
  const fields = new Fields(at);
  const blank: Omit<SupervisorDraft, "defaults" | "unknown"> = {
    key: classKey(cls),
    name: classNameOf(cls) ?? "default",
    cls,
    dialect: "suptree",
    at,
    nameAt: { module, start: cls.class.nameStart, end: cls.class.nameEnd },
    dynamic,
    registers: null,
    process: null,
    takes: ofTasks ? 1 : init.kind === "function" ? init.func.params.length : 0,
    childrenAt: null,
    strategy: null,
    intensity: null,
    period: null,
    autoShutdown: null,
    children: [],
  };
  const read = spec.kind === "record" ? readSpec(spec, dynamic, I, fields) : nothingRead(spec, fields, at);
  return { ...blank, ...read, defaults: fields.defaults, unknown: fields.unknown };
}

/** What the library's own `init` of a TaskSupervisor returns: the flags that its start gives, if any. */
function flagsOf(args: Value[] | null, at: At): Value {
  if (args === null) return unknown("the arguments of its start are not known", at);
  const [flags = UNDEFINED] = args;
  return isLit(flags, undefined) ? record(new Map(), at) : flags;
}

/** What `init` returns for these arguments. */
function specOf(init: Value, self: Value, args: Value[] | null, I: Interpreter, at: At): Value {
  if (init.kind !== "function") return unknown("the class has no init", at);
  const { params } = init.func;
  const name = ({ target }: Param, i: number): string =>
    target.kind === "identifier" ? `"${target.name}"` : String(i + 1);
  const given =
    args ??
    params.map((p, i) =>
      unknown(`argument ${name(p, i)} of init is not known`, init.scope.module.at(p.target)),
    );
  I.phase = "init";
  return oneSpec(callFunction(I, init, given, self, at));
}

function nothingRead(spec: Value, fields: Fields, at: At): Partial<SupervisorDraft> {
  const why = spec.kind === "unknown" ? spec : unknown(reasonOf(spec), at);
  for (const field of ["strategy", "intensity", "period", "autoShutdown", "children"])
    fields.because(field, why, at);
  return {};
}

function readSpec(spec: Rec, dynamic: boolean, I: Interpreter, fields: Fields): Partial<SupervisorDraft> {
  const read = {
    intensity: fields.read(spec, "intensity", "intensity", asNumber, { is: 1 }),
    period: fields.read(spec, "period", "period", asNumber, { is: 5 }),
    autoShutdown: fields.read(spec, "autoShutdown", "autoShutdown", oneOf(AUTO_SHUTDOWNS), {
      is: "never" as const,
    }),
  };
  if (dynamic) return { ...read, ...readTemplate(spec, I, fields) };
  const strategy = fields.read(spec, "strategy", "strategy", oneOf(STRATEGIES), {
    is: "one_for_one" as const,
  });
  const raw = Fields.raw(spec, "children");
  let children: ChildDraft[] = [];
  let childrenAt: At | null = null;
  if (raw === null) fields.note("children", "the spec has no children", spec.at);
  else {
    const found = readChildren(raw.value, raw.at, (v, place, many) => readChild(v, place, many, I));
    children = found.children;
    childrenAt = found.literal;
    if (found.open !== null) fields.unknown.push(openUnknown(found.open));
  }
  const simple = strategy === "simple_one_for_one";
  if (simple)
    for (const child of children) Object.assign(child, { dynamic: true, cardinality: "many", count: null });
  return { ...read, strategy, dynamic: simple, children, childrenAt };
}

const DYNAMIC: ReadonlySet<string> = new Set(["DynamicSupervisor", "TaskSupervisor"]);

/** What `init` returns, when it may return several specs: one with all of their fields. */
function oneSpec(v: Value): Value {
  if (v.kind !== "choice") return v;
  // `ignore` and `stop` mean that there is no supervisor at all.
  const specs = alternatives(v).filter((a) => a.kind === "record" || a.kind === "unknown");
  const first = specs[0];
  if (first === undefined || specs.some((s) => s.kind === "unknown")) return v.why;
  if (specs.length === 1) return first;
  const props = new Map<string, Entry>();
  for (const s of specs) {
    if (s.kind !== "record") continue;
    for (const [n, entry] of s.contents.props) {
      const other = props.get(n);
      props.set(
        n,
        other === undefined
          ? entry
          : { ...entry, value: choice(other.value, entry.value, v.why), maybe: other.maybe || entry.maybe },
      );
    }
  }
  for (const [n, entry] of props) {
    if (!specs.every((s) => s.kind === "record" && s.contents.props.has(n)))
      props.set(n, { ...entry, value: choice(entry.value, UNDEFINED, v.why) });
  }
  return record(props, first.kind === "record" ? first.at : v.why.at);
}

/** A dynamic supervisor's template, if it has one. */
function readTemplate(
  spec: Value,
  I: Interpreter,
  fields: Fields,
): Pick<SupervisorDraft, "strategy" | "children" | "childrenAt"> {
  const raw = Fields.raw(spec, "child");
  if (raw === null || (raw.value.kind === "literal" && raw.value.value === undefined)) {
    return { strategy: "one_for_one", children: [], childrenAt: null };
  }
  if (raw.value.kind === "unknown") {
    fields.because("strategy", raw.value, raw.at);
    fields.because("children", raw.value, raw.at);
    return { strategy: null, children: [], childrenAt: null };
  }
  const child = readChild(raw.value, raw.value.kind === "record" ? raw.value.at : raw.at, true, I, true);
  return {
    strategy: "simple_one_for_one",
    children: [{ ...child, dynamic: true, cardinality: "many", count: null }],
    childrenAt: null,
  };
}

export function readChild(v: Value, at: At, many: boolean, I: Interpreter, template = false): ChildDraft {
  const fields = new Fields(at);
  const child = blankChild(at, fields);
  if (v.kind !== "record") {
    noteNoSpec(v, at, fields);
    return child;
  }
  const start = Fields.raw(v, "start");
  if (start === null) fields.note("start", "it is absent", at);
  else {
    const read = readStart(start.value, start.at, I, fields);
    child.code = read.code;
    child.args = read.args;
  }
  const id = Fields.raw(v, "id");
  if (id !== null) {
    child.id = readId(id.value, id.at, many, (field, reason, place) => fields.note(field, reason, place));
    Object.assign(child, idWithin(id.at, at));
  } else if (template && child.code.symbol !== null) {
    child.id = child.code.symbol;
    child.defaults.push("id");
  } else fields.note("id", "it is absent", at);
  child.restart = fields.read(v, "restart", "restart", oneOf(RESTARTS), { is: "permanent" as const });
  child.significant = fields.read(v, "significant", "significant", asBoolean, { is: false });
  const type = child.code.type;
  child.type = fields.read(
    v,
    "type",
    "type",
    oneOf(TYPES),
    type === null ? null : { is: type },
    "what it starts is not known",
  );
  const shutdown =
    child.type === null ? null : { is: child.type === "worker" ? 5000 : ("infinity" as const) };
  child.shutdown = fields.read<number | "brutal_kill" | "infinity">(
    v,
    "shutdown",
    "shutdown",
    asShutdown,
    shutdown,
    "the default depends on what it starts",
  );
  readStartTimeout(v, child, fields);
  const name = Fields.raw(v, "name");
  if (name !== null && !(name.value.kind === "literal" && name.value.value === undefined)) {
    child.name = nameOf(name.value);
    if (child.name === null)
      fields.because(
        "name",
        name.value.kind === "term" ? (name.value.data.name ?? name.value) : name.value,
        name.at,
      );
    const registry = registryOf(name.value);
    if (registry !== null) {
      // Arguments of the supervisor's start are no arguments of the child's.
      const isArgument = registry.kind === "symbol" && registry.root !== "var";
      const target = isArgument ? unknown("an argument of its supervisor", name.at) : registry;
      child.registry = { target, at: name.at };
    }
  }
  return child;
}

/** A child that says nothing of it may take any time to start. */
function readStartTimeout(v: Value, child: ChildDraft, fields: Fields): void {
  const limit = v.kind === "record" ? Fields.raw(v, "startTimeout") : null;
  const value = limit?.value.kind === "literal" ? limit.value.value : null;
  if (limit === null || value === undefined || value === "infinity") return;
  child.startTimeout = typeof value === "number" ? value : null;
  if (child.startTimeout === null) fields.because("startTimeout", limit.value, limit.at);
}

/** `[Class, ...args]`. */
export function readStart(
  v: Value,
  at: At,
  I: Interpreter,
  fields: Fields,
): { code: CodeRef; args: Value[] | null } {
  const none: CodeRef = { symbol: null, at: null, key: null, type: null };
  if (v.kind !== "list") {
    fields.because("start", v, at);
    return { code: none, args: null };
  }
  const [first, ...rest] = v.contents.items;
  if (first === undefined) {
    fields.note("start", v.contents.open?.why ?? "it is empty", at);
    return { code: none, args: null };
  }
  const code = taskOf(first.value, rest[0]?.value) ?? codeOf(first.value, I);
  const args =
    v.contents.open === null && rest.every((item) => item.card === "one")
      ? rest.map((item) => item.value)
      : null;
  if (code === null) {
    fields.because("start", first.value, first.at);
    // Whichever it is, it may be of one kind.
    const types = new Set(alternatives(first.value).map((v) => codeOf(v, I)?.type ?? null));
    const type = types.size === 1 ? [...types][0]! : null;
    return { code: { ...none, type }, args };
  }
  return { code, args };
}
