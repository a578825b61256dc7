/** The run pages, the side panel and the editor follow each other, without going round. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { FakeEditor } from "./fake-vscode.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const vscode = await import("vscode");
const fake = await import("./fake-vscode.ts");
const { Selection } = await import("../../src/extension/selection.ts");
const { Store } = await import("../../src/extension/workspace/store.ts");
const { TreesView } = await import("../../src/extension/views/trees.ts");

const SOURCE = `import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
export class Inner extends Supervisor {
  override init() {
    return { strategy: "one_for_all", children: [{ id: "deep", start: [Worker] }] };
  }
}
export class Top extends Supervisor {
  override init() {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "b", start: [Worker] },
        { id: "a", start: [Inner] },
      ],
    };
  }
}
`;
const ROOT = vscode.Uri.parse("file:///w");
const line = (text: string): number => SOURCE.split("\n").findIndex((each) => each.includes(text));

function workbench() {
  const store = new Store();
  store.add(ROOT, "w");
  const model = analyzeSources(new Map([["app.ts", SOURCE]]));
  store.setResult(ROOT, model, []);
  const keys = new Map(
    model.supervisors.flatMap((each) => [
      [each.name, each.key] as const,
      ...each.children.map((child) => [child.id ?? "", child.key] as const),
    ]),
  );
  const key = (name: string): string => keys.get(name)!;
  const view = new TreesView(store);
  const page = (folder: string) => {
    const shown: string[] = [];
    return {
      shown,
      state: { folder, root: "", saved: null },
      select: (selected: string) => void shown.push(selected),
    };
  };
  const pages = [page(ROOT.toString()), page(ROOT.toString()), page("file:///other")] as const;
  const selection = new Selection({ store, view, pages: () => pages, settled: () => Promise.resolve() });
  const editor = fake.openEditor(fake.Uri.parse("file:///w/app.ts"));
  const tree = fake.trees.at(-1)!;
  const node = (name: string): unknown => {
    const all = (nodes: typeof view.nodes): typeof view.nodes =>
      nodes.flatMap((each) => [each, ...all(each.children)]);
    return all(view.nodes).find((each) => each.id.endsWith(`/${key(name)}`));
  };
  return { store, view, pages, selection, editor, tree, key, node };
}

async function put(editor: FakeEditor, at: number, character = 12): Promise<void> {
  editor.selection = new fake.Selection(at, character);
  await rest();
}

/** Whatever would go round has had the time to. */
const rest = () => vi.advanceTimersByTimeAsync(2_000);

beforeEach(() => {
  vi.useFakeTimers();
  fake.window.visibleTextEditors.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test("a process that is selected in a page is selected in the side panel, the other pages and the editor, once", async () => {
  const { pages, selection, editor, tree, key, node } = workbench();
  selection.fromPage(pages[0], key("a"));
  await rest();
  expect(tree.selection).toEqual([node("a")]);
  expect(tree.focused).toEqual([false]);
  expect(editor.selection.active.line).toBe(line('id: "a"'));
  expect(editor.revealed).toBe(1);
  expect(pages.map(({ shown }) => shown)).toEqual([[], [key("a")], []]);
});

test("the cursor in a child's specification selects it, and does not move", async () => {
  const { pages, editor, tree, key, node } = workbench();
  await put(editor, line('id: "a"'));
  expect(tree.selection).toEqual([node("a")]);
  expect(pages.map(({ shown }) => shown)).toEqual([[key("a")], [key("a")], []]);
  await put(editor, line('id: "a"'), 20);
  expect(pages[0].shown, "still the same child").toHaveLength(1);
  expect([editor.selection.active.character, editor.revealed]).toEqual([20, 0]);
  await put(editor, line("rest_for_one"));
  expect(pages[0].shown.at(-1)).toBe(key("Top"));
  await put(editor, 0, 0);
  expect(pages[0].shown, "outside of any tree nothing changes").toHaveLength(2);
});

test("inside a supervisor that is a child elsewhere, the cursor stays where it is", async () => {
  const { pages, editor, tree, key, node } = workbench();
  await put(editor, line("one_for_all"), 4);
  expect(pages[0].shown).toEqual([key("Inner")]);
  expect(tree.selection).toEqual([node("a")]);
  expect(editor.selection.active.line).toBe(line("one_for_all"));
});

test("an item that is chosen in the side panel is selected in the pages and in a visible editor", async () => {
  const { pages, editor, tree, key, node } = workbench();
  await tree.choose(node("deep"));
  await rest();
  expect(pages.map(({ shown }) => shown)).toEqual([[key("deep")], [key("deep")], []]);
  expect(editor.selection.active.line).toBe(line('id: "deep"'));
  expect(tree.focused, "the panel itself is left alone").toEqual([]);
});

test("a side panel that is closed stays closed, and a file that is not in sight stays so", async () => {
  const { pages, selection, editor, tree, key } = workbench();
  tree.visible = false;
  fake.window.visibleTextEditors.length = 0;
  selection.fromPage(pages[0], key("b"));
  await rest();
  expect(tree.focused).toEqual([]);
  expect(editor.revealed).toBe(0);
});

test("cursors that only pass by, and those of editors that nobody is in, select nothing", async () => {
  const { pages, editor, key } = workbench();
  editor.selection = new fake.Selection(line('id: "a"'), 12);
  await vi.advanceTimersByTimeAsync(50);
  await put(editor, line('id: "b"'));
  expect(pages[0].shown).toEqual([key("b")]);
  fake.window.activeTextEditor = undefined;
  await put(editor, line('id: "a"'));
  expect(pages[0].shown).toEqual([key("b")]);
});

test("of selections that follow each other quickly the last one stays, everywhere", async () => {
  const { pages, selection, editor, tree, key, node } = workbench();
  for (const name of ["a", "b", "deep", "b", "a", "deep"]) selection.fromPage(pages[0], key(name));
  await rest();
  expect(tree.selection).toEqual([node("deep")]);
  expect(editor.selection.active.line).toBe(line('id: "deep"'));
  expect(pages[0].shown).toEqual([]);
});
