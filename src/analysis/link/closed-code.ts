/**
 * The code of the program's processes for those who run it without having it: of every file the definitions that the classes
 * of processes are, and whatever those name, and so on. What they get from packages they get by name.
 */
import type * as Code from "../../model/code.ts";
import {
  chainOf,
  classAt,
  isDynamic,
  isOpen,
  keptFor,
  type Meaning,
  makesClasses,
  type ProcessFacts,
  type StartRef,
  samePlace,
  type TreeModel,
} from "../../model/index.ts";
import { type Declaration, locationOf, type ModuleState } from "../evaluate/scope.ts";
import type { At } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Class, Expr, Pattern, Stmt } from "../ir.ts";
import { type Deed, type Loading, loadingOf, type Naming } from "./loading.ts";

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
const piecesOf = keptFor((_: ModuleState) => new Map<string, Piece | null>());

/** What of one module is wanted. */
interface Wanted {
  imports: Map<string, Code.FileCode["imports"][string]>;
  definitions: Map<string, Definition>;
  /** What it does while it is loaded, by its place in the body. */
  load: Map<Deed, Code.Loading>;
}

/** Definitions that somebody asks for, and whatever those name. */
class Wants {
  readonly of = new Map<ModuleState, Wanted>();
  readonly #world: World;
  readonly #isClosed: (m: ModuleState, definition: Definition) => boolean;
  readonly #todo: [ModuleState, readonly string[]][] = [];

  /** `isClosed`: supervisors of which the model says all. */
  constructor(world: World, isClosed: (m: ModuleState, definition: Definition) => boolean) {
    this.#world = world;
    this.#isClosed = isClosed;
  }

  in(m: ModuleState): Wanted {
    let wanted = this.of.get(m);
    if (wanted === undefined) {
      wanted = { imports: new Map(), definitions: new Map(), load: new Map() };
      this.of.set(m, wanted);
    }
    return wanted;
  }

  add(m: ModuleState, name: string): void {
    const { definitions } = this.in(m);
    const piece = definitions.has(name) ? null : pieceOf(m, name);
    if (piece === null) return;
    const isShell = this.#isClosed(m, piece.definition);
    const definition = isShell ? shellOf(piece.definition) : piece.definition;
    definitions.set(name, definition);
    this.#todo.push([m, isShell ? namesIn(definition) : piece.names]);
  }

  /** Everything that is named. */
  follow(more: readonly [ModuleState, readonly string[]][] = []): void {
    this.#todo.push(...more);
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop())
      for (const each of next[1]) this.#use(next[0], each);
  }

  #use(m: ModuleState, name: string): void {
    const unpacked = unpackedFrom(m, name);
    if (unpacked === null && m.declarations.has(name)) this.add(m, name);
    else this.#useImported(m, name, unpacked ?? name);
  }

  #useImported(m: ModuleState, name: string, imported: string): void {
    const from = isImported(m, imported) ? this.#world.originOf(m, imported) : null;
    const { imports } = this.in(m);
    if (from === null) this.#useAll(m, name);
    else if ("package" in from) imports.set(name, { ...from, package: wholeName(m, imported, from.package) });
    else {
      imports.set(name, { file: from.module.file, name: from.name });
      this.add(from.module, from.name);
    }
  }

  /** What stands for all of a module is an object of what that exports. */
  #useAll(m: ModuleState, name: string): void {
    const all = isImported(m, name) ? this.#world.originsOf(m, name) : null;
    const { definitions, imports } = this.in(m);
    if (all === null || definitions.has(name) || [...all.values()].some(isVariable)) return;
    for (const [exported, from] of all) {
      imports.set(`${name}.${exported}`, { file: from.module.file, name: from.name });
      this.add(from.module, from.name);
    }
    definitions.set(name, objectOf(name, [...all.keys()]));
  }
}

/**
 * Of the classes that are processes of a model, in the order in which the files are loaded. `packages`: the libraries whose
 * processes are classes with callbacks.
 */
