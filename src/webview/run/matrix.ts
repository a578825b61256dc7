/** Computes a crash matrix in a sandbox of its own: it takes long for large trees, and the run goes on meanwhile. */
import type { CrashMatrix, TreeModel } from "../../model/index.ts";
import { DEFAULT_BOUNDS, SandboxClient } from "../../protocol/index.ts";
import { seed, settings } from "./run.ts";

export interface MatrixJob {
  /** Rejects with a sentence when it cannot be computed, and when the job is cancelled. */
  result: Promise<CrashMatrix>;
  cancel(): void;
}

/** `onProgress` gets the part done, from 0 to 1. */
export function computeMatrix(
  tree: TreeModel,
  root: string | null,
  onProgress: (done: number) => void,
): MatrixJob {
  const client = new SandboxClient({
    document,
    onEvent: (event) => {
      if (event.type === "progress") onProgress(event.done);
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
        mode: "simulated",
        code: null,
        dynamicChildren: settings.value.dynamicChildren,
        bounds: { ...DEFAULT_BOUNDS, events: settings.value.maxEvents },
        marks: false,
      });
      return await client.request<"matrix">({ type: "matrix", root });
    } finally {
      client.close();
    }
  };
  return { result: work(), cancel: () => client.close() };
}
