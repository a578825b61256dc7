/** From the value of a list of child specs to drafts, one per element. */

import type { Cardinality } from "../../model/index.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { At } from "../evaluate/values.ts";
import {
  type Card,
  type Item,
  type Unknown as UnknownValue,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { ChildDraft } from "../link/drafts.ts";
import { type Fields, reasonOf } from "./fields.ts";

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
  const why = v.k === "unknown" ? v : unknown(reasonOf(v), at);
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
  if (v.k === "choice") {
    const parts = v.of
      .filter((a) => !(a.k === "lit" && typeof a.v !== "string"))
      .map((a) => readChildren(a, at, read));
    for (const part of parts)
      for (const child of part.children) if (child.cardinality === "one") child.cardinality = "maybe";
    return {
      children: parts.flatMap((part) => part.children),
      literal: parts.length === 1 ? (parts[0]?.literal ?? null) : null,
      open: parts.find((part) => part.open !== null)?.open ?? null,
    };
  }
  if (v.k !== "list") {
    const open = v.k === "unknown" ? v : unknown(reasonOf(v), at);
    return { children: [], literal: null, open };
  }
  const children: ChildDraft[] = [];
  for (const item of v.c.items) readItem(item, read, children);
  return { children, literal: v.literal === true ? v.at : null, open: v.c.open };
}

function readItem(item: Item, read: ReadChild, into: ChildDraft[]): void {
  if (item.v.k !== "choice") {
    // `false` and the like stand for a child that is left out.
    if (item.v.k === "lit" && typeof item.v.v !== "string") return;
    into.push(placed(read(item.v, item.at, item.card === "many"), item.card, item.count));
    return;
  }
  const specs = item.v.of.filter((v) => !(v.k === "lit" && typeof v.v !== "string"));
  for (const v of specs) {
    const at = v.k === "rec" && v.at.m === item.at.m ? v.at : item.at;
    into.push(placed(read(v, at, item.card === "many"), item.card === "many" ? "many" : "maybe", null));
  }
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
  if (v.k === "lit" && (typeof v.v === "string" || typeof v.v === "number")) return String(v.v);
  if (v.k === "text" && many) return v.p.map((part) => part ?? "*").join("");
  if (v.k === "choice" && v.of.every((a) => a.k === "lit")) {
    note("id", v.why.why, at);
    return null;
  }
  note("id", reasonOf(v), v.k === "unknown" ? v.at : at);
  return null;
}

export function openUnknown(open: UnknownValue): {
  field: string;
  reason: string;
  location: ReturnType<typeof locationOf>;
} {
  return { field: "children", reason: open.why, location: locationOf(open.at) };
}
