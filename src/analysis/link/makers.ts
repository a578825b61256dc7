/**
 * Which functions may start something when they are called: those of files that use a library, and those of files that import
 * such functions, a few steps far. Of each module it is asked once for each number of steps, however many ways lead to it.
 */
import type { Memo } from "../evaluate/memo.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { Cls, Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { ImportRef } from "../ir.ts";

const MAX_WRAPPERS = 4;

export class Makers {
  readonly #world: World;
  readonly #memos = new Map<string, Memo<boolean>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether an import leads to a function of a file that uses a dialect, so that calling it may start something. */
  isMaker(m: ModuleState, ref: ImportRef, depth = 0, asBase = false): boolean {
    if (ref.type === true) return false;
    // Where it leads to nothing yet, a new file may change that.
    const v = this.#world.imported(m, ref);
    const to = this.#world.resolution(m, ref.module);
    return to !== null && "file" in to && this.makes(v, depth, asBase);
  }

  /** `asBase`: whether classes count, to which a class that extends them comes. */
  makes(v: Value, depth: number, asBase = false): boolean {
    if (depth > MAX_WRAPPERS) return false;
    if (v.kind === "record")
      return [...v.contents.props.values()].some(({ value }) => this.makes(value, depth + 1));
    if (v.kind === "external") return this.#world.knows(v.pkg);
    if (v.kind === "namespace")
      return this.#once(v.module, `namespace ${depth}`, () => this.#namespaceMakes(v.module, depth));
    if (v.kind !== "function" && (v.kind !== "class" || !(asBase || mayStart(v)))) return false;
    const { module } = v.scope;
    return this.#once(module, `function ${depth}`, () => this.#functionsMake(module, depth));
  }

  #namespaceMakes(m: ModuleState, depth: number): boolean {
    return (
      Object.keys(m.summary.exports).some((name) => {
        const inner = this.#world.exportOf(m, name);
        return inner !== null && this.makes(inner, depth + 1);
      }) || m.summary.stars.some((module) => this.isMaker(m, { module, name: "*" }, depth + 1))
    );
  }

  #functionsMake(m: ModuleState, depth: number): boolean {
    if (m.summary.specifiers.some((specifier) => this.#world.knows(specifier))) return true;
    // A function around such a function.
    if (depth === MAX_WRAPPERS) return false;
    return (
      Object.values(m.summary.imports).some(
        (ref) => !this.#world.knows(ref.module) && this.isMaker(m, ref, depth + 1),
      ) || requiredIn(m).some((module) => this.isMaker(m, { module, name: "*" }, depth + 1))
    );
  }

  #once({ file }: ModuleState, question: string, answer: () => boolean): boolean {
    const { deps } = this.#world;
    const key = `${file}\0${question}`;
    const known = this.#memos.get(key);
    if (known !== undefined) {
      deps.reuse(known);
      return known.value;
    }
    const memo = deps.compute(
      () => {
        deps.touch(file);
        return answer();
      },
      () => this.#memos.delete(key),
    );
    this.#memos.set(key, memo);
    return memo.value;
  }
}

/** Whether calls of a class's functions, or of what it makes, may start something: a process does when it is started itself. */
const mayStart = ({ class: { base, members } }: Cls): boolean =>
  base === null || members.some(({ kind, static: isStatic }) => kind === "method" && isStatic);

/** The modules that a file names other than in its imports: `require("./maker")`. */
export function requiredIn({ summary }: ModuleState): string[] {
  const imported = new Set(Object.values(summary.imports).map(({ module }) => module));
  return summary.specifiers.filter((specifier) => !imported.has(specifier));
}
