/** Functions that do not come to an end by themselves. */
import type { Expr, Func, Stmt } from "../ir.ts";

/** Whether a loop in the function goes on for ever: one without a condition that nothing leaves. */
export function isEndless({ body: b }: Func): boolean {
  return Array.isArray(b) && b.some(goesOn);
}

function goesOn(s: Stmt): boolean {
  switch (s.kind) {
    case "while":
      return isTrue(s.test) && !s.body.some(leaves);
    case "for":
      return (s.test === null || isTrue(s.test)) && !s.body.some(leaves);
    case "block":
      return s.body.some(goesOn);
    case "try":
      return s.body.some(goesOn);
    case "if":
      return s.consequent.some(goesOn) || (s.alternate ?? []).some(goesOn);
    default:
      return false;
  }
}

const isTrue = (x: Expr): boolean => x.kind === "literal" && Boolean(x.value);

/** Whether a statement of a loop may leave it. */
function leaves(s: Stmt): boolean {
  switch (s.kind) {
    case "jump":
      return s.word === "break";
    case "return":
      return true;
    case "if":
      return s.consequent.some(leaves) || (s.alternate ?? []).some(leaves);
    case "block":
      return s.body.some(leaves);
    case "try":
      return [...s.body, ...(s.handler ?? []), ...(s.finalizer ?? [])].some(leaves);
    case "switch":
      return s.cases.some(({ body: b }) => b.some((inner) => inner.kind !== "jump" && leaves(inner)));
    default:
      return false;
  }
}
