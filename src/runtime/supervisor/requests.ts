/** Administration: what a supervisor answers to start_child, terminate_child and the rest. */
import { classNameOf } from "../core/appearance.ts";
import { BIT } from "../core/kinds.ts";
import { Proc } from "../core/proc.ts";
import type { Pid } from "../pid.ts";
import type {
  ChildCounts,
  ChildInfo,
  ChildResult,
  GetChildSpecResult,
  RestartChildResult,
  StartChildResult,
  SupervisorRequest,
} from "../results.ts";
import type { CompleteChildSpec } from "../spec.ts";
import type { Blocking } from "./block.ts";
import { checkChild } from "./check.ts";
import { Child } from "./children.ts";
import type { Engine } from "./engine.ts";

/** What throws when it is looked at is no process. */
function isProc(target: unknown): target is Proc {
  try {
    return target instanceof Proc;
  } catch {
    return false;
  }
}

/** Answers one request. */
export function* answer(engine: Engine, request: SupervisorRequest): Blocking<unknown> {
  switch (request.type) {
    case "start_child":
      return "args" in request
        ? yield* startDynamic(engine, engine.template, request.args)
        : yield* startSpec(engine, request.spec);
    case "terminate_child":
      return yield* terminateChild(engine, request.child);
    case "restart_child":
      return yield* restartChild(engine, request.child);
    case "delete_child":
      return deleteChild(engine, request.child);
    case "get_childspec":
      return getChildSpec(engine, request.child);
    case "which_children":
      return whichChildren(engine);
    case "count_children":
      return countChildren(engine);
  }
}

function* startSpec(engine: Engine, given: unknown): Blocking<StartChildResult> {
  if (engine.template !== null) return { error: { reason: "simple_one_for_one" } };
  const { core, proc } = engine;
  const spec =
    typeof given === "object" && given !== null
      ? (core.guard?.starting?.(proc.id, "child", given) ?? given)
      : given;
  const checked = checkChild(spec, engine.flags.autoShutdown);
  if (checked.error !== undefined) return { error: checked.error };
  if (engine.children.dynamic) return yield* startDynamic(engine, checked.value, []);
  const known = engine.children.byId(checked.value.id);
  if (known?.proc) return { error: { already_started: known.proc } };
  if (known !== undefined) return { error: "already_present" };
  const child = new Child(checked.value, checked.value.id, []);
  const outcome = yield* engine.start(child, undefined);
  if (outcome.type === "error") return { error: { start_error: outcome.reason, id: child.spec.id } };
  if (outcome.type === "ignore") {
    if (!child.temporary) engine.children.add(child);
    return { ok: undefined };
  }
  engine.children.add(child);
  return started(outcome.proc, outcome.extra);
}

function started(proc: Proc, extra: unknown): { ok: Pid; extra?: unknown } {
  return extra === undefined ? { ok: proc } : { ok: proc, extra };
}

function* startDynamic(
  engine: Engine,
  spec: CompleteChildSpec | null,
  args: readonly unknown[],
): Blocking<StartChildResult> {
  if (spec === null) {
    return {
      error: {
        kind: "bad_start_spec",
        value: args,
        message: "this supervisor has no child template: startChild takes a whole child specification",
      },
    };
  }
  if (engine.children.size >= engine.maxChildren) return { error: { reason: "max_children" } };
  const child = engine.dynamicChild(spec, args);
  const outcome = yield* engine.start(child, undefined);
  if (outcome.type === "error") return { error: { reason: outcome.reason } };
  if (outcome.type === "ignore") return { ok: undefined };
  return started(outcome.proc, outcome.extra);
}

function* terminateChild(engine: Engine, target: string | Pid): Blocking<ChildResult> {
  const { children } = engine;
  if (children.dynamic) {
    if (!isProc(target)) return { error: "simple_one_for_one" };
    const child = children.byProc(target);
    if (child === undefined) {
      const restarting = children.byFormer(target);
      if (restarting === undefined) return target.alive ? { error: "not_found" } : { ok: true };
      if (engine.core.otp25Defects) children.miscounted++;
      engine.release(restarting);
      return { ok: true };
    }
    yield* engine.stop(child, undefined);
    engine.release(child);
    return { ok: true };
  }
  const child = typeof target === "string" ? children.byId(target) : undefined;
  if (child === undefined) return { error: "not_found" };
  yield* engine.stop(child, undefined);
  engine.release(child);
  return { ok: true };
}

function* restartChild(engine: Engine, target: string | Pid): Blocking<RestartChildResult> {
  const { children } = engine;
  if (children.dynamic) return { error: "simple_one_for_one" };
  const child = typeof target === "string" ? children.byId(target) : undefined;
  if (child === undefined) return { error: "not_found" };
  if (child.restarting) return { error: "restarting" };
  if (child.proc !== null) return { error: "running" };
  const outcome = yield* engine.start(child, undefined);
  if (outcome.type === "error") return { error: { reason: outcome.reason } };
  return outcome.type === "ignore" ? { ok: undefined } : started(outcome.proc, outcome.extra);
}

function deleteChild(engine: Engine, target: string | Pid): ChildResult {
  const { children } = engine;
  if (children.dynamic) return { error: "simple_one_for_one" };
  const child = typeof target === "string" ? children.byId(target) : undefined;
  if (child === undefined) return { error: "not_found" };
  if (child.restarting) return { error: "restarting" };
  if (child.proc !== null) return { error: "running" };
  children.remove(child);
  engine.core.wanting(BIT.child_removed)?.emit({ type: "child_removed", child: engine.ref(child) });
  return { ok: true };
}

function getChildSpec(engine: Engine, target: string | Pid): GetChildSpecResult {
  const { children, template } = engine;
  if (children.dynamic) {
    if (!isProc(target)) {
      return template?.id === target ? { ok: template } : { error: "not_found" };
    }
    const child = children.byProc(target);
    if (child !== undefined) return { ok: child.spec };
    return target.alive || template === null ? { error: "not_found" } : { ok: template };
  }
  const child = typeof target === "string" ? children.byId(target) : undefined;
  return child === undefined ? { error: "not_found" } : { ok: child.spec };
}

function whichChildren(engine: Engine): ChildInfo[] {
  const { children } = engine;
  return [...children.list].reverse().map((child) => ({
    id: children.dynamic ? undefined : child.spec.id,
    child: child.restarting ? "restarting" : (child.proc ?? undefined),
    type: child.spec.type,
    module: classNameOf(child.spec.start[0], ""),
  }));
}

function countChildren(engine: Engine): ChildCounts {
  const { children, template } = engine;
  if (!children.dynamic || template === null) {
    const { list } = children;
    const supervisors = list.filter((child) => child.spec.type === "supervisor").length;
    return {
      specs: list.length,
      active: children.active,
      supervisors,
      workers: list.length - supervisors,
    };
  }
  const { size } = children;
  const isSupervisor = template.type === "supervisor";
  return {
    specs: 1,
    active: children.active,
    supervisors: isSupervisor ? size : 0,
    workers: isSupervisor ? 0 : size,
  };
}
