/** Where names are found while code is interpreted. */

/** What a module defines and imports, and the language's own. */
export interface Outside {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

interface Variable {
  value: unknown;
  constant: boolean;
}

/** The value of a variable that is not declared yet. */
const NONE = Symbol("not declared yet");

export class Scope {
  readonly #variables = new Map<string, Variable>();
  readonly #parent: Scope | null;
  readonly #outside: Outside | null;
  /** The parameters, of which variables of the body that have their names have the values. */
  #shadows: Scope | null = null;
  /** Whether a function begins here, and it is an async generator. */
  later: boolean | null = null;
  /** What a function that begins here is called with. */
  given: readonly unknown[] | null = null;
  /** Gives back what is declared here with `using`. */
  readonly owned: (() => unknown)[] = [];

  constructor(parent: Scope | null, outside: Outside | null = null) {
    this.#parent = parent;
    this.#outside = outside;
  }

  declare(name: string, value: unknown, constant = false): void {
    const known = this.#variables.get(name);
    // Functions that were made before have it from now on.
    if (known?.value === NONE) Object.assign(known, { value, constant });
    else this.#variables.set(name, { value, constant });
  }

  /** A variable will be declared. */
  announce(name: string): void {
    this.#variables.set(name, { value: NONE, constant: false });
  }

  /** A variable of the whole function, which may be there already. */
  hoist(name: string): void {
    if (this.#variables.has(name)) return;
    const outer = this.#shadows === null ? undefined : this.#shadows.#variables.get(name);
    this.#variables.set(name, { value: outer?.value, constant: false });
  }

  /** The variables of a body whose parameters are computed, which see none of them. */
  inside(): Scope {
    const body = new Scope(this);
    body.#shadows = this;
    return body;
  }

  get(name: string): unknown {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      const found = scope.#variables.get(name);
      if (found !== undefined) {
        if (found.value === NONE) throw notYet(name);
        return found.value;
      }
      if (scope.#outside !== null) return name === "arguments" ? this.#arguments() : scope.#outside.get(name);
    }
    throw new ReferenceError(`${name} is not defined`);
  }

  set(name: string, value: unknown): void {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      const found = scope.#variables.get(name);
      if (found === undefined) {
        if (scope.#outside === null) continue;
        scope.#outside.set(name, value);
      } else if (found.value === NONE) throw notYet(name);
      else if (found.constant) throw new TypeError("Assignment to constant variable.");
      else found.value = value;
      return;
    }
    throw new ReferenceError(`${name} is not defined`);
  }

  /** What the function around was called with. */
  #arguments(): readonly unknown[] {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent)
      if (scope.given !== null) return [...scope.given];
    throw new ReferenceError("arguments is not defined");
  }

  /** Whether what is returned here is waited for. */
  get returnsLater(): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent)
      if (scope.later !== null) return scope.later;
    return false;
  }

  /** For the next turn of a loop: the same variables, each anew. */
  copy(): Scope {
    const next = new Scope(this.#parent, this.#outside);
    for (const [name, { value, constant }] of this.#variables) next.declare(name, value, constant);
    return next;
  }
}

const notYet = (name: string): ReferenceError =>
  new ReferenceError(`Cannot access '${name}' before initialization`);
