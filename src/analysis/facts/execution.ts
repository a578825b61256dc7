import type { Dialect } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import type { Notes } from "./notes.ts";

/** One execution of the code of a process: what runs, and where it is noted what it does. */
export interface Execution {
  readonly interpreter: Interpreter;
  readonly code: ProcessCode;
  readonly dialects: readonly Dialect[];
  readonly draft: ProcessDraft;
  readonly notes: Notes;
}
