/** The loop of a supervisor. */

import { classNameOf } from "../core/appearance.ts";
import type { Behaviour } from "../core/behaviour.ts";
import { replyCall } from "../core/call.ts";
import type { PendingCall } from "../core/calls.ts";
import { construct } from "../core/identity.ts";
import { interruptIfAsked } from "../core/intrude.ts";
import { BIT } from "../core/kinds.ts";
import { type ExitNotice, extraOf, type Proc } from "../core/proc.ts";
import { reportError } from "../core/reporting.ts";
import { exitProc, type Origin, STOPPED } from "../core/signals.ts";
import { started } from "../core/start.ts";
import { abandon, isThenable } from "../core/thenables.ts";
import { ProcessError, reasonOfThrown } from "../errors.ts";
import { ignore, Stop } from "../protocol.ts";
import { describeTerm, type ExitReason, formatReason } from "../reason.ts";
import type { SupervisorRequest } from "../results.ts";
import { Activity, type Blocking } from "./block.ts";
import { badSpec, type CompleteFlags, checkChild, checkChildren, checkFlags } from "./check.ts";
import { Child } from "./children.ts";
import { Engine } from "./engine.ts";
import { answer } from "./requests.ts";

interface UserSupervisor {
  init(...args: readonly unknown[]): unknown;
  readonly dynamic: boolean;
}

const engines = new WeakMap<Proc, Engine>();

/** Runs blocking code; the supervisor handles nothing else until it is through. */
function run(proc: Proc, activity: Activity, code: Blocking<void>): void {
  proc.at = "supervise";
  activity.run(guarded(proc, code), () => {
    if (proc.state === "dead") return;
    proc.state = "awaiting";
    proc.waitingSince = Math.floor(proc.core.now());
    interruptIfAsked(proc);
  });
}

/** A defect of the runtime itself ends the supervisor instead of the program. */
function* guarded(proc: Proc, code: Blocking<void>): Blocking<void> {
  try {
    yield* code;
    if (proc.state !== "dead") proc.at = null;
  } catch (thrown) {
    const reason = reasonOfThrown(thrown);
    exitProc(proc, reason, { type: "error", message: formatReason(reason) });
  }
}

function fail(proc: Proc, reason: ExitReason, message: string): void {
  exitProc(proc, reason, { type: "error", message });
}

function* begin(proc: Proc, activity: Activity, start: readonly unknown[]): Blocking<void> {
  proc.at = "init";
  proc.traps = true;
  let supervisor: UserSupervisor;
  let result: unknown;
  try {
    supervisor = construct(start[0] as new () => object, proc) as UserSupervisor;
    proc.instance = supervisor;
    if (typeof supervisor.init !== "function")
      throw new ProcessError(
        "badarg",
        `${classNameOf(start[0], "The supervisor")} has no init: start a class that extends it, whose init returns the specification`,
      );
    result = supervisor.init(...start.slice(1));
  } catch (thrown) {
    const reason = reasonOfThrown(thrown);
    fail(proc, reason, formatReason(reason));
    return;
  }
  if (isThenable(result)) {
    const promise = result;
    abandon(promise);
    const settled = yield* activity.wait<{ value: unknown } | { thrown: unknown }>((wake) => {
      promise.then(
        (value) => wake({ value }),
        (thrown: unknown) => wake({ thrown }),
      );
      return undefined;
    });
    if ("thrown" in settled) {
      const reason = reasonOfThrown(settled.thrown);
      fail(proc, reason, formatReason(reason));
      return;
    }
    result = settled.value;
  }
  // Whatever it is, it is no promise any more, and no reply.
  abandon(result);
  if (proc.state === "dead") return;
  if (result === ignore) {
    const { starter } = proc;
    proc.starter = null;
    exitProc(proc, "normal", STOPPED);
    starter?.tell({ type: "ignore" });
    return;
  }
  if (result instanceof Stop) {
    exitProc(proc, result.reason, STOPPED);
    return;
  }
  yield* supervise(proc, activity, supervisor.dynamic, result);
}

function* supervise(proc: Proc, activity: Activity, dynamic: boolean, spec: unknown): Blocking<void> {
  if (typeof spec !== "object" || spec === null) {
    fail(
      proc,
      { bad_return: spec },
      `init returned ${describeTerm(spec)}, which is no supervisor specification`,
    );
    return;
  }
  spec = proc.core.guard?.starting?.(proc.id, "supervisor", spec) ?? spec;
  const flags = checkFlags(spec as Record<string, unknown>, dynamic);
  if (flags.error !== undefined) {
    fail(proc, badSpec("supervisor_data", flags.error), flags.error.message);
    return;
  }
  const engine = new Engine(proc, activity, flags.value);
  engine.onRetry = (child, reason, cause) =>
    run(proc, activity, decide(engine, engine.retry(child, reason, cause)));
  engine.onSlowRestart = (code) => run(proc, activity, decide(engine, code));
  engines.set(proc, engine);
  extraOf(proc).supervision = engine;
  const failure = engine.children.dynamic
    ? prepareTemplate(engine, flags.value, spec as Record<string, unknown>, dynamic)
    : yield* startChildren(engine, flags.value, (spec as { children?: unknown }).children ?? []);
  if (failure !== null) {
    fail(proc, failure, formatReason(failure));
    return;
  }
  if (proc.state !== "dead") started(proc, undefined);
}

