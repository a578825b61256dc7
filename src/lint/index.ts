/** Lint: tree model → findings with fixes. */
export { applyEdits, type FixSelection, selectFixes } from "./apply-edits.ts";
export { applyBaseline, type Baseline, type KnownFinding, readBaseline, writeBaseline } from "./baseline.ts";
export { type Experiment, experimentEdits } from "./fixes/experiment.ts";
export { isAtLeast, type LintOptions, type LintResult, lint, lintAll } from "./lint.ts";
export type { Message, Rule, SourceReader } from "./rule.ts";
export { isRuleId, type RuleId, rules } from "./rules/index.ts";
export { parseSuppressions } from "./suppressions.ts";
