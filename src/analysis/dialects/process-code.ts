/** Code that runs as a process, as a dialect has read it. */
import type { EdgeKind, Possible } from "../../model/index.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { At, Fn, Inst, Made, Value } from "../evaluate/values.ts";

/** One way in which a process's code is entered. */
export interface Callback {
  name: string;
  phase: "init" | "continue" | "later";
  /** What is called: a method of the object, by name, or a function value. */
  fn: Value;
  /** The arguments, in as far as something is known of them. */
  args: (Value | undefined)[];
  /** The next message does not wait for what it has begun. */
  concurrent?: true;
  /** For processes whose state goes in and out: the new state in what the callback returns, or several that it may be. */
  state?(result: Value): readonly Value[];
}

/** A server's callbacks, and when each of them runs. */
export const CALLBACKS: readonly [name: string, phase: Callback["phase"]][] = [
  ["init", "init"],
  ["handleContinue", "continue"],
  ["handleCall", "later"],
  ["handleCast", "later"],
  ["handleInfo", "later"],
  ["terminate", "later"],
];

/** The field under which the facts of a process keep a state that is handed from callback to callback. */
export const STATE = "state";

/** A use that is not in the process's own code. */
export interface Tie {
  kind: EdgeKind;
  phase: "init";
  target: Value;
  at: At;
  guarded: boolean;
  unawaited: boolean;
  throws?: true;
  possible: Possible | undefined;
}

/** A field, and the names in its declared type. */
export interface DeclaredField {
  name: string;
  types: string[];
  at: At;
  changed: boolean;
  /** Where the names mean something, if not where the field is. */
  module?: ModuleState;
}

/** Code that runs as a process. */
export interface ProcessCode {
  /** The dialect that it is written in. */
  dialect?: string;
  key: string;
  /** As in `Cls`. */
  made?: Made | undefined;
  symbol: string;
  at: At;
  /** The object that callbacks see as `this`, if there is one. */
  self: Inst | null;
  /** The library makes that object, so that no other code has it unless it is given it. */
  isMadeByLibrary?: true;
  callbacks: Callback[];
  hasTerminate: boolean;
  /** How it is told that one that it watches has ended, where that is not OTP's `DOWN`. */
  endNews?: { callback: Fn; message: Value } | null;
  /** It is over when its one function is. */
  endsWithFunction?: true;
  /** Set from outside, by an option of its start. */
  trapsExit?: boolean;
  /** What whoever starts it does in its name before the start is over. */
  ties?: readonly Tie[];
  /** Fields that its code changes without naming them, as a run of it has shown. */
  changedToo?: ReadonlySet<string>;
  /** Fields with a declared type, to find those that keep pids. */
  fields: DeclaredField[];
}
