/** `import * as parts`: a module as the object that it is. */
import type { Interpreter } from "./interpreter.ts";
import { type At, type Entry, record, type Value } from "./values.ts";

/** A namespace with what its module exports, types apart; anything else as it is, and so is one of which not all is known. */
export function withExports(I: Interpreter, v: Value, at: At): Value {
  if (v.kind !== "namespace") return v;
  const names = I.world.exportNames(v.module);
  if (names === null || !I.charge(names.length)) return v;
  const props = new Map<string, Entry>();
  for (const name of names) {
    const value = I.world.exportOf(v.module, name);
    if (value !== null) props.set(name, { value, at, maybe: false });
  }
  return record(props, at);
}
