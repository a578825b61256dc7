/** Where a process's object leaves the code that is read: whoever has it can do everything in the process's name. */
import type { Inst, Value } from "../evaluate/values.ts";

const MAX_DEPTH = 3;

/** Whether this object, or a method of the library that is bound to it, is in a value. */
export function holds(v: Value, self: Inst, depth = 0): boolean {
  if (v === self) return true;
  if (depth > MAX_DEPTH) return false;
  const inside = (inner: Value): boolean => holds(inner, self, depth + 1);
  switch (v.kind) {
    case "externalMethod":
      // A pid is no way to act for its process, neither is another process's, and its signal only tells of its end.
      return v.self === self && !DATA.has(v.name.split(".", 1)[0]!);
    case "record":
      return [...v.contents.props.values()].some((entry) => inside(entry.value));
    case "list":
    case "collection":
      return v.contents.items.some((item) => inside(item.value));
    case "term":
      return v.tag === "proxy" && Object.values(v.data).some(inside);
    case "choice":
      return v.of.some(inside);
    case "instance":
      return [...v.fields.values()].some((cell) => inside(cell.contents)) || v.args.some(inside);
    default:
      return false;
  }
}

const DATA: ReadonlySet<string> = new Set(["self", "parent", "ancestors", "signal"]);
