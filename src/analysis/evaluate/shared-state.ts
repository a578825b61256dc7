/**
 * What functions share and may change between their calls: variables of a function around them, and lists and objects in
 * these. Who looks at one of the functions must not take them for what they were in the beginning.
 */
import type { Interpreter } from "./interpreter.ts";
import { type Changes, type Mutable, maybe } from "./journal.ts";
import type { Cell, ModuleState } from "./scope.ts";
import { nullish } from "./truth.ts";
import {
  type At,
  alternatives,
  choice,
  type Entry,
  type ListContents,
  type RecordContents,
  type Unknown,
  unknown,
  unknownKept,
  type Value,
} from "./values.ts";

/** More than that is not looked through. */
const MAX_VISITED = 5000;

/**
 * Forgets what any of these changes left behind of what these values share. False when none of it was shared: then nothing
 * that was seen is stale.
 */
export function forgetShared(
  I: Interpreter,
  roots: readonly Value[],
  changes: readonly Changes[],
  at: At,
): boolean {
  if (changes.every((one) => one.size === 0)) return false;
  const shared = sharedBy(roots);
  const reason = "it is changed while the program runs";
  const unnamed = unknown(reason, at);
  let stale = false;
  for (const one of changes) {
    for (const [target, after] of one) {
      const module = shared.get(target);
      if (module === undefined) continue;
      stale = true;
      const variable = shared.has(target) ? (target as Cell).declared : undefined;
      const why =
        variable?.target.kind === "identifier" && module !== null
          ? unknownKept(reason, variable.target.name, variable.type, module.at(variable))
          : unnamed;
      I.journal.write(target, either(target.contents, after, why));
    }
  }
  return stale;
}

/** With the modules of those that are variables. */
function sharedBy(roots: readonly Value[]): Map<Mutable | Cell, ModuleState | null> {
  const found = new Map<Mutable | Cell, ModuleState | null>();
  const seen = new Set<object>();
  const open: Value[] = [...roots];
  const cell = (c: Cell, m: ModuleState | null): void => {
    if (found.has(c)) return;
    found.set(c, m);
    open.push(c.contents);
  };
  for (let v = open.pop(); v !== undefined && seen.size < MAX_VISITED; v = open.pop()) {
    if (seen.has(v)) continue;
    seen.add(v);
    if (v.kind === "list" || v.kind === "collection") {
      found.set(v, null);
      for (const item of v.contents.items) open.push(item.value);
    } else if (v.kind === "record") {
      found.set(v, null);
      for (const { value: inner, get } of v.contents.props.values()) open.push(get ?? inner);
    } else if (v.kind === "instance") for (const c of v.fields.values()) cell(c, null);
    else if (v.kind === "choice") open.push(...v.of);
    else if (v.kind === "function") {
      // A module's own variables are the module's matter.
      for (let s = v.scope; s.parent !== null && !seen.has(s); s = s.parent) {
        seen.add(s);
        for (const c of s.vars.values()) cell(c, s.module);
        if (s.self !== null) open.push(s.self);
      }
    }
  }
  return found;
}

/** What something is that may have been changed meanwhile. */
function either(before: Mutable["contents"], after: Mutable["contents"], why: Unknown): Mutable["contents"] {
  if ("items" in before && "items" in after) {
    const stays = new Set(after.items);
    const items = before.items.map((item) => (stays.has(item) ? item : maybe(item)));
    const known = new Set(before.items);
    for (const item of after.items)
      if (!known.has(item) && item.value.kind === "term") items.push(maybe(item));
    return { items, open: why } satisfies ListContents;
  }
  if ("props" in before && "props" in after) {
    const props = new Map<string, Entry>(before.props);
    for (const [n, entry] of after.props) {
      const known = before.props.get(n);
      if (known === entry) continue;
      props.set(n, {
        value: known === undefined ? entry.value : oneOf(known.value, entry.value, why),
        at: entry.at,
        maybe: known?.maybe ?? true,
      });
    }
    for (const [n, entry] of before.props) if (!after.props.has(n)) props.set(n, { ...entry, maybe: true });
    return { props, open: after.open ?? before.open } satisfies RecordContents;
  }
  if ("items" in before || "props" in before || "items" in after || "props" in after) return before;
  return oneOf(before, after, why);
}

/** Processes stay known: one of those, or none. */
function oneOf(before: Value, after: Value, why: Unknown): Value {
  const all = [...alternatives(before), ...alternatives(after)];
  const processes =
    all.some((v) => v.kind === "term") && all.every((v) => v.kind === "term" || nullish(v) === true);
  return processes ? choice(before, after, why) : why;
}
