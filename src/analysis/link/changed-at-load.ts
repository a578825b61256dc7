/**
 * What modules change while they are loaded, by functions that they call: `register("ping", handler)` fills a table. Nobody who
 * runs definitions alone has what is in it then. What a statement of a module names itself is `alteredIn`'s matter.
 */
import type { Declaration, ModuleState } from "../evaluate/scope.ts";
import type { World } from "../evaluate/world.ts";

/** How names and definitions of a module are asked for. */
export interface Naming {
  /** The names in a definition; null where it is not known. */
  namesOf(m: ModuleState, name: string): readonly string[] | null;
  /** Whether somebody has a definition: then it is made when it is asked for. */
  isWanted(m: ModuleState, name: string): boolean;
  /** The names in statements that define nothing. */
  atLoad(m: ModuleState): ReadonlySet<string>;
  /** Whether a class is a process: its code runs later. */
  isProcess(m: ModuleState, name: string): boolean;
}

/** Modules and all that they import. */
function withImported(world: World, modules: Iterable<ModuleState>): Set<ModuleState> {
  const all = new Set(modules);
  for (const m of all)
    for (const specifier of m.summary.specifiers) {
      const to = world.resolution(m, specifier);
      const target = to !== null && "file" in to ? world.modules.get(to.file) : undefined;
      if (target !== undefined) all.add(target);
    }
  return all;
}

/** The names in what a module does while it is loaded, besides what is done when somebody asks for it. */
function* namedAtLoad(m: ModuleState, { namesOf, atLoad, isWanted }: Naming): Generator<string> {
  yield* atLoad(m);
  for (const [name, declaration] of m.declarations) {
    if (declaration.kind !== "var" || isWanted(m, name)) continue;
    const value = declaration.stmt.declarators[declaration.index]?.value;
    if (value?.kind === "call" || value?.kind === "new")
      for (const each of namesOf(m, name) ?? []) if (each !== name) yield each;
  }
}

/** Variables, and classes with members of their own, that are changed while these modules are loaded: by module. */
export function changedAtLoad(
  world: World,
  modules: Iterable<ModuleState>,
  naming: Naming,
): ReadonlyMap<ModuleState, ReadonlySet<string>> {
  const { namesOf, isProcess } = naming;
  const changed = new Map<ModuleState, Set<string>>();
  const change = (m: ModuleState, name: string): void => {
    changed.set(m, (changed.get(m) ?? new Set()).add(name));
  };
  const seen = new Map<ModuleState, Set<string>>();
  const todo: [ModuleState, string][] = [];
  const loaded = withImported(world, modules);
  const files = new Set([...loaded].map(({ file }) => file));
  const isMeddledBy = (m: ModuleState, name: string, is: (file: string) => boolean): boolean =>
    [...world.meddlers(m, name)].some(is);
  for (const m of loaded) {
    for (const name of namedAtLoad(m, naming)) todo.push([m, name]);
    // When a module does what it does that nobody of these imports is not known.
    for (const name of m.declarations.keys())
      if (naming.isWanted(m, name) && isMeddledBy(m, name, (file) => !files.has(file))) change(m, name);
  }
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [m, name] = next;
    const there = seen.get(m) ?? new Set();
    seen.set(m, there.add(name));
    const more: [ModuleState, string][] = [];
    const declaration = m.declarations.get(name);
    const from = declaration === undefined ? world.originOf(m, name) : null;
    if (from !== null && "module" in from) more.push([from.module, from.name]);
    if (declaration !== undefined && !isProcess(m, name)) {
      if (isChanged(m, name, declaration) || isMeddledBy(m, name, () => true)) change(m, name);
      for (const each of namesOf(m, name) ?? []) more.push([m, each]);
    }
    for (const each of more) if (seen.get(each[0])?.has(each[1]) !== true) todo.push(each);
  }
  return changed;
}

/** Whether whoever uses it while modules are loaded may change it. */
function isChanged({ summary }: ModuleState, name: string, declaration: Declaration): boolean {
  if (declaration.kind === "stmt" && declaration.stmt.kind === "classDeclaration")
    return declaration.stmt.class.members.some((member) => member.static && member.kind === "field");
  if (declaration.kind !== "var") return false;
  const value = declaration.stmt.declarators[declaration.index]?.value;
  const isObject =
    value?.kind === "new" &&
    value.callee.kind === "identifier" &&
    !/^(?:Weak)?(?:Map|Set)$/.test(value.callee.name);
  return isObject || Object.hasOwn(summary.changed, name) || Object.hasOwn(summary.filled, name);
}
