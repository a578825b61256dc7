/** Functions that a process's code keeps somewhere: somebody calls them, some time. */
import type { Interpreter } from "../evaluate/interpreter.ts";
import { runDetached } from "../evaluate/unread-calls.ts";
import type { Fn, Value } from "../evaluate/values.ts";

/** More functions than that are not tried out. */
const MOST_FUNCTIONS = 100;
const MAX_DEPTH = 3;

export class KeptFunctions {
  readonly #functions = new Set<Fn>();

  /** Notes the functions in a value. */
  keep(v: Value, depth = 0): void {
    if (v.kind === "function") this.#functions.add(v);
    else if (depth < MAX_DEPTH) for (const inner of partsOf(v)) this.keep(inner, depth + 1);
  }

  /** Runs those that nothing has called so far. */
  run(I: Interpreter): void {
    for (const fn of [...this.#functions].slice(0, MOST_FUNCTIONS))
      if (!I.called.has(fn.func)) I.journal.branch(() => runDetached(I, fn));
  }
}

/** What is in an object or in a list. */
function partsOf(v: Value): readonly Value[] {
  if (v.kind === "record") return [...v.contents.props.values()].map((entry) => entry.value);
  return v.kind === "list" || v.kind === "collection" ? v.contents.items.map((item) => item.value) : [];
}
