/** What of the language's own is there for code that is interpreted: what computes, and nothing else. */
import { bounded, spend } from "./budget.ts";
import { InstanceOf } from "./instances.ts";
import { native } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { entriesOf, isPlain, set } from "./properties.ts";

function only<T extends object>(object: T, names: string): object {
  return Object.freeze(
    Object.fromEntries(
      names.split(" ").map((name) => [name, native((object as Record<string, unknown>)[name])]),
    ),
  );
}

const nothing = (): void => {};

/** `Object`'s functions, for what code has made itself: what the library hands out is closed. */
const OBJECT = Object.freeze({
  keys: (of: unknown) => entriesOf(of).map(([name]) => name),
  values: (of: unknown) => entriesOf(of).map(([, value]) => value),
  entries: (of: unknown) => entriesOf(of),
  fromEntries: (entries: Iterable<readonly [PropertyKey, unknown]>) => Object.fromEntries(entries),
  assign: (target: unknown, ...from: unknown[]) => {
    for (const each of from) for (const [name, value] of entriesOf(each)) set(target, name, value);
    return target;
  },
  freeze: (of: unknown) => of,
  hasOwn: (of: unknown, name: PropertyKey) => entriesOf(of).some(([each]) => each === String(name)),
  is: Object.is,
});

/** Levels of objects in objects; what is deeper goes in a circle. */
const DEEPEST = 100;

function stringify(
  value: unknown,
  replacer?: null | (string | number)[],
  space?: string | number,
): string | undefined {
  if (typeof replacer === "function") throw new NotInterpreted("JSON.stringify with a function");
  return bounded(JSON.stringify(dataOf(value, 0), replacer ?? null, space));
}

/** Objects of the program's classes as the data that they hold. */
function dataOf(value: unknown, depth: number): unknown {
  spend();
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw new NotInterpreted("it writes what goes in a circle as JSON");
  const convert = (each: unknown): unknown => dataOf(each, depth + 1);
  if (value instanceof InstanceOf && value.has("toJSON"))
    return convert((value.get("toJSON") as () => unknown)());
  if (Array.isArray(value)) return value.map(convert);
  if (!(value instanceof InstanceOf) && !isPlain(value)) return value;
  const data: Record<string, unknown> = {};
  for (const [name, each] of entriesOf(value)) set(data, name, convert(each));
  return data;
}

export const GLOBALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  [
    "Math",
    only(
      Math,
      "PI E abs ceil floor round trunc sign min max pow sqrt cbrt log log2 log10 exp hypot sin cos tan atan atan2 imul fround clz32",
    ),
  ],
  ["JSON", Object.freeze({ parse: native(JSON.parse), stringify })],
  ["Object", OBJECT],
  ["Array", Array],
  ["Number", native(Number)],
  ["String", native(String)],
  ["Boolean", Boolean],
  ["Map", Map],
  ["Set", Set],
  ["WeakMap", WeakMap],
  ["WeakSet", WeakSet],
  ["Promise", Promise],
  ["Error", Error],
  ["TypeError", TypeError],
  ["RangeError", RangeError],
  ["parseInt", native(Number.parseInt)],
  ["parseFloat", native(Number.parseFloat)],
  ["isNaN", native((value: unknown) => Number.isNaN(Number(value)))],
  ["isFinite", native((value: unknown) => Number.isFinite(Number(value)))],
  [
    "console",
    Object.freeze({
      log: nothing,
      info: nothing,
      warn: nothing,
      error: nothing,
      debug: nothing,
      table: nothing,
    }),
  ],
]);

/** What depends on the world around, as a run has it instead. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  Date: "its time is the run's",
  performance: "its time is the run's",
  random: "its numbers are the run's",
};

/** The package that makes random names. */
export const CRYPTO = /^(?:node:)?crypto$/;

function uuid(random: () => number): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
  return [digits(8), digits(4), `4${digits(3)}`, `8${digits(3)}`, digits(12)].join("-");
}

/** What depends on a run: its time and its random numbers. */
export function outsideOf(now: () => number, random: () => number): ReadonlyMap<string, unknown> {
  const math = Object.freeze({ ...(GLOBALS.get("Math") as object), random });
  return new Map<string, unknown>([
    ["Date", Object.freeze({ now })],
    ["performance", Object.freeze({ now })],
    ["Math", math],
    ["crypto", Object.freeze({ randomUUID: () => uuid(random) })],
  ]);
}
