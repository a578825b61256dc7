/** The fields of a process as rows of a tree: bounded, and without running anything of the program's own. */
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
const [NativeDate, NativeMap, NativeSet, NativeError] = [Date, Map, Set, Error];

/** Rows in all, and of one object. */
const MOST_ROWS = 400;
const MOST_OF_ONE = 50;
const DEEPEST = 6;

type Entry = readonly [name: string, value: unknown, note?: string];

/** The rows below `state`, in the order in which they are shown. */
export function fieldRows(state: unknown): FieldRow[] {
  const rows: FieldRow[] = [];
  const above = new NativeSet<object>();
  const add = (name: string, value: unknown, depth: number, note?: string): void => {
    if (rows.length >= MOST_ROWS) return;
    if (note !== undefined) {
      rows.push({ depth, name, text: note });
      return;
    }
    const inside = typeof value === "object" && value !== null;
    if (inside && above.has(value)) {
      rows.push({ depth, name, text: "↑ the same as further up" });
      return;
    }
    const { entries, size, title } = inside ? inspected(value) : { entries: [], size: 0, title: null };
    rows.push({ depth, name, text: title ?? shortText(value) });
    if (entries.length === 0 || !inside) return;
    if (depth === DEEPEST) return;
    above.add(value);
    for (const [each, held, remark] of entries) add(each, held, depth + 1, remark);
    if (size > entries.length && rows.length < MOST_ROWS)
      rows.push({ depth: depth + 1, name: "…", text: `${size - entries.length} more` });
    above.delete(value);
  };
  if (typeof state !== "object" || state === null)
    return [{ depth: 0, name: "state", text: shortText(state) }];
  above.add(state);
  const { entries, size } = inspected(state);
  for (const [name, value, note] of entries) add(name, value, 0, note);
  if (size > entries.length) rows.push({ depth: 0, name: "…", text: `${size - entries.length} more` });
  return rows;
}

function shortText(value: unknown): string {
  try {
    return describeTerm(value);
  } catch {
    return "[unreadable]";
  }
}

interface Inspected {
  entries: Entry[];
  size: number;
  /** How it is called itself; null where its short text is good enough. */
  title: string | null;
}

function inspected(value: object): Inspected {
  try {
    if (value instanceof NativeDate || value instanceof NativeError || isPid(value))
      return { entries: [], size: 0, title: null };
    if (value instanceof NativeMap) {
      const entries: Entry[] = [];
      for (const [key, held] of mapEntries(value)) {
        if (entries.length === MOST_OF_ONE) break;
        entries.push([`${shortText(key)} →`, held]);
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
    return { entries: [], size: 0, title: "[unreadable]" };
  }
}

function ownFields(value: object): Inspected {
  const array = isArray(value);
  const names = ownKeys(value).filter(
    (name): name is string => typeof name === "string" && !(array && name === "length"),
  );
  const entries: Entry[] = [];
  let size = 0;
  for (const name of names) {
    const descriptor = getOwnPropertyDescriptor(value, name);
    if (descriptor?.enumerable !== true) continue;
    size += 1;
    if (entries.length === MOST_OF_ONE) continue;
    entries.push("value" in descriptor ? [name, descriptor.value] : [name, undefined, "(a getter, not run)"]);
  }
  const title = array ? `Array(${value.length})` : `${className(value)}{${size === 0 ? "" : "…"}}`;
  return { entries, size, title };
}

function className(value: object): string {
  const prototype = getPrototypeOf(value);
  const made = prototype === null ? undefined : (getOwnPropertyDescriptor(prototype, "constructor") ?? {});
  const found = made === undefined ? undefined : (made.value ?? made.get?.call(prototype));
  const name: unknown =
    typeof found === "function" ? getOwnPropertyDescriptor(found, "name")?.value : undefined;
  return typeof name === "string" && name !== "Object" && name !== "" ? `${name} ` : "";
}

const isPid = (value: object): boolean => {
  const prototype = getPrototypeOf(value);
  return prototype !== null && ownKeys(prototype).includes("alive") && "id" in value;
};

// A subclass may have methods of its own under these names.
const mapEntries = (map: Map<unknown, unknown>): Iterable<[unknown, unknown]> =>
  NativeMap.prototype.entries.call(map) as never;
const setValues = (set: Set<unknown>): Iterable<unknown> => NativeSet.prototype.values.call(set);
const sizeOfMap = getOwnPropertyDescriptor(NativeMap.prototype, "size")?.get as (this: object) => number;
const sizeOfSet = getOwnPropertyDescriptor(NativeSet.prototype, "size")?.get as (this: object) => number;
const mapSize = (map: object): number => sizeOfMap.call(map);
const setSize = (set: object): number => sizeOfSet.call(set);
