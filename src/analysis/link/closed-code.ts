/**
 * The code of the program's processes for those who run it without having it: of every file the definitions that the classes
 * of processes are, and whatever those name, and so on. What they get from packages they get by name.
 */
import type * as Code from "../../model/code.ts";
import { isOpen, type StartRef, type TreeModel } from "../../model/index.ts";
import type { Declaration, ModuleState } from "../evaluate/scope.ts";
import type { World } from "../evaluate/world.ts";
import type { Class, Stmt } from "../ir.ts";

type Definition = Code.Stmt<Code.NodeExtras>;

/** A definition without places, and the names in it. */
interface Piece {
  definition: Definition;
  names: readonly string[];
}

/** What the analysis has at nodes and nobody needs to run them. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "start",
  "end",
  "type",
  "required",
  "primitive",
  "nameStart",
  "nameEnd",
  "assigned",
]);

const SUPERVISORS: ReadonlySet<string> = new Set(["Supervisor", "DynamicSupervisor", "TaskSupervisor"]);

/** What was made of modules that have not changed. */
const pieces = new WeakMap<ModuleState, Map<string, Piece | null>>();

/** Of the classes that are processes of a model. `packages`: the libraries whose processes are classes with callbacks. */
export function closedCode(world: World, model: TreeModel, packages: ReadonlySet<string>): Code.FileCode[] {
  const code: Record<string, Code.FileCode> = {};
  const todo: [ModuleState, string][] = [];
  const add = (m: ModuleState, name: string): void => {
    code[m.file] ??= { file: m.file, imports: {}, definitions: {} };
    const module = code[m.file]!;
    if (Object.hasOwn(module.definitions, name)) return;
    const piece = world.meddled(m, name) === null ? pieceOf(m, name) : null;
    if (piece === null) return;
    const isShell = !open.has(`${m.file}#${name}`) && isSupervisor(world, m, piece.definition, packages);
    module.definitions[name] = isShell ? shellOf(piece.definition) : piece.definition;
    if (module.definitions[name] === piece.definition) todo.push([m, name]);
  };
  const open = new Set(model.supervisors.filter(isOpen).map(({ key }) => key));
  const seen = new Set<string>();
  const start = (ref: StartRef, file: string | undefined): void => {
    const known = `${ref.file ?? file}#${ref.symbol}`;
    if (seen.has(known)) return;
    seen.add(known);
    const m = world.modules.get(ref.file ?? file ?? "");
    if (m !== undefined && ref.symbol !== null && isProcess(world, m, ref.symbol, packages))
      add(m, ref.symbol);
  };
  for (const { children } of model.supervisors)
    for (const { start: ref, process } of children) start(ref, process?.location.file);
  for (const key of open) {
    const [file = "", name = ""] = key.split("#");
    const m = world.modules.get(file);
    if (m !== undefined && baseOf(world, m, classOf(m, name), packages) === "Supervisor") add(m, name);
  }
  for (const { start: ref, process } of model.orphans) start(ref, process?.location.file);
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [m, name] = next;
    for (const each of pieceOf(m, name)?.names ?? []) {
      if (m.declarations.has(each)) add(m, each);
      else if (Object.hasOwn(m.summary.imports, each) && m.summary.imports[each]!.type === undefined) {
        const from = world.originOf(m, each);
        if (from === null) continue;
        code[m.file]!.imports[each] = "package" in from ? from : { file: from.module.file, name: from.name };
        if ("module" in from) add(from.module, from.name);
      }
    }
  }
  return sorted(code);
}

/** The same whatever was looked at first. */
function sorted(code: Record<string, Code.FileCode>): Code.FileCode[] {
  const inOrder = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return Object.values(inOrder(code))
    .filter(({ definitions }) => Object.keys(definitions).length > 0)
    .map(({ file, imports, definitions }) => ({
      file,
      imports: inOrder(imports),
      definitions: inOrder(definitions),
    }));
}

function pieceOf(m: ModuleState, name: string): Piece | null {
  const known = pieces.get(m) ?? new Map<string, Piece | null>();
  pieces.set(m, known);
  let piece = known.get(name);
  if (piece === undefined) {
    piece = makePiece(m, name);
    known.set(name, piece);
  }
  return piece;
}

