/** What a child's start gives: its closure is run, and the process that it returns looked at. */
import { callFunction } from "../../evaluate/calls.ts";
import { codeKey } from "../../evaluate/identity.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { type At, alternatives, type Fn, isLit, lit, unknown, type Value } from "../../evaluate/values.ts";
import type { Expr } from "../../ir.ts";
import type { CodeRef, NameRef } from "../../link/unresolved-definitions.ts";
import type { ModuleSink } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { nameAround, nameTaking } from "../naming.ts";
import type { Tie } from "../process-code.ts";
import { watched } from "../watched.ts";
import { behaviourCode } from "./behaviour.ts";
import { inChild, innerSupervisor, isSupervisorStart, keptSupervisor, supervisorKey } from "./nesting.ts";
import { registeredName } from "./registrations.ts";
import { type Deed, noteDeed, tiesOf } from "./ties.ts";

/** Whether a value is made within the text at this place. */
function isWithin({ module, start, end }: At, v: Value): boolean {
  return "at" in v && v.at.module === module && start <= v.at.start && v.at.end <= end;
}

/** What a child's start gives. */
interface Started {
  code: CodeRef;
  name: NameRef | null;
  /** Where the process was started, when that is before the start is called. */
  before: At | null;
  site: string | null;
  /** It gives a supervisor's reference, and no server that stands for one. */
  supervisor: boolean;
}

/** Runs a child's start closure and looks at the process that it returns. */
export function readStart(
  v: Value,
  at: At,
  many: boolean,
  I: Interpreter,
  sink: ModuleSink,
  fields: Fields,
  id: string | null,
): Started {
  const none: Started = {
    code: { symbol: null, at: null, key: null, type: null },
    name: null,
    before: null,
    site: null,
    supervisor: false,
  };
  if (v.kind === "external") {
    // `start: TimerService.start`
    const x: Expr = { kind: "opaque", start: at.start, end: at.end, parts: [], what: "start" };
    const started = inChild(I, () =>
      I.hooks.call({ callee: v, args: [], open: true, isNew: false, expr: x, at }, I),
    );
    const code = started?.kind === "term" ? codeOf(started, I, sink) : null;
    if (code !== null) return { ...none, code };
  }
  if (v.kind !== "function") {
    fields.because("start", v, at);
    return none;
  }
  const { result, codes, startedHere } = runClosure(v, at, many, I, sink, id);
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
        supervisor: started.data.supervisor !== undefined,
      };
    }
  }
  if (fields.unknown.every((u) => u.field !== "start")) fields.because("start", result, at);
  return none;
}

/** What a child's closure returns, the code of that, and where it has started something. */
function runClosure(
  v: Fn,
  at: At,
  many: boolean,
  I: Interpreter,
  sink: ModuleSink,
  id: string | null,
): { result: Value; codes: ReadonlyMap<Value, CodeRef | null>; startedHere: ReadonlySet<string> } {
  const args = v.func.params.map((p) => unknown("an argument of startChild", v.scope.module.at(p.target)));
  const closure = v.scope.module.at(v.func);
  const own = new Set<string>();
  const startedHere = new Set<string>();
  const codes = new Map<Value, CodeRef | null>();
  const deeds: Deed[] = [];
  let running = true;
  const run = () =>
    watched(
      I,
      (site) => {
        startedHere.add(codeKey(site.at));
        if (isSupervisorStart(site)) own.add(supervisorKey(site, I));
        if (running) noteDeed(site, I, deeds);
      },
      () => {
        const made = callFunction(I, v, args, v.self, at);
        running = false;
        // Read while what the closure has made is as it left it.
        for (const started of alternatives(made)) {
          if (started.kind !== "term") continue;
          const called = isWithin(closure, started) ? id : null;
          codes.set(started, codeOf(started, I, sink, own, tiesOf(started, deeds), called));
        }
        return made;
      },
      // The children start one after the other: what one leaves in a variable is there for the next.
      !many,
    );
  return { result: inChild(I, () => I.apart(run)), codes, startedHere };
}

/**
 * The code of what `GenServer.start` or `Supervisor.start` returned; `own` are the supervisors that the same closure has
 * started, `ties` what else it does for the process, `called` how a behaviour that is written there is called.
 */
export function codeOf(
  started: Value & { kind: "term" },
  I: Interpreter,
  sink: ModuleSink,
  own: ReadonlySet<string> = new Set(),
  ties: readonly Tie[] = [],
  called: string | null = null,
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
  const inline = isWithin(started.at, behaviour);
  const name = inline ? (nameOf(started)?.name ?? called ?? nameTaking(started.at)) : null;
  const code = behaviourCode(behaviour, started.data.options ?? lit(undefined), I, ties, name);
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
  // A registry of the program's own has names of its own.
  const registry = options === undefined ? null : Fields.raw(options, "registry");
  if (registry !== null && !isLit(registry.value, undefined)) return null;
  const raw = options === undefined ? null : Fields.raw(options, "name");
  return raw?.value.kind === "literal" && typeof raw.value.value === "string"
    ? { name: raw.value.value, origin: null }
    : null;
}
