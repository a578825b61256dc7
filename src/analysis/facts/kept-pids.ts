/** Which fields of a process keep the pids of others. */
import { CONTAINERS } from "../containers.ts";
import type { Dialect, ProcessCode } from "../dialects/dialect.ts";
import { locationOf } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { type At, alternatives, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";

/** What its code reads fields for. */
export interface Reads {
  /** Fields that hold from one callback to another what they are read for. */
  readonly readAcross: ReadonlySet<string>;
  /** Fields whose processes are asked whether they are alive. */
  readonly askedAlive: ReadonlySet<string>;
}

/**
 * Fields that keep other processes' pids: by their declared type, or by what is assigned. One that is set anew before each
 * use keeps nothing.
 */
export function keptPids(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  draft: ProcessDraft,
  { readAcross, askedAlive }: Reads,
): void {
  const { keepsPids } = draft.facts;
  const note = (field: string, at: At, many: boolean): void => {
    if ((!many && !readAcross.has(field)) || askedAlive.has(field)) return;
    if (keepsPids.some((kept) => kept.field === field)) return;
    keepsPids.push({ field, location: locationOf(at), ...(many ? { many } : {}) });
  };
  for (const field of code.fields) {
    const many = field.types.some((name) => CONTAINERS.has(name));
    if (field.changed && field.types.some((name) => isPidType(world, dialects, field.at, name)))
      note(field.name, field.at, many);
  }
  for (const [field, values] of draft.fields) {
    const name = field.endsWith(ELEMENT) ? field.slice(0, -ELEMENT.length) : field;
    for (const value of values) {
      for (const v of alternatives(value)) {
        const many = name !== field || v.kind === "list" || v.kind === "collection";
        for (const one of contents(v))
          if (one.kind === "term" && (one.tag === "proc" || one.tag === "lookup")) note(name, one.at, many);
      }
    }
  }
}

/** A value, or what is in a list or a map. */
function contents(v: Value): readonly Value[] {
  if (v.kind !== "list" && v.kind !== "collection") return [v];
  return v.contents.items.flatMap((item) =>
    v.kind === "collection" && item.value.kind === "list"
      ? item.value.contents.items.map((x) => x.value)
      : [item.value],
  );
}

function isPidType(world: World, dialects: readonly Dialect[], at: At, name: string): boolean {
  const { imports } = at.module.summary;
  if (!Object.hasOwn(imports, name)) return false;
  const { module: m, name: n } = imports[name]!;
  const to = world.imported(at.module, { module: m, name: n });
  if (to.kind !== "external") return false;
  return dialects.some((d) => d.packages.includes(to.pkg) && d.pidTypes?.has(to.path.at(-1) ?? "") === true);
}
