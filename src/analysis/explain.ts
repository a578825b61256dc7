import type { Application, Child, Orphan, Supervisor, TreeModel, Unknown } from "../model/index.ts";

/** What the analysis knows about a place in a file: the innermost definition there first. */
export interface Explanation {
  subject:
    | { kind: "child"; child: Child; supervisor: Supervisor }
    | { kind: "supervisor"; supervisor: Supervisor }
    | { kind: "application"; application: Application }
    | { kind: "orphan"; orphan: Orphan };
  /** Sentences: what is known, what is a default, what is unknown and why. */
  known: string[];
  unknown: Unknown[];
}

/** All that covers the line, innermost first; empty when nothing does. */
export function explain(_model: TreeModel, _file: string, _line: number): Explanation[] {
  return [];
}
