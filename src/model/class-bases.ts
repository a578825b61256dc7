/** What a class extends, also where a function makes that: mixins, and classes that are made from a table. */
import type { Class, Expr, Func, NodeExtras, Stmt } from "./code.ts";

type Code = Expr<NodeExtras>;

/** A class where it stands, with what the functions around it were given. `M`: how modules are known. */
export interface PlacedClass<M> {
  module: M;
  class: Class<NodeExtras>;
  given: Given<M>;
}

type Given<M> = ReadonlyMap<string, Place<M>>;

interface Place<M> {
  module: M;
  code: Code;
  given: Given<M>;
}

/** What a name of a module means: a definition of the program, or something of a library by its name there. */
export type Meaning<M> = (
  module: M,
  name: string,
) => { module: M; definition: Stmt<NodeExtras> } | string | null;

/** Classes and functions within one another; more is a circle. */
const DEEPEST = 16;

const NOTHING: Given<never> = new Map();

/** The class that a name of a module stands for, also where a function makes it; null for what is none. */
export function classAt<M>(module: M, name: string, meaning: Meaning<M>): PlacedClass<M> | null {
  const found = new Finder(meaning).find({ module, code: { kind: "identifier", name }, given: NOTHING });
  return typeof found === "string" ? null : found;
}

/** A class and those that it extends, and the name of the library's class in the end; null where that is none. */
export function chainOf<M>(
  first: PlacedClass<M>,
  meaning: Meaning<M>,
): { classes: PlacedClass<M>[]; root: string | null } {
  const classes = [first];
  for (let last = first; classes.length <= DEEPEST; ) {
    if (last.class.base === null) return { classes, root: null };
    const { module, given } = last;
    const base = new Finder(meaning).find({ module, code: last.class.base, given });
    if (base === null || typeof base === "string") return { classes, root: base };
    classes.push(base);
    last = base;
  }
  return { classes, root: null };
}

class Finder<M> {
  readonly #meaning: Meaning<M>;
  #steps = 0;

  constructor(meaning: Meaning<M>) {
    this.#meaning = meaning;
  }

  find(at: Place<M>): PlacedClass<M> | string | null {
    if (this.#steps++ > DEEPEST) return null;
    const { module, code, given } = at;
    if (code.kind === "class") return { module, class: code.class, given };
    if (code.kind === "identifier") return this.#named(at, code.name);
    // A member of what stands for all of a module.
    if (code.kind === "get" && code.object.kind === "identifier" && !given.has(code.object.name))
      return this.#named(at, `${code.object.name}.${code.name}`);
    if (code.kind !== "call") return null;
    const made = this.#function(at, code.callee);
    if (made === null) return null;
    const inside = new Map(made.given);
    for (const [n, { target }] of made.func.params.entries()) {
      const arg = code.args[n];
      if (target.kind === "identifier" && arg !== undefined)
        inside.set(target.name, { module, code: arg, given });
    }
    return this.#returned(made.func, made.module, inside);
  }

  #named({ module, given }: Place<M>, name: string): PlacedClass<M> | string | null {
    const argument = given.get(name);
    if (argument !== undefined) return this.find(argument);
    const found = this.#meaning(module, name);
    if (found === null || typeof found === "string") return found;
    const { definition } = found;
    if (definition.kind === "classDeclaration")
      return { module: found.module, class: definition.class, given: NOTHING };
    const value = constantIn(definition);
    return value === null ? null : this.find({ module: found.module, code: value, given: NOTHING });
  }

  #function(
    { module, given }: Place<M>,
    callee: Code,
  ): { func: Func<NodeExtras>; module: M; given: Given<M> } | null {
    if (callee.kind === "function") return { func: callee.func, module, given };
    if (callee.kind !== "identifier") return null;
    const found = this.#meaning(module, callee.name);
    if (found === null || typeof found === "string") return null;
    const { definition } = found;
    if (definition.kind === "functionDeclaration")
      return { func: definition.func, module: found.module, given: NOTHING };
    const value = constantIn(definition);
    return value?.kind === "function" ? { func: value.func, module: found.module, given: NOTHING } : null;
  }

  /** What a function returns in the end. */
  #returned({ body }: Func<NodeExtras>, module: M, given: Given<M>): PlacedClass<M> | string | null {
    if (!Array.isArray(body)) return this.find({ module, code: body, given });
    const last = body.at(-1);
    if (last?.kind !== "return" || last.value === null) return null;
    const { value } = last;
    for (const stmt of body) {
      if (value.kind !== "identifier") break;
      if (stmt.kind === "classDeclaration" && stmt.class.name === value.name)
        return { module, class: stmt.class, given };
      const own = stmt.kind === "var" && namesOf(stmt).includes(value.name) ? constantIn(stmt) : null;
      if (own !== null) return this.find({ module, code: own, given });
    }
    return this.find({ module, code: value, given });
  }
}

const namesOf = ({ declarators }: Stmt<NodeExtras> & { kind: "var" }): string[] =>
  declarators.flatMap(({ target }) => (target.kind === "identifier" ? [target.name] : []));

/** The value of a constant that is declared alone. */
function constantIn(definition: Stmt<NodeExtras>): Code | null {
  if (definition.kind !== "var" || !definition.constant || definition.declarators.length !== 1) return null;
  return definition.declarators[0]?.value ?? null;
}
