import {
  applyBaseline,
  type Baseline,
  isAtLeast,
  isRuleId,
  type LintOptions,
  lintAll,
  type Rule,
  readBaseline,
  rules,
  writeBaseline,
} from "../../lint/index.ts";
import type { Location, Severity } from "../../model/index.ts";
import { painter } from "../colours.ts";
import { type Level, tally } from "../findings.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { display, type Loaded, load, noteNotRead, place } from "../load.ts";
import { readOption, writeProduct } from "../products.ts";
import type { Format } from "../report/formats.ts";
import { reportGithub } from "../report/github.ts";
import { reportJson } from "../report/json.ts";
import { reportSarif } from "../report/sarif.ts";
import { reportText } from "../report/text.ts";
import { note } from "../say.ts";
import { version } from "../version.ts";
import { fixFiles } from "./fix.ts";

export interface LintCommandOptions {
  format: Format;
  /** Absent: warnings and errors fail, everything is shown. */
  severity?: Level;
  rule: string[];
  baseline?: string;
  updateBaseline?: boolean;
  fix?: boolean;
  force?: boolean;
}

const DEFAULT_SEVERITY: Level = "warning";

/** After this many rounds of `--fix` what is left is reported. */
const MAX_ROUNDS = 10;

/** `suptree lint PATH...` */
export async function lintCommand(
  io: Io,
  paths: readonly string[],
  options: LintCommandOptions,
): Promise<ExitCode> {
  const settings = parseRules(options.rule);
  if (options.updateBaseline && options.baseline === undefined) {
    throw new UsageError("--update-baseline needs --baseline FILE, the file to write");
  }
  const baseline = options.updateBaseline ? null : await loadBaseline(io, options.baseline);
  let loaded = await load(io, paths, { fromCwd: true });
  let result = lintAll(loaded.model, { ...settings, sources: loaded.sources });
  if (options.fix) {
    const told = new Set<string>();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const fixed = await fixFiles(io, loaded.opened, result.findings, told);
      if (fixed === 0) break;
      loaded = await load(io, paths, { fromCwd: true });
      result = lintAll(loaded.model, { ...settings, sources: loaded.sources });
    }
  }
  if (options.updateBaseline) {
    await writeProduct(io, {
      file: options.baseline!,
      kind: "baseline",
      text: writeBaseline(result.findings),
      check: (text) => {
        const read = readBaseline(text);
        return read.ok ? null : read.problem;
      },
      force: options.force === true,
    });
    const n = result.findings.length;
    note(io, `Wrote ${n} ${n === 1 ? "finding" : "findings"} to ${options.baseline}.`);
    return loaded.bad ? EXIT.usage : EXIT.clean;
  }
  const { fresh, known, gone } = baseline
    ? applyBaseline(result.findings, baseline)
    : { fresh: result.findings, known: [], gone: [] };
  const { severity } = options;
  const shown = severity ? fresh.filter((finding) => isAtLeast(finding.severity, severity)) : fresh;
  const fails = fresh.some((finding) => isAtLeast(finding.severity, severity ?? DEFAULT_SEVERITY));
  if (options.format === "text") await noteNotRead(io, loaded);
  show(io, loaded, options, {
    shown,
    below: fresh.length - shown.length,
    known: known.length,
    suppressed: result.suppressed.length,
  });
  if (gone.length > 0 && options.format === "text") {
    note(
      io,
      `${gone.length} entries of ${options.baseline} are no longer found; --update-baseline drops them.`,
    );
  }
  if (loaded.bad) return EXIT.usage;
  return fails ? EXIT.findings : EXIT.clean;
}

interface Counts {
  shown: ReturnType<typeof lintAll>["findings"];
  below: number;
  known: number;
  suppressed: number;
}

function show(
  io: Io,
  { base, model }: Loaded,
  { format, severity }: LintCommandOptions,
  counts: Counts,
): void {
  const { shown, below, known, suppressed } = counts;
  const file = (location: Location) => display(io, base, location.file);
  switch (format) {
    case "json":
      io.out(reportJson(shown, { base, problems: model.problems, suppressed, known }));
      return;
    case "sarif":
      io.out(reportSarif(shown, version, file));
      return;
    case "github":
      io.out(reportGithub(shown, file));
      return;
    case "text": {
      const paint = painter(io.colours.out);
      io.out(
        reportText(shown, {
          paint,
          place: (location) => place(io, base, { ...location, endLine: 0, endColumn: 0 }),
        }),
      );
      const notes = [
        below > 0 ? `${below} below ${severity} not shown` : "",
        known > 0 ? `${known} in the baseline` : "",
        suppressed > 0 ? `${suppressed} suppressed by comments` : "",
      ].filter((note) => note !== "");
      const summary =
        shown.length > 0
          ? tally(shown)
          : model.supervisors.length > 0
            ? "No findings"
            : "No supervisors found";
      io.out(`${summary}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}\n`);
    }
  }
}

const SEVERITIES: readonly Severity[] = ["error", "warning", "info", "hint", "off"];

/** `child-order=warning`, `overloaded-supervisor.maxChildren=20` */
function parseRules(entries: readonly string[]): Pick<LintOptions, "rules" | "options"> {
  const severities: Record<string, Severity> = {};
  const numbers: Record<string, Record<string, number>> = {};
  for (const entry of entries) {
    const match = /^([a-z-]+)(?:\.(\w+))?=(.+)$/.exec(entry);
    if (!match) {
      throw new UsageError(
        `--rule ${entry}: expected RULE=SEVERITY or RULE.OPTION=NUMBER, e.g. child-order=warning`,
      );
    }
    const [, id = "", option, value = ""] = match;
    if (!isRuleId(id)) {
      throw new UsageError(
        `--rule ${entry}: there is no rule ${id}; there are ${Object.keys(rules).join(", ")}`,
      );
    }
    if (option === undefined) {
      const severity = SEVERITIES.find((each) => each === value);
      if (!severity) throw new UsageError(`--rule ${entry}: ${value} is none of ${SEVERITIES.join(", ")}`);
      severities[id] = severity;
      continue;
    }
    const known = Object.keys((rules[id] as Rule).options);
    if (!known.includes(option)) {
      throw new UsageError(
        `--rule ${entry}: ${id} has no option ${option}; it has ${known.length > 0 ? known.join(", ") : "none"}`,
      );
    }
    const number = Number(value);
    if (!Number.isFinite(number) || number < 0)
      throw new UsageError(`--rule ${entry}: ${value} is no number of 0 or more`);
    numbers[id] = { ...numbers[id], [option]: number };
  }
  return { rules: severities, options: numbers };
}

async function loadBaseline(io: Io, file: string | undefined): Promise<Baseline | null> {
  if (file === undefined) return null;
  const text = await readOption(io, file, "no such file; --update-baseline makes it");
  const result = readBaseline(text);
  if (!result.ok) throw new UsageError(`${file}: the baseline ${result.problem}`);
  return result.baseline;
}
