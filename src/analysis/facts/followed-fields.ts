/** The fields that a run can follow: data from the beginning, and whatever they are given is computed from such fields. */
import type { Formula } from "../../model/index.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { fieldsOf, formulaOf } from "../evaluate/formula.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { alternatives, type Sym, type Value } from "../evaluate/values.ts";
import type { Expr } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";

/** More than that are not all noted for one field. */
const MOST_VALUES = 15;

export interface Followed {
  /** With what is in them at first. */
  fields: Map<string, Formula>;
  /** Some could be followed if the arguments of the start were known. */
  asksStart: boolean;
}

/** `args`: of the start, as far as they are known. */
export function followedFields(
  I: Interpreter,
  { self }: ProcessCode,
  draft: ProcessDraft,
  args: readonly Value[] | null,
): Followed {
  const found: Followed = { fields: new Map(), asksStart: false };
  const { fields } = found;
  if (self?.cls.kind !== "class" || (draft.facts.unread?.length ?? 0) > 0) return found;
  const { changed, members } = chainOf(I, self.cls);
  const given = (v: Value): Formula | null => formulaOf(v.kind === "symbol" ? givenFor(I, v, args) : v);
  const values = (field: string) => (draft.fields.get(field) ?? []).flatMap(alternatives);
  for (const field of changed) {
    const member = members.get(field)?.member;
    if (member?.kind !== "field" || member.static) continue;
    if ((draft.fields.get(field)?.length ?? 0) > MOST_VALUES) continue;
    const initial = member.value === null ? { is: "undefined" as const } : literalOf(member.value);
    if (initial === null) continue;
    const open = values(field).filter((v) => given(v) === null);
    if (open.length === 0) fields.set(field, initial);
    else if (args === null && open.every((v) => v.kind === "symbol" && v.root === "arg"))
      found.asksStart = true;
  }
  // Who is computed from one that is not followed is not either.
  const computed = (field: string) => values(field).flatMap((v) => fieldsOf(given(v)!));
  for (let more = true; more; ) {
    more = false;
    for (const field of fields.keys())
      if (computed(field).some((other) => !fields.has(other))) more = fields.delete(field);
  }
  return found;
}

/** What the start gives for an argument. */
function givenFor(I: Interpreter, v: Sym, args: readonly Value[] | null): Value {
  let given = v.root === "arg" ? args?.[Number(v.name)] : undefined;
  for (const name of v.path) given = given === undefined ? undefined : property(I, given, name, v.at);
  return given ?? v;
}

/** What a field's initializer is, where that is data. */
function literalOf(x: Expr): Formula | null {
  if (x.kind === "literal")
    return x.value === undefined ? { is: "undefined" } : { is: "value", value: x.value };
  if (
    x.kind === "unary" &&
    x.op === "-" &&
    x.argument.kind === "literal" &&
    typeof x.argument.value === "number"
  )
    return { is: "value", value: -x.argument.value };
  return null;
}
