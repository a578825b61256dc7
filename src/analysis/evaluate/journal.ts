/**
 * Remembers what an execution changes, so that a branch whose condition is not known can be run, undone and
 * merged with the other branch.
 */
import {
  type Card,
  choice,
  type Item,
  type ListContents,
  type RecordContents,
  type Unknown,
  type Value,
} from "./values.ts";

/** Anything with replaceable contents: a variable, a list, an object. */
export interface Mutable {
  contents: Value | ListContents | RecordContents;
}

export type Changes = Map<Mutable, Mutable["contents"]>;

/** Longer lists that a program puts together are not followed. */
const MAX_ITEMS = 20_000;

export class Journal {
  #current: Changes | null = null;
  /** How many branches are being tried in each other. */
  level = 0;
  /** What the running definition has changed. */
  readonly #touched = new Set<Mutable>();
  /** Why the running definition is not followed any more. */
  #broken: Unknown | null = null;

  /** A definition has ended. */
  settle(): void {
    this.#touched.clear();
    this.#broken = null;
  }

  /** The definition is not followed to its end: nothing that it has changed is known as a whole. */
  interrupt(why: Unknown): void {
    this.#broken = why;
    for (const target of [...this.#touched]) this.#open(target, why);
  }

  #open(target: Mutable, why: Unknown): void {
    const { contents: c } = target;
    if (isList(c)) this.write<Mutable>(target, { items: c.items, open: c.open ?? why });
    else if (isRecord(c)) this.write<Mutable>(target, { ...c, open: c.open ?? why });
    else this.write<Mutable>(target, why);
  }

  /** Called with what is written to. */
  written: ((target: Mutable) => void) | null = null;

  write<M extends Mutable>(target: M, contents: M["contents"]): void {
    if (isList(contents) && contents.items.length > MAX_ITEMS && isList(target.contents)) {
      const why: Unknown = { kind: "unknown", why: "too many elements", at: contents.items[0]!.at };
      this.write<Mutable>(target, { items: [], open: why });
      return;
    }
    if (this.#current !== null && !this.#current.has(target)) this.#current.set(target, target.contents);
    target.contents = contents;
    this.#touched.add(target);
    this.written?.(target);
  }

  /** Runs `body`, undoes what it changed, and returns that and its result. */
  branch<T>(body: () => T): [changes: Changes, result: T] {
    const outer = this.#current;
    const own: Changes = new Map();
    this.#current = own;
    this.level++;
    let result: T;
    try {
      result = body();
    } finally {
      this.level--;
      this.#current = outer;
      for (const [target, before] of own) {
        const after = target.contents;
        target.contents = before;
        own.set(target, after);
      }
    }
    // Also where this branch is dropped.
    if (this.#broken !== null) for (const target of own.keys()) this.#open(target, this.#broken);
    return [own, result];
  }

  apply(changes: Changes): void {
    for (const [target, contents] of changes) this.write(target, contents);
  }

  /** The state after one of two branches, it is not known which. */
  merge(a: Changes, b: Changes, why: Unknown): void {
    for (const target of new Set([...a.keys(), ...b.keys()])) {
      const before = target.contents;
      this.write(target, mergeContents(before, a.get(target) ?? before, b.get(target) ?? before, why));
    }
  }

  /** The state after a loop that runs an unknown number of times; `changes` is what one turn does. */
  repeat(changes: Changes, count: number | null, why: Unknown): void {
    for (const [target, after] of changes) {
      const before = target.contents;
      if (isList(before) && isList(after)) {
        const added = appended(before, after);
        this.write(
          target,
          added === null
            ? { items: [], open: why }
            : { items: [...before.items, ...added.map((item) => many(item, count))], open: after.open },
        );
      } else if (isRecord(before) && isRecord(after)) this.write(target, afterTurns(before, after, why));
      else this.write(target, why);
    }
  }
}

/** An object after a loop that changes it: what a turn assigns has no known value. */
function afterTurns(before: RecordContents, after: RecordContents, why: Unknown): RecordContents {
  const props = new Map(before.props);
  for (const [name, entry] of after.props) {
    const known = before.props.get(name);
    if (known !== entry)
      props.set(name, { value: why, at: entry.at, maybe: known === undefined || known.maybe });
  }
  for (const [name, entry] of before.props)
    if (!after.props.has(name)) props.set(name, { ...entry, maybe: true });
  return { ...after, props };
}

/** What something that a turn of a loop changes is in any of the turns. */
export function inAnyTurn(
  before: Mutable["contents"],
  after: Mutable["contents"],
  why: Unknown,
): Mutable["contents"] {
  if (isRecord(before) && isRecord(after)) return afterTurns(before, after, why);
  if (isList(before) && isList(after))
    return appended(before, after) === null ? { items: [], open: why } : before;
  return why;
}

function many(item: Item, count: number | null): Item {
  const both = count !== null && item.card === "one" ? count : null;
  return { ...item, card: "many", count: both };
}

function isList(c: Mutable["contents"]): c is ListContents {
  return "items" in c;
}

function isRecord(c: Mutable["contents"]): c is RecordContents {
  return "props" in c;
}

/** The elements that were added at the end, null when something else happened to the list. */
function appended(before: ListContents, after: ListContents): readonly Item[] | null {
  for (let i = 0; i < before.items.length; i++) if (before.items[i] !== after.items[i]) return null;
  return after.items.slice(before.items.length);
}

/** The elements of one of two lists: those that are in both are there; null when both have them in another order. */
function inEither(a: readonly Item[], b: readonly Item[]): readonly Item[] | null {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const rest = b.slice(head, b.length - tail);
  const place = new Map(rest.map((item, i) => [item, i]));
  if (place.size < rest.length) return null;
  const merged = a.slice(0, head);
  let next = 0;
  for (const item of a.slice(head, a.length - tail)) {
    const i = place.get(item);
    if (i === undefined) merged.push(maybe(item));
    else {
      if (i < next) return null;
      for (const other of rest.slice(next, i)) merged.push(maybe(other));
      merged.push(item);
      next = i + 1;
    }
  }
  for (const other of rest.slice(next)) merged.push(maybe(other));
  merged.push(...a.slice(a.length - tail));
  return merged;
}

export function maybe(item: Item): Item {
  const card: Card = item.card === "many" ? "many" : "maybe";
  return { ...item, card, count: null };
}

function mergeContents(
  before: Mutable["contents"],
  a: Mutable["contents"],
  b: Mutable["contents"],
  why: Unknown,
): Mutable["contents"] {
  if (a === b) return a;
  if (isList(before) && isList(a) && isList(b)) {
    const items = inEither(a.items, b.items);
    return items === null ? { items: [], open: why } : { items, open: a.open ?? b.open };
  }
  if (isRecord(before) && isRecord(a) && isRecord(b)) {
    const props = new Map(a.props);
    for (const [name, entry] of b.props) {
      const other = props.get(name);
      if (other === undefined) props.set(name, { ...entry, maybe: true });
      else if (other !== entry) {
        props.set(name, {
          value: choice(other.value, entry.value, why),
          at: entry.at,
          maybe: other.maybe || entry.maybe,
        });
      }
    }
    for (const [name, entry] of a.props) if (!b.props.has(name)) props.set(name, { ...entry, maybe: true });
    const among = new Set([...(a.among ?? []), ...(b.among ?? [])]);
    return { props, open: a.open ?? b.open, ...(among.size > 0 ? { among: [...among] } : {}) };
  }
  if (isList(a) || isRecord(a) || isList(b) || isRecord(b)) return before;
  return choice(a, b, why);
}
