/** What the `init` of a process takes, as it is declared. */
import type { ProcessCode } from "../dialects/process-code.ts";
import type { Func, Param } from "../ir.ts";
import type { Signature } from "../link/unresolved-definitions.ts";
import { eachExpr } from "./each-expression.ts";

/** Null where `init` is not in the code that was read, or where nothing declares what it takes. */
export function signatureOf({ dialect, callbacks }: ProcessCode): Signature | null {
  const init = callbacks.find(({ name }) => name === "init")?.fn;
  if (dialect !== "suptree" || init?.kind !== "function") return null;
  const { params } = init.func;
  return {
    params: params
      .filter(({ rest }) => !rest)
      .map((param, i) => ({
        name: nameOf(param, i),
        required: param.required,
        primitive: param.primitive,
      })),
    open: params.some(({ rest }) => rest) || usesArguments(init.func),
  };
}

function nameOf({ target }: Param, i: number): string {
  return target.kind === "identifier" ? target.name : `parameter ${i + 1}`;
}

function usesArguments({ body }: Func): boolean {
  let uses = false;
  eachExpr(Array.isArray(body) ? body : [body], (x) => {
    if (x.kind === "identifier" && x.name === "arguments") uses = true;
  });
  return uses;
}
