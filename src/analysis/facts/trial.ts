/** Whether a process does anything with a message: one is given to its `handleInfo`, to see what that changes. */
import { callFunction } from "../evaluate/calls.ts";
import { message } from "../evaluate/conditions.ts";
import { alternatives, type Entry, isLit, lit, record, unknown, type Value } from "../evaluate/values.ts";
import type { Execution } from "./execution.ts";
import type { ObjectFields } from "./object-fields.ts";

/** Whether a message of this type, with these fields, has any effect. */
export function reactsTo(
  execution: Execution,
  objectFields: ObjectFields,
  type: string,
  names: readonly string[],
): boolean {
  const { interpreter: I, code, notes } = execution;
  const { at, self, callbacks } = code;
  const handler = callbacks.find(({ name }) => name === "handleInfo")?.fn;
  if (handler?.kind !== "function") return false;
  const entries = names.map((n): [string, Entry] => [n, { value: message(n, at), at, maybe: false }]);
  const props = new Map<string, Entry>([["type", { value: lit(type), at, maybe: false }], ...entries]);
  // In other libraries a message may look different.
  const own = self?.cls.kind === "class";
  const args: Value[] = [record(props, at, own ? null : message("a message", at))];
  for (const p of handler.func.params.slice(1))
    args.push(unknown("the state", handler.scope.module.at(p.target)));
  I.renew();
  notes.trial = { of: "message", type };
  notes.acts = false;
  I.phase = "later";
  I.held.clear();
  I.fate = "awaited";
  const [changes, v] = I.journal.branch(() => callFunction(I, handler, args, self, at));
  objectFields.forgetChanged();
  notes.trial = null;
  const answers = alternatives(v).some((a) => !isLit(a, undefined) && !isLit(a, null) && !args.includes(a));
  const isChanged = [...changes.keys()].some((target) => !objectFields.isTable(target));
  return notes.acts || isChanged || answers || I.exhausted;
}
