/**
 * What every single failure does to everybody, found by letting it happen. A tree that comes back to the state that it booted
 * into takes the next fault; where it does not, another is booted. Children that nothing tells apart fail alike.
 */
import type { CrashMatrix, CrashRow, TreeModel } from "../model/index.ts";
import { alike } from "./alike.ts";
import { CrashRows, type Simulating } from "./crash-rows.ts";
import type { SimulationOptions } from "./simulation.ts";
import type { Placed } from "./targets.ts";

export interface MatrixOptions
  extends Omit<SimulationOptions, "observer" | "guard" | "real" | "absent" | "program" | "reshaped">,
    Simulating {
  fault?: "crash" | "kill";
  /** Rows at most (default 2000). Of many children of one kind only the first is made to fail. */
  maxRows?: number;
  /** Boots a tree for every row, and tries everything in each: what the shorter ways must agree with. */
  thorough?: boolean;
  onProgress?: (done: number) => void;
  /** Gets what is known before the first fault, without rows. */
  onBoot?: (matrix: CrashMatrix) => void;
  /** Gets every row as it comes. */
  onRow?: (row: CrashRow) => void;
  /** True gives up; what was found so far is returned. */
  stop?: () => boolean;
}

/** Effects at most, over all rows: a thousand that all restart a thousand are a million. */
const MOST_EFFECTS = 400_000;

/** @throws PlanError when the model has no such root. */
export async function crashMatrix(
  model: TreeModel,
  root: string | null,
  options: MatrixOptions = {},
): Promise<CrashMatrix> {
  const { fault = "crash", maxRows = 2000, thorough = false } = options;
  const { onProgress, onBoot, onRow, stop } = options;
  const crashes = await CrashRows.of(model, root, options);
  const { all } = crashes;
  const kindsOfPlace = firstOfEach(all);
  const chosen = kindsOfPlace.slice(0, maxRows);
  const matrix: CrashMatrix = {
    root: root ?? "",
    seed: options.seed ?? 1,
    processes: all.map(({ path, key, kind }) => ({ path, key, kind })),
    rows: [],
    failedBoots: crashes.boots.flatMap(({ label, state, reason }) =>
      state === "running" ? [] : [{ label, reason: reason ?? "its start never ends" }],
    ),
    alike: all.length - kindsOfPlace.length,
    omitted: kindsOfPlace.length,
    assumptions: options.simulate === undefined ? crashes.assumptions : [],
  };
  onBoot?.({ ...matrix });
  const kinds = thorough || options.simulate !== undefined ? null : alike(crashes.plan);
  const rowOf = new Map<string, CrashRow>();
  const places = new Map(all.map(({ path }, place) => [path, place]));
  let effects = 0;
  for (const placed of chosen) {
    if (stop?.() === true || effects > MOST_EFFECTS) break;
    const kind = `${placed.parent}\n${kinds?.get(placed.key)}`;
    const known = kinds?.has(placed.key) === true ? rowOf.get(kind) : undefined;
    const row = known === undefined ? await crashes.row(placed, fault) : rowLike(known, placed, places);
    if (known === undefined) rowOf.set(kind, row);
    matrix.rows.push(row);
    effects += row.effects.length;
    onRow?.(row);
    onProgress?.(matrix.rows.length / chosen.length);
  }
  const assumptions = options.simulate === undefined ? crashes.assumptions : [];
  return { ...matrix, omitted: kindsOfPlace.length - matrix.rows.length, assumptions };
}

/** Of many that are started at one place in the code, the first. */
function firstOfEach(all: readonly Placed[]): Placed[] {
  const chosen: Placed[] = [];
  const seen = new Set<string>();
  for (const placed of all) {
    const kind = `${placed.parent ?? ""}\n${placed.key === "" ? placed.path : placed.key}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    chosen.push(placed);
  }
  return chosen;
}

/** The row of a child that is like another whose row is known: they change places. */
function rowLike(row: CrashRow, { path, key }: Placed, places: ReadonlyMap<string, number>): CrashRow {
  const swap = (each: string) => (each === row.path ? path : each === path ? row.path : each);
  const placeOf = (each: string) => places.get(each) ?? 0;
  return {
    ...row,
    path,
    key,
    effects: row.effects
      .map(({ path: each, effect }) => ({ path: swap(each), effect }))
      .sort((a, b) => placeOf(a.path) - placeOf(b.path)),
    blast: row.blast.map(swap).sort((a, b) => placeOf(a) - placeOf(b)),
  };
}
