/** Code that runs as a process, as a dialect has read it. */
import type { At, Inst, Made, Value } from "../evaluate/values.ts";

/** One way in which a process's code is entered. */
export interface Callback {
  name: string;
  phase: "init" | "continue" | "later";
  /** What is called: a method of the object, by name, or a function value. */
  fn: Value;
  /** The arguments, in as far as something is known of them. */
  args: (Value | undefined)[];
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
  callbacks: Callback[];
  hasTerminate: boolean;
  /** It is over when its one function is. */
  endsWithFunction?: true;
  /** Set from outside, by an option of its start. */
  trapsExit?: boolean;
  /** Fields with a declared type, to find those that keep pids. */
  fields: { name: string; types: string[]; at: At; changed: boolean }[];
}
