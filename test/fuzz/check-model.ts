/** What must hold of every model, whatever the input was. */
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import { expect } from "vitest";
import { applyEdits, type SourceReader } from "../../src/lint/index.ts";
import {
  type Finding,
  type Location,
  startsNothing,
  type TreeModel,
  type Unknown,
} from "../../src/model/index.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../schema/tree-model.schema.json", import.meta.url), "utf8"),
) as object;
const validate = new Ajv({ allErrors: false, strict: false, validateFormats: false }).compile(schema);

type Texts = ReadonlyMap<string, string>;

/** Fails with the first thing that is wrong; `texts` are the sources by path in the model. */
export function expectValid(model: TreeModel, texts: Texts): void {
  if (!validate(model)) expect.fail(`not valid: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  const internal = model.problems.find(({ kind }) => kind === "internal");
  if (internal !== undefined) expect.fail(`a defect was survived: ${internal.message}`);
  for (const { message, file } of model.problems)
    if (message.includes("cannot be analysed")) expect.fail(`a defect was survived in ${file}: ${message}`);
  expectLinked(model);
  expectReasons(model);
  expectPlaces(model, new Lines(texts));
}

/** Keys are unique, and whatever names one names one that is there. */
function expectLinked(model: TreeModel): void {
  const supervisors = new Set(model.supervisors.map(({ key }) => key));
  const keys = new Set<string>();
  const add = (key: string): void => {
    if (keys.has(key)) expect.fail(`two things have the key ${key}`);
    keys.add(key);
  };
  for (const supervisor of model.supervisors) {
    add(supervisor.key);
    for (const child of supervisor.children) {
      add(child.key);
      if (child.supervisor !== null && !supervisors.has(child.supervisor))
        expect.fail(`${child.key} is the supervisor ${child.supervisor}, which is not there`);
    }
  }
  for (const { key } of model.orphans) add(key);
  for (const root of model.roots) if (!supervisors.has(root)) expect.fail(`the root ${root} is not there`);
  for (const { key, name, supervisor } of model.applications) {
    add(key);
    if (supervisor !== null && !supervisors.has(supervisor))
      expect.fail(`the application ${name} starts ${supervisor}, which is not there`);
  }
  for (const { from, to } of model.edges) {
    if (!keys.has(from)) expect.fail(`an edge comes from ${from}, which is not there`);
    if (!keys.has(to)) expect.fail(`an edge leads to ${to}, which is not there`);
  }
}

/** What is not known says why; what is a default is known. */
function expectReasons(model: TreeModel): void {
  const check = (
    key: string,
    values: Record<string, unknown>,
    unknown: readonly Unknown[],
    defaults: readonly string[],
  ): void => {
    for (const { field, reason } of unknown)
      if (reason.trim() === "") expect.fail(`${key}: ${field} is unknown without a reason`);
    for (const [field, value] of Object.entries(values)) {
      if (value !== null) continue;
      if (!unknown.some((each) => each.field === field))
        expect.fail(`${key}: ${field} is null, and nothing says why`);
      if (defaults.includes(field)) expect.fail(`${key}: ${field} is a default and null`);
    }
  };
  for (const { key, unknown, defaults, children, ...s } of model.supervisors) {
    const { strategy, intensity, period, autoShutdown } = s;
    check(key, { strategy, intensity, period, autoShutdown }, unknown, defaults);
    for (const { key: childKey, unknown: why, defaults: absent, ...c } of children) {
      const { id, type, restart, shutdown, significant, start } = c;
      check(childKey, { id, type, restart, shutdown, significant, start: start.symbol }, why, absent);
    }
  }
  for (const application of model.applications.filter((each) => !startsNothing(each)))
    check(
      application.key,
      { supervisor: application.supervisor },
      application.unknown.map((each) => ({ ...each, field: each.field.replace(/^start$/, "supervisor") })),
      [],
    );
}

/** The lengths of the lines of the texts, as TypeScript counts them. */
class Lines {
  private static readonly known = new Map<string, { text: string; lengths: number[] }>();
  private readonly texts: Texts;

  constructor(texts: Texts) {
    this.texts = texts;
  }

  of(file: string): number[] {
    const text = this.texts.get(file);
    if (text === undefined) expect.fail(`a place is in ${file}, which is not there`);
    const known = Lines.known.get(file);
    if (known?.text === text) return known.lengths;
    const lengths = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.length);
    Lines.known.set(file, { text, lengths });
    return lengths;
  }
}

/** Every place in the model lies inside its file. */
export function expectInside(model: TreeModel, texts: Texts): void {
  expectPlaces(model, new Lines(texts));
}

/** Every place in the value, however deep, lies inside its file. */
function expectPlaces(value: unknown, lines: Lines, path = "model"): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) expectPlaces(item, lines, `${path}[${i}]`);
    return;
  }
  const { file, line, column, endLine } = value as Partial<Location>;
  if (typeof file === "string" && typeof line === "number") {
    const lengths = lines.of(file);
    if (line < 1 || line > lengths.length)
      expect.fail(`${path}: ${file}:${line} is not in a file of ${lengths.length} lines`);
    if (typeof column === "number" && (column < 1 || column > lengths[line - 1]! + 1))
      expect.fail(`${path}: ${file}:${line}:${column} is beyond a line of ${lengths[line - 1]} characters`);
    if (endLine !== undefined) {
      const at = value as Location;
      const ordered = at.endLine > line || (at.endLine === line && at.endColumn >= at.column);
      if (!ordered || at.endLine > lengths.length || at.endColumn > lengths[at.endLine - 1]! + 1)
        expect.fail(
          `${path}: ${file}:${line}:${column} ends at ${at.endLine}:${at.endColumn}, which is not in the file`,
        );
    }
  }
  for (const [name, item] of Object.entries(value)) expectPlaces(item, lines, `${path}.${name}`);
}

/** Findings speak of what is there, and their fixes can be applied to the texts as they are. */
export function expectFindings(
  findings: readonly Finding[],
  model: TreeModel,
  texts: Texts,
  sources: SourceReader = texts,
): void {
  const keys = new Set(
    model.supervisors.flatMap(({ key, children }) => [key, ...children.map((child) => child.key)]),
  );
  for (const { key } of [...model.orphans, ...model.applications]) keys.add(key);
  const lines = new Lines(texts);
  for (const { fixes, ...finding } of findings) {
    expectPlaces(finding, lines, finding.rule);
    // Ids may say anything, and stand in backticks.
    const words = finding.message.replaceAll(/`[^`]*`/g, "");
    if (words.trim() === "" || /\bundefined\b|\[object|\bNaN\b/.test(words))
      expect.fail(`${finding.rule} says: ${finding.message}`);
    for (const key of [...finding.children, ...(finding.supervisor === null ? [] : [finding.supervisor])])
      if (!keys.has(key)) expect.fail(`${finding.rule} is about ${key}, which is not there`);
    for (const { title, edits } of fixes) {
      if (title === "" || edits.length === 0) expect.fail(`${finding.rule} has an empty fix`);
      for (const file of new Set(edits.map(({ location }) => location.file))) {
        const text = sources.get(file);
        if (text === undefined) expect.fail(`${finding.rule} fixes ${file}, which is not there`);
        const own = edits.filter(({ location }) => location.file === file);
        if (applyEdits(text, own) === null) expect.fail(`${finding.rule}: "${title}" cannot be applied`);
      }
    }
  }
}
