/** Lists and maps in variables that outlive the callbacks of a process: of its modules, and of functions that made its functions. */
import { keptFor } from "../../model/index.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { At } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Declarator, Expr, Func } from "../ir.ts";
import { eachDeclarator, eachExpr, eachFunction } from "./each-expression.ts";

export interface FilledVariable {
  name: string;
  at: At;
  /** The names in its declared type. */
  types: readonly string[];
  /** The function that it is a variable of; null for a module's. */
  maker: Func | null;
}

/**
 * Those into which functions that were called put something. Of other functions, only the variables of such as make what
 * fields hold (`makers`), or that a function which lives on (`kept`) stands in.
 */
export function filledVariables(
  world: World,
  called: ReadonlyMap<Func, ModuleState>,
  makers: ReadonlyMap<Func, ModuleState>,
  kept: ReadonlySet<Func>,
): FilledVariable[] {
  const found = new Map<string, FilledVariable>();
  const makersIn = (m: ModuleState): Func[] =>
    [...makers].flatMap(([maker, module]) => (module === m ? [maker] : []));
  for (const [func, m] of called)
    for (const name of filledIn(func)) {
      const around = localAround(func, name, kept.has(func) ? functionsOf(m) : makersIn(m));
      const declared =
        around === null ? declarationOf(world, m, name) : { module: m, declarator: around.declarator };
      const types = declared?.declarator.type ?? null;
      if (declared === null || types === null) continue;
      const at = declared.module.at(declared.declarator);
      found.set(`${at.module.file} ${at.start}`, { name, at, types, maker: around?.maker ?? null });
    }
  return [...found.values()];
}

/** The variables of others that a function puts something into. */
const filledIn = keptFor((func: Func): ReadonlySet<string> => {
  const found = new Set<string>();
  eachExpr(func, (x) => {
    const variable = rootOf(filledBy(x));
    if (variable?.kind === "identifier" && !isOwn(func, variable.name)) found.add(variable.name);
  });
  return found;
});

/** The variable in whose object something is: `book` of `book.pids`. */
function rootOf(x: Expr | null): Expr | null {
  let root = x;
  while (root?.kind === "get") root = root.object;
  return root;
}

/** Methods that put something into a list, a Map or a Set. */
const FILLS: ReadonlySet<string> = new Set(["set", "add", "push", "unshift", "splice"]);

/** What an expression puts something into: `x.set(…)`, `x[…] = …`, `x = [...x, …]`. */
export function filledBy(x: Expr): Expr | null {
  if (x.kind === "call") return x.callee.kind === "get" && FILLS.has(x.callee.name) ? x.callee.object : null;
  if (x.kind !== "assignment") return null;
  const { target } = x;
  if (target.kind === "reference")
    return target.expr.kind === "get" || target.expr.kind === "index" ? target.expr.object : null;
  return target.kind === "identifier" ? { ...target, kind: "identifier" } : null;
}

/** Whether a name is a parameter or a variable of the function itself. */
function isOwn(func: Func, name: string): boolean {
  let own = func.params.some(({ target: t }) => t.kind === "identifier" && t.name === name);
  eachDeclarator(func, ({ target: t }) => {
    own ||= t.kind === "identifier" && t.name === name;
  });
  return own;
}

/** The functions of a module. */
const functionsOf = keptFor((m: ModuleState): Func[] => {
  const found: Func[] = [];
  eachFunction(m.summary.body, (func) => found.push(func));
  return found;
});

/** A variable of a function around this one. */
function localAround(
  { start, end }: Func,
  name: string,
  outers: readonly Func[],
): { declarator: Declarator; maker: Func } | null {
  let found: { declarator: Declarator; maker: Func } | null = null;
  for (const outer of outers) {
    if (outer.start >= start || outer.end < end) continue;
    eachDeclarator(outer, (declarator) => {
      if (declarator.target.kind === "identifier" && declarator.target.name === name)
        found = { declarator, maker: outer };
    });
  }
  return found;
}

/** The declaration of a variable of a module, or of one that it imports. */
function declarationOf(
  world: World,
  m: ModuleState,
  name: string,
  depth = 0,
): { module: ModuleState; declarator: Declarator } | null {
  const declaration = m.declarations.get(name);
  if (declaration?.kind === "var")
    return { module: m, declarator: declaration.stmt.declarators[declaration.index]! };
  const { imports } = m.summary;
  if (!Object.hasOwn(imports, name) || depth > 3) return null;
  const { module, name: exported } = imports[name]!;
  const to = world.resolution(m, module);
  const target = to !== null && "file" in to ? world.modules.get(to.file) : undefined;
  return target === undefined ? null : declarationOf(world, target, exported, depth + 1);
}
