/**
 * Who looks at a proxy runs its traps. A person's look at a process must not change the run, and nothing in the language tells
 * a proxy: so those that a program makes are remembered.
 */
import { apply, construct, defineProperty, getPrototypeOf } from "./natives.ts";

const NativeProxy = Proxy;
const { revocable } = Proxy;
const made = new WeakSet<object>();
const { add, has } = WeakSet.prototype;

/** True for a proxy, and for what inherits from one. */
export function isProxied(value: object): boolean {
  for (let at: object | null = value; at !== null; at = getPrototypeOf(at))
    if (apply(has, made, [at])) return true;
  return false;
}

/** Puts the constructor that remembers in the place of the language's. */
export function rememberProxies(scope: object): void {
  const remembering = function remembering(target: object, handler: ProxyHandler<object>): object {
    if (new.target === undefined) throw new TypeError("Constructor Proxy requires 'new'");
    const proxy = construct(NativeProxy, [target, handler]) as object;
    apply(add, made, [proxy]);
    return proxy;
  };
  // As of the language's, there is no prototype that anything could inherit.
  defineProperty(remembering, "prototype", { value: undefined, writable: false });
  defineProperty(remembering, "name", { value: "Proxy", configurable: true });
  const remember = {
    revocable(target: object, handler: ProxyHandler<object>): { proxy: object; revoke(): void } {
      const result = revocable(target, handler);
      apply(add, made, [result.proxy]);
      return result;
    },
  }.revocable;
  defineProperty(remembering, "revocable", { value: remember, writable: true, configurable: true });
  defineProperty(scope, "Proxy", { value: remembering, writable: true, configurable: true });
}
