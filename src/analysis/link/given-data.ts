/** The arguments of a start where they are data. */
import { isPlain, type Value } from "../evaluate/values.ts";

type Data = string | number | boolean | null | Data[] | { [name: string]: Data };

const MAX_DEPTH = 8;
const MAX_ITEMS = 256;

/** Null where something in them is not known, or is no data. */
export function givenData(args: readonly Value[] | null): unknown[] | null {
  if (args === null) return null;
  const data = args.map((v) => dataOf(v, 0));
  return data.includes(undefined) ? null : data;
}

function dataOf(v: Value, depth: number): Data | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (v.kind === "literal") return v.value;
  if (v.kind === "list") {
    if (!isPlain(v.contents) || v.contents.items.length > MAX_ITEMS) return undefined;
    const items = v.contents.items.map(({ value }) => dataOf(value, depth + 1));
    return items.includes(undefined) ? undefined : (items as Data[]);
  }
  if (v.kind !== "record" || v.contents.open !== null) return undefined;
  const found: { [name: string]: Data } = {};
  for (const [name, { value, maybe, get }] of v.contents.props) {
    const part = maybe || get !== undefined ? undefined : dataOf(value, depth + 1);
    if (part === undefined) return undefined;
    found[name] = part;
  }
  return found;
}
