/** References in a state that goes from callback to callback: it is no field, and is copied to change it. */
import { STATE } from "../dialects/process-code.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { type At, alternatives, type Term, type Value } from "../evaluate/values.ts";
import type { Func } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";

export const isPid = (v: Value): v is Term => v.kind === "term" && (v.tag === "proc" || v.tag === "lookup");

/** What the process has got itself, keeps in a property of its state, and uses from there. */
export function keptInState(
  { fields, uses }: ProcessDraft,
  called: ReadonlyMap<Func, ModuleState>,
): { name: string; at: At }[] {
  const used = new Set(
    uses
      .flatMap(({ target }) => alternatives(target))
      .map((v) => (v.kind === "symbol" && v.name === STATE ? v.path[0] : undefined)),
  );
  return (fields.get(STATE) ?? []).flatMap(alternatives).flatMap((v) =>
    v.kind !== "record"
      ? []
      : [...v.contents.props].flatMap(([n, { value }]) =>
          alternatives(value)
            .filter(isPid)
            .filter((one) => used.has(n) && isGotBy(called, one))
            .map(({ at }) => ({ name: `${STATE}.${n}`, at })),
        ),
  );
}

/** Objects and lists; and what was computed of what was there before. */
const WHOLE: ReadonlySet<Value["kind"]> = new Set(["record", "list", "collection", "unknown"]);

/** Whether these functions have looked for it, or started it: what was there before is an argument. */
function isGotBy(called: ReadonlyMap<Func, ModuleState>, { at, tag }: Term): boolean {
  return (
    tag === "lookup" ||
    [...called].some(([func, module]) => module === at.module && func.start <= at.start && at.end <= func.end)
  );
}

/** What a field holds, or a property of the state. What is in objects and lists of a state is found under its elements. */
export function heldIn(field: string, fields: ProcessDraft["fields"]): readonly Value[] {
  const values = fields.get(field) ?? [];
  const [whole, name, ...deeper] = field.split(".");
  if (whole !== STATE || field.endsWith(ELEMENT)) return values;
  const holds = (fields.get(STATE) ?? []).flatMap(alternatives);
  const parts =
    name === undefined
      ? holds
      : holds.flatMap((v) => (v.kind === "record" ? (v.contents.props.get(name)?.value ?? []) : []));
  return [...(name === undefined ? [] : values), ...(deeper.length > 0 ? [] : parts)]
    .flatMap(alternatives)
    .filter(({ kind }) => !WHOLE.has(kind));
}
