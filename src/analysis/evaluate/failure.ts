/** What a handler is given when a process was used and there was none: it may look at what has failed. */
import { type At, alternatives, lit, unknown, type Value } from "./values.ts";

/** What a library throws where there is no process. */
export interface Failure {
  packages: readonly string[];
  /** The classes that it may be of. */
  classes: ReadonlySet<string>;
  /** What stands in it, by property. */
  says: Readonly<Record<string, string>>;
}

/** The error that a handler is given which is asked whether it goes on. */
export function caught(failure: Failure | undefined, at: At): Value {
  if (failure === undefined) return unknown("a caught error", at);
  const data = Object.fromEntries(Object.entries(failure.says).map(([n, text]) => [n, lit(text)]));
  return { kind: "term", tag: "failure", data, at };
}

/** `v instanceof cls`; null when that is not known. */
export function isInstance(failure: Failure | undefined, v: Value, cls: Value): boolean | null {
  if (v.kind === "instance" && v.whole === true && v.cls.kind === "external") {
    if (cls.kind === "class") return false;
    if (cls.kind !== "external") return null;
    if (cls.pkg === "") return cls.path[0] === "Object";
    return cls.pkg === v.cls.pkg && cls.path.join(".") === v.cls.path.join(".");
  }
  if (failure === undefined || v.kind !== "term" || v.tag !== "failure") return null;
  // No class of the program made it.
  if (cls.kind === "class") return false;
  if (cls.kind !== "external") return null;
  const n = cls.path.at(-1) ?? "";
  if (cls.pkg === "") return n === "Error" || n === "Object" ? true : n.endsWith("Error") ? false : null;
  return failure.packages.includes(cls.pkg) && failure.classes.has(n);
}

/** `Promise.reject(error)`: whoever waits for it fails. */
export const rejected = (at: At): Value => ({ kind: "term", tag: "rejected", data: {}, at });

export const isRejected = (v: Value): boolean =>
  alternatives(v).every((one) => one.kind === "term" && one.tag === "rejected");
