/** Turns measurements into rows with verdicts, and rows into text. */

import type { Measurement, Workload } from "./workloads.ts";
import {
  OBSERVER_LIMIT,
  ROWS,
  type Row,
  ratio,
  SUPERVISION_LIMIT,
  type Target,
  WORKLOADS,
} from "./workloads.ts";

/** Medians: contestant → workload → measurement. */
export type Results = ReadonlyMap<string, ReadonlyMap<Workload, Measurement>>;

export interface Verdict {
  text: string;
  /** Null when there is nothing to compare with. */
  pass: boolean | null;
}

export interface RowResult {
  title: string;
  unit: Row["unit"];
  values: Map<string, number>;
  verdicts: Verdict[];
}

export const OURS = "suptree";
export const FLOOR = "floor";
/** With an observer of everything, and with one of supervision only. */
export const OBSERVED = "suptree+observer";
export const SUPERVISED = "suptree+supervision";

export function evaluate(results: Results): RowResult[] {
  return ROWS.map((row) => {
    const values = new Map<string, number>();
    for (const [name, of] of results) {
      if (name === OBSERVED || name === SUPERVISED) continue;
      const value = row.pick((workload) => of.get(workload));
      if (value !== undefined) values.set(name, value);
    }
    return {
      title: row.title,
      unit: row.unit,
      values,
      verdicts: row.targets.map((target) => judge(target, values, row)),
    };
  });
}

function judge(target: Target, values: ReadonlyMap<string, number>, row: Row): Verdict {
  const ours = values.get(OURS);
  switch (target.kind) {
    case "most": {
      const unit = row.pick === undefined || row.id === "cast-growth" ? "x" : row.unit;
      return {
        text: `${ours === undefined ? "?" : figure(ours)}, at most ${target.most} ${unit}`,
        pass: ours === undefined ? null : ours <= target.most,
      };
    }
    case "times": {
      const times = ratio(ours, values.get(target.than));
      return {
        text: `${times === undefined ? "?" : times.toFixed(2)} x ${target.than}, at most ${target.times} x`,
        pass: times === undefined ? null : times <= target.times,
      };
    }
    case "fastest": {
      if (ours === undefined) return { text: "ahead of every peer", pass: null };
      const ahead = [...values].filter(([name, value]) => name !== OURS && name !== FLOOR && value <= ours);
      return {
        text: ahead.length === 0 ? "ahead of every peer" : `behind ${ahead.map(([name]) => name).join(", ")}`,
        pass: ahead.length === 0,
      };
    }
  }
}

/** What an attached observer costs, per workload. */
export function observerCost(
  results: Results,
): { title: string; of: string; ours: number; observed: number; limit: number; pass: boolean }[] {
  return WORKLOADS.flatMap(({ id, title }) =>
    [
      { name: OBSERVED, of: "everything", limit: OBSERVER_LIMIT },
      { name: SUPERVISED, of: "supervision", limit: SUPERVISION_LIMIT },
    ].flatMap(({ name, of, limit }) => {
      // Only what is not itself supervision must be free of its observer.
      if (name === SUPERVISED && !id.startsWith("call") && !id.startsWith("cast")) return [];
      const ours = results.get(OURS)?.get(id)?.us;
      const observed = results.get(name)?.get(id)?.us;
      if (ours === undefined || observed === undefined) return [];
      return [{ title, of, ours, observed, limit, pass: observed / ours <= limit }];
    }),
  );
}

export function render(results: Results, contestants: readonly string[]): string {
  const shown = contestants.filter((name) => name !== OBSERVED && name !== SUPERVISED && results.has(name));
  const header = ["", ...shown, "target"];
  const lines = evaluate(results).map((row) => [
    `${row.title} (${row.title.includes("over") ? "x" : row.unit})`,
    ...shown.map((name) => {
      const value = row.values.get(name);
      if (value === undefined) return "–";
      const floor = row.values.get(FLOOR);
      const times = name === FLOOR || row.title.includes("over") ? undefined : ratio(value, floor);
      return times !== undefined && times < 1e4 && floor! > 1e-3
        ? `${figure(value)} (${times.toFixed(times < 10 ? 2 : 0)}x)`
        : figure(value);
    }),
    row.verdicts.map(verdict).join("; "),
  ]);
  const observed = observerCost(results).map(({ title, of, ours, observed, limit, pass }) => [
    title,
    of,
    figure(ours),
    `${figure(observed)} (${(observed / ours).toFixed(2)}x)`,
    verdict({ text: `at most ${limit} x`, pass }),
  ]);
  const parts = [grid([header, ...lines])];
  if (observed.length > 0) {
    parts.push(
      "",
      "With an observer attached:",
      "",
      grid([["", "observer of", OURS, "observed", "target"], ...observed]),
    );
  }
  return parts.join("\n");
}

function verdict({ text, pass }: Verdict): string {
  return `${pass === null ? "·" : pass ? "✓" : "✗"} ${text}`;
}

/** Three significant digits, without an exponent. */
function figure(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  if (value >= 1) return value.toFixed(2);
  return value < 0.0005 ? "0" : value.toFixed(3);
}

function grid(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column === row.length - 1
            ? cell.padEnd(widths[column]!)
            : cell.padStart(widths[column]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
