/** What supervisor administration answers: OTP's results as plain data. */
import type { Pid } from "./pid.ts";
import type { ExitReason, SpecError } from "./reason.ts";
import type { ChildSpec, CompleteChildSpec } from "./spec.ts";

/** Why `startChild` did not start a child. */
export type StartChildError =
  /** The id is in use and the child runs. */
  | { already_started: Pid }
  /** The id is in use by a child that does not run. */
  | "already_present"
  /** The child's start failed; nothing is left of it. OTP's pair of the reason and the child. */
  | { start_error: ExitReason; id: string }
  /** The specification is faulty. */
  | SpecError
  /** Under a dynamic supervisor: the bare reason of the failed start. */
  | { reason: ExitReason };

/** `{ ok: pid }`, `{ ok: undefined }` when init said ignore, or `{ error }`. */
export type StartChildResult<T = unknown> =
  | { ok: Pid<T> | undefined; extra?: unknown; error?: never }
  | { error: StartChildError; ok?: never };

/** Why an administration call was refused. */
export type ChildError = "not_found" | "running" | "restarting" | "simple_one_for_one";

/** Result of `terminateChild` and `deleteChild`. */
export type ChildResult = { ok: true; error?: never } | { error: ChildError; ok?: never };

/** Result of `restartChild`. */
export type RestartChildResult =
  | { ok: Pid | undefined; extra?: unknown; error?: never }
  | { error: ChildError | { reason: ExitReason }; ok?: never };

/** Result of `getChildSpec`. */
export type GetChildSpecResult = { ok: CompleteChildSpec; error?: never } | { error: ChildError; ok?: never };

/** One line of `whichChildren`, which lists the last started first. */
export interface ChildInfo {
  /** Undefined under a dynamic supervisor. */
  id: string | undefined;
  child: Pid | "restarting" | undefined;
  type: "worker" | "supervisor";
  /** Name of the class. */
  module: string;
}

/** Answer of `countChildren`. */
export interface ChildCounts {
  specs: number;
  active: number;
  supervisors: number;
  workers: number;
}

/** The requests that a supervisor answers. */
export type SupervisorRequest =
  | { type: "start_child"; spec: ChildSpec }
  | { type: "start_child"; args: readonly unknown[] }
  | { type: "terminate_child"; child: string | Pid }
  | { type: "restart_child"; child: string | Pid }
  | { type: "delete_child"; child: string | Pid }
  | { type: "get_childspec"; child: string | Pid }
  | { type: "which_children" }
  | { type: "count_children" };
