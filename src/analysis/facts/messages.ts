/** Messages as callbacks are given them, and what code says of times, names and types. */
import type { Formula } from "../../model/index.ts";
import { formulaOf } from "../evaluate/formula.ts";
import { type At, type Entry, type Rec, record, type Value } from "../evaluate/values.ts";

export function messageOf(fields: Record<string, Value>, at: At): Rec {
  return record(
    new Map(Object.entries(fields).map(([n, v]): [string, Entry] => [n, { value: v, at, maybe: false }])),
    at,
  );
}

/** The registered name that a target is given by. */
export function nameOfTarget(v: Value): string | null {
  return nameIn(formulaOf(v)) ?? textOf(v);
}

function nameIn(formula: Formula | null): string | null {
  if (formula?.is === "registered") return formula.name;
  return formula?.is === "value" && typeof formula.value === "string" ? formula.value : null;
}

export function numberOf(v: Value | undefined): number | null {
  return v?.kind === "literal" && typeof v.value === "number" ? v.value : null;
}

/** The name that a value is, or is a constant for. */
export function textOf(v: Value): string | null {
  const name = v.kind === "term" && v.tag === "name" ? v.data.name : v;
  return name?.kind === "literal" && typeof name.value === "string" ? name.value : null;
}

/** The text by which its receiver tells a message apart. */
export function typeOf(v: Value): string | null {
  const type = v.kind === "record" ? v.contents.props.get("type")?.value : undefined;
  return type?.kind === "literal" && typeof type.value === "string" ? type.value : null;
}
