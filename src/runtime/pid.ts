/** Process identity: pids, registered names, and whatever else a message can be sent to. */

declare const TYPE: unique symbol;
declare const REF: unique symbol;

/**
 * A process identifier. Unique within its system, never reused; keeps its meaning after the process has died.
 * `T` is the class of the process and gives calls and casts their types.
 */
export interface Pid<out T = unknown> {
  /** The number of the process, unique in its system. */
  readonly id: number;
  /** False once the process has exited. */
  readonly alive: boolean;
  /** `<12>` */
  toString(): string;
  /** Compile time only. */
  readonly [TYPE]?: T;
}

/** A registered name with the class of the process that holds it. Made by {@link processName}. */
export interface ProcessName<out T = unknown> {
  readonly name: string;
  /** Compile time only. */
  readonly [TYPE]?: T;
}

/** A typed registered name: `export const REGISTRY = processName<Registry>("registry")`. */
export function processName<T = unknown>(name: string): ProcessName<T> {
  return Object.freeze({ name });
}

/** A name that is a key of a Registry: made by {@link via}. */
export interface ViaName<out T = unknown> {
  readonly via: readonly [registry: Pid | ProcessName | string, key: unknown];
  /** Compile time only. */
  readonly [TYPE]?: T;
}

/** Whom to call, cast, send to, monitor or link: a pid, a typed name, or a plain name without types. */
export type Target<T = unknown> = Pid<T> | ProcessName<T> | ViaName<T> | string;
/** A target that knows the class of its process. */
export type TypedTarget<T = unknown> = Pid<T> | ProcessName<T> | ViaName<T>;

/** Names one monitor; found again as `ref` of its DOWN message. */
export type MonitorRef = number & { readonly [REF]?: "monitor" };
/** Names one timer. */
export type TimerRef = number & { readonly [REF]?: "timer" };
