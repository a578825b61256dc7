/** What the methods of a process do for what lives outside the runtime: it ends with the process, and crashes nobody else. */
import { ProcessError, reasonOfThrown } from "../errors.ts";
import { describeTerm, type ExitReason, formatReason } from "../reason.ts";
import type { PlatformSignal } from "./aborting.ts";
import { getsIn } from "./bound.ts";
import { failProc } from "./intrude.ts";
import type { Proc } from "./proc.ts";
import { type Release, releaseNow, resourcesOf } from "./resources.ts";
import { isThenable } from "./thenables.ts";

/** Node's EventEmitter, or what looks like one. */
export interface EventEmitterLike {
  on(event: string | symbol, listener: (...args: unknown[]) => void): unknown;
  off(event: string | symbol, listener: (...args: unknown[]) => void): unknown;
}
/** The platform's EventTarget. */
export interface EventTargetLike {
  addEventListener(event: string, listener: (event: unknown) => void): void;
  removeEventListener(event: string, listener: (event: unknown) => void): void;
}
/** What `this.on` listens to. */
export type Emitter = EventEmitterLike | EventTargetLike;

/** Enters `release`, or runs it when the process has ended already. */
function hold(proc: Proc, key: unknown, release: Release): void {
  if (proc.state === "dead") releaseNow(proc, release);
  else resourcesOf(proc).hold(key, release);
}

function drop(proc: Proc, key: unknown): boolean {
  return proc.state !== "dead" && proc.extra?.resources?.drop(key) === true;
}

export function ownSignal(proc: Proc): PlatformSignal {
  return proc.state === "dead" ? AbortSignal.abort(proc.exitReason) : resourcesOf(proc).signal;
}

export function own<T extends object>(proc: Proc, resource: T, how?: (resource: T) => unknown): T {
  if ((typeof resource !== "object" && typeof resource !== "function") || resource === null) {
    throw new ProcessError("badarg", `own takes an object, not ${describeTerm(resource)}`);
  }
  const dispose = how ?? disposalOf(resource);
  if (dispose === null) {
    throw new ProcessError(
      "badarg",
      `${describeTerm(resource)} has neither Symbol.dispose nor Symbol.asyncDispose: say how it is given back, as in own(resource, (it) => it.close())`,
    );
  }
  if (proc.state === "dead") {
    releaseNow(proc, () => dispose(resource));
    return resource;
  }
  // What ends before its owner is not kept in memory by that.
  const forget = onClose(resource, () => {
    drop(proc, resource);
  });
  const release = () => {
    forget();
    return dispose(resource);
  };
  if (!resourcesOf(proc).hold(resource, release, forget)) forget();
  return resource;
}

/** Has `tell` called when an EventEmitter closes; gives what takes that back. */
function onClose(resource: object, tell: () => void): () => void {
  const { on, off } = resource as Partial<EventEmitterLike>;
  if (typeof on !== "function" || typeof off !== "function") return () => {};
  on.call(resource, "close", tell);
  return () => {
    off.call(resource, "close", tell);
  };
}

function disposalOf(resource: object): ((resource: object) => unknown) | null {
  for (const symbol of [Symbol.asyncDispose, Symbol.dispose]) {
    const method: unknown = symbol === undefined ? undefined : (resource as Record<symbol, unknown>)[symbol];
    if (typeof method === "function") return (it) => method.call(it);
  }
  return null;
}

export function disown(proc: Proc, resource: object): boolean {
  return drop(proc, resource);
}

export function onExit(proc: Proc, fn: (reason: ExitReason) => unknown): () => void {
  if (typeof fn !== "function") {
    throw new ProcessError("badarg", `onExit takes a function, not ${describeTerm(fn)}`);
  }
  const key = {};
  hold(proc, key, fn);
  return () => {
    drop(proc, key);
  };
}

/** A callback of somebody else has failed that belongs to `proc`. */
function crash(proc: Proc, thrown: unknown): void {
  if (proc.state === "dead") return;
  const reason = reasonOfThrown(thrown);
  failProc(proc, reason, formatReason(reason));
}

/** Runs `fn` for `proc`; the value, or that of the promise, goes to `take`. */
function attempt(proc: Proc, fn: () => unknown, take: (value: unknown) => void): unknown {
  if (proc.state === "dead") return undefined;
  try {
    const value = fn();
    if (isThenable(value)) {
      const taken = (settled: unknown): void => {
        if (proc.state !== "dead") take(settled);
      };
      value.then(taken, (thrown: unknown) => crash(proc, thrown));
    } else take(value);
    return value;
  } catch (thrown) {
    crash(proc, thrown);
    return undefined;
  }
}

export function wrap<A extends readonly unknown[], R>(
  proc: Proc,
  fn: (...args: A) => R,
): (...args: A) => R | undefined {
  if (typeof fn !== "function") {
    throw new ProcessError("badarg", `wrap takes a function, not ${describeTerm(fn)}`);
  }
  return (...args) =>
    attempt(
      proc,
      () => fn(...args),
      () => {},
    ) as R | undefined;
}

export function listen(
  proc: Proc,
  emitter: Emitter,
  event: string | symbol,
  toMessage: (...args: readonly unknown[]) => unknown,
): () => void {
  if (typeof toMessage !== "function") {
    throw new ProcessError(
      "badarg",
      `on takes a function that makes messages, not ${describeTerm(toMessage)}`,
    );
  }
  const { core } = proc;
  const listener = (...args: unknown[]): void => {
    attempt(
      proc,
      () => toMessage(...args),
      (message) => {
        if (message === undefined) return;
        core.messages?.send(0, proc.id, undefined, "info", message);
        // An event cannot be refused.
        const bound = proc.extra?.bound ?? null;
        if (bound === null || getsIn(proc, bound, false)) core.sendTo(null, proc, "info", message);
      },
    );
  };
  const subscription = subscribe(emitter, event, listener);
  if (proc.state === "dead") return () => {};
  subscription.begin();
  const key = {};
  hold(proc, key, subscription.end);
  return () => {
    if (drop(proc, key)) subscription.end();
  };
}

const ignoreError = (): void => {};

function subscribe(
  emitter: Emitter,
  event: string | symbol,
  listener: (...args: unknown[]) => void,
): { begin(): void; end(): void } {
  const { on, off, addEventListener, removeEventListener } = (emitter ?? {}) as Partial<
    EventEmitterLike & EventTargetLike
  >;
  if (typeof on === "function" && typeof off === "function") {
    return {
      begin: () => on.call(emitter, event, listener),
      end: () => {
        // An emitter that nobody listens to throws its errors at the program; this one's owner was a process.
        if (event === "error") {
          off.call(emitter, event, ignoreError);
          on.call(emitter, event, ignoreError);
        }
        off.call(emitter, event, listener);
      },
    };
  }
  if (typeof addEventListener === "function" && typeof removeEventListener === "function") {
    const name = String(event);
    return {
      begin: () => addEventListener.call(emitter, name, listener),
      end: () => removeEventListener.call(emitter, name, listener),
    };
  }
  throw new ProcessError("badarg", `on takes an EventEmitter or EventTarget, not ${describeTerm(emitter)}`);
}
