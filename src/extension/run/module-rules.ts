/** TypeScript's rules for modules, asked of a worker of its own: rare, and the compiler stays out of the extension host. */
import { join } from "node:path";
import type { Import, ModuleRules } from "../../bundle/index.ts";
import { askWorker } from "../worker/ask.ts";

/** What a worker is started for. */
export type ModuleQuestion = { imports: readonly Import[] } | { configurationOf: string };

/** @param assets the folder with the built files */
export function rulesOfThread(assets: string): ModuleRules {
  const ask = (modules: ModuleQuestion) => askWorker(join(assets, "analysis-worker.cjs"), { modules });
  return {
    find: async (imports) => (await ask({ imports })) as (string | null)[],
    configurationOf: async (file) => (await ask({ configurationOf: file })) as string | null,
  };
}
