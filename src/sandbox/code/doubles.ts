/** Doubles: what stands in a bundle for modules that need a machine. They fail when they are used, not when imported. */

/** Something was used that a sandbox does not have. The message says what, where, and what to do. */
class NotInSandbox extends Error {
  override readonly name = "NotInSandbox";
}

// Whoever catches one has its class.
Object.freeze(NotInSandbox.prototype);
Object.freeze(NotInSandbox);

const LACKS: readonly [RegExp, string][] = [
  [/^node:(?:fs|fs\/promises)$/, "no file system"],
  [/^node:(?:net|http|https|http2|tls|dgram|dns|dns\/promises)$/, "no network"],
  [/^(?:fetch|WebSocket|EventSource|XMLHttpRequest)$/, "no network"],
  [/^node:(?:child_process|cluster)$/, "no other programs"],
  [/^node:worker_threads$|Worker$/, "no other threads"],
  [/[sS]torage$|^indexedDB$/, "no storage"],
  [/^the native addon/, "no native code"],
  [/WebAssembly/, "no WebAssembly"],
  [/^node:async_hooks$/, "no async contexts"],
];

const lack = (module: string): string => LACKS.find(([names]) => names.test(module))?.[1] ?? "no machine";

/** `placeOf` says where an error was made. */
export function doubleOf(module: string, placeOf: (error: Error) => string): object {
  const fail = (path: string): never => {
    const error = new NotInSandbox();
    const place = placeOf(error);
    const at = place === "" ? "" : ` at ${place}`;
    error.message = `${path} was used${at}, and a run in the sandbox has ${lack(module)}. Give something in its place in suptree.doubles.ts, or let a stand-in run for the child.`;
    throw error;
  };
  const member = (path: string): object => {
    const made = new Map<PropertyKey, unknown>();
    // A function, so that it can be called, constructed and inherited from: each of them is a use.
    const target = function double() {};
    return new Proxy(target, {
      apply: () => fail(path),
      construct: () => fail(path),
      get(_target, name, receiver) {
        if (name === "prototype") return target.prototype as unknown;
        // Whoever waits for it, or asks what kind of module it is, does not use it.
        if (name === "then" || name === "__esModule") return undefined;
        if (name === Symbol.toPrimitive || name === "toString") return () => fail(path);
        if (typeof name === "symbol") return undefined;
        if (name === "default") return receiver as unknown;
        const known = made.get(name);
        if (known !== undefined) return known;
        const next = member(`${path}.${name}`);
        made.set(name, next);
        return next;
      },
      set: () => true,
      has: () => true,
    });
  };
  // Bundles copy a module's own names onto an object that inherits from its prototype: all names come from there.
  return module.startsWith("node:") || module.startsWith("the ")
    ? (Object.create(member(module)) as object)
    : member(module);
}
