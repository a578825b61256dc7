import { nameOfTarget } from "../evaluate/conditions.ts";
import { keyOfCall } from "../evaluate/symbolic.ts";
import { alternatives, type Fn, type Value } from "../evaluate/values.ts";
import type { Execution } from "./execution.ts";
import type { ObjectFields } from "./object-fields.ts";

/**
 * A method that is called with the same arguments, as far as they are known, does the same: it is run once in a phase,
 * and where it is called again what it does to the fields is forgotten. In `init`, what it does is followed exactly.
 */
export class MethodResults {
  readonly #execution: Execution;
  readonly #fields: ObjectFields;
  readonly #results = new Map<string, Value>();

  constructor(execution: Execution, fields: ObjectFields) {
    this.#execution = execution;
    this.#fields = fields;
  }

  /** What a call gives; `run` runs it. */
  of(fn: Fn, args: readonly Value[], run: () => Value): Value {
    const { interpreter: I, code, notes } = this.#execution;
    const { self } = code;
    const isMethod = self !== null && fn.self === self && fn.scope.parent === null;
    if (!isMethod || notes.trial !== null || I.phase === "init") return run();
    if (!args.every((v) => v.kind === "unknown" || v.kind === "symbol" || v.kind === "literal")) return run();
    const key = keyOfCall(I, fn, args.map(nameOfTarget));
    const before = this.#results.get(key);
    if (before !== undefined) {
      this.#fields.forgetChanged();
      return before;
    }
    // Whoever has given fields a value sees less than others.
    if (this.#fields.hasValueOfItsOwn(self)) return run();
    const v = run();
    // Lists and objects are made anew each time.
    const made = alternatives(v).some(
      (a) => a.kind === "list" || a.kind === "record" || a.kind === "collection" || a.kind === "instance",
    );
    if (!made) this.#results.set(key, v);
    return v;
  }

  forget(): void {
    this.#results.clear();
  }
}
