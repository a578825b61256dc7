/** From the value of a list of child specs to drafts, one per element. */

import type { Cardinality } from "../../model/index.ts";
import type { CallSite } from "../evaluate/interpreter.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { At } from "../evaluate/values.ts";
import {
  type Card,
  type Item,
  type Unknown as UnknownValue,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { ChildDraft } from "../link/unresolved-definitions.ts";
import { Fields, reasonOf } from "./fields.ts";

/** A child of which nothing is known yet. */
export function blankChild(at: At, fields: Fields): ChildDraft {
  return {
    id: null,
    type: null,
    restart: null,
    shutdown: null,
    significant: null,
    code: { symbol: null, at: null, key: null, type: null },
    args: null,
    cardinality: "one",
    count: null,
    dynamic: false,
    name: null,
    at,
    defaults: fields.defaults,
    unknown: fields.unknown,
  };
}

/** What stands in the place of a spec is not a record: every field is unknown for that reason. */
export function noteNoSpec(v: Value, at: At, fields: Fields): void {
  const why = v.kind === "unknown" ? v : unknown(reasonOf(v), at);
  for (const field of ["id", "start", "restart", "shutdown", "type", "significant"])
    fields.because(field, why, at);
}

export type ReadChild = (v: Value, at: At, many: boolean) => ChildDraft;

export interface ReadList {
  children: ChildDraft[];
  /** The array literal, if there is one. */
  literal: At | null;
  /** Why there may be more children than these. */
  open: UnknownValue | null;
}

/** `read` makes one draft from the value of one element. */
export function readChildren(v: Value, at: At, read: ReadChild): ReadList {
  if (v.kind === "choice") {
    const isNone = (a: Value): boolean => a.kind === "literal" && typeof a.value !== "string";
    const parts = v.of.filter((a) => !isNone(a)).map((a) => readChildren(a, at, read));
    const lists = parts.map((part) => part.children);
    if (v.of.some(isNone)) lists.push([]);
    const children = oneOfLists(lists, v.why);
    return {
      children,
      literal: parts.length === 1 ? (parts[0]?.literal ?? null) : null,
      open: parts.find((part) => part.open !== null)?.open ?? null,
    };
  }
  if (v.kind !== "list") {
    const open = v.kind === "unknown" ? v : unknown(reasonOf(v), at);
    return { children: [], literal: null, open };
  }
  const children: ChildDraft[] = [];
  const { items, open } = v.contents;
  const made = new Map<number, number>();
  for (const { at: place } of items)
    if (place.module === at.module) made.set(place.start, (made.get(place.start) ?? 0) + 1);
  for (const item of items) {
    const isItsOwn = item.at.module === at.module && made.get(item.at.start) === 1;
    readItem(isItsOwn ? item : { ...item, at: idPlace(item, at) }, read, children);
  }
  return { children, literal: v.literal === true ? v.at : null, open };
}

/** The children of one of several lists, it is not known which: those that are in all of them are there. */
function oneOfLists(lists: ChildDraft[][], why: UnknownValue): ChildDraft[] {
  let merged: { child: ChildDraft; times: number }[] = [];
  for (const list of lists) {
    const places = list.map((child) => merged.findIndex((known) => isSameChild(known.child, child)));
    const met = places.filter((place) => place >= 0);
    // In another order, or two of a kind: then which is which is not known.
    if (met.some((place, i) => i > 0 && place <= met[i - 1]!)) {
      merged.push(...list.map((child) => ({ child, times: 1 })));
      continue;
    }
    const next: typeof merged = [];
    let from = 0;
    list.forEach((child, i) => {
      const place = places[i]!;
      if (place < 0) next.push({ child, times: 1 });
      else {
        next.push(...merged.slice(from, place));
        const known = merged[place]!;
        next.push({ child: eitherChild(known.child, child, why), times: known.times + 1 });
        from = place + 1;
      }
    });
    merged = [...next, ...merged.slice(from)];
  }
  for (const { child, times } of merged)
    if (times < lists.length && child.cardinality === "one") child.cardinality = "maybe";
  return merged.map(({ child }) => child);
}

function isSameChild(a: ChildDraft, b: ChildDraft): boolean {
  return (
    a.id !== null &&
    a.id === b.id &&
    a.cardinality === b.cardinality &&
    a.count === b.count &&
    a.code.key === b.code.key &&
    a.code.symbol === b.code.symbol &&
    a.code.symbol !== null &&
    a.name?.name === b.name?.name
  );
}

/** One child that is written in two ways. */
function eitherChild(a: ChildDraft, b: ChildDraft, why: UnknownValue): ChildDraft {
  const child = {
    ...a,
    unknown: [...a.unknown],
    defaults: a.defaults.filter((field) => b.defaults.includes(field)),
  };
  const differ = (field: string): void => {
    if (child.unknown.every((u) => u.field !== field))
      child.unknown.push({ field, reason: why.why, location: locationOf(why.at) });
  };
  for (const u of b.unknown)
    if (child.unknown.every((known) => known.field !== u.field)) child.unknown.push(u);
  if (a.restart !== b.restart) {
    child.restart = null;
    differ("restart");
  }
  if (a.shutdown !== b.shutdown) {
    child.shutdown = null;
    differ("shutdown");
  }
  if (a.startTimeout !== b.startTimeout) {
    child.startTimeout = null;
    differ("startTimeout");
  }
  if (a.type !== b.type) {
    child.type = null;
    differ("type");
  }
  if (a.significant !== b.significant) {
    child.significant = null;
    differ("significant");
  }
  const same = (x: Value, y: Value | undefined): boolean =>
    x === y || (x.kind === "literal" && y?.kind === "literal" && x.value === y.value);
  if (a.args?.length !== b.args?.length || a.args?.every((x, i) => same(x, b.args?.[i])) !== true)
    child.args = null;
  return child;
}

function readItem(item: Item, read: ReadChild, into: ChildDraft[]): void {
  if (item.value.kind !== "choice") {
    // `false` and the like stand for a child that is left out.
    if (item.value.kind === "literal" && typeof item.value.value !== "string") return;
    into.push(placed(read(item.value, item.at, item.card === "many"), item.card, item.count));
    return;
  }
  const specs = item.value.of.filter((v) => !(v.kind === "literal" && typeof v.value !== "string"));
  for (const v of specs) {
    const at = v.kind === "record" && v.at.module === item.at.module ? v.at : item.at;
    into.push(placed(read(v, at, item.card === "many"), item.card === "many" ? "many" : "maybe", null));
  }
}

/** Where specs are made of specs, as by `specs.map((spec) => ({ ...spec, shutdown: 1 }))`, each stands where it was given its id. */
function idPlace({ value, at }: Item, list: At): At {
  const id = value.kind === "record" ? Fields.raw(value, "id") : null;
  return id !== null && id.at.module === list.module ? id.at : at;
}

function placed(child: ChildDraft, card: Card, count: number | null): ChildDraft {
  child.cardinality = card satisfies Cardinality;
  child.count = card === "many" ? count : null;
  return child;
}

/** The id of a child: known, a pattern for one of many, or unknown with a reason. */
export function readId(
  v: Value,
  at: At,
  many: boolean,
  note: (field: string, reason: string, at: At) => void,
): string | null {
  if (v.kind === "literal" && (typeof v.value === "string" || typeof v.value === "number"))
    return String(v.value);
  if (v.kind === "text" && many) return v.parts.map((part) => part ?? "*").join("");
  if (v.kind === "choice" && v.of.every((a) => a.kind === "literal")) {
    note("id", v.why.why, at);
    return null;
  }
  note("id", reasonOf(v), v.kind === "unknown" ? v.at : at);
  return null;
}

/** For `ChildDraft.idAt`, of a child that a call makes: the argument that names it. */
export function argumentAt({ expr, at }: CallSite, position: number): Pick<ChildDraft, "idAt"> {
  if (expr.kind !== "call" || expr.args.slice(0, position).some(({ kind }) => kind === "spread")) return {};
  const name = expr.args[position];
  return name === undefined ? {} : { idAt: at.module.at(name) };
}

/** For `ChildDraft.idAt`: an id that stands in a helper, or in what is spread into the spec, is not the child's alone. */
export function idWithin(id: At | null, child: At): Pick<ChildDraft, "idAt"> {
  return id !== null && id.module === child.module && child.start <= id.start && id.end <= child.end
    ? { idAt: id }
    : {};
}

export function openUnknown(open: UnknownValue): {
  field: string;
  reason: string;
  location: ReturnType<typeof locationOf>;
} {
  return { field: "children", reason: open.why, location: locationOf(open.at) };
}
