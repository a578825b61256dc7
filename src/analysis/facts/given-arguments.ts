/** The arguments of one start in the place of a process's arguments: what is data there decides what its code asks. */
import { type Entry, lit, record, type Sym, UNDEFINED, type Value } from "../evaluate/values.ts";

const MAX_DEPTH = 6;

/** `symbol` stands for the argument: what is no data stays a part of it. */
export function dataOf(v: Value | undefined, symbol: Sym, depth = 0): Value {
  if (v === undefined) return UNDEFINED;
  if (v.kind === "literal") return typeof v.value === "string" ? { ...symbol, is: v } : v;
  // Functions are code, whoever gives them.
  if (v.kind === "function") return v;
  if (depth > MAX_DEPTH) return symbol;
  const part = (inner: Value, n: string): Value =>
    dataOf(inner, { ...symbol, path: [...symbol.path, n] }, depth + 1);
  if (v.kind === "record" && v.contents.open === null) {
    const props = new Map<string, Entry>();
    for (const [n, entry] of v.contents.props) {
      if (entry.get !== undefined || entry.maybe) return symbol;
      props.set(n, { ...entry, value: part(entry.value, n) });
    }
    return record(props, v.at);
  }
  if (v.kind === "list" && v.contents.open === null && v.contents.items.every(({ card }) => card === "one")) {
    // Processes and names in it stay parts of the argument.
    return v.contents.items.every(
      (item) => item.value.kind === "literal" && typeof item.value.value !== "string",
    )
      ? v
      : { ...symbol, is: v };
  }
  return symbol;
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
      return `${v.root} ${v.name} ${v.path.join(".")}`;
    default:
      return v.kind;
  }
}
