/** Computes crash matrices in sandboxes of their own: it takes long for large trees, and the run goes on meanwhile. */
import { signal } from "@preact/signals";
import type { CrashMatrix, TreeModel } from "../../model/index.ts";
import { DEFAULT_BOUNDS, SandboxClient } from "../../protocol/index.ts";
import { standIns } from "./code.ts";
import { seed, settings } from "./present.ts";

interface Job {
  /** Rejects with a sentence when it cannot be computed, and when the job is cancelled. */
  result: Promise<CrashMatrix>;
  cancel(): void;
}

/** What is crashed: a model with stand-ins, or a program. */
export interface Crashed {
  tree: TreeModel;
  /** The program's bundle; null for stand-ins. */
  code: string | null;
  /** Keys of supervisors of the program that an experiment changes. */
  asInModel: readonly string[];
}

/** `onProgress` gets the part done, from 0 to 1; `onRows` the rows so far. */
function computeMatrix(
  { tree, code, asInModel }: Crashed,
  root: string | null,
  onProgress: (done: number) => void,
  onRows: (matrix: CrashMatrix) => void,
): Job {
  let known: CrashMatrix | null = null;
  const client = new SandboxClient({
    document,
    code,
    onEvent: (event) => {
      if (event.type === "progress") onProgress(event.done);
      if (event.type !== "rows") return;
      known = event.begins ?? known;
      if (known === null) return;
      const rows = [...known.rows, ...event.rows];
      known = { ...known, rows, omitted: known.processes.length - known.alike - rows.length };
      onRows(known);
    },
    onStopped: () => undefined,
  });
  const work = async (): Promise<CrashMatrix> => {
    try {
      await client.request<"load">({
        type: "load",
        model: tree,
        root,
        seed: seed.value,
        mode: code === null ? "simulated" : "code",
        dynamicChildren: settings.value.dynamicChildren,
        bounds: { ...DEFAULT_BOUNDS, events: settings.value.maxEvents },
        standIns: code === null ? [] : [...standIns.value],
        asInModel: [...asInModel],
        marks: code !== null,
      });
      return await client.request<"matrix">({ type: "matrix", root });
    } finally {
      client.close();
    }
  };
  return { result: work(), cancel: () => client.close() };
}

/** Matrices that are wanted together; whoever asks again gives up what was asked before. */
export class MatrixWork {
  /** Part done, from 0 to 1; null when nothing is under way. */
  readonly done = signal<number | null>(null);
  /** The first tree's rows so far, while the others come. */
  readonly soFar = signal<CrashMatrix | null>(null);
  /** Why there is no result, in a sentence. */
  readonly problem = signal<string | null>(null);
  #jobs: readonly Job[] = [];

  /** Gives up what is under way. */
  cancel(): void {
    for (const job of this.#jobs) job.cancel();
    this.#jobs = [];
    this.done.value = null;
    if (this.soFar.value === null) this.problem.value = "Stopped before every process had been crashed.";
  }

  /** One matrix per tree; null when it could not be done, or something else was asked for meanwhile. */
  async compute(trees: readonly Crashed[], root: string | null): Promise<CrashMatrix[] | null> {
    for (const job of this.#jobs) job.cancel();
    const parts = trees.map(() => 0);
    this.done.value = 0;
    this.problem.value = null;
    this.soFar.value = null;
    const mine = trees.map((tree, i) =>
      computeMatrix(
        tree,
        root,
        (done) => {
          parts[i] = done;
          if (this.#jobs === mine)
            this.done.value = parts.reduce((sum, part) => sum + part, 0) / parts.length;
        },
        (matrix) => {
          if (i === 0 && this.#jobs === mine) this.soFar.value = matrix;
        },
      ),
    );
    this.#jobs = mine;
    try {
      const made = await Promise.all(mine.map(({ result }) => result));
      return this.#jobs === mine ? made : null;
    } catch (error) {
      if (this.#jobs === mine) this.problem.value = error instanceof Error ? error.message : String(error);
      return null;
    } finally {
      for (const job of mine) job.cancel();
      if (this.#jobs === mine) this.done.value = null;
    }
  }
}
