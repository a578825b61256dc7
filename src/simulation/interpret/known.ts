/** Which things of the language stand here for more than is known of them. */
import { NotInterpreted } from "./not-interpreted.ts";

/** Some of an object's members, by what they stand for. */
const behind = new WeakMap<object, object>();

/** Says what an object with some of the members of another stands for. */
export function partOf<T extends object>(part: T, whole: object): T {
  behind.set(part, whole);
  return Object.freeze(part);
}

export function isPartial(value: unknown): boolean {
  return typeof value === "object" && value !== null && behind.has(value);
}

/** Whether the language has a member that is not there. */
export function lacks(part: object, name: string): boolean {
  const whole = behind.get(part);
  return whole !== undefined && !Object.hasOwn(part, name) && name in whole;
}

/** @throws NotInterpreted where the language has a member that is not there */
export function checkMember(part: object, name: string): void {
  if (lacks(part, name)) throw new NotInterpreted(`it uses ${name}`);
}

const CONSTRUCTORS: ReadonlySet<unknown> = new Set<unknown>([
  Array,
  Map,
  Set,
  WeakMap,
  WeakSet,
  Promise,
  Error,
  TypeError,
  RangeError,
]);

/** Whether `new` makes one of it here. */
export function isConstructor(value: unknown): value is new (...args: unknown[]) => unknown {
  return CONSTRUCTORS.has(value) || (typeof value === "function" && value.prototype instanceof Error);
}

/** Obstacles that are found both before code runs and while it does. */
export const COMPUTED = "a class with a member whose name is computed";
export const SHARED_PRIVATE = "two classes with a private member of one name";
