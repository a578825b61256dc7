/** The fields of a process as rows of a tree: bounded, and without running anything of the program's own. */
import { Proc } from "./core/proc.ts";
import { describeTerm } from "./reason.ts";

/** One field of a process, or of something in a field. */
export interface FieldRow {
  /** 0 for the process's own. */
  depth: number;
  name: string;
  text: string;
}

// Taken before anybody's code runs: in a sandbox it may change what is global.
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;
const { isArray } = Array;
const { apply } = Reflect;
const [NativeMap, NativeSet, NativeError, NativeRegExp] = [Map, Set, Error, RegExp];
const { toISOString } = Date.prototype;
type Getter = (this: object) => unknown;
const getterOf = (name: keyof RegExp): Getter =>
  getOwnPropertyDescriptor(NativeRegExp.prototype, name)?.get as Getter;
const sourceOf = getterOf("source");
const FLAGS = (
  [
    ["hasIndices", "d"],
    ["global", "g"],
    ["ignoreCase", "i"],
    ["multiline", "m"],
    ["dotAll", "s"],
    ["unicode", "u"],
    ["sticky", "y"],
  ] as const
).map(([name, letter]) => [getterOf(name), letter] as const);
const isView = ArrayBuffer.isView;
const viewLength = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), "length")?.get as (
  this: object,
) => number | undefined;

/** Rows in all, and of one object. */
const MOST_ROWS = 400;
const MOST_OF_ONE = 50;
const DEEPEST = 6;

type Entry = readonly [name: string, value: unknown, note?: string];

/** Whether looking at a value would run the program's code, as a proxy's traps are; where nobody can know, it is said of none. */
export type Opaque = (value: object) => boolean;

/** The rows below `state`, in the order in which they are shown. */
export function fieldRows(state: unknown, opaque: Opaque = () => false): FieldRow[] {
  const rows: FieldRow[] = [];
  const above = new NativeSet<object>();
  let cut = false;
  const add = (name: string, value: unknown, depth: number, note?: string): void => {
    if (rows.length >= MOST_ROWS - 1) {
      cut = true;
      return;
    }
    if (note !== undefined) {
      rows.push({ depth, name, text: note });
      return;
    }
    const inside = typeof value === "object" && value !== null;
    if (inside && above.has(value)) {
      rows.push({ depth, name, text: "↑ the same as further up" });
      return;
    }
    const { entries, size, title } = inside
      ? inspected(value, opaque)
      : { entries: [], size: 0, title: shortText(value) };
    rows.push({ depth, name, text: title });
    if (entries.length === 0 || !inside) return;
    if (depth === DEEPEST) return;
    above.add(value);
    for (const [each, held, remark] of entries) add(each, held, depth + 1, remark);
    if (size > entries.length && rows.length < MOST_ROWS - 1)
      rows.push({ depth: depth + 1, name: "…", text: `${size - entries.length} more` });
    above.delete(value);
  };
  if (typeof state !== "object" || state === null)
    return [{ depth: 0, name: "state", text: shortText(state) }];
  above.add(state);
  const { entries, size } = inspected(state, opaque);
  for (const [name, value, note] of entries) add(name, value, 0, note);
  if (cut) rows.push({ depth: 0, name: "…", text: "there is more than is shown" });
  else if (size > entries.length) rows.push({ depth: 0, name: "…", text: `${size - entries.length} more` });
  return rows;
}

/** What is no object. */
function shortText(value: unknown): string {
  return typeof value === "function" ? `[${dataOf(value, "name") || "function"}]` : describeTerm(value);
}

/** A text that an object has or inherits as plain data; empty for a getter, which is not run. */
function dataOf(value: object, name: string): string {
  for (let at: object | null = value; at !== null; at = getPrototypeOf(at) as object | null) {
    const descriptor = getOwnPropertyDescriptor(at, name);
    if (descriptor === undefined) continue;
    // What a sandbox has frozen stands behind a getter of its own, which carries it.
    const held: unknown =
      "value" in descriptor
        ? descriptor.value
        : getOwnPropertyDescriptor(descriptor.get ?? {}, "originalValue")?.value;
    return typeof held === "string" ? held.slice(0, MOST_NAME) : "";
  }
  return "";
}

const MOST_NAME = 200;

interface Inspected {
  entries: Entry[];
  size: number;
  /** How it is called itself. */
  title: string;
}

const leaf = (title: string): Inspected => ({ entries: [], size: 0, title });