function makePiece(m: ModuleState, name: string): Piece | null {
  const declaration = m.declarations.get(name);
  if (declaration === undefined || alteredIn(m).has(name)) return null;
  const stmt = stmtOf(declaration.stmt, declaration.kind === "var" ? declaration.index : null);
  const names = new Set<string>();
  const definition = copy(stmt, names) as Definition;
  return { definition, names: [...names] };
}

const altered = new WeakMap<ModuleState, ReadonlySet<string>>();

/** The variables that statements of a module may change once they are there, such as lists that they fill. */
function alteredIn(m: ModuleState): ReadonlySet<string> {
  let names = altered.get(m);
  if (names !== undefined) return names;
  const named = new Set<string>();
  for (const stmt of m.summary.body) if (!DEFINING.has(stmt.kind)) copy(stmt, named);
  names = new Set([...named].filter((name) => isChangeable(m.declarations.get(name))));
  altered.set(m, names);
  return names;
}

const DEFINING: ReadonlySet<string> = new Set(["var", "functionDeclaration", "classDeclaration", "enum"]);

function isChangeable(declaration: Declaration | undefined): boolean {
  if (declaration?.kind !== "var") return false;
  const { stmt, index } = declaration;
  const value = stmt.declarators[index]?.value;
  return (
    !stmt.constant || !(value?.kind === "literal" || value?.kind === "template" || value?.kind === "function")
  );
}

/** Of several variables in one statement, the one that is meant. */
function stmtOf(stmt: Stmt, index: number | null): Stmt {
  return stmt.kind === "var" && index !== null ? { ...stmt, declarators: [stmt.declarators[index]!] } : stmt;
}

function copy(node: unknown, names: Set<string>): unknown {
  if (Array.isArray(node)) return node.map((part) => copy(part, names));
  if (typeof node !== "object" || node === null) return node;
  const copied: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(node)) {
    if (LEFT_OUT.has(field) || value === undefined) continue;
    copied[field] = copy(value, names);
  }
  if (copied.kind === "identifier" && typeof copied.name === "string") names.add(copied.name);
  return copied;
}

function classOf(m: ModuleState, name: string): Class | null {
  const declaration = m.declarations.get(name);
  return declaration?.kind === "stmt" && declaration.stmt.kind === "classDeclaration"
    ? declaration.stmt.class
    : null;
}

/** The name in the library of what a class extends in the end; null where that is none of the library's. */
function baseOf(
  world: World,
  m: ModuleState,
  cls: Pick<Class, "base"> | null,
  packages: ReadonlySet<string>,
  depth = 0,
): string | null {
  if (cls?.base?.kind !== "identifier" || depth > 16) return null;
  const { name } = cls.base;
  if (m.declarations.has(name)) return baseOf(world, m, classOf(m, name), packages, depth + 1);
  if (!Object.hasOwn(m.summary.imports, name)) return null;
  const from = world.originOf(m, name);
  if (from === null) return null;
  if ("package" in from) return packages.has(from.package) ? from.name : null;
  return baseOf(world, from.module, classOf(from.module, from.name), packages, depth + 1);
}

function isProcess(world: World, m: ModuleState, name: string, packages: ReadonlySet<string>): boolean {
  return baseOf(world, m, classOf(m, name), packages) === "GenServer";
}

function isSupervisor(
  world: World,
  m: ModuleState,
  definition: Definition,
  packages: ReadonlySet<string>,
): boolean {
  if (definition.kind !== "classDeclaration") return false;
  const { name } = definition.class;
  const base = name === null ? null : baseOf(world, m, classOf(m, name), packages);
  return base !== null && SUPERVISORS.has(base);
}

/** What a supervisor says of its children is in the model. */
function shellOf(definition: Definition): Definition {
  return definition.kind === "classDeclaration"
    ? {
        kind: "classDeclaration",
        class: { ...(definition.class as Code.Class<Code.NodeExtras>), members: [] },
      }
    : definition;
}
