/**
 * What users configure, and whether it makes sense: one reading for the editor's settings and the command line's file. What
 * is wrong is a sentence and counts as absent; everything else goes on to count.
 */
import * as v from "valibot";
import type { Severity } from "../model/index.ts";
import type { PageSettings } from "./host.ts";

/** What a host that knows nothing better starts with. */
export const DEFAULT_SETTINGS: PageSettings = {
  reducedMotion: "auto",
  speed: 1,
  dynamicChildren: 3,
  maxEvents: 200_000,
};

/** Per rule: a severity, or a severity with numbers of the rule. */
export interface RuleSettings {
  severities: Record<string, Severity>;
  options: Record<string, Record<string, number>>;
}

const text = v.pipe(v.string("must be a text"), v.nonEmpty("must not be empty"));
const texts = v.record(v.string(), text, "must be an object of texts");
const globs = v.array(v.string("must be a text"), "must be a list of globs");
const oneOf = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `must be one of ${words.join(", ")}`);
const integer = (least: number, most: number) =>
  v.custom<number>(
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    `must be a whole number from ${least} to ${most}`,
  );
const number = (least: number, most: number) =>
  v.custom<number>(
    (value) => typeof value === "number" && value >= least && value <= most,
    `must be a number from ${least} to ${most}`,
  );
const flag = v.boolean("must be true or false");
/** A regular expression, as text. */
const pattern = v.custom<string>((value) => {
  if (typeof value !== "string") return false;
  try {
    return new RegExp(value, "iu") !== null;
  } catch {
    return false;
  }
}, "must be a regular expression, e.g. token|secret");
const unit = v.exactOptional(oneOf(["ms", "s"]));
const KEYS = [
  "strategy",
  "children",
  "intensity",
  "period",
  "autoShutdown",
  "name",
  "id",
  "start",
  "restart",
  "shutdown",
  "significant",
  "type",
] as const;

const specObject = v.strictObject(
  {
    name: text,
    module: text,
    callee: text,
    preset: v.exactOptional(oneOf(["erlang", "elixir"])),
    argument: v.exactOptional(integer(0, 100)),
    childrenArgument: v.exactOptional(integer(0, 100)),
    helpers: v.exactOptional(v.array(text, "must be a list of names")),
    keys: v.exactOptional(
      v.strictObject(
        Object.fromEntries(KEYS.map((key) => [key, v.exactOptional(text)])) as Record<
          (typeof KEYS)[number],
          v.ExactOptionalSchema<typeof text, undefined>
        >,
        strange("a field", KEYS),
      ),
    ),
    spellings: v.exactOptional(texts),
    units: v.exactOptional(
      v.strictObject({ period: unit, shutdown: unit }, strange("a unit", ["period", "shutdown"])),
    ),
    defaults: v.exactOptional(
      v.strictObject(
        {
          strategy: v.exactOptional(text),
          intensity: v.exactOptional(integer(0, Number.MAX_SAFE_INTEGER)),
          period: v.exactOptional(number(0, Number.MAX_SAFE_INTEGER)),
          restart: v.exactOptional(text),
          shutdown: v.exactOptional(
            v.union(
              [number(0, Number.MAX_SAFE_INTEGER), v.picklist(["brutal_kill", "infinity"])],
              "must be milliseconds, brutal_kill or infinity",
            ),
          ),
        },
        strange("a default", ["strategy", "intensity", "period", "restart", "shutdown"]),
      ),
    ),
  },
  strange("a field", [
    "name",
    "module",
    "callee",
    "preset",
    "argument",
    "childrenArgument",
    "helpers",
    "keys",
    "spellings",
    "units",
    "defaults",
  ]),
);

/** Says of an object what is wrong with it as a whole: its kind, or a name in it that means nothing. */
function strange(what: string, names: readonly string[]) {
  return ({ expected, received }: { expected: string | null; received: string }): string =>
    expected === "never"
      ? `${received} is not ${what}: there are ${names.join(", ")}`
      : expected === "Object"
        ? "must be an object"
        : "is missing";
}

const SEVERITIES = ["error", "warning", "info", "hint", "off"] as const satisfies readonly Severity[];

/** Setting → what it must be; without the prefix `suptree.`. Those of lists of things are read one by one. */
const SETTINGS = {
  enable: flag,
  exclude: globs,
  testFiles: v.nullable(globs),
  specObjects: v.array(specObject, "must be a list of objects with name, module and callee"),
  "codeLens.enabled": flag,
  "live.hideState": pattern,
  "live.onDebug": oneOf(["ask", "always", "never"]),
  "run.speed": number(0.01, 100),
  "run.seed": integer(0, Number.MAX_SAFE_INTEGER),
  "run.dynamicChildren": integer(0, 1000),
  "run.maxEvents": integer(1000, 5_000_000),
  "run.reducedMotion": oneOf(["auto", "on", "off"]),
};

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<N extends SettingName> = v.InferOutput<(typeof SETTINGS)[N]>;

/** What a setting says; undefined, with a sentence in `problems`, when that makes no sense. */
export function readSetting<N extends SettingName>(
  name: N,
  value: unknown,
  problems: string[],
): SettingValue<N> | undefined {
  if (name === "specObjects" && Array.isArray(value)) {
    // Those that make sense go on to count.
    const good = value.filter((one) => v.is(specObject, one));
    if (good.length < value.length) {
      const { issues } = v.safeParse(SETTINGS.specObjects, value);
      problems.push(sentence(name, issues ?? []));
    }
    return good as SettingValue<N>;
  }
  const { issues, output } = v.safeParse(SETTINGS[name] as v.GenericSchema<unknown, SettingValue<N>>, value);
  if (issues === undefined) return output;
  problems.push(sentence(name, issues));
  return undefined;
}

function sentence(name: string, issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  const path = (issue?.path ?? []).map(({ key }) =>
    typeof key === "number" ? `[${key}]` : `.${String(key)}`,
  );
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `suptree.${name}${path.join("")}: ${issue?.message ?? "makes no sense"}${more}`;
}

/** `suptree.rules`: `{ "child-order": "error", "overloaded-supervisor": { "severity": "info", "maxChildren": 20 } }`. */
export function readRules(value: unknown, rules: readonly string[], problems: string[]): RuleSettings {
  const severities: Record<string, Severity> = {};
  const options: Record<string, Record<string, number>> = {};
  const wrong: string[] = [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push("suptree.rules: must be an object of severities");
    return { severities, options };
  }
  const severity = (rule: string, entry: unknown): void => {
    const known = SEVERITIES.find((one) => one === entry);
    if (known !== undefined) severities[rule] = known;
    else wrong.push(`${rule}: must be one of ${SEVERITIES.join(", ")}`);
  };
  for (const [rule, entry] of Object.entries(value)) {
    if (!rules.includes(rule)) wrong.push(`${rule}: there is no such rule`);
    else if (typeof entry !== "object" || entry === null || Array.isArray(entry)) severity(rule, entry);
    else {
      const numbers: Record<string, number> = {};
      for (const [name, field] of Object.entries(entry)) {
        if (name === "severity") severity(rule, field);
        else if (typeof field === "number" && Number.isFinite(field)) numbers[name] = field;
        else wrong.push(`${rule}.${name}: must be a number`);
      }
      if (Object.keys(numbers).length > 0) options[rule] = numbers;
    }
  }
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : "";
  if (wrong.length > 0) problems.push(`suptree.rules.${wrong[0]}${more}`);
  return { severities, options };
}
