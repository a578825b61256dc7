/** What can be said of values for certain: true, false, or null when that is not known. */
import type { Term, Value } from "./values.ts";

/** The operators that ask whether two values are the same. */
export const EQUALITY: ReadonlySet<string> = new Set(["===", "==", "!==", "!="]);

/** What something symbolic is known to be, else the value itself. */
export function known(v: Value): Value {
  return v.kind === "symbol" && v.is !== undefined ? v.is : v;
}

/** Whether a condition holds: true, false, or null when that is not known. */
export function truth(value: Value): boolean | null {
  const v = known(value);
  switch (v.kind) {
    case "literal":
      return Boolean(v.value);
    case "symbol":
      return v.isThere ?? null;
    case "unknown":
      return null;
    case "text":
      return v.parts.some((part) => part !== null && part !== "") ? true : null;
    case "choice": {
      const first = truth(v.of[0]!);
      return v.of.every((x) => truth(x) === first) ? first : null;
    }
    case "external":
      return v.pkg === "" ? null : true;
    case "term":
      return OBJECTS_OF_LIBRARIES.has(v.tag) ? true : null;
    default:
      return true;
  }
}

/** Terms that are objects, whatever is known of them. */
const OBJECTS_OF_LIBRARIES: ReadonlySet<string> = new Set(["name", "failure"]);

/** Whether it is null or undefined. */
export function nullish(value: Value): boolean | null {
  const v = known(value);
  switch (v.kind) {
    case "literal":
      return v.value === null || v.value === undefined;
    case "symbol":
    case "term":
      return truth(v) === true ? false : null;
    case "unknown":
      return null;
    case "choice": {
      const first = nullish(v.of[0]!);
      return v.of.every((x) => nullish(x) === first) ? first : null;
    }
    case "external":
      return v.pkg === "" ? null : false;
    default:
      return false;
  }
}

/** Equal for certain, different for certain, or null. */
export function same(one: Value, other: Value): boolean | null {
  const a = known(one);
  const b = known(other);
  // NaN is not even itself.
  if (a.kind === "literal" && b.kind === "literal") return a.value === b.value;
  if (a === b && a.kind !== "unknown" && a.kind !== "choice" && a.kind !== "symbol" && a.kind !== "text")
    return true;
  if (a.kind === "term" && b.kind === "term" && (a.tag === "peer" || b.tag === "peer")) return samePeer(a, b);
  if ((a.kind === "literal" && isObject(b)) || (b.kind === "literal" && isObject(a))) return false;
  if ((isNothing(a) && nullish(b) === false) || (isNothing(b) && nullish(a) === false)) return false;
  return null;
}

const isNothing = (v: Value): boolean => v.kind === "literal" && nullish(v) === true;

const OBJECTS: ReadonlySet<Value["kind"]> = new Set(["list", "record", "function", "class", "instance"]);

const isObject = ({ kind }: Value): boolean => OBJECTS.has(kind);

/** Whether two symbolic values are one and the same. */
export function isSameSymbol(a: Value, b: Value): boolean {
  return (
    a.kind === "symbol" &&
    b.kind === "symbol" &&
    a.root === b.root &&
    a.name === b.name &&
    a.isCopy === b.isCopy &&
    a.path.join() === b.path.join()
  );
}

/** Whether a message tells of the one that a field holds. */
function samePeer(a: Term, b: Term): boolean | null {
  const [x, y] = [a.data.name, b.data.name];
  if (x?.kind !== "literal" || y?.kind !== "literal" || x.value === "?" || y.value === "?") return null;
  return a.tag === "held" || b.tag === "held" ? x.value === y.value : null;
}
