/** The words for what a process is doing and for what lies in its mailbox. */

/**
 * - `idle`: nothing to do
 * - `queued`: in the run queue, with messages
 * - `running`: one of its callbacks is on the stack
 * - `awaiting`: a promise of its callback is pending, or a supervisor waits for a child; messages queue up
 * - `ready`: in the run queue, with something to resume instead of a message
 * - `dead`: gone
 */
export type ProcState = "idle" | "queued" | "running" | "awaiting" | "ready" | "dead";

/**
 * What a message is, and so what its content is: of a `call` the PendingCall or whatever stands for the caller, of an `exit`
 * the ExitNotice, of a `down` the DownMessage, of a `control` a function of the process that is run in its turn.
 */
export type MessageTag = "cast" | "info" | "call" | "exit" | "down" | "control";

/** Which callback a process runs. */
export type Callback =
  | "init"
  | "handleCall"
  | "handleCast"
  | "handleInfo"
  | "handleContinue"
  | "terminate"
  | "supervise"
  | "run";

/** What a server was handling, for reports: a message, the term that its own callback asked to continue with, or nothing. */
export type HandledTag = MessageTag | "continue" | null;
