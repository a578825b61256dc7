/** How bad the crashes of a matrix are, and which of them are alike. */
import { type CrashRow, placeAbove } from "../../model/index.ts";

/** Crashes of one kind: all that differs is who of them fails. */
export interface RowGroup {
  /** The first of them, in start order. */
  row: CrashRow;
  rows: CrashRow[];
}

/**
 * The worst first: the whole tree ends, somebody never comes back, a supervisor gives up, others are stopped for good or
 * left without the one they call, others are restarted. The first difference decides.
 */
function harm(row: CrashRow): number[] {
  const count = (...effects: string[]) => row.effects.filter(({ effect }) => effects.includes(effect)).length;
  return [
    row.treeEnded ? 1 : 0,
    row.recovered ? 0 : 1,
    row.escalated.length,
    count("lost", "stopped"),
    count("blocked"),
    row.blast.length,
  ];
}

function worse(a: CrashRow, b: CrashRow): number {
  const [left, right] = [harm(a), harm(b)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? 0 : right[at]! - left[at]!;
}

/** Rows that say the same are one; sorted by harm, else as the tree starts them. */
export function groupRows(rows: readonly CrashRow[], byHarm: boolean): RowGroup[] {
  const groups = new Map<string, RowGroup>();
  for (const row of rows) {
    const key = sameness(row);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { row, rows: [row] });
    else known.rows.push(row);
  }
  const all = [...groups.values()];
  // The sort is stable: equally bad ones stay in start order.
  return byHarm ? all.sort((a, b) => worse(a.row, b.row)) : all;
}

/** Siblings whose crash stops the same ones, themselves included, ends alike. */
function sameness(row: CrashRow): string {
  const parent = placeAbove(row.path);
  const others = row.effects
    .filter(({ path }) => path !== row.path)
    .map(({ path, effect }) => `${path}\n${effect === "restarted" && row.recovered ? "hit" : effect}`);
  // Who fails is hit as those are that are restarted with it; alone it is nobody in particular.
  const self = others.length === 0 ? "itself" : `${row.path}\n${row.recovered ? "hit" : "fails"}`;
  const budget = row.budget.map(({ path, used }) => `${path} ${used}`);
  return JSON.stringify([
    parent,
    row.fault,
    [...others, self].sort(),
    budget,
    row.escalated,
    row.recovered,
    row.treeEnded,
  ]);
}