export function closedCode(
  world: World,
  model: TreeModel,
  packages: ReadonlySet<string>,
  isTest: (file: string) => boolean,
): Code.FileCode[] {
  const baseOf = basesIn(world, packages);
  const open = new Set(
    model.supervisors
      .filter((each) => isOpen(each) || isDynamic(each) || makesClasses(each))
      .map(({ key }) => key),
  );
  const openBases: [ModuleState, string, Base][] = [];
  for (const key of open) {
    const [file = "", name = ""] = key.split("#");
    const m = world.modules.get(file);
    const base = m === undefined ? null : baseOf(m, name);
    if (m === undefined || base === null) continue;
    openBases.push([m, name, base]);
    // What a class extends is its own as well.
    for (const each of base.classes) open.add(each);
  }
  const wants = new Wants(world, (m, definition) => {
    if (definition.kind !== "classDeclaration" || definition.class.name === null) return false;
    const { name } = definition.class;
    return SUPERVISORS.has(baseOf(m, name)?.name ?? "") && !open.has(`${m.file}#${name}`);
  });
  const start = ({ file, symbol: called }: StartRef, process: ProcessFacts | null): void => {
    if (process?.madeInside !== undefined && process.reactions !== undefined) {
      const around = world.modules.get(process.location.file);
      if (around !== undefined) wants.add(around, process.madeInside);
    }
    const symbol = process?.madeAs ?? called;
    const from = process?.madeIn === undefined ? (file ?? process?.location.file) : process.madeIn;
    const m = world.modules.get(from ?? "");
    if (m === undefined || symbol === null || wants.of.get(m)?.definitions.has(symbol) === true) return;
    const base = baseOf(m, symbol);
    if (base?.name !== "GenServer") return;
    // What a function makes may be called as something else is.
    if (process === null || samePlace(locationOf(base.of), process.location)) wants.add(m, symbol);
  };
  for (const { children } of model.supervisors)
    for (const { start: ref, process } of children) start(ref, process);
  for (const [m, name, base] of openBases) if (SUPERVISORS.has(base.name)) wants.add(m, name);
  for (const { start: ref, process } of model.orphans) start(ref, process);
  wants.follow();
  const begins = model.applications.flatMap(({ location: { file } }) => world.modules.get(file) ?? []);
  const loading = loadingFor(world, wants, begins, {
    namesOf: (m, name) => pieceOf(m, name)?.names ?? null,
    deedsOf,
    isAltered: (m, name) => alteredIn(m).has(name),
    isProcess: (m, name) => baseOf(m, name) !== null,
    isTest,
  });
  const others = [...wants.of.keys()].sort((a, b) => (a.file < b.file ? -1 : 1));
  return [...new Set([...loading.order, ...others])].flatMap((m) => {
    const of = wants.of.get(m);
    return of === undefined || of.definitions.size + of.load.size === 0 ? [] : [fileCode(m, of)];
  });
}

/** Adds what is done while modules are loaded; what that names may be changed by more of it. */
function loadingFor(world: World, wants: Wants, begins: readonly ModuleState[], naming: Naming): Loading {
  for (;;) {
    const loading = loadingOf(world, wants.of, begins, naming);
    const more = noteLoading(loading, wants);
    if (more.length > 0) wants.follow(more);
    else {
      for (const { module, name } of loading.lost) wants.of.get(module)?.definitions.delete(name);
      return loading;
    }
  }
}

/** Notes what is done while modules are loaded; the names in what was not noted before. */
function noteLoading({ deeds, lost }: Loading, wants: Wants): [ModuleState, readonly string[]][] {
  const more: [ModuleState, readonly string[]][] = [];
  const isLost = new Set(lost);
  for (const { module, deed, changes } of deeds) {
    const known = changes.filter((each) => !isLost.has(each));
    if (known.length === 0) continue;
    const { load } = wants.in(module);
    if (!load.has(deed)) more.push([module, deed.names]);
    load.set(deed, { does: deed.does, changes: known.map(({ module: { file }, name }) => ({ file, name })) });
  }
  return more;
}

/** In the order of the file, whatever was looked at first. */
function fileCode(m: ModuleState, { imports, definitions, load }: Wanted): Code.FileCode {
  const inOrder = <T>(names: Iterable<string>, of: ReadonlyMap<string, T>): Record<string, T> => {
    const found: Record<string, T> = {};
    for (const name of names) {
      const value = of.get(name);
      if (value !== undefined) found[name] = value;
    }
    return found;
  };
  const declared = [...m.declarations.keys()];
  const others = [...definitions.keys()].filter((name) => !m.declarations.has(name)).sort();
  return {
    file: m.file,
    imports: inOrder([...imports.keys()].sort(), imports),
    definitions: inOrder([...declared, ...others], definitions),
    ...(load.size === 0
      ? {}
      : { load: [...load].sort(([a], [b]) => a.at - b.at).map(([, loading]) => loading) }),
  };
}

function pieceOf(m: ModuleState, name: string): Piece | null {
  const known = piecesOf(m);
  let piece = known.get(name);
  if (piece === undefined) {
    piece = makePiece(m, name);
    known.set(name, piece);
  }
  return piece;
}

