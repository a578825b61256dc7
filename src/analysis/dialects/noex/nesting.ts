/** Servers that stand for a supervisor, and which supervisor of those that one place starts. */
import { callFunction } from "../../evaluate/calls.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { type At, alternatives, type Fn, unknown, type Value } from "../../evaluate/values.ts";
import type { ProcessCode } from "../process-code.ts";
import { madeAt } from "../site.ts";
import { watched } from "../watched.ts";

/** Set while the closure of a child runs: what it starts is the child. */
export const IN_CHILD = "noex child";

/** Runs what starts a child. */
export function inChild<T>(I: Interpreter, run: () => T): T {
  const outer = I.marks.has(IN_CHILD);
  I.marks.add(IN_CHILD);
  const result = run();
  if (!outer) I.marks.delete(IN_CHILD);
  return result;
}

/** A server whose `init` starts a supervisor stands for that supervisor. */
export function innerSupervisor(code: ProcessCode, I: Interpreter): string | null {
  const init = callbackOf(code, "init");
  if (init === null) return null;
  let found: string | null = null;
  inside(I, init, [], code.at, (site) => {
    if (found === null && isSupervisorStart(site)) found = supervisorKey(site, I);
  });
  return found;
}

/**
 * A server that wraps a supervisor which was started before it stands for that supervisor: when its child's closure
 * started that and the server keeps it, or when the server stops it as it ends.
 */
export function keptSupervisor(code: ProcessCode, own: ReadonlySet<string>, I: Interpreter): string | null {
  const init = callbackOf(code, "init");
  const terminate = callbackOf(code, "terminate");
  if (init === null) return null;
  const state = inside(I, init, [], code.at);
  const kept = new Set(heldIn(state).map(supervisorSite));
  for (const site of own) if (kept.has(site)) return site;
  if (terminate === null) return null;
  let stopped: string | null = null;
  inside(I, terminate, [unknown("the reason", code.at), state], code.at, ({ callee, args }) => {
    if (
      callee.kind !== "external" ||
      !/^(?:Distributed)?Supervisor\.stop$/.test(callee.path.join(".")) ||
      args[0] === undefined
    )
      return;
    const sites = alternatives(args[0]).flatMap((v) => supervisorSite(v) ?? []);
    if (sites.length === 1) stopped ??= sites[0]!;
  });
  return stopped;
}

function callbackOf(code: ProcessCode, name: string): Fn | null {
  const fn = code.callbacks.find((callback) => callback.name === name)?.fn;
  return fn?.kind === "function" ? fn : null;
}

/** The value, and what it holds if it is an object. */
function heldIn(v: Value): Value[] {
  return v.kind === "record" ? [v, ...[...v.contents.props.values()].map((entry) => entry.value)] : [v];
}

function supervisorSite(v: Value): string | null {
  if (
    v.kind !== "term" ||
    v.tag !== "proc" ||
    v.data.supervisor === undefined ||
    v.data.site?.kind !== "literal"
  )
    return null;
  return String(v.data.site.value);
}

/** Runs a callback of a child's server, without any effect. */
function inside(
  I: Interpreter,
  fn: Fn,
  args: Value[],
  at: At,
  watch: (site: CallSite) => void = () => {},
): Value {
  return inChild(I, () => watched(I, watch, () => callFunction(I, fn, args, null, at)));
}

/** Which supervisor of those that this place starts. */
export function supervisorKey({ at, args }: CallSite, I: Interpreter): string {
  return madeAt(at, I, args[0]);
}

export function isSupervisorStart({ callee }: CallSite): boolean {
  return callee.kind === "external" && SUPERVISOR_STARTS.has(callee.path.join("."));
}

export function isTaskSupervisor({ callee }: CallSite): boolean {
  return callee.kind === "external" && callee.path[0] === "Task";
}

const SUPERVISOR_STARTS: ReadonlySet<string> = new Set([
  "Supervisor.start",
  "DistributedSupervisor.start",
  "Task.Supervisor.start",
]);
