/** How an instance of a process class finds its record, and a target its process. */
import type { Target } from "../pid.ts";
import type { Behaviour } from "./behaviour.ts";
import { Proc } from "./proc.ts";

/** Where an instance keeps its record. */
export const PROC: unique symbol = Symbol("suptree.proc");
/** Where the prototype of a process class keeps its behaviour. */
export const BEHAVIOUR: unique symbol = Symbol("suptree.behaviour");

let birth: Proc | null = null;

/** The record that belongs to the instance being constructed. */
export function procAtBirth(cls: { name: string }): Proc {
  if (birth === null) {
    throw new TypeError(
      `${cls.name} is a process: start it with system.start(${cls.name}, ...) or as a child of a supervisor instead of constructing it`,
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
  const prototype: unknown = cls.prototype;
  if (typeof prototype !== "object" || prototype === null) return undefined;
  return (prototype as { [BEHAVIOUR]?: Behaviour })[BEHAVIOUR];
}

/** The process or name that `target` stands for. */
export function resolveTarget(target: Target): Proc | string {
  if (target instanceof Proc) return target;
  if (typeof target === "string") return target;
  const name: unknown = (target as { name?: unknown } | null | undefined)?.name;
  if (typeof name === "string") return name;
  throw new TypeError("a target is a pid, a processName or a registered name");
}
