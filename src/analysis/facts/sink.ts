import type { EdgeKind } from "../../model/index.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import type { CallSite, Interpreter } from "../evaluate/interpreter.ts";
import type { At, Value } from "../evaluate/values.ts";
import type { NameRef, StartDraft } from "../link/unresolved-definitions.ts";

/** Where a dialect notes what the code of a process does. */
export interface FactSink {
  /** The process. */
  readonly of: ProcessCode;
  /** `throws`: a lookup that fails where nobody has the name. */
  use(kind: EdgeKind, target: Value, site: CallSite, I: Interpreter, throws?: boolean): void;
  start(draft: StartDraft): void;
  /** Code that it has others run as a process. */
  makes?(code: ProcessCode): void;
  registers(name: NameRef, I: Interpreter): void;
  /** A name that is known in part: `room:*`. */
  registersPattern(pattern: string, name: Value, I: Interpreter): void;
  /** `on` is null when it is not known. */
  trapsExit(on: boolean | null, I: Interpreter): void;
  stops(reason: string | null, at: At, I: Interpreter): void;
  /** Something is made that stops the process when a callback gives it back. */
  makesStop(reason: string | null, at: At, I: Interpreter): void;
  /** Somebody is stopped, perhaps the process itself; of one that is not there nothing comes. */
  ends(target: Value, reason: string | null, site: CallSite, I: Interpreter): void;
  /** Waits for something outside the process. */
  waits(what: string, at: At, I: Interpreter): void;
  handlesDown(): void;
  handlesExit(): void;
  /** Code that is not read may do something in the process's name. */
  unread(reason: string, at: At): void;
}
