/** What stand-ins can do with others: what every process can. */
import { type ExitReason, formatReason, type GenServer } from "../runtime/index.ts";

/** Milliseconds that a stand-in waits for an answer, as `call` does by default. */
export const CALL_TIMEOUT = 5000;

/** What becomes of a message to a name that nobody has. */
export const NOBODY = "what it sends is lost, since nobody has this name";

/** What is sent where it is not known which message it is: nobody reacts to it. */
export const REQUEST = "request";

/** What stand-ins and supervisors do with others. */
export type User = Pick<
  GenServer,
  | "self"
  | "call"
  | "cast"
  | "send"
  | "sendAfter"
  | "sleep"
  | "monitor"
  | "link"
  | "async"
  | "register"
  | "whereis"
  | "whichChildren"
  | "startChildResult"
  | "startLink"
  | "start"
  | "unlink"
  | "demonitor"
  | "reply"
  | "sendInterval"
  | "sendExit"
  | "stopServer"
  | "terminateChild"
  | "restartChild"
  | "deleteChild"
  | "await"
  | "cancelTimer"
>;

/** A message that a stand-in tells apart as the code does. */
export function messageOf(type: string | null): { type?: string } {
  return type === null ? {} : { type };
}

/** Why something failed, in words. */
export function textOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "reason" in thrown) {
    return formatReason(thrown.reason as ExitReason);
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
