/** Objects of modules that code which is not read may change. */
import { type Dialect, isDialectPackage } from "../dialects/dialect.ts";
import { declaredBy } from "../evaluate/module-definer.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Expr } from "../ir.ts";
import { eachExpr } from "./each-expression.ts";

/** Whether a module has made this object for a variable, and gives the variable to a package. */
export function isOutOfHand(world: World, dialects: readonly Dialect[], v: Value): boolean {
  if (v.kind !== "instance" || v.shared !== true) return false;
  const { module: m, start } = v.at;
  const { body, identifiers } = m.summary;
  const made = body.find((stmt) => stmt.kind === "var" && stmt.start <= start && start < stmt.end);
  const names = made === undefined ? [] : declaredBy(made);
  let found = false;
  for (const [i, stmt] of body.entries())
    if (names.some((name) => identifiers[i]!.includes(name)))
      eachExpr(stmt, (x) => {
        if (found || (x.kind !== "call" && x.kind !== "new")) return;
        found = x.args.some((arg) => isNamed(arg, names)) && isOfPackage(world, dialects, m, x.callee);
      });
  return found;
}

/** Itself, or in an object that is given. */
function isNamed(x: Expr, names: readonly string[]): boolean {
  if (x.kind === "identifier") return names.includes(x.name);
  return x.kind === "object" && x.props.some((p) => p.kind === "property" && isNamed(p.value, names));
}

function isOfPackage(world: World, dialects: readonly Dialect[], m: ModuleState, callee: Expr): boolean {
  let x = callee;
  while (x.kind === "get") x = x.object;
  const ref =
    x.kind === "identifier" && Object.hasOwn(m.summary.imports, x.name) ? m.summary.imports[x.name]! : null;
  const to = ref === null ? null : world.imported(m, { module: ref.module, name: ref.name });
  return to?.kind === "external" && !isDialectPackage(dialects, to.pkg);
}
