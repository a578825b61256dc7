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
const [NativeMap, NativeSet] = [Map, Set];
const isView = ArrayBuffer.isView;
const viewLength = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), "length")?.get as (
  this: object,
) => number | undefined;
/** Whose short text says all. */
const SHORT = [Date, Error, RegExp] as const;

/** Rows in all, and of one object. */
const MOST_ROWS = 400;
const MOST_OF_ONE = 50;
const DEEPEST = 6;

type Entry = readonly [name: string, value: unknown, note?: string];

/** The rows below `state`, in the order in which they are shown. */
export function fieldRows(state: unknown): FieldRow[] {
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
    const { entries, size, title } = inside ? inspected(value) : { entries: [], size: 0, title: null };
    rows.push({ depth, name, text: title ?? shortText(value) });
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
  const { entries, size } = inspected(state);
  for (const [name, value, note] of entries) add(name, value, 0, note);
  if (cut) rows.push({ depth: 0, name: "…", text: "there is more than is shown" });
  else if (size > entries.length) rows.push({ depth: 0, name: "…", text: `${size - entries.length} more` });
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
    if (isArray(value) || isView(value)) return listed(value);
    if (SHORT.some((kind) => value instanceof kind) || isPid(value))
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
