/** How statements end, and what is done then. */
import type { NodeExtras, Stmt } from "../../model/code.ts";
import type { Return } from "./generators.ts";
import { get } from "./properties.ts";

type Statement = Stmt<NodeExtras>;

/** A jump to something that has a label. */
export class Jump {
  readonly word: "break" | "continue";
  readonly label: string;
  constructor(word: Jump["word"], label: string) {
    this.word = word;
    this.label = label;
  }
}

/** How a statement ends, where that is not by its end. */
export type Completion = "break" | "continue" | Jump | Return | null;

export const isFor = ({ label }: Jump, { labels }: Statement): boolean => labels?.includes(label) === true;

/** With what a loop ends after a turn; undefined where it goes on. */
export function leaves(completion: Completion, loop: Statement): Completion | undefined {
  if (completion === "break") return null;
  if (completion === null || completion === "continue") return undefined;
  return completion instanceof Jump && completion.word === "continue" && isFor(completion, loop)
    ? undefined
    : completion;
}

/** What gives a value of `using` back. */
export function releaseOf(value: unknown, when: "now" | "later"): () => unknown {
  if (value === null || value === undefined) return () => (when === "later" ? Promise.resolve() : undefined);
  const later = when === "later" ? get(value, Symbol.asyncDispose) : undefined;
  const method = later ?? get(value, Symbol.dispose);
  if (typeof method !== "function") throw new TypeError("Object not disposable");
  return () => {
    const end: unknown = Reflect.apply(method, value, []);
    return when === "later" ? Promise.resolve(end) : undefined;
  };
}
