/** A pid in a property of the object that a field holds, which changes with time: `this.state.leader = message.pid`. */
import { PART } from "../containers.ts";
import type { DeclaredField } from "../dialects/process-code.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import { alternatives } from "../evaluate/values.ts";
import type { Func } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import { setIn } from "./kept-places.ts";

/** Looks into the declared types of fields. */
export interface PartTypes {
  isPid(module: ModuleState, name: string): boolean;
  shape(module: ModuleState, name: string): { module: ModuleState; names: readonly string[] } | null;
}

/** The properties that are declared as pids, that are set after `init`, and through which somebody is used later. */
export function keptInParts(
  types: PartTypes,
  field: DeclaredField,
  { uses }: ProcessDraft,
  calledLater: ReadonlySet<Func>,
): string[] {
  const used = new Set<string>();
  for (const { phase, target } of uses)
    for (const v of phase === "init" ? [] : alternatives(target))
      if (v.kind === "symbol" && v.root === "field" && v.name === field.name) used.add(v.path.join("."));
  if (used.size === 0) return [];
  const isSet = (name: string): boolean =>
    [...calledLater].some((func) => setIn(func).has(name.slice(name.lastIndexOf(".") + 1)));
  return declaredParts(types, field.module ?? field.at.module, field.types).filter(
    (name) => used.has(name) && isSet(name),
  );
}

/** The properties in a type, and those in them, that are declared as pids: `leader`, `connection.peer`. */
export function declaredParts(
  types: PartTypes,
  m: ModuleState,
  names: readonly string[],
  depth = 0,
): string[] {
  const found: string[] = [];
  let part: string | null = null;
  for (const name of names) {
    if (name.startsWith(PART)) part = name.slice(PART.length);
    else if (part !== null) {
      if (types.isPid(m, name)) found.push(part);
      const inner = depth < 4 ? types.shape(m, name) : null;
      if (inner !== null)
        found.push(
          ...declaredParts(types, inner.module, inner.names, depth + 1).map((inside) => `${part}.${inside}`),
        );
    } else if (depth < 4) {
      const inner = types.shape(m, name);
      if (inner !== null) found.push(...declaredParts(types, inner.module, inner.names, depth + 1));
    }
  }
  return found;
}
