/** The lint as the check of an analysis worker, whatever kind of worker it is. */
import type { Check } from "../../analysis/worker/server.ts";
import { lint } from "../../lint/index.ts";
import { type CheckSettings, lintOptions } from "./settings.ts";

/** Lints every new model with the rules that the host sends as check settings. */
export function lintCheck(): Check {
  return (model, sources, settings) => lint(model, { ...lintOptions(settings as CheckSettings), sources });
}
