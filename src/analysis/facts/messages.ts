/** Messages as callbacks are given them, and what code says of times, names and types. */
import { type Act, type Formula, TELLING } from "../../model/index.ts";
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
  if (v.kind !== "record") return null;
  const by = TELLING.find((name) => v.contents.props.has(name));
  const type = by === undefined ? undefined : v.contents.props.get(by)!.value;
  return type?.kind === "literal" && typeof type.value === "string" ? type.value : null;
}

/** What a callback has done with a message, and what it looked at for that. */
interface Handled {
  /** The callback, and which parts there were. */
  of: string;
  /** Those that were looked at, and what was in them. */
  read: ReadonlyMap<string, string>;
  acts: Act[];
}

/** Messages that are given to callbacks: who does not look at a part of one does the same whatever is in it. */
export class HandledMessages {
  readonly #all: Handled[] = [];

  /** What a callback does with a message of these parts, which `run` finds out. */
  handle(callback: string, parts: Record<string, Value>, at: At, run: (message: Value) => Act[]): Act[] {
    const names = Object.keys(parts);
    const of = `${callback} ${names.join()}`;
    const known = this.#all.find(
      (one) => one.of === of && [...one.read].every(([name, was]) => was === print(parts[name]!)),
    );
    if (known !== undefined) return known.acts;
    const read = new Map<string, string>();
    const entryOf = (name: string): Entry => ({
      get value() {
        const value = parts[name]!;
        if (!read.has(name)) read.set(name, print(value));
        return value;
      },
      at,
      maybe: false,
    });
    const acts = run(record(new Map(names.map((name) => [name, entryOf(name)])), at));
    this.#all.push({ of, read, acts });
    return acts;
  }
}

/** Text that tells what is in parts of messages apart: types, those whom they tell of, reasons. */
function print(v: Value): string {
  if (v.kind === "literal") return `${typeof v.value} ${v.value}`;
  return v.kind === "term" && v.data.name !== undefined ? `${v.tag} ${print(v.data.name)}` : v.kind;
}