/** Takes the template of a dynamic supervisor; the reason when it is faulty. */
function prepareTemplate(
  engine: Engine,
  flags: CompleteFlags,
  spec: Record<string, unknown>,
  dynamic: boolean,
): ExitReason | null {
  let template: unknown;
  const { maxChildren = "infinity" } = spec;
  if (maxChildren !== "infinity" && !(Number.isInteger(maxChildren) && (maxChildren as number) >= 0)) {
    const message = `maxChildren ${describeTerm(maxChildren)} is neither a whole number from 0 up nor "infinity"`;
    return badSpec("supervisor_data", { kind: "invalid_max_children", value: maxChildren, message });
  }
  if (maxChildren !== "infinity") engine.maxChildren = maxChildren as number;
  if (typeof spec.childLabel === "function")
    engine.childLabel = spec.childLabel as NonNullable<Engine["childLabel"]>;
  if (dynamic) {
    if (spec.child === undefined) return null;
    const child = spec.child as { id?: string; start?: readonly unknown[] } | null;
    template =
      typeof child === "object" && child !== null
        ? { ...child, id: child.id ?? classNameOf(child.start?.[0], "child") }
        : child;
  } else {
    const children = spec.children as readonly unknown[] | undefined;
    if (!Array.isArray(children) || children.length !== 1) {
      return {
        bad_start_spec: children ?? [],
        message: `a simple_one_for_one supervisor takes exactly one child, its template, not ${children?.length ?? 0}`,
      };
    }
    template = children[0];
  }
  const checked = checkChild(template, flags.autoShutdown);
  if (checked.error !== undefined) return badSpec("start_spec", checked.error);
  engine.template = checked.value;
  return null;
}

function* startChildren(
  engine: Engine,
  flags: CompleteFlags,
  children: unknown,
): Blocking<ExitReason | null> {
  const checked = checkChildren(Array.isArray(children) ? children : [children], flags.autoShutdown);
  if (checked.error !== undefined) return badSpec("start_spec", checked.error);
  for (const spec of checked.value) engine.children.add(new Child(spec, spec.id, []));
  const failed = yield* engine.startAll(engine.children.list, undefined);
  if (failed === null) return null;
  yield* engine.shutdown();
  return { shutdown: { failed_to_start_child: [failed.child.spec.id, failed.reason] } };
}

/** Does what a verdict says. */
function* decide(engine: Engine, code: Blocking<"go on" | "shutdown">): Blocking<void> {
  const verdict = yield* code;
  if (verdict === "shutdown") yield* end(engine, "shutdown", STOPPED);
}

/** Stops the children, then exits. */
function* end(engine: Engine, reason: ExitReason, origin: Origin): Blocking<void> {
  const { proc } = engine;
  reportError(proc, reason);
  proc.core.wanting(BIT.terminate)?.emit({ type: "terminate", pid: proc.id, reason: formatReason(reason) });
  yield* engine.shutdown();
  exitProc(proc, reason, origin);
}

function* handleCall(engine: Engine, call: PendingCall): Blocking<void> {
  const { proc } = engine;
  const { request } = call;
  if (!isRequest(request)) {
    yield* misunderstood(engine, "call", request);
    return;
  }
  const result = yield* answer(engine, request);
  replyCall(proc, call, result);
}

const REQUESTS: ReadonlySet<unknown> = new Set<SupervisorRequest["type"]>([
  "start_child",
  "terminate_child",
  "restart_child",
  "delete_child",
  "get_childspec",
  "which_children",
  "count_children",
]);

function isRequest(request: unknown): request is SupervisorRequest {
  try {
    return REQUESTS.has((request as { type?: unknown } | null | undefined)?.type);
  } catch {
    return false;
  }
}

/** OTP's supervisor has no clause for it, so it crashes. */
function* misunderstood(engine: Engine, what: "call" | "cast", message: unknown): Blocking<void> {
  const error = new ProcessError(
    "function_clause",
    `a supervisor understands no ${what} but its own: ${describeTerm(message)}`,
  );
  yield* end(engine, { raised: error }, { type: "error", message: error.message });
}

export const supervisorBehaviour: Behaviour = {
  kind: "supervisor",

  begin(proc, start) {
    const activity = new Activity(proc);
    run(proc, activity, begin(proc, activity, start));
  },

  handle(proc, tag, content) {
    const engine = engines.get(proc);
    if (engine === undefined) return;
    const { activity } = engine;
    switch (tag) {
      case "exit": {
        const notice = content as ExitNotice;
        if (notice.from === proc.parent) {
          run(
            proc,
            activity,
            end(engine, notice.reason, { type: "signal", from: notice.from, via: "parent" }),
          );
        } else if (!engine.restartedAtOnce(notice))
          run(proc, activity, decide(engine, engine.exited(notice)));
        return;
      }
      case "call":
        proc.core.messages?.callReceived(proc, content as PendingCall);
        run(proc, activity, handleCall(engine, content as PendingCall));
        return;
      case "control":
        (content as (proc: Proc) => void)(proc);
        return;
      case "cast":
        proc.core.messages?.receive(proc, "cast", content);
        run(proc, activity, misunderstood(engine, "cast", content));
        return;
      default:
        // Plain messages mean nothing to a supervisor; OTP's logs and drops them.
        proc.core.messages?.receive(proc, "info", content);
    }
  },

  fail(proc, reason, message) {
    const engine = engines.get(proc);
    const origin: Origin = message === null ? STOPPED : { type: "error", message };
    if (engine === undefined) exitProc(proc, reason, origin);
    else run(proc, engine.activity, end(engine, reason, origin));
  },

  interrupt(proc) {
    engines.get(proc)?.activity.interrupt();
  },
};
