/** TypeScript's rules for modules, asked of a worker of its own: rare, and the compiler stays out of the extension host. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Import, ModuleRules } from "../../bundle/index.ts";

/** What a worker is started for. */
export type ModuleQuestion = { imports: readonly Import[] } | { configurationOf: string };

/** @param assets the folder with the built files */
export function rulesOfThread(assets: string): ModuleRules {
  const ask = async (modules: ModuleQuestion): Promise<unknown> => {
    const worker = new Worker(join(assets, "analysis-worker.cjs"), { workerData: { modules } });
    try {
      return await new Promise((done, fail) => {
        worker.once("message", done);
        worker.once("error", fail);
        worker.once("exit", (code) => fail(new Error(`the worker ended with code ${code}`)));
      });
    } finally {
      await worker.terminate();
    }
  };
  return {
    find: async (imports) => (await ask({ imports })) as (string | null)[],
    configurationOf: async (file) => (await ask({ configurationOf: file })) as string | null,
  };
}
