/** Runs the rules over a tree model. Pure: no files are read but through `sources`, nothing is kept. */
import {
  type Certainty,
  type Finding,
  type Fix,
  type Location,
  printable,
  type Severity,
  type TreeModel,
} from "../model/index.ts";
import { fill, type Report, type Rule, type SourceReader } from "./rule.ts";
import { type RuleId, rules } from "./rules/index.ts";
import { editsShared } from "./shared-code.ts";
import { applySuppressions } from "./suppressions.ts";
import { TreeIndex } from "./tree-index.ts";

export interface LintOptions {
  /**
   * Severity per rule. A rule that is not named keeps its own severities, which may differ from message to
   * message; a rule that is named reports everything with the given one, or with "off" does not run.
   */
  rules?: Partial<Record<RuleId, Severity>>;
  /** Numbers per rule, e.g. `{ "overloaded-supervisor": { maxChildren: 20 } }`. */
  options?: Partial<Record<RuleId, Record<string, number>>>;
  /** The texts that were analysed: for suppressing comments and for fixes. Without them there are neither. */
  sources?: SourceReader;
  /** Compute fixes (default true): they parse source text, so an editor may ask for them later. */
  fixes?: boolean;
}

export interface LintResult {
  /** Sorted by file, line, column and rule. */
  findings: Finding[];
  /** Silenced by a comment. */
  suppressed: Finding[];
}

/** All findings that no comment silences, sorted by place. */
export function lint(model: TreeModel, options: LintOptions = {}): Finding[] {
  return lintAll(model, options).findings;
}

/** Like `lint`, and says what was silenced. */
export function lintAll(model: TreeModel, options: LintOptions = {}): LintResult {
  const { findings, definitions } = collectFindings(model, options);
  findings.sort(byPlace);
  if (!options.sources) return { findings, suppressed: [] };
  const { shown, suppressed } = applySuppressions(findings, definitions, options.sources);
  return { findings: shown, suppressed };
}

interface Collected {
  /** In no order, with those that a comment silences. */
  findings: Finding[];
  /** The definitions of what the findings are about, where those show only its id. */
  definitions: Map<Finding, Location>;
}

function collectFindings(model: TreeModel, options: LintOptions): Collected {
  const tree = new TreeIndex(model);
  const tests = new Set(model.testFiles);
  const findings: Finding[] = [];
  const definitions = new Map<Finding, Location>();
  const isShared = editsShared(model);
  for (const rule of Object.values<Rule>(rules)) {
    const severity = options.rules?.[rule.id as RuleId];
    if (severity === "off") continue;
    const numbers = { ...rule.options, ...options.options?.[rule.id as RuleId] };
    const report = (entry: Report<string>) => {
      if (rule.saysOfTests !== true && tests.has(entry.location.file)) return;
      const finding = toFinding(rule, narrowed(entry, tree), severity ?? null, options, isShared);
      findings.push(finding);
      if (finding.location !== entry.location) definitions.set(finding, entry.location);
    };
    rule.check({ model, tree, options: numbers, report });
  }
  return { findings, definitions };
}

/** What is said of a child is shown at its id, not all over its definition. */
function narrowed(report: Report<string>, tree: TreeIndex): Report<string> {
  const heads = new Map<Location, Location>();
  for (const key of report.children) {
    const child = tree.step(key)?.child;
    if (child?.idLocation !== undefined) heads.set(child.location, child.idLocation);
  }
  if (heads.size === 0) return report;
  const head = (location: Location): Location => heads.get(location) ?? location;
  const related = report.related?.map((each) => ({ ...each, location: head(each.location) }));
  return { ...report, location: head(report.location), ...(related === undefined ? {} : { related }) };
}

function toFinding(
  rule: Rule,
  report: Report<string>,
  severity: Exclude<Severity, "off"> | null,
  options: LintOptions,
  isShared: (fix: Fix) => boolean,
): Finding {
  const message = rule.messages[report.messageId];
  if (!message) throw new Error(`lint rule ${rule.id} has no message ${report.messageId}`);
  const wantsFixes = options.sources !== undefined && options.fixes !== false;
  const { demonstration = null } = report;
  // Sentences are shown in many places, and names in them come from sources.
  return {
    rule: rule.id,
    messageId: report.messageId,
    severity: severity ?? severityOf(message.severity, report.certainty),
    message: printable(fill(message.text, report.data)),
    location: report.location,
    related: (report.related ?? []).map((each) => ({ ...each, message: printable(each.message) })),
    certainty: report.certainty ?? "exact",
    supervisor: report.supervisor?.key ?? null,
    children: report.children,
    fixes: (wantsFixes && report.fixes ? report.fixes(options.sources!) : [])
      .filter((fix) => !isShared(fix))
      .map((fix) => ({ ...fix, title: printable(fix.title) })),
    demonstration: demonstration && { ...demonstration, expect: printable(demonstration.expect) },
  };
}

/** The order of findings. */
export function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.location.file, b.location.file) ||
    a.location.line - b.location.line ||
    a.location.column - b.location.column ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message) ||
    compare(a.children.join(), b.children.join())
  );
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const RANK: Record<Severity, number> = { off: 0, hint: 1, info: 2, warning: 3, error: 4 };

/** What is not certain is no error. */
const severityOf = (severity: Exclude<Severity, "off">, certainty: Certainty | undefined) =>
  certainty === "best effort" && severity === "error" ? "warning" : severity;

/** Is `severity` at least `threshold`? */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return RANK[severity] >= RANK[threshold];
}
