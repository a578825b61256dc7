/** What a class extends, also where a function makes that: mixins, and classes that are made from a table. */
import type { Class, Expr, Func, NodeExtras, Stmt } from "./code.ts";

type Code = Expr<NodeExtras>;
type Get = Code & { kind: "get" };
type Props = (Code & { kind: "object" })["props"];

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
    if (code.kind === "get") return this.#member(at, code);
    if (code.kind !== "call") return null;
    const made = this.#called(at, code);
    return made === null ? null : this.#returned(made.func, made.module, made.given);
  }

  /** A member of an object, of a namespace, of a class, or of what stands for all of a module. */
  #member(at: Place<M>, code: Get): PlacedClass<M> | string | null {
    const place = this.#memberOf(at, code);
    if (place !== null) return this.find(place);
    const { object, name } = code;
    return object.kind === "identifier" && !at.given.has(object.name)
      ? this.#named(at, `${object.name}.${name}`)
      : null;
  }

  #memberOf(at: Place<M>, { object, name }: Get): Place<M> | null {
    const of = this.#object({ ...at, code: object });
    const prop = of?.props.find((each) => each.kind === "property" && each.name === name);
    if (of !== null) return prop?.kind === "property" ? { ...of, code: prop.value } : null;
    const cls = this.find({ ...at, code: object });
    if (cls === null || typeof cls === "string") return null;
    const member = cls.class.members.find((each) => each.static && each.name === name);
    return member === undefined || member.value === null
      ? null
      : { module: cls.module, given: cls.given, code: member.value };
  }

  /** An object, or what a namespace exports. */
  #object(at: Place<M>): { props: Props; module: M; given: Given<M> } | null {
    if (this.#steps++ > DEEPEST) return null;
    const { module, code, given } = at;
    if (code.kind === "object") return { props: code.props, module, given };
    if (code.kind === "get") {
      const place = this.#memberOf(at, code);
      return place === null ? null : this.#object(place);
    }
    if (code.kind === "identifier") {
      const place = given.get(code.name) ?? this.#constant(module, code.name);
      return place === null ? null : this.#object(place);
    }
    const made = code.kind === "call" ? this.#called(at, code) : null;
    if (made === null) return null;
    const { body } = made.func;
    if (!Array.isArray(body)) return this.#object({ ...made, code: body });
    const last = body.at(-1);
    if (last?.kind !== "return" || last.value === null) return null;
    return this.#object({ ...made, code: last.value, given: within(body, made.module, made.given) });
  }

  #constant(module: M, name: string): Place<M> | null {
    const found = this.#meaning(module, name);
    if (found === null || typeof found === "string") return null;
    const value = constantIn(found.definition, name);
    return value === null ? null : { module: found.module, code: value, given: NOTHING };
  }

  #named({ module, given }: Place<M>, name: string): PlacedClass<M> | string | null {
    const argument = given.get(name);
    if (argument !== undefined) return this.find(argument);
    const found = this.#meaning(module, name);
    if (found === null || typeof found === "string") return found;
    const { definition } = found;
    if (definition.kind === "classDeclaration")
      return { module: found.module, class: definition.class, given: NOTHING };
    const value = constantIn(definition, name);
    return value === null ? null : this.find({ module: found.module, code: value, given: NOTHING });
  }

  /** A function, and what it is given. */
  #called(
    { module, given }: Place<M>,
    { callee, args }: Code & { kind: "call" },
  ): { func: Func<NodeExtras>; module: M; given: Given<M> } | null {
    const made = this.#function({ module, given }, callee);
    if (made === null) return null;
    const inside = new Map(made.given);
    for (const [n, { target }] of made.func.params.entries()) {
      const arg = args[n];
      if (target.kind === "identifier" && arg !== undefined)
        inside.set(target.name, { module, code: arg, given });
    }
    return { ...made, given: inside };
  }

  #function(
    { module, given }: Omit<Place<M>, "code">,
    callee: Code,
  ): { func: Func<NodeExtras>; module: M; given: Given<M> } | null {
    if (callee.kind === "function") return { func: callee.func, module, given };
    if (callee.kind !== "identifier") return null;
    const found = this.#meaning(module, callee.name);
    if (found === null || typeof found === "string") return null;
    const { definition } = found;
    if (definition.kind === "functionDeclaration")
      return { func: definition.func, module: found.module, given: NOTHING };
    const value = constantIn(definition, callee.name);
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
      const own =
        stmt.kind === "var" && namesOf(stmt).includes(value.name) ? constantIn(stmt, value.name) : null;
      if (own !== null) return this.find({ module, code: own, given });
    }
    return this.find({ module, code: value, given });
  }
}

/** What the statements around a class call something: classes and constants. */
function within<M>(body: readonly Stmt<NodeExtras>[], module: M, around: Given<M>): Given<M> {
  const given = new Map(around);
  for (const stmt of body) {
    if (stmt.kind === "classDeclaration" && stmt.class.name !== null)
      given.set(stmt.class.name, { module, code: { kind: "class", class: stmt.class }, given });
    for (const name of stmt.kind === "var" ? namesOf(stmt) : []) {
      const value = constantIn(stmt, name);
      if (value !== null) given.set(name, { module, code: value, given });
    }
  }
  return given;
}

const namesOf = ({ declarators }: Stmt<NodeExtras> & { kind: "var" }): string[] =>
  declarators.flatMap(({ target }) => {
    const parts = target.kind === "objectPattern" ? target.parts.map((part) => part.target) : [target];
    return parts.flatMap((each) => (each.kind === "identifier" ? [each.name] : []));
  });

/** The value of a constant that is declared alone; of `const { Low } = pools` the part. */
function constantIn(definition: Stmt<NodeExtras>, name: string): Code | null {
  if (definition.kind !== "var" || !definition.constant) return null;
  const [one, ...others] = definition.declarators;
  if (one === undefined || others.length > 0) return null;
  const { target, value: object } = one;
  if (target.kind !== "objectPattern" || object === null) return object;
  const part = target.parts.find((each) => each.target.kind === "identifier" && each.target.name === name);
  return part === undefined || part.name === null || part.default !== null
    ? null
    : { kind: "get", object, name: part.name, optional: false };
}
