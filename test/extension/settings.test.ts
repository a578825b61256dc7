/** Settings and evidence: what users write, also wrongly. */
import { expect, test } from "vitest";
import { ruleSettings } from "../../src/extension/rule-settings.ts";
import { lintOptions } from "../../src/extension/worker/settings.ts";
import { importsKnownPackage, manifestHasEvidence } from "../../src/extension/workspace/known-packages.ts";

test("a rule has a severity, or a severity with numbers", () => {
  expect(
    ruleSettings({ "child-order": "off", "overloaded-supervisor": { severity: "info", maxChildren: 20 } }),
  ).toEqual({
    severities: { "child-order": "off", "overloaded-supervisor": "info" },
    options: { "overloaded-supervisor": { maxChildren: 20 } },
  });
});

test("what is not of that shape counts as absent", () => {
  expect(ruleSettings({ a: "loud", b: null, c: 3, d: { severity: "loud", n: "x" }, e: [] })).toEqual({
    severities: {},
    options: {},
  });
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
