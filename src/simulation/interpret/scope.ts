/** Where names are found while code is interpreted. */

/** What a module defines and imports, and the language's own. */
export interface Outside {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

interface Variable {
  value: unknown;
}

export class Scope {
  readonly #variables = new Map<string, Variable>();
  readonly #parent: Scope | null;
  readonly #outside: Outside | null;

  constructor(parent: Scope | null, outside: Outside | null = null) {
    this.#parent = parent;
    this.#outside = outside;
  }

  declare(name: string, value: unknown): void {
    this.#variables.set(name, { value });
  }

  get(name: string): unknown {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      const found = scope.#variables.get(name);
      if (found !== undefined) return found.value;
      if (scope.#outside !== null) return scope.#outside.get(name);
    }
    throw new ReferenceError(`${name} is not defined`);
  }

  set(name: string, value: unknown): void {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      const found = scope.#variables.get(name);
      if (found === undefined) {
        if (scope.#outside === null) continue;
        scope.#outside.set(name, value);
      } else found.value = value;
      return;
    }
    throw new ReferenceError(`${name} is not defined`);
  }

  /** For the next turn of a loop: the same variables, each anew. */
  copy(): Scope {
    const next = new Scope(this.#parent, this.#outside);
    for (const [name, { value }] of this.#variables) next.declare(name, value);
    return next;
  }
}