function inspected(value: object, opaque: Opaque): Inspected {
  try {
    if (opaque(value)) return leaf("[a proxy, not asked]");
    if (isArray(value) || isView(value)) return listed(value);
    if (value instanceof Proc) return leaf(describeTerm(value));
    if (value instanceof NativeError)
      return leaf(`${dataOf(value, "name") || "Error"}: ${dataOf(value, "message")}`);
    if (value instanceof NativeRegExp) return leaf(patternOf(value));
    const date = dateText(value);
    if (date !== null) return leaf(date);
    if (value instanceof NativeMap) {
      const entries: Entry[] = [];
      for (const [key, held] of mapEntries(value)) {
        if (entries.length === MOST_OF_ONE) break;
        const name = typeof key === "object" && key !== null ? inspected(key, opaque).title : shortText(key);
        entries.push([`${name} →`, held]);
      }
      return { entries, size: mapSize(value), title: `Map(${mapSize(value)})` };
    }
    if (value instanceof NativeSet) {
      const entries: Entry[] = [];
      for (const held of setValues(value)) {
        if (entries.length === MOST_OF_ONE) break;
        entries.push([String(entries.length), held]);
      }
      return { entries, size: setSize(value), title: `Set(${setSize(value)})` };
    }
    return ownFields(value);
  } catch {
    return leaf("[unreadable]");
  }
}

function patternOf(value: object): string {
  const flags = FLAGS.map(([has, letter]) => (has.call(value) === true ? letter : ""));
  return `/${String(sourceOf.call(value))}/${flags.join("")}`;
}

/** Null for what is no date. */
function dateText(value: object): string | null {
  try {
    return apply(toISOString, value, []);
  } catch (error) {
    return error instanceof RangeError ? "[invalid date]" : null;
  }
}

/** What has numbers instead of names: the first of them, without asking for all. */
function listed(value: object): Inspected {
  const array = isArray(value);
  const size = array ? value.length : lengthOf(value);
  const entries: Entry[] = [];
  for (let at = 0; at < Math.min(size, MOST_OF_ONE); at++) {
    const descriptor = getOwnPropertyDescriptor(value, at);
    entries.push(
      descriptor === undefined
        ? [String(at), undefined, "(empty)"]
        : "value" in descriptor
          ? [String(at), descriptor.value]
          : [String(at), undefined, "(a getter, not run)"],
    );
  }
  return { entries, size, title: `${array ? "Array" : className(value).trimEnd()}(${size})` };
}

/** A view that is no list of numbers has none of its own. */
function lengthOf(view: object): number {
  try {
    return viewLength.call(view) ?? 0;
  } catch {
    return 0;
  }
}

function ownFields(value: object): Inspected {
  const names = ownKeys(value).filter((name): name is string => typeof name === "string");
  const entries: Entry[] = [];
  let size = 0;
  for (const name of names) {
    const descriptor = getOwnPropertyDescriptor(value, name);
    if (descriptor?.enumerable !== true) continue;
    size += 1;
    if (entries.length === MOST_OF_ONE) continue;
    entries.push("value" in descriptor ? [name, descriptor.value] : [name, undefined, "(a getter, not run)"]);
  }
  const title = `${className(value)}{${size === 0 ? "" : "…"}}`;
  return { entries, size, title };
}

function className(value: object): string {
  const prototype = getPrototypeOf(value) as object | null;
  const made = prototype === null ? undefined : getOwnPropertyDescriptor(prototype, "constructor");
  const found: unknown =
    made?.value ?? getOwnPropertyDescriptor(made?.get ?? {}, "originalValue")?.value ?? null;
  const name = typeof found === "function" ? dataOf(found, "name") : "";
  return name !== "Object" && name !== "" ? `${name} ` : "";
}

// A subclass may have methods of its own under these names.
const mapEntries = (map: Map<unknown, unknown>): Iterable<[unknown, unknown]> =>
  NativeMap.prototype.entries.call(map) as never;
const setValues = (set: Set<unknown>): Iterable<unknown> => NativeSet.prototype.values.call(set);
const sizeOfMap = getOwnPropertyDescriptor(NativeMap.prototype, "size")?.get as (this: object) => number;
const sizeOfSet = getOwnPropertyDescriptor(NativeSet.prototype, "size")?.get as (this: object) => number;
const mapSize = (map: object): number => sizeOfMap.call(map);
const setSize = (set: object): number => sizeOfSet.call(set);
