/**
 * What is certain and what is only possible. Code behind a condition that is not decided runs perhaps; what the condition
 * looked at tells whether something decides it later: the message that is handled, the arguments of a start, a lookup.
 */
import type { Possible } from "../../model/index.ts";
import { classKey } from "./identity.ts";
import type { Interpreter } from "./interpreter.ts";
import { both, NO_NAMES, NOTHING, type Origins, OTHER } from "./origins.ts";
import { type At, type Unknown, unknown, type Value } from "./values.ts";

/** A turn of a loop that stands for several. */
export const SEVERAL = "*";

/** Runs what a loop does in its n-th turn for certain; null: in several. */
export function inTurn<T>(I: Interpreter, n: number | null, go: () => T): T {
  I.turns.push(n === null ? SEVERAL : String(n));
  try {
    return go();
  } finally {
    I.turns.pop();
  }
}

/** Which turn one that stands for so many is. */
export const turnOf = (count: number | null): number | null => (count !== null && count > 1 ? null : 0);

const MESSAGE: Origins = { ...NOTHING, message: true };

/** An argument of a callback: a message. */
export function message(why: string, at: At): Unknown {
  return { ...unknown(why, at), from: MESSAGE };
}

export function originsOf(v: Value): Origins {
  switch (v.kind) {
    case "unknown":
      return v.from ?? (v.kept === undefined ? OTHER : { ...NOTHING, tested: new Set([nameOfTarget(v)]) });
    case "text":
      return v.why.from ?? OTHER;
    case "choice":
      return v.of.reduce((all, one) => both(all, originsOf(one)), v.why.from ?? NOTHING);
    case "symbol":
      if (v.is !== undefined) return NOTHING;
      return {
        ...NOTHING,
        argument: v.root === "arg",
        tested: new Set([nameOfTarget(v)]),
        alive:
          v.path.at(-1) === "alive" ? new Set([nameOfTarget({ ...v, path: v.path.slice(0, -1) })]) : NO_NAMES,
      };
    case "term":
      if (v.tag === "lookup")
        return { ...NOTHING, tested: new Set([nameOfTarget(v)]), alive: new Set([nameOfTarget(v)]) };
      if (v.tag === "part" && v.data.of !== undefined) {
        const of = originsOf(v.data.of);
        return v.data.name?.kind === "literal" && v.data.name.value === "alive"
          ? { ...of, alive: of.tested }
          : of;
      }
      return v.tag === "proc" ? { ...NOTHING, tested: new Set([nameOfTarget(v)]) } : OTHER;
    case "external":
    case "externalMethod":
      return OTHER;
    default:
      return NOTHING;
  }
}

/** The value with what it was made from, where it is not known. */
export function derived<V extends Value>(v: V, ...from: readonly Value[]): V {
  if (v.kind !== "unknown" || v.from !== undefined) return v;
  const origins = from.reduce((all, one) => both(all, originsOf(one)), NOTHING);
  if (origins !== NOTHING) v.from = origins;
  return v;
}

/** Runs what stands behind a condition that is not decided. */
export function perhaps<T>(I: Interpreter, condition: Origins, body: () => T): T {
  // Each is an object of its own: what stands behind the very same one is certain once that is there.
  I.conditions.push({ ...condition });
  if (condition.argument || condition.tested.size > 0) I.asksStart = true;
  try {
    return body();
  } finally {
    I.conditions.pop();
  }
}

/**
 * Whether it is only possible that a use of this target is made. A handler that chooses by its message is code that
 * runs, for the message that it is for.
 */
export function possible(I: Interpreter, target: Value): Possible | undefined {
  const name = nameOfTarget(target);
  let result: Possible | undefined = I.waitedFor.has(name) ? "found" : undefined;
  for (const { message: asks, argument, tested, alive, other } of I.conditions) {
    if (alive.has(name)) return "alive";
    if (tested.has(name)) result = "found";
    else if (!asks || argument || other || tested.size > 0) result ??= "undecided";
  }
  return result;
}

/** Whether what is being run now is run only perhaps, once it is come to what stands behind the conditions `given`. */
export function isPossible(I: Interpreter, given: readonly Origins[] = []): boolean {
  return I.conditions.some(
    (c) => (!c.message || c.argument || c.other || c.tested.size > 0) && !given.includes(c),
  );
}

/** Text that tells in which circumstances code is run. */
export function standing(I: Interpreter): string {
  const conditions = I.conditions.map(({ message: asks, argument, tested, alive, other }) =>
    asks && !argument && !other && tested.size === 0 ? "" : `?${[...tested].join()}/${[...alive].join()}`,
  );
  return `${I.muted > 0} ${I.phase} ${I.guarded > 0} ${I.unawaited > 0} ${I.fate} ${[...new Set(conditions)].join("")}`;
}

/** Text that is the same for values that lead to the same process. */
export function nameOfTarget(v: Value): string {
  switch (v.kind) {
    case "literal":
      return JSON.stringify(v.value) ?? "undefined";
    case "term": {
      if (v.tag === "lookup" && v.data.target !== undefined) return nameOfTarget(v.data.target);
      if (v.tag === "name" && v.data.name?.kind === "literal") return nameOfTarget(v.data.name);
      // One place may start several.
      const site = v.data.site?.kind === "literal" ? String(v.data.site.value) : "";
      return `${v.tag} ${v.at.module.file}:${v.at.start} ${site} ${v.data.name === undefined ? "" : nameOfTarget(v.data.name)}`;
    }
    case "symbol":
      return `${v.root} ${v.name} ${v.path.join(".")}`;
    case "choice": {
      const names = v.of
        .filter(
          (a) => a.kind !== "literal" || (a.value !== undefined && a.value !== null && a.value !== false),
        )
        .map(nameOfTarget);
      return [...new Set(names)].join("|");
    }
    case "class":
      return `class ${classKey(v)}`;
    case "externalMethod":
      return `method ${v.name}`;
    case "text":
      return v.parts.map((part) => part ?? "*").join("");
    case "unknown":
      return v.kept === undefined
        ? v.kind
        : `kept ${v.kept.at.module.file}:${v.kept.at.start} ${v.kept.path.join(".")}`;
    default:
      return v.kind;
  }
}
