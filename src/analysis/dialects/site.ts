/**
 * Which of the things that one place makes: a function that starts something may be called many times, with other
 * arguments each time.
 */

import { classKey, codeKey, describe, hash, siteKey } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import type { At, Value } from "../evaluate/values.ts";
import type { Through } from "../link/unresolved-definitions.ts";
import { nameAround } from "./naming.ts";

/** The key of what a call at this place makes from these values. Outside functions a place is run once. */
export function madeAt(at: At, I: Interpreter, ...from: readonly (Value | undefined)[]): string {
  if (I.calls.length === 0) return codeKey(at);
  const parts: string[] = [];
  for (const v of from) if (v !== undefined) describe(v, parts, 0);
  return siteKey(at, hash(parts.join(" ")));
}

/**
 * The key of what is made anew whenever this place is reached: by the calls that lead there, for the class whose objects are
 * made there, and from these values.
 */
export function madeByCalls(at: At, I: Interpreter, ...from: readonly (Value | undefined)[]): string {
  const heir = heirOf(at, I);
  if (I.calls.length === 0 && heir === null) return codeKey(at);
  const parts = I.sites.slice(I.aroundConstructor).map(codeKey);
  if (heir !== null) parts.push(heir);
  for (const v of from) if (v !== undefined) describe(v, parts, 0);
  return siteKey(at, hash(parts.join(" ")));
}

/** The class whose object is being made here by what it inherits; null where it does that itself. */
function heirOf(at: At, { owner }: Interpreter): string | null {
  if (owner === null) return null;
  const { class: c, scope } = owner;
  return scope.module === at.module && c.start <= at.start && at.end <= c.end ? null : classKey(owner);
}

/** Whether the running function is called by code that was seen; the others may be called any number of times. */
export function isCalledHere(I: Interpreter): boolean {
  const [fn] = I.calls;
  const [at] = I.sites;
  return fn !== undefined && at !== undefined && !(at.start === fn.start && at.end === fn.end);
}

/** The functions that are running, as what is started here says by which of them it was reached. */
export function functionsAround(at: At, I: Interpreter): Through {
  const keys = I.calls.map(({ start, end }, i) =>
    codeKey({ module: (I.sites[i + 1] ?? at).module, start, end }),
  );
  return isCalledHere(I) || keys.length === 0
    ? { first: null, others: keys }
    : { first: keys[0]!, others: keys.slice(1) };
}

/** The name of what is made here; what a function makes and returns is named by its caller, where there is one. */
export function nameForCaller(at: At, I: Interpreter): string | null {
  const own = nameAround(at);
  let name = own;
  let place = at;
  for (let i = I.calls.length - 1; i >= 0; i--) {
    const fn = I.calls[i]!;
    const caller = I.sites[i]!;
    const isReturned =
      name === (fn.name ?? nameAround({ module: place.module, start: fn.start, end: fn.end }));
    if (!isReturned || (caller.start === fn.start && caller.end === fn.end)) break;
    place = caller;
    name = nameAround(caller);
  }
  return name ?? own;
}
