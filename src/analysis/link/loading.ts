/**
 * What modules do while they are loaded, by which what others define is changed: `register("ping", handler)` fills a table.
 * Who runs definitions alone has to do that first, in the order in which the modules are loaded.
 */
import type * as Code from "../../model/code.ts";
import { keptFor } from "../../model/index.ts";
import type { Declaration, ModuleState } from "../evaluate/scope.ts";
import type { World } from "../evaluate/world.ts";

/** Something that a module does by itself: what has a name is made when somebody asks for it, or by then. */
export interface Deed {
  /** Where it is in the body, and the variable that it makes. */
  at: number;
  makes: string | null;
  /** The names in it. */
  names: readonly string[];
  does: Code.Definition;
}

/** How names and definitions of a module are asked for. */
export interface Naming {
  /** The names in a definition; null where it is not known. */
  namesOf(m: ModuleState, name: string): readonly string[] | null;
  /** What a module does, in its order. */
  deedsOf(m: ModuleState): readonly Deed[];
  /** Whether statements of its own module may change a variable. */
  isAltered(m: ModuleState, name: string): boolean;
  /** Whether a class is a process: its code runs later. */
  isProcess(m: ModuleState, name: string): boolean;
  isTest(file: string): boolean;
}

/** A definition, by the same object wherever it is met. */
export interface Named {
  module: ModuleState;
  name: string;
}

export interface Loading {
  /** What changes something that is wanted. */
  deeds: { module: ModuleState; deed: Deed; changes: readonly Named[] }[];
  /** Of these nobody knows what they are when the program runs. */
  lost: readonly Named[];
  /** Modules in the order in which they are loaded, as far as that matters. */
  order: readonly ModuleState[];
}

const NOTHING: Loading = { deeds: [], lost: [], order: [] };

/** The modules that a module imports, in its order. */
function importedBy(world: World, m: ModuleState): ModuleState[] {
  const found: ModuleState[] = [];
  for (const specifier of m.summary.specifiers) {
    const to = world.resolution(m, specifier);
    const target = to !== null && "file" in to ? world.modules.get(to.file) : undefined;
    if (target !== undefined) found.push(target);
  }
  return found;
}

/** Those with which loading begins go before those that they import, though these may be asked for first. */
function begunByFirst(world: World, modules: ReadonlySet<ModuleState>): Set<ModuleState> {
  const inOrder = [...modules].sort((a, b) => (a.file < b.file ? -1 : 1));
  const imported = new Set(inOrder.flatMap((m) => importedBy(world, m)));
  return inOrderOfLoading(world, [...inOrder.filter((m) => !imported.has(m)), ...inOrder]);
}

/** Modules and all that they import, in the order in which they are loaded. */
function inOrderOfLoading(world: World, modules: Iterable<ModuleState>): Set<ModuleState> {
  const done = new Set<ModuleState>();
  const begun = new Set<ModuleState>();
  // Imports may go deeper than calls can.
  const open: { m: ModuleState; left: ModuleState[] }[] = [];
  const enter = (m: ModuleState): void => {
    if (begun.has(m)) return;
    begun.add(m);
    open.push({ m, left: importedBy(world, m).reverse() });
  };
  for (const each of modules) {
    enter(each);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.left.pop();
      if (next !== undefined) enter(next);
      else {
        open.pop();
        done.add(top.m);
      }
    }
  }
  return done;
}

class Reach {
  readonly #world: World;
  readonly #naming: Naming;
  readonly #known = keptFor((_: ModuleState) => new Map<string, Named>());
  readonly #to = new Map<Named, readonly Named[]>();
  readonly #from = new Map<Named, Named[]>();

  constructor(world: World, naming: Naming) {
    this.#world = world;
    this.#naming = naming;
  }

  named(module: ModuleState, name: string): Named {
    const known = this.#known(module);
    let found = known.get(name);
    if (found === undefined) {
      found = { module, name };
      known.set(name, found);
    }
    return found;
  }

  /** What a definition names, or what an imported name stands for. */
  #next({ module, name }: Named): readonly Named[] {
    if (module.declarations.has(name))
      return this.#naming.isProcess(module, name)
        ? []
        : (this.#naming.namesOf(module, name) ?? []).map((each) => this.named(module, each));
    const from = this.#world.originOf(module, name);
    if (from !== null) return "module" in from ? [this.named(from.module, from.name)] : [];
    const all = this.#world.originsOf(module, name);
    return all === null ? [] : [...all.values()].map((each) => this.named(each.module, each.name));
  }

