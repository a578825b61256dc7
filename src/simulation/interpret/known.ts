/** Which things of the language stand here for more than is known of them. */
import { NotInterpreted } from "./not-interpreted.ts";

/** Some of an object's members, by what they stand for. */
const behind = new WeakMap<object, object>();

/** Says what an object with some of the members of another stands for. */
export function partOf<T extends object>(part: T, whole: object): T {
  behind.set(part, whole);
  return Object.freeze(part);
}

/** A whole of which nobody knows what it has. */
export const ANYTHING: object = new Proxy({}, { has: () => true });

export function isPartial(value: unknown): boolean {
  return typeof value === "object" && value !== null && behind.has(value);
}

/** Whether the language has a member that is not there, be it that this engine is older than the member. */
export function lacks(part: object, name: string): boolean {
  const whole = behind.get(part);
  if (whole === undefined) return false;
  return Object.hasOwn(part, name) ? (part as Record<string, unknown>)[name] === undefined : name in whole;
}

/** @throws NotInterpreted where the language has a member that is not there */
export function checkMember(part: object, name: string): void {
  if (lacks(part, name)) throw new NotInterpreted(`it uses ${name}`);
}

/** The language's errors, by name. */
export const ERRORS: ReadonlyMap<string, ErrorConstructor> = new Map(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((cls) => [
    cls.name,
    cls as ErrorConstructor,
  ]),
);

/** Whether it is one of the language's errors. */
export function isError(value: unknown): value is ErrorConstructor {
  return typeof value === "function" && ERRORS.get(value.name) === value;
}

const CONSTRUCTORS: ReadonlySet<unknown> = new Set<unknown>([
  Array,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  DOMException,
  Promise,
  RegExp,
  ...ERRORS.values(),
]);

/** What `new` makes of those that stand for more than is known of them. */
const makers = new WeakMap<object, (args: readonly unknown[]) => unknown>();

/** Says what `new` makes of something. */
export function made<T extends object>(part: T, make: (args: readonly unknown[]) => unknown): T {
  makers.set(part, make);
  return part;
}

export function makerOf(value: unknown): ((args: readonly unknown[]) => unknown) | null {
  return typeof value === "object" && value !== null ? (makers.get(value) ?? null) : null;
}

/** What something with some of the members of another stands for. */
export function wholeOf(part: unknown): object | null {
  return Object(part) === part ? (behind.get(part as object) ?? null) : null;
}

/** Whether `new` makes one of it here. */
export function isConstructor(value: unknown): value is new (...args: unknown[]) => unknown {
  return CONSTRUCTORS.has(value) || (typeof value === "function" && value.prototype instanceof Error);
}

/** Functions of the program whose names are known. */
const named = new WeakSet<object>();

export function nameFunction<T extends object>(fn: T, name: string | null): T {
  if (name === null) return fn;
  named.add(fn);
  return Object.defineProperty(fn, "name", { value: name, configurable: true });
}

export function isNamed(value: unknown): value is { name: string } {
  return typeof value === "function" && named.has(value);
}

/** How many arguments functions of the program name, where that is known. */
const sized = new WeakSet<object>();

export function sizeFunction<T extends object>(fn: T, length: number): T {
  sized.add(fn);
  return Object.defineProperty(fn, "length", { value: length, configurable: true });
}

export function isSized(value: unknown): value is { length: number } {
  return typeof value === "function" && sized.has(value);
}

/** Functions of the program, which hold fields as other objects do. */
const functions = new WeakSet<object>();

export function ofProgram<T extends object>(fn: T): T {
  functions.add(fn);
  return fn;
}

/** Whether code may give something fields of its own as a function. */
export function hasFields(value: unknown, name: PropertyKey = ""): value is Record<PropertyKey, unknown> {
  return (
    typeof value === "function" &&
    functions.has(value) &&
    !(name in Function.prototype) &&
    name !== "prototype"
  );
}
