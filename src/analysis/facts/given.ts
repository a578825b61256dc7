/** The arguments of one start in the place of a process's arguments: what is data there decides what its code asks. */
import { type Entry, lit, record, type Sym, UNDEFINED, type Value } from "../evaluate/values.ts";

const MAX_DEPTH = 6;

/** `symbol` stands for the argument: what is no data stays a part of it. */
export function dataOf(v: Value | undefined, symbol: Sym, depth = 0): Value {
  if (v === undefined) return UNDEFINED;
  if (v.k === "lit") return typeof v.v === "string" ? { ...symbol, is: v } : v;
  // Functions are code, whoever gives them.
  if (v.k === "fn") return v;
  if (depth > MAX_DEPTH) return symbol;
  const part = (inner: Value, n: string): Value =>
    dataOf(inner, { ...symbol, path: [...symbol.path, n] }, depth + 1);
  if (v.k === "rec" && v.c.open === null) {
    const props = new Map<string, Entry>();
    for (const [n, entry] of v.c.props) {
      if (entry.get !== undefined || entry.maybe) return symbol;
      props.set(n, { ...entry, v: part(entry.v, n) });
    }
    return record(props, v.at);
  }
  if (v.k === "list" && v.c.open === null && v.c.items.every(({ card }) => card === "one")) {
    // Processes and names in it stay parts of the argument.
    return v.c.items.every((item) => item.v.k === "lit" && typeof item.v.v !== "string")
      ? v
      : { ...symbol, is: v };
  }
  return symbol;
}

/** Text that is the same for arguments that decide the same. */
export function print(v: Value): string {
  switch (v.k) {
    case "lit":
      return JSON.stringify(v.v) ?? lit(v.v).k;
    case "rec":
      return `{${[...v.c.props].map(([n, entry]) => `${n}:${print(entry.v)}`).join()}}`;
    case "list":
      return `[${v.c.items.map((item) => print(item.v)).join()}]`;
    case "sym":
      if (v.is !== undefined) return `=${print(v.is)}`;
      return `${v.root} ${v.n} ${v.path.join(".")}`;
    default:
      return v.k;
  }
}
