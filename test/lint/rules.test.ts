/** Holds the set of rules together: a rule without its page, its test or a true example cannot pass. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Rule, rules } from "../../src/lint/index.ts";
import { lintFiles } from "./check.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");
const all = Object.entries<Rule>(rules);

test("the registry is sorted, and holds every rule that has a file", () => {
  const ids = Object.keys(rules);
  expect(ids).toEqual([...ids].sort());
  const files = readdirSync(`${root}src/lint/rules`).filter((file) => file !== "index.ts");
  expect(files.sort()).toEqual(ids.map((id) => `${id}.ts`));
  const pages = readdirSync(`${root}docs/rules`).filter((file) => file !== "README.md");
  expect(pages.sort()).toEqual(ids.map((id) => `${id}.md`));
});

const HEADINGS = [
  "## What it warns about",
  "## Example",
  "### This fires",
  "### This does not",
  "## How to fix it",
  "## Where OTP documents it",
];

/** The TypeScript of a section; several files are told apart by `// file: name` lines. */
function examples(page: string, heading: string): Map<string, string>[] {
  const section = page.slice(page.indexOf(heading) + heading.length).split(/^#{2,3} /m)[0]!;
  return [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => {
    const parts = code.split(/^\/\/ file: (\S+)\n/m);
    const files = new Map<string, string>();
    if (parts[0]!.trim() !== "") files.set("app.ts", parts[0]!);
    for (let at = 1; at < parts.length; at += 2) files.set(parts[at]!, parts[at + 1]!);
    return files;
  });
}

describe.each(all)("%s", (id, rule) => {
  test("is named alike everywhere", () => {
    expect(rule.id).toBe(id);
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(rule.docs).toBe(`docs/rules/${id}.md`);
    expect(existsSync(`${root}test/lint/${id}.test.ts`), `test/lint/${id}.test.ts exists`).toBe(true);
  });

  test("every message is tested", () => {
    const tests = readdirSync(`${root}test/lint`).filter((file) => file.startsWith(`${id}.`));
    const text = tests.map((file) => read(`test/lint/${file}`)).join("\n");
    for (const message of Object.keys(rule.messages)) expect(text).toContain(message);
  });

  test("has a page with every part", () => {
    const page = read(rule.docs);
    expect(page.startsWith(`# ${id}\n\n${rule.description}\n`)).toBe(true);
    const found = page.split("\n").filter((line) => /^##+ /.test(line));
    expect(found).toEqual(HEADINGS);
    for (const [message, { severity }] of Object.entries(rule.messages)) {
      expect(page, `the page explains ${message}`).toContain(`| \`${message}\` | ${severity} |`);
    }
    for (const [option, value] of Object.entries(rule.options))
      expect(page).toContain(`| \`${option}\` | ${value} |`);
    for (const { url } of rule.otp) expect(page).toContain(url);
    expect(read("docs/rules/README.md")).toContain(`| [${id}](${id}.md) | ${rule.description} |`);
  });

  test("its most serious message has the rule's severity", () => {
    const severities = Object.values(rule.messages).map((message) => message.severity);
    const order = ["error", "warning", "info", "hint"] as const;
    expect(order.find((severity) => severities.includes(severity))).toBe(rule.severity);
  });

  test("the page's examples give what they claim", () => {
    const page = read(rule.docs);
    const firing = examples(page, "### This fires");
    const silent = examples(page, "### This does not");
    expect(firing.length).toBeGreaterThan(0);
    expect(silent.length).toBeGreaterThan(0);
    for (const files of firing) {
      expect(lintFiles(files).map((finding) => finding.rule)).toContain(id);
    }
    for (const files of silent) expect(lintFiles(files)).toEqual([]);
  });

  test("turned off, it says nothing", () => {
    for (const files of examples(read(rule.docs), "### This fires")) {
      const findings = lintFiles(files, { rules: { [id]: "off" } });
      expect(findings.filter((finding) => finding.rule === id)).toEqual([]);
    }
  });
});
