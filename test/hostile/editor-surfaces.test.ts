/** One hostile project through the extension's own parts: CodeLens, choices, notifications, titles, the view, the status bar, the log. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "../../scripts/util/paths.ts";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";
import { HOSTILE, HOSTILE_FILES, hostileProject } from "./names.ts";

vi.mock("vscode", () => import("../extension/fake-vscode.ts"));

const { configured, shown, Uri } = await import("../extension/fake-vscode.ts");
const { CodeLenses } = await import("../../src/extension/editor/code-lens.ts");
const { pickRunnable } = await import("../../src/extension/commands/targets.ts");
const { exportTree } = await import("../../src/extension/commands/export.ts");
const { RunPanels } = await import("../../src/extension/run/panels.ts");
const { Status } = await import("../../src/extension/status.ts");
const { TreesView } = await import("../../src/extension/views/trees.ts");
const { FolderAnalysis } = await import("../../src/extension/workspace/folder-analysis.ts");
const { Store } = await import("../../src/extension/workspace/store.ts");
const { tellFailure } = await import("../../src/extension/log.ts");

type VSCodeUri = import("vscode").Uri;
const uri = (path: string) => Uri.file(path) as unknown as VSCodeUri;

const files = new Map(Object.entries(hostileProject()));
const model = analyzeSources(files);
const findings = lint(model, { sources: files });

let store: InstanceType<typeof Store>;

beforeEach(() => {
  shown.length = 0;
  store = new Store();
  store.add(uri("/w"), "$(zap) [w](command:x)\u202e");
  store.setResult(uri("/w"), model, findings);
});
afterEach(() => {
  store.dispose();
  for (const name of Object.keys(configured)) delete configured[name];
});

const ACTS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/u;
const ICON = /\$\([a-z][a-z0-9-]*(?:~[a-z]+)?\)/gi;
/** The icons that are ours. */
const OWN = new Set(["$(play)", "$(package)", "$(type-hierarchy-sub)", "$(warning)", "$(sync~spin)"]);

/** `lines`: it may have several, each of which is a sentence of its own. */
function expectTame(where: string, text: string, lines = false): void {
  const told = JSON.stringify(`${where}: ${text.slice(0, 300)}`);
  expect(ACTS.test(lines ? text.replaceAll("\n", "") : text), told).toBe(false);
  expect(text, told).not.toMatch(/\]\(/);
  const icons = [...(text.match(ICON) ?? [])];
  expect(
    icons.filter((icon, at) => !OWN.has(icon) || at > 0 || !text.startsWith(icon)),
    told,
  ).toEqual([]);
  expect(text.length, told).toBeLessThan(30_000);
}

function tameShown(where: string): string[] {
  const texts = shown.filter((one) => one.where === where).map(({ text }) => text);
  for (const text of texts) expectTame(where, text, where === "view.message" || where === "notification");
  return texts;
}

/** The log knows neither icons nor links. */
function expectNothingActsInLog(): void {
  const lines = shown.filter(({ where }) => where === "log");
  expect(lines.length).toBeGreaterThan(0);
  for (const { text } of lines)
    expect(ACTS.test(text.replaceAll("\n", "")), JSON.stringify(text.slice(0, 300))).toBe(false);
}

test("CodeLens titles and tooltips", () => {
  const lenses = new CodeLenses(store);
  let count = 0;
  for (const name of files.keys()) {
    const document = { uri: uri(`/w/${name}`) } as unknown as Parameters<typeof lenses.provideCodeLenses>[0];
    for (const { command } of lenses.provideCodeLenses(document)) {
      expectTame("title", command!.title);
      expectTame("tooltip", command!.tooltip!, true);
      count++;
    }
  }
  expect(count).toBe(model.supervisors.length * 3);
  lenses.dispose();
});

test("choices of a tree and of a folder", async () => {
  store.add(uri("/\u001b[2J$(zap)[v](command:y)"), HOSTILE[0]!);
  store.setResult(uri("/\u001b[2J$(zap)[v](command:y)"), model, []);
  await pickRunnable(store, "Run which tree?");
  expect(tameShown("quick pick").length).toBeGreaterThan(2 * 3 * HOSTILE.length);
  shown.length = 0;
  await exportTree(store);
  expect(tameShown("quick pick").length).toBe(6);
});

test("titles of panels", async () => {
  const services = { extension: uri(root), store, strings: {} };
  const panels = new RunPanels(services as unknown as ConstructorParameters<typeof RunPanels>[0]);
  for (const name of HOSTILE) await panels.show(uri("/w"), `a.ts#${name}`, name);
  expect(tameShown("panel").length).toBe(HOSTILE.length);
  panels.dispose();
});

test("what a failure says, and what the log keeps of it", async () => {
  for (const name of HOSTILE) await tellFailure(`Suptree could not do this: ${name}`, new Error(name));
  expect(tameShown("notification").length).toBe(HOSTILE.length);
  expectNothingActsInLog();
});

test("what the view and the status bar say of files that are left out", () => {
  const view = new TreesView(store);
  const status = new Status(store, () => undefined);
  for (const file of HOSTILE_FILES) {
    const problems = [{ kind: "set_aside" as const, file, message: "left out" }];
    store.setResult(uri("/w"), { ...analyzeSources(new Map()), problems }, []);
  }
  for (const where of ["view.message", "status.text", "status.tooltip"])
    expect(tameShown(where).length, where).toBeGreaterThanOrEqual(HOSTILE_FILES.length);
  status.dispose();
  view.dispose();
});

test("what is said of settings that make no sense", () => {
  const view = new TreesView(store);
  configured.enable = false;
  configured.rules = Object.fromEntries(HOSTILE.map((name) => [name, "off"]));
  const analysis = new FolderAnalysis(uri("/w"), store, "none");
  for (const name of HOSTILE) {
    configured.specObjects = [{ name: "n", module: "m", callee: "c", [name]: 1 }];
    configured.rules = { [name]: "off" };
    analysis.configure();
  }
  expect(tameShown("notification").length).toBeGreaterThan(HOSTILE.length / 2);
  expect(tameShown("view.message").length).toBeGreaterThan(0);
  expectNothingActsInLog();
  analysis.dispose();
  view.dispose();
});
