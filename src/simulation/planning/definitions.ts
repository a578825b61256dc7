/** What a model defines, asked by key, by name and by place in the source. */
import {
  addUnder,
  type Child,
  type Edge,
  type Location,
  type Supervisor,
  samePlace,
  type TreeModel,
} from "../../model/index.ts";

export class Definitions {
  readonly #model: TreeModel;
  readonly #supervisors: ReadonlyMap<string, Supervisor>;
  /** Keys of supervisors by those of the children that they are. */
  readonly #asChild = new Map<string, string>();
  readonly #edgesFrom = new Map<string, Edge[]>();
  /** The names that each process takes, with `*` for what is computed. */
  readonly #namesOf = new Map<string, readonly string[]>();
  /** Those of all processes of the program. */
  readonly #names: readonly string[];

  constructor(model: TreeModel) {
    this.#model = model;
    this.#supervisors = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
    for (const { key, startName } of model.supervisors)
      if (startName !== undefined) this.#namesOf.set(key, [startName]);
    for (const { children } of model.supervisors)
      for (const { key, supervisor, name, process } of children) {
        const names = [...(name === null ? [] : [name]), ...(process?.registers ?? [])];
        this.#namesOf.set(key, names);
        if (supervisor === null) continue;
        this.#asChild.set(key, supervisor);
        this.#namesOf.set(supervisor, names);
      }
    for (const { key, process } of model.orphans) this.#namesOf.set(key, process?.registers ?? []);
    this.#names = [
      ...model.supervisors.flatMap(({ process }) => process?.registers ?? []),
      ...[...this.#namesOf.values()].flat(),
    ];
    for (const edge of model.edges) addUnder(this.#edgesFrom, edge.from, edge);
  }

  supervisor(key: string): Supervisor | undefined {
    return this.#supervisors.get(key);
  }

  /** The key of the supervisor that a child is; that of whatever is no such child is its own. */
  keyOf(child: string): string {
    return this.#asChild.get(child) ?? child;
  }

  edgesFrom(key: string): readonly Edge[] {
    return this.#edgesFrom.get(key) ?? [];
  }

  /** The keys of whatever is started under a supervisor, with its own. */
  treeOf(key: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(key)) return found;
    found.add(key);
    for (const child of this.#supervisors.get(key)?.children ?? []) {
      found.add(child.key);
      if (child.supervisor !== null) this.treeOf(child.supervisor, found);
    }
    return found;
  }

  /** Whether some process of the program takes this name, as far as its names are known. */
  isTaken(name: string): boolean {
    return this.#names.some((pattern) => matches(pattern, name));
  }

  /** The name that a process takes, where that is known. */
  nameOf(key: string): string | null {
    return (this.#namesOf.get(key) ?? []).find((name) => !name.includes("*")) ?? null;
  }

  isCalled(key: string, name: string): boolean {
    return (this.#namesOf.get(key) ?? []).some((pattern) => matches(pattern, name));
  }

  /** The child, of those that are started at run time, that is started at the place of an edge. */
  childAt({ to, location }: Edge, id?: string): string | undefined {
    const inside = ({ file, line, column }: Child["location"]) =>
      file === location.file &&
      (line > location.line || (line === location.line && column >= location.column)) &&
      (line < location.endLine || (line === location.endLine && column <= location.endColumn));
    return this.#supervisors
      .get(this.keyOf(to))
      ?.children.find(
        (child) => child.dynamic && inside(child.location) && (id === undefined || child.id === id),
      )?.key;
  }

  /** Those who are started, and whoever else is at the same place in the code: each by an id of its own. */
  ofOnePlace(started: ReadonlySet<string>): ReadonlySet<string> {
    const all = new Set(started);
    for (const { children } of this.#model.supervisors) {
      const known = children.filter(({ key }) => started.has(key));
      for (const child of known.length === 0 ? [] : children)
        if (child.dynamic && known.some(({ location }) => samePlace(location, child.location)))
          all.add(child.key);
    }
    return all;
  }

  /** The process outside any tree that is started at a place. */
  orphanAt(place: Location): string | null {
    return this.#model.orphans.find(({ location }) => samePlace(location, place))?.key ?? null;
  }
}

/** Whether a name fits a pattern with `*`. */
function matches(pattern: string, name: string): boolean {
  const [before = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  const after = rest.at(-1) ?? "";
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}
