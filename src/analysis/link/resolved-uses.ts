import type { Edge, ProcessFacts } from "../../model/index.ts";

/** What the uses of a process come to when all processes are known. */
export interface ResolvedUses {
  edges: Edge[];
  /** Those that lead to nobody who is known. */
  unresolved: ProcessFacts["unresolved"];
  /** Those by which it ends itself. */
  stopsItself: ProcessFacts["stopsItself"];
}

export const NO_USES: ResolvedUses = { edges: [], unresolved: [], stopsItself: [] };

/** The facts of a process together with what its uses say. */
export function withUses<F extends ProcessFacts | null>(
  facts: F,
  { unresolved, stopsItself }: ResolvedUses,
): F {
  if (facts === null || (unresolved.length === 0 && stopsItself.length === 0)) return facts;
  return { ...facts, unresolved, stopsItself: [...facts.stopsItself, ...stopsItself] };
}
