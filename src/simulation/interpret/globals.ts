/** What of the language's own is there for code that is interpreted: what computes, and nothing else. */
import { entriesOf, set } from "./properties.ts";

function only<T extends object>(object: T, names: string): object {
  return Object.freeze(
    Object.fromEntries(names.split(" ").map((name) => [name, (object as Record<string, unknown>)[name]])),
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
  ["JSON", only(JSON, "stringify parse")],
  ["Object", OBJECT],
  ["Array", Array],
  ["Number", Number],
  ["String", String],
  ["Boolean", Boolean],
  ["Map", Map],
  ["Set", Set],
  ["WeakMap", WeakMap],
  ["WeakSet", WeakSet],
  ["Promise", Promise],
  ["Error", Error],
  ["TypeError", TypeError],
  ["RangeError", RangeError],
  ["parseInt", Number.parseInt],
  ["parseFloat", Number.parseFloat],
  ["isNaN", Number.isNaN],
  ["isFinite", Number.isFinite],
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

/** What depends on a run: its time and its random numbers. */
export function outsideOf(now: () => number, random: () => number): ReadonlyMap<string, unknown> {
  const math = Object.freeze({ ...(GLOBALS.get("Math") as object), random });
  return new Map<string, unknown>([
    ["Date", Object.freeze({ now })],
    ["performance", Object.freeze({ now })],
    ["Math", math],
  ]);
}