function makePiece(m: ModuleState, name: string): Piece | null {
  const stmt = definitionOf(m, name);
  if (stmt === null) return null;
  const names = new Set<string>();
  const definition = copy(stmt, names, namespacesIn(m, stmt)) as Definition;
  return { definition, names: [...names] };
}

/** What a module defines by a name, or has in what it defines: `pools.low`. */
function definitionOf(m: ModuleState, name: string): Stmt | null {
  const [first = "", ...path] = name.split(".");
  const declaration = m.declarations.get(first);
  if (declaration === undefined) return null;
  const stmt = stmtOf(declaration.stmt, declaration.kind === "var" ? declaration.index : null);
  if (path.length === 0) return stmt;
  const { start, end } = stmt;
  const value = path.reduce<Expr>(
    (object, part) => ({ kind: "get", start, end, object, name: part, optional: false }),
    { kind: "identifier", start, end, name: first },
  );
  const target = { kind: "identifier", start, end, name } as const;
  return {
    kind: "var",
    start,
    end,
    constant: true,
    declarators: [{ start, end, target, value, type: null }],
  };
}

/** Whether another value may be given to it. */
function isVariable({ module, name }: { module: ModuleState; name: string }): boolean {
  const declaration = module.declarations.get(name);
  return declaration?.kind === "var" && !declaration.stmt.constant;
}

/** `const digest = { subject: digest.subject }`, where each member is a name of its own. */
function objectOf(name: string, members: readonly string[]): Definition {
  const props = members.map((member) => ({
    kind: "property" as const,
    name: member,
    value: { kind: "identifier" as const, name: `${name}.${member}` },
  }));
  const target = { kind: "identifier" as const, name };
  return {
    kind: "var",
    constant: true,
    declarators: [{ target, value: { kind: "object", props } }],
  } as unknown as Definition;
}

/** `otp.GenServer` for the `GenServer` of `const { GenServer } = otp`, where `otp` stands for all of a module; null for all else. */
function unpackedFrom({ declarations, summary: { imports } }: ModuleState, name: string): string | null {
  const declaration = declarations.get(name);
  if (declaration?.kind !== "var" || !declaration.stmt.constant) return null;
  const { target, value } = declaration.stmt.declarators[declaration.index]!;
  if (target.kind !== "objectPattern" || value?.kind !== "identifier") return null;
  if (!Object.hasOwn(imports, value.name) || imports[value.name]!.name !== "*") return null;
  const part = target.parts.find((each) => each.target.kind === "identifier" && each.target.name === name);
  return part === undefined || part.name === null || part.default !== null
    ? null
    : `${value.name}.${part.name}`;
}

/** A part of a package is another module than the package: `node:timers/promises`. */
function wholeName({ summary: { imports } }: ModuleState, name: string, pkg: string): string {
  const [local = ""] = name.split(".");
  const { module } = imports[local]!;
  return module.startsWith(`${pkg}/`) ? module : pkg;
}

function isImported({ summary: { imports } }: ModuleState, name: string): boolean {
  const [local = ""] = name.split(".");
  return Object.hasOwn(imports, local) && imports[local]!.type === undefined;
}

/** Names that stand for all of a module, where a definition uses them for nothing but to take members. */
function namespacesIn({ summary: { imports } }: ModuleState, stmt: Stmt): ReadonlySet<string> {
  const found = new Set(Object.keys(imports).filter((name) => imports[name]!.name === "*"));
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const one = node as { kind?: unknown; name?: unknown };
    if (one.kind === "identifier") found.delete(String(one.name));
    else if (memberOf(one, found) === null) Object.values(one).forEach(look);
  };
  if (found.size > 0) look(stmt);
  return found;
}

/** `Kinds.every`, where `Kinds` is one of these names. */
function memberOf(node: object, of: ReadonlySet<string>): string | null {
  const { kind, object, name } = node as { kind?: unknown; object?: Record<string, unknown>; name?: unknown };
  const isMember = kind === "get" && object?.kind === "identifier" && of.has(String(object.name));
  return isMember ? `${String(object.name)}.${String(name)}` : null;
}

function namesIn(definition: unknown): readonly string[] {
  const names = new Set<string>();
  copy(definition, names);
  return [...names];
}

