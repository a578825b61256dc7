/**
 * Fields that begin with a list or an object which the process's code changes without naming the field: through a variable, a
 * helper, `Object.assign`. That shows only when the code is run; it is then run once more, with these fields among the changed.
 */
import type { ProcessCode } from "../dialects/process-code.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { chainOf } from "../evaluate/objects.ts";
import type { Value } from "../evaluate/values.ts";

const MAX_DEPTH = 4;

/** Watches one run for changes of what fields begin with. */
export class AliasedFields {
  /** The fields that are changed so. */
  readonly found = new Set<string>();
  readonly #fieldOf = new WeakMap<object, string>();

  constructor(I: Interpreter) {
    I.journal.written = (target) => {
      // What `init` leaves in them is what the others find.
      if (I.phase === "init") return;
      const field = this.#fieldOf.get(target);
      if (field !== undefined) this.found.add(field);
    };
  }

  /** A field gives what it begins with. */
  gives(field: string, v: Value, depth = 0): void {
    if (depth > MAX_DEPTH || (v.kind !== "list" && v.kind !== "record" && v.kind !== "collection")) return;
    this.#fieldOf.set(v, field);
    const inside =
      v.kind === "record"
        ? [...v.contents.props.values()].map(({ value }) => value)
        : v.contents.items.map(({ value }) => value);
    for (const one of inside) this.gives(field, one, depth + 1);
  }
}

/** Has a run take the fields that another has found for changed. */
export function takeForChanged(I: Interpreter, { self, changedToo }: ProcessCode): void {
  if (self?.cls.kind !== "class" || changedToo === undefined) return;
  const { changed } = chainOf(I, self.cls);
  for (const field of changedToo) changed.add(field);
}