  /** Everything that is got to from here is known from now on. */
  explore(from: readonly Named[]): void {
    const todo = [...from];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (this.#to.has(next)) continue;
      const to = this.#next(next);
      this.#to.set(next, to);
      for (const each of to) {
        const before = this.#from.get(each);
        if (before === undefined) this.#from.set(each, [next]);
        else before.push(next);
        todo.push(each);
      }
    }
  }

  /** Of these all from which some of those are got to. */
  leadingTo(these: Iterable<Named>): Set<Named> {
    const found = new Set(these);
    for (const each of found) for (const before of this.#from.get(each) ?? []) found.add(before);
    return found;
  }

  /** What is got to from here by what is among these. */
  within(from: readonly Named[], these: ReadonlySet<Named>): Set<Named> {
    const found = new Set(from.filter((each) => these.has(each)));
    for (const each of found) for (const to of this.#to.get(each) ?? []) if (these.has(to)) found.add(to);
    return found;
  }
}

/**
 * What is done while a program is loaded that has these definitions. `begins`: modules that are surely loaded with it, besides
 * those of the definitions.
 */
export function loadingOf(
  world: World,
  wanted: ReadonlyMap<ModuleState, { definitions: ReadonlyMap<string, unknown> }>,
  begins: Iterable<ModuleState>,
  naming: Naming,
): Loading {
  const reach = new Reach(world, naming);
  const changeable = new Set<Named>();
  for (const [m, { definitions }] of wanted)
    for (const name of definitions.keys()) {
      const declaration = m.declarations.get(name);
      if (declaration === undefined || naming.isProcess(m, name)) continue;
      if (isChanged(m, name, declaration) || naming.isAltered(m, name) || world.meddled(m, name) !== null)
        changeable.add(reach.named(m, name));
    }
  if (changeable.size === 0) return NOTHING;
  const loaded = inOrderOfLoading(world, [...begins, ...wanted.keys()]);
  const others = new Others(world, new Set([...changeable].map(({ module }) => module)), loaded, naming);
  const order = [...begunByFirst(world, new Set([...loaded, ...others.modules]))];
  const all = order.map((module) => ({
    module,
    deeds: naming.deedsOf(module).map((deed) => ({
      deed,
      from: deed.names.filter((name) => name !== deed.makes).map((name) => reach.named(module, name)),
    })),
  }));
  for (const { deeds } of all) for (const { from } of deeds) reach.explore(from);
  const leading = reach.leadingTo(changeable);
  const found: Loading["deeds"] = [];
  const byOthers = new Map<Named, Set<ModuleState>>();
  for (const { module, deeds } of all)
    for (const { deed, from } of deeds) {
      const changes = [...reach.within(from, leading)].filter((each) => changeable.has(each));
      if (changes.length === 0) continue;
      found.push({ module, deed, changes });
      if (loaded.has(module)) continue;
      for (const each of changes) {
        const by = byOthers.get(each) ?? new Set();
        byOthers.set(each, by);
        for (const entry of others.entriesOf(module)) by.add(entry);
      }
    }
  const programs = others.above(processesIn(wanted, naming));
  // Programs of which only one runs; or nobody knows who loads it.
  const lost = [...byOthers].filter(([, by]) => by.size !== 1 || [...by].some((each) => !programs.has(each)));
  return { deeds: found, lost: lost.map(([each]) => each), order };
}

/** The modules of the processes among these definitions. */
function* processesIn(
  wanted: ReadonlyMap<ModuleState, { definitions: ReadonlyMap<string, unknown> }>,
  { isProcess }: Naming,
): Generator<ModuleState> {
  for (const [m, { definitions }] of wanted)
    if ([...definitions.keys()].some((name) => isProcess(m, name))) yield m;
}

/** The modules that import some of these, and what imports those, where nothing says that they are loaded. */
class Others {
  readonly modules = new Set<ModuleState>();
  readonly #importers = new Map<ModuleState, ModuleState[]>();

  constructor(world: World, of: ReadonlySet<ModuleState>, loaded: ReadonlySet<ModuleState>, naming: Naming) {
    for (const m of world.modules.values()) {
      if (naming.isTest(m.file)) continue;
      for (const to of importedBy(world, m)) {
        const before = this.#importers.get(to);
        if (before === undefined) this.#importers.set(to, [m]);
        else before.push(m);
      }
    }
    for (const m of this.above(of)) if (!of.has(m) && !loaded.has(m)) this.modules.add(m);
  }

  /** These, what imports them, and so on. */
  above(of: Iterable<ModuleState>): Set<ModuleState> {
    const all = new Set(of);
    for (const m of all) for (const each of this.#importers.get(m) ?? []) all.add(each);
    return all;
  }

  /** The modules with which programs begin that load this one. */
  entriesOf(m: ModuleState): ModuleState[] {
    return [...this.above([m])].filter((each) => !this.#importers.has(each));
  }
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
