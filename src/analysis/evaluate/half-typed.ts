/** What a text that is being typed lacks. */
import type { Expr } from "../ir.ts";
import { excerpt } from "./excerpt.ts";

/** Why that is not known, by what the summary has in its place. */
export const HALF_TYPED: ReadonlyMap<string, string> = new Map([
  ["", "it is missing in the source"],
  ["[", "a list is not closed in the source"],
]);

/** Why what is spread is not known. */
export function whyOfSpread(x: Expr, why: string): string {
  const isHalfTyped = x.kind === "opaque" && HALF_TYPED.has(x.what);
  return isHalfTyped ? why : `...${excerpt(x)} is not known: ${why}`;
}
