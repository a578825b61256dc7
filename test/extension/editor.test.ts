/** Diagnostics, quick fixes and hovers of a folder, made from real findings of a real model. */
import { beforeEach, expect, test, vi } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const fake = await import("./fake-vscode.ts");
const { Store } = await import("../../src/extension/workspace/store.ts");
const { Diagnostics } = await import("../../src/extension/editor/diagnostics.ts");
const { CodeActions, FIX_ALL } = await import("../../src/extension/editor/code-actions.ts");
const { Hovers } = await import("../../src/extension/editor/hovers.ts");

type Uri = import("vscode").Uri;

const SOURCE = `import { GenServer, Supervisor } from "suptree";
class Db extends GenServer {}
class Api extends GenServer { async init() { await this.call("db", {}); } }
export class ShopSup extends Supervisor {
  init() {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "api", start: [Api] },
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`;
const folder = fake.Uri.file("/w");
const file = fake.Uri.file("/w/src/shop.ts");
const document = fake.textDocument(file, SOURCE) as unknown as import("vscode").TextDocument;
const cancelled = { isCancellationRequested: false } as import("vscode").CancellationToken;

/** A store that has just got the model of these files. */
function analysed(sources: Record<string, string>) {
  const texts = new Map(Object.entries(sources));
  const model = analyzeSources(texts);
  const store = new Store();
  const state = store.add(folder as unknown as Uri, "w");
  const update = (next: Map<string, string>): void => {
    const changed = analyzeSources(next);
    store.setResult(state.uri, changed, lint(changed, { sources: next }));
    store.setStatus(state.uri, { kind: "ready" });
  };
  update(texts);
  return { store, state, model, update };
}

const range = (line: number, from: number, to: number) =>
  new fake.Range(line, from, line, to) as unknown as import("vscode").Range;
const position = (line: number, character: number) =>
  new fake.Position(line, character) as unknown as import("vscode").Position;
const actionsAt = (
  store: InstanceType<typeof Store>,
  at: ReturnType<typeof range>,
  only?: unknown,
  settled = true,
) =>
  new CodeActions(store, folder as unknown as Uri, async () => settled).provideCodeActions(
    document,
    at,
    { only } as import("vscode").CodeActionContext,
    cancelled,
  ) as unknown as Promise<InstanceType<typeof fake.CodeAction>[]>;

beforeEach(() => fake.problems.clear());

test("a finding is a diagnostic of one line, with its rule and the places that belong to it", () => {
  const { store } = analysed({ "src/shop.ts": SOURCE });
  new Diagnostics(store, fake.Uri.file("/ext") as unknown as Uri);
  const found = fake.problems.get("/w/src/shop.ts") as import("vscode").Diagnostic[];
  const order = found.find(({ code }) => (code as { value: string }).value === "child-order");
  expect(order?.source).toBe("suptree");
  expect(order?.range.start.line).toBe(8);
  expect(document.getText(order?.range)).toBe('id: "api"');
  // Two lines in the hover; what follows from it is beside them.
  expect(order?.message).toBe("`api` calls `db` in its init, but `db` starts after it.");
  expect(order?.relatedInformation?.[0]?.message).toContain("finds no process (noproc) and crashes");
  expect(order?.relatedInformation?.map(({ location }) => location.uri.path)).toContain("/w/src/shop.ts");
});

test("diagnostics go with their cause: repaired, switched off, or with the folder", () => {
  const { store, state, update } = analysed({ "src/shop.ts": SOURCE });
  new Diagnostics(store, fake.Uri.file("/ext") as unknown as Uri);
  expect(fake.problems.size).toBe(1);
  update(new Map([["src/shop.ts", "export {};"]]));
  expect([...fake.problems.values()].flat()).toEqual([]);
  update(new Map([["src/shop.ts", SOURCE]]));
  expect(fake.problems.size).toBe(1);
  store.setStatus(state.uri, { kind: "off" });
  expect(fake.problems.size).toBe(0);
  store.setStatus(state.uri, { kind: "ready" });
  expect(fake.problems.size).toBe(1);
  store.remove(state.uri);
  expect(fake.problems.size).toBe(0);
});

test("a finding offers its fixes, a run that shows it, and a comment that silences it", async () => {
  const { store } = analysed({ "src/shop.ts": SOURCE });
  const actions = await actionsAt(store, range(8, 10, 12));
  const fix = actions.find(({ isPreferred }) => isPreferred === true);
  expect(fix?.edit?.edits.map(({ uri }) => uri.path)).toContain("/w/src/shop.ts");
  expect(actions.find(({ command }) => command !== undefined)?.command?.arguments[0]).toMatchObject({
    rule: "child-order",
    file: "src/shop.ts",
    line: 9,
  });
  const silence = actions.find(({ title }) => title.startsWith("Silence child-order"));
  expect(silence?.edit?.edits[0]?.text).toBe("        // suptree-disable-next-line child-order\n");
});

test("nothing is offered elsewhere, nor for a text that the findings are not about", async () => {
  const { store } = analysed({ "src/shop.ts": SOURCE });
  expect(await actionsAt(store, range(1, 0, 1))).toEqual([]);
  expect(await actionsAt(store, range(8, 10, 12), undefined, false)).toEqual([]);
});

test("fix all takes what is safe, once", async () => {
  const { store } = analysed({ "src/shop.ts": SOURCE });
  const actions = await actionsAt(store, range(0, 0, 0), FIX_ALL);
  expect(actions.map(({ kind }) => kind.value)).toEqual(["source.fixAll.suptree"]);
  expect(actions[0]?.edit?.edits.length).toBeGreaterThan(0);
});

test("hovers tell OTP's words and what a child's crash takes with it", () => {
  const { store } = analysed({ "src/shop.ts": SOURCE });
  const hovers = new Hovers(store);
  const text = (line: number, character: number): string | undefined =>
    (
      hovers.provideHover(document, position(line, character))?.contents as unknown as
        | { value: string }
        | undefined
    )?.value;
  expect(text(6, 10)).toContain("erlang.org");
  expect(text(8, 16)).toContain("`ShopSup`");
  expect(text(8, 16)).toContain("`db`");
  expect(text(1, 8)).toBeUndefined();
});

test("hovers tell what a word means in the library that is used", () => {
  const source = [
    'import { agent, supervise } from "@vyntral/grove-core";',
    "export const app = supervise({",
    '  name: "app",',
    '  strategy: "one_for_one",',
    "  restart: { intensity: 3, period: 5_000 },",
    '  children: [agent({ name: "a", run: async () => {} })],',
    "});",
  ];
  const { store, model } = analysed({ "src/shop.ts": source.join("\n") });
  expect(model.supervisors).toHaveLength(1);
  const text = fake.textDocument(file, source.join("\n")) as unknown as typeof document;
  const hover = new Hovers(store).provideHover(text, position(4, source[4]!.indexOf("period") + 1));
  expect((hover?.contents as unknown as { value: string } | undefined)?.value).toContain("in milliseconds");
});