/** What a module does while it is loaded, besides what is done when somebody asks for it. */
const deedsOf = keptFor((m: ModuleState): readonly Deed[] =>
  m.summary.body.flatMap((stmt, at): Deed[] => {
    if (stmt.kind === "var")
      return stmt.declarators.flatMap(({ target, value }, n) => {
        const makes = firstOf(target);
        if (makes === null || !doesSomething(value)) return [];
        const names = new Set([makes]);
        copy(value, names, namespacesIn(m, stmt));
        // It is made by then, when nobody has asked for it.
        const does = { kind: "expression", expr: { kind: "identifier", name: makes } };
        return [{ at: at + n / stmt.declarators.length, makes, names: [...names], does }];
      });
    if (DEFINING.has(stmt.kind)) return [];
    const names = new Set<string>();
    const does = copy(stmt, names, namespacesIn(m, stmt)) as Definition;
    return [{ at, makes: null, names: [...names], does }];
  }),
);

/** A variable of a pattern. */
function firstOf(target: Pattern): string | null {
  if (target.kind === "identifier") return target.name;
  if (target.kind !== "objectPattern" && target.kind !== "arrayPattern") return null;
  for (const part of target.parts) {
    const found = part === null ? null : firstOf(part.target);
    if (found !== null) return found;
  }
  return target.rest === null ? null : firstOf(target.rest);
}

/** Whether something is called to make a value, now and not later. */
function doesSomething(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(doesSomething);
  if (typeof node !== "object" || node === null) return false;
  const { kind } = node as { kind?: unknown };
  if (kind === "function") return false;
  if (
    kind === "call" ||
    kind === "new" ||
    kind === "assignment" ||
    kind === "await" ||
    kind === "spread" ||
    kind === "opaque"
  )
    return true;
  return Object.values(node).some(doesSomething);
}

/** The names in a module's statements that define nothing. */
const namedAtLoad = keptFor(
  (m: ModuleState): ReadonlySet<string> =>
    new Set(deedsOf(m).flatMap(({ makes, names }) => (makes === null ? names : []))),
);

/** The variables that statements of a module may change once they are there, such as lists that they fill. */
const alteredIn = keptFor(
  (m: ModuleState): ReadonlySet<string> =>
    new Set([...namedAtLoad(m)].filter((name) => isChangeable(m.declarations.get(name)))),
);

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

const NONE: ReadonlySet<string> = new Set();

/** A member of what stands for all of a module is a name of its own. */
function copy(node: unknown, names: Set<string>, namespaces: ReadonlySet<string> = NONE): unknown {
  if (Array.isArray(node)) return node.map((part) => copy(part, names, namespaces));
  if (typeof node !== "object" || node === null) return node;
  const member = namespaces.size === 0 ? null : memberOf(node, namespaces);
  if (member !== null) {
    names.add(member);
    return { kind: "identifier", name: member };
  }
  const copied: Record<string, unknown> = {};
  // Nodes are plain data, which inherits nothing that is listed.
  for (const field in node) {
    const value = (node as Record<string, unknown>)[field];
    if (value === undefined || LEFT_OUT.has(field)) continue;
    copied[field] = copy(value, names, namespaces);
  }
  if (copied.kind === "identifier" && typeof copied.name === "string") names.add(copied.name);
  return copied;
}

/** What a class extends in the end, by its name in a library; `of`: where the class stands. */
interface Base {
  name: string;
  of: At;
  /** The class and those that it extends, as `file#name`. */
  classes: readonly string[];
}

/** Null where that is none of these packages'. What is found of imports is kept. */
function basesIn(world: World, packages: ReadonlySet<string>): (m: ModuleState, name: string) => Base | null {
  const imported = keptFor((_: ModuleState) => new Map<string, ReturnType<Meaning<ModuleState>>>());
  const meaning: Meaning<ModuleState> = (m, name) => {
    const unpacked = unpackedFrom(m, name);
    const definition = unpacked === null ? definitionOf(m, name) : null;
    if (definition !== null) return { module: m, definition };
    const known = imported(m).get(name);
    if (known !== undefined) return known;
    const found = meaningOfImport(m, unpacked ?? name);
    imported(m).set(name, found);
    return found;
  };
  const meaningOfImport: Meaning<ModuleState> = (m, name) => {
    if (!isImported(m, name)) return null;
    const from = world.originOf(m, name);
    if (from === null) return null;
    if ("package" in from) return packages.has(from.package) ? from.name : null;
    return from.module.declarations.has(from.name) ? meaning(from.module, from.name) : null;
  };
  return (m, name) => {
    const cls = classAt(m, name, meaning);
    if (cls === null) return null;
    const { root, classes } = chainOf(cls, meaning);
    return root === null
      ? null
      : {
          name: root,
          of: cls.module.at(cls.class as Class),
          classes: classes.map((each) => `${each.module.file}#${(each.class as Class).name}`),
        };
  };
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
