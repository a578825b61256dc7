/** Functions that do not come to an end by themselves. */
import type { Expr, Func, Stmt } from "../ir.ts";

/** Whether a loop in the function goes on for ever: one without a condition that nothing leaves. */
export function isEndless({ b }: Func): boolean {
  return Array.isArray(b) && b.some(goesOn);
}

function goesOn(s: Stmt): boolean {
  switch (s.k) {
    case "while":
      return isTrue(s.c) && !s.b.some(leaves);
    case "for":
      return (s.c === null || isTrue(s.c)) && !s.b.some(leaves);
    case "block":
      return s.b.some(goesOn);
    case "try":
      return s.b.some(goesOn);
    case "if":
      return s.t.some(goesOn) || (s.f ?? []).some(goesOn);
    default:
      return false;
  }
}

const isTrue = (x: Expr): boolean => x.k === "lit" && Boolean(x.v);

/** Whether a statement of a loop may leave it. */
function leaves(s: Stmt): boolean {
  switch (s.k) {
    case "jump":
      return s.w === "break";
    case "ret":
      return true;
    case "if":
      return s.t.some(leaves) || (s.f ?? []).some(leaves);
    case "block":
      return s.b.some(leaves);
    case "try":
      return [...s.b, ...(s.h ?? []), ...(s.f ?? [])].some(leaves);
    case "switch":
      return s.c.some(({ b }) => b.some((inner) => inner.k !== "jump" && leaves(inner)));
    default:
      return false;
  }
}
