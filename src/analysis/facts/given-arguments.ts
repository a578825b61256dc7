/** The arguments of one start in the place of a process's arguments: what is data there decides what its code asks. */
import type { ChangedArgument } from "../../model/index.ts";
import { CHANGING } from "../containers.ts";
import { codeKey, describeAround } from "../evaluate/identity.ts";
import { truth } from "../evaluate/truth.ts";
import { type Entry, lit, record, type Sym, UNDEFINED, type Value } from "../evaluate/values.ts";
import { elementsOf } from "../link/unresolved-definitions.ts";

/** `open`: only where the arguments of the start are known is it said whether it is one of them that is changed. */
export type Candidate = ChangedArgument & { open?: true; asks?: Asked };

/** Whether it is changed by a method, which a list, a Map or a Set has: nothing declares which of them it is. */
export interface Asked extends Part {
  readonly method: string;
}

/** An argument of the start, or a part of one. */
export interface Part {
  readonly position: number;
  readonly path: readonly string[];
}

/** Whether an argument is what its method is said to change. */
export function isChangedBy({ position, path, method }: Asked, args: readonly Value[]): boolean {
  let v = args[position];
  for (const name of path) v = v?.kind === "record" ? v.contents.props.get(name)?.value : undefined;
  const kind =
    v?.kind === "list" ? "Array" : v?.kind === "collection" ? (v.collection === "map" ? "Map" : "Set") : null;
  return kind !== null && CHANGING.get(kind)?.has(method) === true;
}

/** What is known before a run: the arguments of the start, and what an earlier run without them has found. */
export interface Given {
  args: readonly Value[];
  /** Fields that nothing sets after `init`. */
  settled: ReadonlySet<string>;
  /** What is changed after `init`: a field or a part of one (`limits.most`), what is in one or in a part (`limits.hosts[]`). */
  changing: ReadonlySet<string>;
  /** What of its arguments the process changes where they are not known. */
  changes: readonly Candidate[];
}

const MAX_DEPTH = 6;
const NOTHING: ReadonlySet<string> = new Set();

/** `symbol` stands for the argument: what is no data stays a part of it, and so does what changes. */
export function dataOf(
  value: Value | undefined,
  symbol: Sym,
  changing: ReadonlySet<string> = NOTHING,
  depth = 0,
): Value {
  if (value === undefined) return UNDEFINED;
  const place = [symbol.name, ...symbol.path].join(".");
  if (changing.has(place)) return symbol;
  // A list may have been filled meanwhile, by whoever else was given it; a text is what it is.
  const v = value.kind === "symbol" && value.is?.kind === "literal" ? value.is : value;
  if (v.kind === "literal") return typeof v.value === "string" ? { ...symbol, is: v } : v;
  // Functions are code, whoever gives them, and so are the methods of an object; what a field holds may be kept in it.
  if (v.kind === "function") return v;
  const isAsMade = v.kind === "instance" && v.cls.kind === "class" && v.altered !== true;
  if (isAsMade && symbol.root === "arg") return v;
  // What it is does not matter to who asks whether there is one.
  const other: Sym = truth(v) === true ? { ...symbol, isThere: true } : symbol;
  if (depth > MAX_DEPTH || changesInside(v, place, changing)) return other;
  const part = (inner: Value, n: string): Value =>
    dataOf(inner, { ...symbol, path: [...symbol.path, n] }, changing, depth + 1);
  if (v.kind === "record" && v.contents.open === null) {
    const props = new Map<string, Entry>();
    for (const [n, entry] of v.contents.props) {
      if (entry.get !== undefined || entry.maybe) return other;
      props.set(n, { ...entry, value: part(entry.value, n) });
    }
    const known = record(props, v.at);
    return symbol.root === "field" ? { ...known, of: symbol } : known;
  }
  if (v.kind === "list" && v.contents.open === null && v.contents.items.every(({ card }) => card === "one")) {
    // Processes and names in it stay parts of the argument.
    return v.contents.items.every(
      (item) => item.value.kind === "literal" && typeof item.value.value !== "string",
    )
      ? v
      : { ...symbol, is: v };
  }
  return other;
}

/** Whether something comes into a list or an object, or goes out of it: what becomes of each part of an object is the part's matter. */
function changesInside(v: Value, place: string, changing: ReadonlySet<string>): boolean {
  if (changing.has(elementsOf(place, []))) return true;
  const isPart = (n: string): boolean => v.kind === "record" && v.contents.props.has(n.split(/[.[]/)[0]!);
  for (const n of changing) if (n.startsWith(`${place}.`) && !isPart(n.slice(place.length + 1))) return true;
  return false;
}

/** Text that is the same for arguments that decide the same. */
export function print(v: Value): string {
  switch (v.kind) {
    case "literal":
      return JSON.stringify(v.value) ?? lit(v.value).kind;
    case "record":
      return `{${[...v.contents.props].map(([n, entry]) => `${n}:${print(entry.value)}`).join()}}`;
    case "list":
      return `[${v.contents.items.map((item) => print(item.value)).join()}]`;
    case "symbol":
      if (v.is !== undefined) return `=${print(v.is)}`;
      return `${v.root} ${v.name} ${v.path.join(".")}${v.isThere === true ? "!" : ""}`;
    case "function": {
      const parts = [codeKey(v.scope.module.at(v.func)), ...(v.bound ?? []).map(print)];
      describeAround(v.scope, parts);
      return parts.join(" ");
    }
    case "instance":
      return `${codeKey(v.at)}(${v.args.map(print).join()})`;
    default:
      return v.kind;
  }
}
