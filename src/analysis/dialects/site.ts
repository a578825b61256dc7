/**
 * Which of the things that one place makes: a function that starts something may be called many times, with other
 * arguments each time.
 */
import type { Interpreter } from "../evaluate/interpreter.ts";
import type { At, Value } from "../evaluate/values.ts";
import { codeKey, siteKey } from "../link/drafts.ts";

const MAX_PARTS = 400;

/** The key of what a call at this place makes from these values. Outside functions a place is run once. */
export function madeAt(at: At, I: Interpreter, ...from: readonly (Value | undefined)[]): string {
  if (I.calls.length === 0) return codeKey(at);
  const parts: string[] = [];
  for (const v of from) if (v !== undefined) describe(v, parts, 0);
  return siteKey(at, hash(parts.join(" ")));
}

/** What is known of a value, without the places where it is written. */
function describe(v: Value, into: string[], depth: number): void {
  if (into.length > MAX_PARTS) return;
  switch (v.k) {
    case "lit":
      into.push(JSON.stringify(v.v) ?? "undefined");
      return;
    case "rec":
      if (depth > 5) return;
      for (const [n, entry] of v.c.props) {
        into.push(n);
        describe(entry.v, into, depth + 1);
      }
      return;
    case "list":
      if (depth > 5) return;
      into.push(`[${v.c.items.length}`);
      for (const item of v.c.items) describe(item.v, into, depth + 1);
      return;
    case "text":
      into.push(v.p.join("*"));
      return;
    case "cls":
      into.push(codeKey(v.scope.m.at(v.c)));
      return;
    case "fn":
      into.push(codeKey(v.scope.m.at(v.f)));
      return;
    case "ext":
      into.push(v.pkg, ...v.path);
      return;
    default:
      into.push(v.k);
  }
}

/** Short text that differs when the text does. */
export function hash(text: string): string {
  let h = 5381;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 33) ^ text.charCodeAt(i)) >>> 0;
  return h.toString(36);
}
