/** The worker's own names as they were before user code ran: what a run has left behind is gone when the next begins. */
import { defineProperty, getOwnPropertyDescriptor, NativeMap, ownKeys } from "../lock/natives.ts";

export class ScopeKeeper {
  readonly #scope: object;
  readonly #kept = new NativeMap<object, Map<PropertyKey, PropertyDescriptor>>();

  /** `open` are objects of the scope that user code may change as well. */
  constructor(scope: object, open: readonly object[]) {
    this.#scope = scope;
    if (scope === globalThis) Error.stackTraceLimit = LIMIT;
    for (const each of [scope, ...open]) {
      const names = new NativeMap<PropertyKey, PropertyDescriptor>();
      for (const name of ownKeys(each))
        names.set(name, getOwnPropertyDescriptor(each, name) as PropertyDescriptor);
      this.#kept.set(each, names);
    }
  }

  restore(): void {
    for (const [object, names] of this.#kept) {
      for (const name of ownKeys(object)) {
        if (!names.has(name)) Reflect.deleteProperty(object, name);
      }
      for (const [name, descriptor] of names) {
        const now = getOwnPropertyDescriptor(object, name);
        if (now !== undefined && now.configurable !== true && now.writable !== true) continue;
        defineProperty(object, name, descriptor);
      }
    }
    if (this.#scope === globalThis) Error.stackTraceLimit = LIMIT;
  }
}

/** Deep enough for helpers of helpers, and for what an `await` leads back to. */
const LIMIT = 30;
