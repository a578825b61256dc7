/** Where a process's object leaves the code that is read: whoever has it can do everything in the process's name. */
import type { Inst, Value } from "../evaluate/values.ts";

const MAX_DEPTH = 3;

/** Whether this object, or a method of the library that is bound to it, is in a value. */
export function holds(v: Value, self: Inst, depth = 0): boolean {
  if (v === self) return true;
  if (depth > MAX_DEPTH) return false;
  const inside = (inner: Value): boolean => holds(inner, self, depth + 1);
  switch (v.k) {
    case "extm":
      // A pid is no way to act for its process, and neither is another process's.
      return v.self === self && !DATA.has(v.n);
    case "rec":
      return [...v.c.props.values()].some((entry) => inside(entry.v));
    case "list":
    case "coll":
      return v.c.items.some((item) => inside(item.v));
    case "choice":
      return v.of.some(inside);
    case "inst":
      return [...v.fields.values()].some((cell) => inside(cell.c)) || v.args.some(inside);
    default:
      return false;
  }
}

const DATA: ReadonlySet<string> = new Set(["self", "parent", "ancestors", "ancestors.0"]);
