/** Settings and evidence: what users write, also wrongly. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lintOptions } from "../../src/extension/worker/settings.ts";
import { importsKnownPackage, manifestHasEvidence } from "../../src/extension/workspace/known-packages.ts";
import { rules } from "../../src/lint/index.ts";
import { readRules, readSetting, type SettingName } from "../../src/protocol/index.ts";

interface Property {
  default: unknown;
  minimum?: number;
  maximum?: number;
}
const manifest: { contributes: { configuration: { properties: Record<string, Property> }[] } } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);
const RULES = Object.keys(rules);

test("a rule has a severity, or a severity with numbers", () => {
  const problems: string[] = [];
  expect(
    readRules(
      { "child-order": "off", "overloaded-supervisor": { severity: "info", maxChildren: 20 } },
      RULES,
      problems,
    ),
  ).toEqual({
    severities: { "child-order": "off", "overloaded-supervisor": "info" },
    options: { "overloaded-supervisor": { maxChildren: 20 } },
  });
  expect(problems).toEqual([]);
});

test.each<[unknown, string]>([
  [{ nonsense: "error" }, "suptree.rules.nonsense: there is no such rule"],
  [{ "child-order": "loud" }, "suptree.rules.child-order: must be one of error, warning, info, hint, off"],
  [{ "child-order": null }, "suptree.rules.child-order: must be one of error, warning, info, hint, off"],
  [{ "child-order": { maxChildren: "x" } }, "suptree.rules.child-order.maxChildren: must be a number"],
  [{ "child-order": { maxChildren: Number.NaN } }, "suptree.rules.child-order.maxChildren: must be a number"],
  [{ "child-order": [] }, "suptree.rules.child-order: must be one of error, warning, info, hint, off"],
  [{ toString: "error", a: 1 }, "suptree.rules.toString: there is no such rule (and 1 more)"],
  [[], "suptree.rules: must be an object of severities"],
  ["error", "suptree.rules: must be an object of severities"],
  [null, "suptree.rules: must be an object of severities"],
])("rules that make no sense: %j", (value, message) => {
  const problems: string[] = [];
  expect(readRules(value, RULES, problems)).toEqual({ severities: {}, options: {} });
  expect(problems).toEqual([message]);
});

test("a rule that makes no sense takes nothing from the others", () => {
  const { severities } = readRules({ "child-order": "off", "trap-exit": "loud" }, RULES, []);
  expect(severities).toEqual({ "child-order": "off" });
});

const OURS = { name: "ours", module: "m", callee: "f" };
test.each<[SettingName, unknown, string]>([
  ["specObjects", [{}], "suptree.specObjects[0].name: is missing (and 2 more)"],
  ["specObjects", [null], "suptree.specObjects[0]: must be an object"],
  ["specObjects", "no", "suptree.specObjects: must be a list of objects with name, module and callee"],
  ["specObjects", 5, "suptree.specObjects: must be a list of objects with name, module and callee"],
  ["specObjects", {}, "suptree.specObjects: must be a list of objects with name, module and callee"],
  ["specObjects", null, "suptree.specObjects: must be a list of objects with name, module and callee"],
  ["specObjects", [{ ...OURS, name: "" }], "suptree.specObjects[0].name: must not be empty"],
  ["specObjects", [{ ...OURS, callee: 3 }], "suptree.specObjects[0].callee: must be a text"],
  [
    "specObjects",
    [{ ...OURS, argument: -1 }],
    "suptree.specObjects[0].argument: must be a whole number from 0 to 100",
  ],
  ["specObjects", [{ ...OURS, keys: "id" }], "suptree.specObjects[0].keys: must be an object"],
  ["specObjects", [{ ...OURS, keys: { id: 3 } }], "suptree.specObjects[0].keys.id: must be a text"],
  ["specObjects", [{ ...OURS, spellings: ["x", 3] }], "suptree.specObjects[0].spellings.1: must be a text"],
  [
    "specObjects",
    [{ ...OURS, units: { period: "min" } }],
    "suptree.specObjects[0].units.period: must be one of ms, s",
  ],
  [
    "specObjects",
    [{ ...OURS, defaults: { shutdown: "soon" } }],
    "suptree.specObjects[0].defaults.shutdown: must be milliseconds, brutal_kill or infinity",
  ],
  ["exclude", "dist", "suptree.exclude: must be a list of globs"],
  ["exclude", ["dist", 3], "suptree.exclude[1]: must be a text"],
  ["testFiles", 3, "suptree.testFiles: must be a list of globs"],
  ["enable", "yes", "suptree.enable: must be true or false"],
  ["run.dynamicChildren", 1e9, "suptree.run.dynamicChildren: must be a whole number from 0 to 1000"],
  ["run.dynamicChildren", Number.NaN, "suptree.run.dynamicChildren: must be a whole number from 0 to 1000"],
  ["run.dynamicChildren", -1, "suptree.run.dynamicChildren: must be a whole number from 0 to 1000"],
  ["run.dynamicChildren", 2.5, "suptree.run.dynamicChildren: must be a whole number from 0 to 1000"],
  ["run.dynamicChildren", "3", "suptree.run.dynamicChildren: must be a whole number from 0 to 1000"],
  [
    "run.maxEvents",
    Number.POSITIVE_INFINITY,
    "suptree.run.maxEvents: must be a whole number from 1000 to 5000000",
  ],
  ["run.speed", 0, "suptree.run.speed: must be a number from 0.01 to 100"],
  ["run.seed", -5, "suptree.run.seed: must be a whole number from 0 to 9007199254740991"],
  ["run.reducedMotion", "maybe", "suptree.run.reducedMotion: must be one of auto, on, off"],
])("%s: %j makes no sense, and one sentence says so", (name, value, message) => {
  const problems: string[] = [];
  expect(readSetting(name, value, problems) ?? []).toEqual([]);
  expect(problems).toEqual([message]);
});

test("what makes sense beside it goes on to count", () => {
  const problems: string[] = [];
  expect(readSetting("specObjects", [OURS, {}, null], problems)).toEqual([OURS]);
  expect(problems).toEqual(["suptree.specObjects[1].name: is missing (and 3 more)"]);
});

test("every setting of the manifest is read, with the manifest's bounds and default", () => {
  const { properties } = manifest.contributes.configuration[0]!;
  for (const [key, { default: byDefault, minimum, maximum }] of Object.entries(properties)) {
    const problems: string[] = [];
    const name = key.replace("suptree.", "") as SettingName;
    if (key === "suptree.rules") readRules(byDefault, RULES, problems);
    else {
      expect(readSetting(name, byDefault, problems)).toEqual(byDefault);
      for (const bound of [minimum, maximum])
        if (bound !== undefined) expect(readSetting(name, bound, problems)).toBe(bound);
      if (maximum !== undefined) expect(readSetting(name, maximum + 1, [])).toBe(undefined);
      if (minimum !== undefined) expect(readSetting(name, minimum - 1, [])).toBe(undefined);
    }
    expect(problems).toEqual([]);
  }
});

test("rules that do not exist do not reach the lint", () => {
  expect(
    lintOptions({
      severities: { "child-order": "hint", nonsense: "error" },
      options: { nonsense: { n: 1 } },
    }),
  ).toEqual({
    rules: { "child-order": "hint" },
    options: {},
  });
});

test.each([
  'import { Supervisor } from "suptree";',
  "import * as noex from '@hamicek/noex';",
  'const { spawn } = require("nact");',
  'export * from "actor-ts/supervision";',
  'const s = await import("suptree");',
  'import "suptree"',
  'import { GenServer } from "npm:@hamicek/noex@1";',
])("evidence: %s", (text) => {
  expect(importsKnownPackage(text)).toBe(true);
});

test.each(['import { x } from "suptree-extras";', 'import { x } from "./suptree.ts";', "// a supervisor"])(
  "no evidence: %s",
  (text) => {
    expect(importsKnownPackage(text)).toBe(false);
  },
);

test("a manifest that depends on a known library is evidence, a broken one is not", () => {
  expect(manifestHasEvidence('{ "dependencies": { "suptree": "1" } }')).toBe(true);
  expect(manifestHasEvidence('{ "devDependencies": { "@hamicek/noex": "1" } }')).toBe(true);
  expect(manifestHasEvidence('{ "name": "suptree" }')).toBe(false);
  for (const text of ["", "{", "null", "[]", '{ "dependencies": null }', '{ "dependencies": 3 }']) {
    expect(manifestHasEvidence(text)).toBe(false);
  }
});
