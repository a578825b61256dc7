/** How an instance of a process class finds its record, and a target its process. */
import { ProcessError } from "../errors.ts";
import type { Target } from "../pid.ts";
import { describeTerm } from "../reason.ts";
import { classNameOf } from "./appearance.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Core } from "./core.ts";
import { Proc } from "./proc.ts";
import { findVia, isVia, textOfVia } from "./via.ts";

/** Where an instance keeps its record. */
export const PROC: unique symbol = Symbol("suptree.proc");
/** Where the prototype of a process class keeps its behaviour. */
export const BEHAVIOUR: unique symbol = Symbol("suptree.behaviour");

/** The same in every copy of the library: marks the classes of all of them. */
export const PROCESS: unique symbol = Symbol.for("suptree.process");

let birth: Proc | null = null;

/** The record that belongs to the instance being constructed. */
export function procAtBirth(cls: { name: string }): Proc {
  if (birth === null) {
    const name = classNameOf(cls, "this class");
    throw new TypeError(
      `${name} is a process: start it with system.start(${name}, ...) or as a child of a supervisor instead of constructing it`,
    );
  }
  const proc = birth;
  birth = null;
  return proc;
}

/** Constructs the instance of `proc`. Throws what the constructor throws. */
export function construct(cls: new () => object, proc: Proc): object {
  birth = proc;
  try {
    return new cls();
  } finally {
    birth = null;
  }
}

/** The behaviour of a process class, undefined when `cls` is none. */
export function behaviourOf(cls: unknown): Behaviour | undefined {
  if (typeof cls !== "function") return undefined;
  try {
    const prototype: unknown = cls.prototype;
    if (typeof prototype !== "object" || prototype === null) return undefined;
    return (prototype as { [BEHAVIOUR]?: Behaviour })[BEHAVIOUR];
  } catch {
    // A proxy that refuses to be read.
    return undefined;
  }
}

/** Why `cls` is no process class here. */
export function noProcessClass(cls: unknown): string {
  if (isOfAnotherCopy(cls))
    return (
      `${classNameOf(cls, "this class")} extends a class of another copy of suptree than its System's: ` +
      "two versions are installed (`npm ls suptree` tells), or a bundler carries one"
    );
  return `${describeTerm(cls)} is no process class; extend GenServer, Supervisor or DynamicSupervisor`;
}

function isOfAnotherCopy(cls: unknown): boolean {
  try {
    return typeof cls === "function" && PROCESS in cls.prototype && behaviourOf(cls) === undefined;
  } catch {
    return false;
  }
}

/**
 * The text of a name that is a string or a processName, undefined for everything else. Classes and functions have a name too,
 * but not on purpose.
 */
export function textOfName(name: unknown): string | undefined {
  if (typeof name === "string") return name;
  if (typeof name !== "object" || name === null) return undefined;
  const text: unknown = (name as { name?: unknown }).name;
  return typeof text === "string" ? text : undefined;
}

/** The process or name that `target` stands for in `core`'s system. @throws ProcessError `badarg` when it is none. */
export function resolveTarget(core: Core, target: Target): Proc | string {
  // Short, so that the engine inlines the usual case: what a hostile proxy throws here is as good an error as ours.
  if (target instanceof Proc && target.core === core) return target;
  return resolveOther(core, target);
}

function resolveOther(core: Core, target: Target): Proc | string {
  if (target instanceof Proc) throw new ProcessError("badarg", `${target} is a process of another System`);
  const name = textOfName(target);
  if (name !== undefined) return name;
  if (isVia(target)) return findVia(core, target) ?? textOfVia(target);
  throw new ProcessError(
    "badarg",
    `a target is a pid, a processName, a via or a registered name, not ${describeTerm(target)}`,
  );
}
