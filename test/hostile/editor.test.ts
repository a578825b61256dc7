/** One hostile project through what the extension gives the editor to show. */
import { expect, test, vi } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";
import { hostileProject } from "./names.ts";

vi.mock("vscode", () => import("../extension/fake-vscode.ts"));

const { buildNodes } = await import("../../src/extension/views/nodes.ts");
const { tooltip, treeItem } = await import("../../src/extension/views/item.ts");
const { childText } = await import("../../src/extension/editor/hovers.ts");
const { codeSpan, markdownText, plainText } = await import("../../src/extension/views/words.ts");

const files = new Map(Object.entries(hostileProject()));
const model = analyzeSources(files);
const findings = lint(model, { sources: files });

const ACTS = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/u;
/** What labels, tooltips and messages of the editor read. */
const ICON = /\$\([a-z][a-z0-9-]*(?:~[a-z]+)?\)/i;

function expectPlain(text: string): void {
  expect(ACTS.test(text), JSON.stringify(text.slice(0, 300))).toBe(false);
  expect(text).not.toMatch(ICON);
  expect(text).not.toMatch(/\]\(/);
  expect(text.length).toBeLessThan(30_000);
}

/** What a Markdown text shows, its escapes taken away: icons are looked for then. */
function expectMarkdown(text: string, icons: number): void {
  expect(ACTS.test(text), JSON.stringify(text.slice(0, 300))).toBe(false);
  const shown = text.replace(/\\([^\p{L}\p{N}])/gu, "$1");
  expect(shown.match(new RegExp(ICON, "gi"))?.length ?? 0).toBe(icons);
  // Outside of code, nothing starts markup that is not escaped; the editor's own is bold, lists and code.
  const bare = text.replaceAll(/\\[^\p{L}\p{N}\n]|`[^`\n]*`/gu, "");
  expect(bare).not.toMatch(/[[\]<!_`|~]|https?:\/\//);
  expect(text.length).toBeLessThan(100_000);
}

function nodesOf(nodes: ReturnType<typeof buildNodes>): ReturnType<typeof buildNodes> {
  return nodes.flatMap((node) => [node, ...nodesOf(node.children)]);
}

test("items of the side panel and their tooltips", () => {
  const nodes = nodesOf(
    buildNodes([{ folder: "file:///w", name: "$(zap) [w](command:x)", model, findings }]),
  );
  expect(nodes.length).toBeGreaterThan(200);
  for (const node of nodes) {
    const item = treeItem(node);
    expectPlain(String(item.label));
    expectPlain(String(item.description));
    expectPlain(item.accessibilityInformation!.label);
    const tip = tooltip(node) as InstanceType<typeof import("../extension/fake-vscode.ts").MarkdownString>;
    expect([tip.isTrusted, tip.supportHtml]).toEqual([undefined, undefined]);
    expectMarkdown(tip.value, node.findings.length);
  }
});

test("hovers over every child", () => {
  for (const supervisor of model.supervisors)
    for (const child of supervisor.children) {
      const text = childText(model, supervisor, child);
      expect(text.isTrusted).toBeUndefined();
      expectMarkdown(text.value, 0);
    }
});

test("findings and their fixes are sentences of one line", () => {
  expect(findings.length).toBeGreaterThan(20);
  for (const finding of findings) {
    for (const text of [
      finding.message,
      ...finding.related.map(({ message }) => message),
      ...finding.fixes.map(({ title }) => title),
    ]) {
      expect(text).not.toContain("\n");
      expect(ACTS.test(text)).toBe(false);
      expect(text.length).toBeLessThan(10_100);
    }
  }
});

test("what is parted looks the same", () => {
  expect(plainText("$(error) [a](command:x)").replaceAll("\u2060", "")).toBe("$(error) [a](command:x)");
  expect(markdownText("a\nb")).toBe("a b");
  expect(codeSpan("`")).toBe("`'`");
});
