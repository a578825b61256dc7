/** What of the language's own is there for code that is interpreted: what computes, and nothing else. */
import { bounded, spend, spendOn } from "./budget.ts";
import { ClassOf, InstanceOf } from "./instances.ts";
import { partOf } from "./known.ts";
import { counted, native } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { entriesOf, isPlain, set } from "./properties.ts";

function only<T extends object>(object: T, names: string): object {
  return partOf(
    Object.fromEntries(
      names.split(" ").map((name) => [name, native((object as Record<string, unknown>)[name])]),
    ),
    object,
  );
}

const CONSOLE = "log info warn error debug table trace dir group groupCollapsed groupEnd".split(" ");

const nothing = (): void => {};

/** `Object`'s functions, for what code has made itself: what the library hands out is closed. */
const OBJECT = partOf(
  {
    keys: (of: unknown) => entriesOf(some(of)).map(([name]) => name),
    values: (of: unknown) => entriesOf(some(of)).map(([, value]) => value),
    entries: (of: unknown) => entriesOf(some(of)),
    fromEntries: (entries: Iterable<readonly [PropertyKey, unknown]>) => {
      spendOn(entries);
      // To put a name into an object takes longer than to go over it.
      if (Array.isArray(entries)) spend(entries.length);
      return Object.fromEntries(counted(entries) as Iterable<readonly [PropertyKey, unknown]>);
    },
    assign: (target: unknown, ...from: unknown[]) => {
      some(target);
      for (const each of from) for (const [name, value] of entriesOf(each)) set(target, name, value);
      return target;
    },
    create: (above: unknown) => {
      if (above !== null) throw new NotInterpreted("Object.create of something");
      return Object.create(null) as object;
    },
    groupBy: native(Object.groupBy),
    freeze,
    hasOwn: (of: unknown, name: PropertyKey) => entriesOf(some(of)).some(([each]) => each === String(name)),
    is: Object.is,
  },
  Object,
);

/** Something that can have entries. */
function some(of: unknown): unknown {
  if (of === null || of === undefined) throw new TypeError("Cannot convert undefined or null to object");
  return of;
}

function freeze(of: unknown): unknown {
  if (of instanceof InstanceOf) of.frozen = true;
  else if (Array.isArray(of) || (typeof of === "object" && of !== null && isPlain(of))) Object.freeze(of);
  else if (of instanceof ClassOf || of instanceof Map || of instanceof Set)
    throw new NotInterpreted("Object.freeze of something that is not data");
  return of;
}

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
  if (value instanceof ClassOf) return undefined;
  if (typeof value === "string") spendOn(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw new NotInterpreted("it writes what goes in a circle as JSON");
  const convert = (each: unknown): unknown => dataOf(each, depth + 1);
  if (value instanceof InstanceOf && value.has("toJSON"))
    return convert((value.get("toJSON") as () => unknown).call(value));
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
  ["JSON", partOf({ parse: native(JSON.parse), stringify }, JSON)],
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
  ["console", partOf(Object.fromEntries(CONSOLE.map((name) => [name, nothing])), console)],
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
  const math = partOf({ ...(GLOBALS.get("Math") as object), random }, Math);
  return new Map<string, unknown>([
    ["Date", partOf({ now }, Date)],
    ["performance", partOf({ now }, performance)],
    ["Math", math],
    ["crypto", partOf({ randomUUID: () => uuid(random) }, crypto)],
  ]);
}
