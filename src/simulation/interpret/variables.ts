/** The names that code declares. */
import type { NodeExtras, Pattern, Stmt } from "../../model/code.ts";
import { keptFor } from "../../model/index.ts";

type Statement = Stmt<NodeExtras>;

/** The variables of a pattern. */
export function* namesIn(target: Pattern<NodeExtras>): Generator<string> {
  if (target.kind === "identifier") yield target.name;
  else if (target.kind === "objectPattern" || target.kind === "arrayPattern") {
    for (const part of target.parts) if (part !== null) yield* namesIn(part.target);
    if (target.rest !== null) yield* namesIn(target.rest);
  }
}

/** What a function declares with `var`, wherever that stands in it. */
export const functionScoped = keptFor((body: readonly Statement[]): readonly string[] => [
  ...new Set(body.flatMap((stmt) => [...varsOf(stmt)])),
]);

function* varsOf(stmt: Statement): Generator<string> {
  if (stmt.kind === "var" && stmt.functionScoped === true)
    for (const { target } of stmt.declarators) yield* namesIn(target);
  else if (stmt.kind === "forOf" && stmt.functionScoped === true) yield* namesIn(stmt.target);
  for (const inner of bodiesOf(stmt)) for (const each of inner ?? []) yield* varsOf(each);
}

/** The statements in a statement. */
function bodiesOf(stmt: Statement): readonly (readonly Statement[] | null)[] {
  switch (stmt.kind) {
    case "if":
      return [stmt.consequent, stmt.alternate];
    case "for":
      return [stmt.init === null ? null : [stmt.init], stmt.body];
    case "forOf":
    case "while":
    case "block":
      return [stmt.body];
    case "switch":
      return stmt.cases.map(({ body }) => body);
    case "try":
      return [stmt.body, stmt.handler, stmt.finalizer];
    default:
      return [];
  }
}
