/** Whether two values hold the same, as Node's `isDeepStrictEqual` has it. */
import { spend, within } from "../budget.ts";
import { ClassOf } from "../classes.ts";
import { InstanceOf } from "../instances.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { entriesOf, isPlain, symbolsOf } from "../properties.ts";
import { known } from "../unknown.ts";

export function isAlike(a: unknown, b: unknown): boolean {
  spend();
  known(a);
  known(b);
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return within(() => areAlike(a, b));
}

function areAlike(a: object, b: object): boolean {
  if (a instanceof InstanceOf || b instanceof InstanceOf) {
    const areOne = a instanceof InstanceOf && b instanceof InstanceOf && a.cls === b.cls;
    return areOne && isAlike(a.inner, b.inner) && haveSame(a, b);
  }
  if (a instanceof ClassOf || b instanceof ClassOf) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a)) return a.length === (b as unknown[]).length && haveSame(a, b);
  if (a instanceof Date) return a.getTime() === (b as Date).getTime();
  if (a instanceof RegExp) return String(a) === String(b);
  if (ArrayBuffer.isView(a)) {
    const [one, other] = [a as Uint8Array, b as Uint8Array];
    return one.length === other.length && one.every((each, n) => Object.is(each, other[n]));
  }
  if (a instanceof Error) return a.message === (b as Error).message && a.name === (b as Error).name;
  if (a instanceof Map || a instanceof Set) return areSameSets(a, b as Map<unknown, unknown>);
  if (!isPlain(a)) throw new NotInterpreted("it compares something that is not known");
  return haveSame(a, b) && symbolsOf(a).length === symbolsOf(b).length;
}

function areSameSets(a: Map<unknown, unknown> | Set<unknown>, b: typeof a): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    if (typeof key === "object" && key !== null && !b.has(key))
      throw new NotInterpreted("it compares keys that are objects");
    if (!b.has(key)) return false;
    if (a instanceof Map && !isAlike(a.get(key), (b as Map<unknown, unknown>).get(key))) return false;
  }
  return true;
}

function haveSame(a: object, b: object): boolean {
  const [one, other] = [entriesOf(a), new Map(entriesOf(b))];
  return (
    one.length === other.size &&
    one.every(([name, value]) => other.has(name) && isAlike(value, other.get(name)))
  );
}
