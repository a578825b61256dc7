/** What a workspace's doubles promise comes when the run says so: late, or not at all. */

/** Levels of objects within a double that are looked into. */
const DEEPEST = 3;

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Puts `change` between what is promised and whoever waits for it, in all functions of `doubles` and in the methods of
 * their classes. Done in place: what a double is, and whose `this` it has, stays as it is.
 */
export function answering(doubles: object, change: (answer: unknown) => Promise<unknown>): void {
  const seen = new Set<object>();
  const later = (method: Method): Method =>
    function answered(this: unknown, ...args: unknown[]): unknown {
      const answer = Reflect.apply(method, this, args);
      return answer instanceof Promise ? answer.then(change) : answer;
    };
  const look = (object: object, depth: number): void => {
    if (depth > DEEPEST || seen.has(object)) return;
    seen.add(object);
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || !("value" in descriptor) || key === "constructor") continue;
      const value: unknown = descriptor.value;
      if (isClass(value)) {
        look(value, depth + 1);
        look(value.prototype, depth + 1);
      } else if (typeof value === "function") {
        if (descriptor.writable === true)
          Reflect.defineProperty(object, key, { ...descriptor, value: named(value, later(value as Method)) });
      } else if (typeof value === "object" && value !== null) look(value, depth + 1);
    }
  };
  look(doubles, 0);
}

/** Its source begins so, also where the bundler has given it a name. */
const isClass = (value: unknown): value is { prototype: object } =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

function named(from: object, to: object): object {
  for (const key of ["name", "length"] as const) {
    const descriptor = Reflect.getOwnPropertyDescriptor(from, key);
    if (descriptor !== undefined) Reflect.defineProperty(to, key, descriptor);
  }
  return to;
}
