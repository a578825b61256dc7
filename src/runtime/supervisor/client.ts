/** The client side of supervisor administration. */
import { callFrom } from "../core/call.ts";
import type { Core } from "../core/core.ts";
import type { Proc } from "../core/proc.ts";
import { StartError } from "../errors.ts";
import type { Pid, Target } from "../pid.ts";
import type { ExitReason } from "../reason.ts";
import type { StartChildResult, SupervisorRequest } from "../results.ts";
import type { ChildSpec } from "../spec.ts";

/** Asks a supervisor, without a time limit. Rejects with CallError when it is not there or goes down. */
export function administer<T>(
  core: Core,
  caller: Proc | null,
  sup: Target,
  request: SupervisorRequest,
): Promise<T> {
  return callFrom(core, caller, sup, request, "infinity") as Promise<T>;
}

/** The request of `startChild`: a list is the extra arguments for a template, anything else a specification. */
export function startRequest(what: ChildSpec | readonly unknown[]): SupervisorRequest {
  return isList(what) ? { type: "start_child", args: what } : { type: "start_child", spec: what };
}

/** What cannot be looked at is no list; the supervisor will refuse it. */
function isList(what: ChildSpec | readonly unknown[]): what is readonly unknown[] {
  try {
    return Array.isArray(what);
  } catch {
    return false;
  }
}

/** The pid of a started child. @throws StartError otherwise. */
export async function childStarted(result: Promise<StartChildResult>): Promise<Pid> {
  const answer = await result;
  if (answer.ok !== undefined) return answer.ok;
  throw new StartError("the child", refusalOf(answer));
}

/** Why a supervisor has not started a child: OTP's error, or `"ignore"`. */
export function refusalOf({ error }: StartChildResult): ExitReason {
  if (error === undefined) return "ignore";
  if (typeof error === "string") return error;
  // Of a dynamic supervisor OTP gives the bare reason.
  return "reason" in error ? error.reason : { ...error };
}
