/** `Proxy`, `Reflect`, and what of `Object` looks at how objects are made. */
import { ClassOf } from "../classes.ts";
import { HIDDEN } from "../field-names.ts";
import { InstanceOf } from "../instances.ts";
import { made, ofProgram, partOf } from "../known.ts";
import { keyOf } from "../naming.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { entriesOf, get, has, isPlain, remove, set, symbolsOf } from "../properties.ts";
import { PrototypeOf, ProxyOf } from "../proxies.ts";

const READING = { get, set, has, remove, entriesOf };

function proxyOf([target, handler]: readonly unknown[]): object {
  if (typeof target === "function") {
    const traps = entriesOf(handler);
    const apply = get(handler, "apply");
    if (traps.length !== 1 || typeof apply !== "function") throw new NotInterpreted("a Proxy of a function");
    return ofProgram(function (this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(apply, handler, [target, this, args]);
    });
  }
  const isKnown =
    Array.isArray(target) ||
    target instanceof InstanceOf ||
    target instanceof ProxyOf ||
    isPlain(Object(target));
  if (!isKnown)
    throw new NotInterpreted("a Proxy of something that is neither data nor an object of the program");
  return new ProxyOf(target, handler, READING);
}

export const PROXY = made(partOf({}, Proxy), proxyOf);

function namesOf(of: unknown): (string | symbol)[] {
  if (of instanceof InstanceOf || of instanceof ProxyOf) return entriesOf(of).map(([name]) => name);
  if (typeof of !== "object" || of === null || !(isPlain(of) || Array.isArray(of)))
    throw new NotInterpreted("it looks for the names in something that is not known");
  return Reflect.ownKeys(of);
}

/** Of an object of a class: its class's. */
function prototypeOf(of: unknown): unknown {
  if (of instanceof InstanceOf) return PrototypeOf.of(of.cls);
  throw new NotInterpreted("it asks for the prototype of something that is not known");
}

function setPrototypeOf(of: unknown, above: unknown): unknown {
  if (!(of instanceof InstanceOf && above instanceof PrototypeOf && above.cls === of.cls))
    throw new NotInterpreted("it changes the prototype of something");
  return of;
}

function defineProperty(of: unknown, key: unknown, how: unknown): unknown {
  const name = keyOf(key);
  const said = new Map(entriesOf(how));
  if (of instanceof InstanceOf && said.has("value") && typeof name === "string") {
    of.fields.set(name, said.get("value"));
    if (said.get("enumerable") !== true) of.hidden.add(name);
    return of;
  }
  if (typeof of !== "object" || of === null || !isPlain(of) || name === "__proto__")
    throw new NotInterpreted("it defines a member of something that is not known");
  return Object.defineProperty(of, name, Object.fromEntries(said) as PropertyDescriptor);
}

function isFrozen(of: unknown): boolean {
  if (of instanceof InstanceOf) return of.frozen;
  if (of instanceof ClassOf || of instanceof ProxyOf || typeof of === "function")
    throw new NotInterpreted("it asks whether something is frozen");
  return Object.isFrozen(of);
}

/** Of `Object`. */
export const OF_OBJECTS: Readonly<Record<string, unknown>> = {
  defineProperty,
  getOwnPropertyNames: (of: unknown) =>
    of instanceof InstanceOf
      ? [...of.fields.keys()].filter((name) => !HIDDEN.test(name))
      : namesOf(of).filter((name) => typeof name === "string"),
  getOwnPropertySymbols: (of: unknown) => symbolsOf(of).map(([symbol]) => symbol),
  getPrototypeOf: prototypeOf,
  setPrototypeOf,
  isFrozen,
};

export const REFLECT = partOf(
  {
    get: (of: unknown, name: unknown) => get(of, keyOf(name)),
    set: (of: unknown, name: unknown, value: unknown) => {
      try {
        set(of, keyOf(name), value);
      } catch (thrown) {
        if (thrown instanceof TypeError) return false;
        throw thrown;
      }
      return true;
    },
    has: (of: unknown, name: unknown) => has(of, keyOf(name)),
    ownKeys: namesOf,
    deleteProperty: (of: unknown, name: unknown) => remove(of, keyOf(name)),
    apply: (fn: unknown, self: unknown, args: unknown) => {
      if (typeof fn !== "function" || !Array.isArray(args))
        throw new NotInterpreted("Reflect.apply of something that is not known");
      return Reflect.apply(fn, self, args) as unknown;
    },
    getPrototypeOf: prototypeOf,
    setPrototypeOf: (of: unknown, above: unknown) => setPrototypeOf(of, above) === of,
    defineProperty: (of: unknown, name: unknown, how: unknown) => defineProperty(of, name, how) === of,
  },
  Reflect,
);
