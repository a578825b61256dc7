/** A program's console as lines of its run: formatted as consoles do it, with counters, groups and virtual times. */
import type { ConsoleLine } from "../../protocol/index.ts";
import { describeTerm } from "../../runtime/index.ts";
import { getOwnPropertyDescriptor, NativeMap } from "../lock/natives.ts";
import { shorten } from "../shorten.ts";

/** Values of one line, levels of groups, and counters and timers that are kept. */
const MOST_VALUES = 20;
const MOST_GROUPS = 20;
const MOST_NAMES = 1_000;
/** People look at these: more of an object than in a trace. */
const ROOM = { maxLength: 1_000, depth: 4, entries: 20 };
/** Causes, and errors of one that holds several, that are told. */
const MOST_CAUSES = 5;

export interface Written {
  level: ConsoleLine["level"];
  text: string;
  /** The first error among the values: where it comes from is told too. */
  error: unknown;
}

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;

export class RunConsole {
  readonly #now: () => number;
  #groups = 0;
  readonly #counts = new NativeMap<string, number>();
  readonly #timers = new NativeMap<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What a method of the console writes; null for nothing. */
  call(method: string, values: readonly unknown[]): Written | null {
    const name = typeof values[0] === "string" ? shorten(values[0]) : "default";
    switch (method) {
      case "groupEnd":
        this.#groups = Math.max(0, this.#groups - 1);
        return null;
      case "group":
      case "groupCollapsed": {
        const written = values.length === 0 ? null : this.#line("log", values);
        this.#groups = Math.min(MOST_GROUPS, this.#groups + 1);
        return written;
      }
      case "count": {
        const count = (this.#counts.get(name) ?? 0) + 1;
        if (this.#counts.size < MOST_NAMES || count > 1) this.#counts.set(name, count);
        return this.#line("log", [`${name}: ${count}`]);
      }
      case "countReset":
        this.#counts.delete(name);
        return null;
      case "time":
        if (this.#timers.size < MOST_NAMES) this.#timers.set(name, this.#now());
        return null;
      case "timeLog":
      case "timeEnd": {
        const begun = this.#timers.get(name);
        if (method === "timeEnd") this.#timers.delete(name);
        return begun === undefined
          ? null
          : this.#line("log", [`${name}: ${this.#now() - begun} ms`, ...values.slice(1)]);
      }
      case "assert":
        return values[0] === true || isTruthy(values[0])
          ? null
          : this.#line("error", ["Assertion failed", ...values.slice(1)]);
      case "dir":
        return this.#line("log", values.slice(0, 1));
      case "trace":
        return { ...this.#line("debug", values), error: new Error() };
      case "clear":
        return null;
      default:
        return this.#line(LEVELS.find((each) => each === method) ?? "log", values);
    }
  }

  #line(level: ConsoleLine["level"], values: readonly unknown[]): Written {
    const indent = "  ".repeat(this.#groups);
    const text = format(values).replaceAll("\n", `\n${indent}`);
    return { level, text: indent + text, error: values.find(isError) };
  }
}

const isTruthy = (value: unknown): boolean => !!value;
const isError = (value: unknown): boolean => {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
};

/** `%s`, `%d` and their like take values out of their order, as in Node and in browsers. */
function format(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== "string" || rest.length === 0)
    return values.slice(0, MOST_VALUES).map(shown).join(" ");
  let next = 0;
  const text = shorten(first).replace(/%[sdifjoOc%]/g, (mark) => {
    if (mark === "%%") return "%";
    if (next >= rest.length) return mark;
    const value = rest[next++];
    switch (mark) {
      case "%s":
        return shown(value);
      case "%d":
      case "%f":
        return asNumber(value, Number);
      case "%i":
        return asNumber(value, Number.parseInt);
      case "%c":
        return "";
      default:
        return describeTerm(value, ROOM);
    }
  });
  return [text, ...rest.slice(next, MOST_VALUES).map(shown)].join(" ");
}

const shown = (value: unknown): string =>
  typeof value === "string" ? shorten(value) : isError(value) ? errorText(value) : describeTerm(value, ROOM);

/** What is no primitive would run its own code to become a number. */
function asNumber(value: unknown, read: (text: string) => number): string {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "number" || typeof value === "string" ? String(read(String(value))) : "NaN";
}

/** An error with what caused it, and those that it holds. Nothing of it is run. */
export function errorText(error: unknown): string {
  const lines = [describeTerm(error, ROOM)];
  const own = (holder: object, name: string): unknown => {
    try {
      return getOwnPropertyDescriptor(holder, name)?.value as unknown;
    } catch {
      return undefined;
    }
  };
  let at = error;
  for (let n = 0; n < MOST_CAUSES && typeof at === "object" && at !== null; n++) {
    const errors = own(at, "errors");
    if (Array.isArray(errors)) {
      for (const each of errors.slice(0, MOST_CAUSES)) lines.push(`  with ${describeTerm(each, ROOM)}`);
      if (errors.length > MOST_CAUSES) lines.push(`  and ${errors.length - MOST_CAUSES} more`);
    }
    at = own(at, "cause");
    if (at !== undefined) lines.push(`  caused by ${describeTerm(at, ROOM)}`);
  }
  return lines.join("\n");
}
