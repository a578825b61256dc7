/** Tests as data: sources in one string, the expected tree as text. */
import { readFileSync } from "node:fs";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { analyzeSources, type LinkerOptions } from "../../src/analysis/index.ts";
import type { Child, Supervisor, TreeModel } from "../../src/model/index.ts";

/**
 * Files from one string: a line `// FILE name` begins a file; without one, all of it is `main.ts`.
 */
export function sources(text: string): Map<string, string> {
  const files = new Map<string, string>();
  let name = "main.ts";
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.some((line) => line.trim() !== "")) files.set(name, lines.join("\n"));
  };
  for (const line of text.split("\n")) {
    const header = /^\s*\/\/ FILE (\S+)/.exec(line);
    if (header === null) lines.push(line);
    else {
      flush();
      name = header[1]!;
      lines = [];
    }
  }
  flush();
  return files;
}

/** Every model that a test makes is held against the published schema. */
const validate = new Ajv({ strict: false }).compile<TreeModel>(
  JSON.parse(readFileSync(new URL("../../schema/tree-model.schema.json", import.meta.url), "utf8")),
);

export function analyze(text: string, settings: Partial<LinkerOptions> = {}): TreeModel {
  const model = analyzeSources(sources(text), settings);
  expectValid(model);
  return model;
}

/** The schema, unique keys, and edges that lead somewhere. */
export function expectValid(model: TreeModel): void {
  const valid = validate(model);
  expect(validate.errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  const keys = [
    ...model.supervisors.flatMap((s) => [s.key, ...s.children.map((c) => c.key)]),
    ...model.applications.map((a) => a.key),
    ...model.orphans.map((o) => o.key),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  for (const edge of model.edges) {
    expect(keys).toContain(edge.from);
    expect(keys).toContain(edge.to);
  }
}

/** The whole model in a few words per line; what is a default is left out. */
export function render(model: TreeModel): string {
  const out: string[] = [];
  for (const s of model.supervisors) {
    out.push(`${s.name}${head(s)}`);
    for (const child of s.children) out.push(`  ${childLine(model, child)}`);
    for (const u of s.unknown) out.push(`  ! ${u.field}: ${u.reason}`);
  }
  for (const o of model.orphans) out.push(`orphan ${o.name}${o.linked ? " linked" : ""}`);
  for (const a of model.applications) {
    const after = a.dependencies.length > 0 ? ` after ${a.dependencies.join(", ")}` : "";
    out.push(`application ${a.name}${after}: ${short(a.supervisor)}`);
    for (const u of a.unknown) out.push(`  ! ${u.field}: ${u.reason}`);
  }
  for (const e of model.edges) {
    const guarded = e.unawaited === true ? " unawaited" : e.guarded === true ? " guarded" : "";
    const possible = e.possible === undefined ? "" : ` ${e.possible}`;
    out.push(`${short(e.from)} ${e.kind} ${short(e.to)} in ${e.phase}${guarded}${possible} (${e.via})`);
  }
  return out.join("\n");
}

function head(s: Supervisor): string {
  const given = (field: string, text: string): string => (s.defaults.includes(field) ? "" : ` ${text}`);
  return [
    given("strategy", String(s.strategy)),
    given("intensity", `${s.intensity} in`),
    given("period", `${s.period}s`),
    given("autoShutdown", String(s.autoShutdown)),
  ].join("");
}

function childLine(model: TreeModel, c: Child): string {
  const given = (field: string, text: string): string => (c.defaults.includes(field) ? "" : ` ${text}`);
  const cardinality =
    c.cardinality === "one" ? "" : ` ${c.cardinality}${c.count === null ? "" : ` ${c.count}`}`;
  const nested = model.supervisors.find((s) => s.key === c.supervisor);
  return [
    `${c.id ?? "?"}: ${c.start.symbol ?? "?"}`,
    nested === undefined ? "" : " ▸",
    cardinality,
    c.dynamic ? " dynamic" : "",
    given("restart", String(c.restart)),
    given("shutdown", `shutdown ${c.shutdown}`),
    given("type", String(c.type)),
    c.significant === true ? " significant" : "",
    c.name === null ? "" : ` as ${c.name}`,
    ...c.unknown.map((u) => ` !${u.field}: ${u.reason};`),
  ].join("");
}

function short(key: string | null): string {
  return key === null ? "?" : key.slice(key.indexOf("#") + 1);
}

/** Compares the rendered model with the expected text, whatever the indentation of the latter. */
export function check(text: string, expected: string, settings: Partial<LinkerOptions> = {}): TreeModel {
  const model = analyze(text, settings);
  expect(render(model)).toBe(dedent(expected));
  return model;
}

function dedent(text: string): string {
  const lines = text.split("\n");
  while (lines.length > 0 && lines[0]!.trim() === "") lines.shift();
  while (lines.length > 0 && lines.at(-1)!.trim() === "") lines.pop();
  const indent = Math.min(
    ...lines.filter((l) => l.trim() !== "").map((l) => l.length - l.trimStart().length),
  );
  return lines.map((l) => l.slice(indent).trimEnd()).join("\n");
}
