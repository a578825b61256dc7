import type { CodeService } from "../bundle/index.ts";
import type { LiveOffer } from "../live/index.ts";
import type { Demonstration, SavedRun } from "../model/index.ts";
import type { PageMessage, PageSettings } from "../protocol/index.ts";
import type { ModelProvider } from "./provider.ts";

export interface WebHostOptions {
  provider: ModelProvider;
  /** The folder with `webview.js`, `webview.css`, `sandbox.js`, `sandbox-guard.js` and `web-bridge.js`. */
  assets: string;
  /** 0 takes a free one. */
  port?: number;
  /** Default: 32 random bytes. */
  token?: string;
  /** What to run when the page opens. */
  root?: string | null;
  seed?: number;
  saved?: SavedRun | null;
  demonstration?: Demonstration | null;
  settings?: Partial<PageSettings>;
  title?: string;
  /** The text of a rule's documentation page; null when there is none. */
  help?: (rule: string) => Promise<string | null>;
  /** Makes programs for running them; without it there are stand-ins only. */
  code?: Pick<CodeService, "codeFor" | "warm" | "inputs" | "onSaved">;
  /** Does what the page asks for with `applyFix` and `applyExperiment`; answers with a sentence. */
  edit?: (request: Extract<PageMessage, { type: "applyFix" | "applyExperiment" }>) => Promise<string>;
  /** Running programs, or recordings: pages look at one of their systems instead of running trees. */
  live?: LiveOffer;
  log?: (level: "info" | "warning" | "error", message: string) => void;
}
