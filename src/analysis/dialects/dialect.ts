/**
 * A dialect: how one library's definitions are recognised and read. One folder each; `index.ts` lists them.
 * Everything goes by what a value *is* (an export of the library), never by what it is called.
 */

import type { UseManner } from "../../model/index.ts";
import type { Failure } from "../evaluate/failure.ts";
import type { CallSite, Interpreter } from "../evaluate/interpreter.ts";
import type { At, Cls, Ext, ExtMethod, Rec, Value } from "../evaluate/values.ts";
import type { FactSink } from "../facts/sink.ts";
import type {
  ApplicationDraft,
  CodeRef,
  StartDraft,
  SupervisorDraft,
} from "../link/unresolved-definitions.ts";
import type { ProcessCode } from "./process-code.ts";
import type { Traits } from "./traits.ts";

/** What extending a class of the library makes of a class. */
export type Role = "supervisor" | "process";

/** Where definitions that are calls (`Supervisor.start(...)`, `defineApplication(...)`) are noted. */
export interface ModuleSink {
  supervisor(draft: SupervisorDraft): void;
  application(draft: ApplicationDraft): void;
  start(draft: StartDraft): void;
  /** A process that is started at this place is a supervisor's child. */
  supervised?(at: At): void;
  /** Code that a definition refers to and that runs as a process. */
  process(code: ProcessCode): void;
}

/** How a callback ends its process, or what is to come next. */
export type Outcome =
  | { how: "ignore" | "stop"; reason: string | null; replies?: true }
  | { how: "noReply" }
  | { how: "continue"; term: Value }
  | { how: "timeout"; ms: number | null };

/** A message; `ms`: after how long it is sent, null when that is not known. */
export interface Sent {
  event: "call" | "cast" | "info";
  message: Value;
  toItself: boolean;
  ms: number | null;
  /** Again and again, each time after so long. */
  repeats?: true;
  /** How long a call waits, where that is said. */
  timeout?: number | "infinity";
}

/** Answers those who wait, takes a link or a monitor back, waits for a task. */
export type Deed = { does: "answer" } | { does: "forget" | "join"; of: Value };

export interface Dialect {
  name: string;
  /** What whoever reads the model has to know of its supervisors. */
  traits: Traits;
  /** Packages that bring it in, as written in imports (subpaths count too). */
  packages: readonly string[];
  /** The exports that matter; a module that imports one of them from a barrel is looked at too. */
  names: ReadonlySet<string>;
  /** Exports that count as well where the library's own repository imports them by relative paths. */
  own?(pkg: string, name: string): boolean;
  /** For classes: what a base class of the library makes of them. */
  role?(base: Ext): Role | null;
  /** Reads a class with role "supervisor"; `args` are the arguments of its `init`, null when they are not known. */
  supervisor?(cls: Cls, I: Interpreter, args: Value[] | null): SupervisorDraft | null;
  /** Reads a class with a role as code that runs. */
  process?(cls: Cls, I: Interpreter): ProcessCode | null;
  /** The value of a call, without any effect; null when it means nothing to the dialect. */
  value?(site: CallSite, I: Interpreter): Value | null;
  /** Inside a process: notes what the call does. Its value comes from `value` unless this returns one. */
  use?(site: CallSite, I: Interpreter, sink: FactSink): Value | null;
  /** What a callback that returns `v` asks for. */
  outcome?(v: Value): Outcome | null;
  /** What a callback that returns `v` answers its caller. */
  answer?(v: Value): Value | null;
  /** The message that a call sends. */
  sends?(site: CallSite): Sent | null;
  /** What a call does to the process that is its first argument. */
  manner?(site: CallSite): UseManner | null;
  /** What a call does by itself: answers somebody who waits, takes a link or a monitor back, waits for a task. */
  does?(site: CallSite): Deed | null;
  /** Whether the functions that a call is given are no doing of who calls: they start the children of a supervisor, or act for another process. */
  startsChildren?(site: CallSite): boolean;
  /** Whether a call is given a process and does nothing in its name but look. */
  onlyLooks?(site: CallSite): boolean;
  /** The function that a call runs as a task, and the supervisor that it is started under. */
  task?(site: CallSite): { fn: Value; under: Value | null } | null;
  /** In a module's body and functions: notes definitions and starts. */
  define?(site: CallSite, I: Interpreter, sink: ModuleSink): void;
  /** Whether an object's functions are the callbacks of a process, so that only a process calls them. */
  runs?(v: Rec): boolean;
  /** What a start refers to, if this dialect knows. */
  code?(v: Value, I: Interpreter): CodeRef | null;
  /** Methods that the library's classes give to a process and with which it acts. */
  methods?: ReadonlySet<string>;
  /** What is thrown at who calls, links to or asks for a start a process that is not there. */
  failure?: Failure;
  /** What messages call whom to answer: a process identifier that is kept until the answer is there, and no longer. */
  answers?: ReadonlySet<string>;
  /** Names of types that are process identifiers. */
  pidTypes?: ReadonlySet<string>;
}

/** Whether a package is one of those that bring a dialect in. */
export function isDialectPackage(dialects: readonly Dialect[], pkg: string): boolean {
  return dialects.some(({ packages }) => packages.includes(pkg));
}

export function isMethodOf(
  callee: Ext | ExtMethod,
  pkg: readonly string[],
  base?: string,
): callee is ExtMethod {
  return (
    callee.kind === "externalMethod" &&
    pkg.includes(callee.base.pkg) &&
    (base === undefined || callee.base.path[0] === base)
  );
}
