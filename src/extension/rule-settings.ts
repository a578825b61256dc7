/** The setting `suptree.rules`, taken apart. */
import type { Severity } from "../model/index.ts";

/** Per rule: a severity, or a severity with numbers of the rule. */
export interface RuleSettings {
  severities: Record<string, Severity>;
  options: Record<string, Record<string, number>>;
}

const SEVERITIES: readonly string[] = ["error", "warning", "info", "hint", "off"] satisfies Severity[];

/** `{ "child-order": "error", "overloaded-supervisor": { "severity": "info", "maxChildren": 20 } }`. */
export function ruleSettings(value: Record<string, unknown>): RuleSettings {
  const severities: Record<string, Severity> = {};
  const options: Record<string, Record<string, number>> = {};
  for (const [rule, entry] of Object.entries(value)) {
    if (isSeverity(entry)) severities[rule] = entry;
    else if (typeof entry === "object" && entry !== null) {
      const numbers: Record<string, number> = {};
      for (const [name, field] of Object.entries(entry)) {
        if (name === "severity" && isSeverity(field)) severities[rule] = field;
        else if (typeof field === "number") numbers[name] = field;
      }
      if (Object.keys(numbers).length > 0) options[rule] = numbers;
    }
  }
  return { severities, options };
}

function isSeverity(value: unknown): value is Severity {
  return typeof value === "string" && SEVERITIES.includes(value);
}
