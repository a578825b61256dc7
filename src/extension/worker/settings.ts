/** What the host tells the check in the worker: the user's rules. */
import { isRuleId, type LintOptions } from "../../lint/index.ts";
import type { Severity } from "../../model/index.ts";

export interface CheckSettings {
  severities: Record<string, Severity>;
  options: Record<string, Record<string, number>>;
}

/** As the lint wants it; names of rules that do not exist are ignored. */
export function lintOptions(settings: CheckSettings): Pick<LintOptions, "rules" | "options"> {
  const rules: NonNullable<LintOptions["rules"]> = {};
  const options: NonNullable<LintOptions["options"]> = {};
  for (const [rule, severity] of Object.entries(settings.severities))
    if (isRuleId(rule)) rules[rule] = severity;
  for (const [rule, numbers] of Object.entries(settings.options)) if (isRuleId(rule)) options[rule] = numbers;
  return { rules, options };
}
