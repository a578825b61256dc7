/** One run panel without an editor: what its page is told when, what it may ask for, and what happens to what it should not say. */
import { expect, test, vi } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { Demonstration } from "../../src/model/index.ts";
import { type HostMessage, type PageMessage, PROTOCOL_VERSION } from "../../src/protocol/index.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const vscode = await import("vscode");
const fake = await import("./fake-vscode.ts");
const { RunPanel } = await import("../../src/extension/run/panel.ts");
const { Store } = await import("../../src/extension/workspace/store.ts");

const ROOT = vscode.Uri.parse("file:///w");
const SUP = "app.ts#Top";
const source = (ids: string[]): string => `import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
export class Top extends Supervisor {
  override init() {
    return { children: [${ids.map((id) => `{ id: "${id}", start: [Worker] }`).join(", ")}] };
  }
}
`;
const modelOf = (...ids: string[]) => analyzeSources(new Map([["app.ts", source(ids)]]));
const location = (file: string) => ({ file, line: 1, column: 1, endLine: 1, endColumn: 2 });
const demonstration: Demonstration = {
  root: SUP,
  faults: [],
  expect: "nothing",
  shows: { kind: "no start", of: ["x"] },
  absent: [],
};

function open({ analysed = true, afterLoss = false, told = null as Demonstration | null } = {}) {
  const store = new Store();
  store.add(ROOT, "w");
  if (analysed) store.setResult(ROOT, modelOf("a"), []);
  const said: HostMessage[] = [];
  let hear: (message: unknown) => void = () => {};
  const panel = {
    visible: true,
    title: "Top",
    webview: {
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        hear = listener;
        return { dispose() {} };
      },
      postMessage: async (message: HostMessage) => said.push(message),
    },
    dispose: vi.fn(),
  };
  const services = {
    extension: vscode.Uri.parse("file:///extension"),
    store,
    strings: {},
    applyFix: vi.fn(async () => {}),
    applyExperiment: vi.fn(async () => {}),
    openRuleDocs: vi.fn(async () => {}),
    selected: vi.fn(),
    realCode: {
      codeFor: vi.fn(async () => ({ script: "run()", notes: [], problems: [] })),
      onSaved: vi.fn(() => ({ dispose() {} })),
      remember: vi.fn(async () => {}),
      remembered: () => [],
      refusal: () => null,
      warm: () => {},
      holds: () => false,
    },
  };
  const state = { folder: ROOT.toString(), root: SUP, saved: null };
  const life = { demonstration: told, afterLoss, onLost: () => {} };
  const run = new RunPanel(panel as never, state, life, services as never);
  /** What the page says, and what it is told about it. */
  const say = async (message: PageMessage): Promise<HostMessage[]> => {
    const before = said.length;
    hear(message);
    await new Promise((resolve) => setImmediate(resolve));
    return said.slice(before);
  };
  const start = () => say({ type: "ready", protocol: PROTOCOL_VERSION });
  return { run, panel, services, state, store, said, say, start };
}

test("a page that is ready is told everything; a demonstration is played once, a loss is said once", async () => {
  const { start, run } = open({ told: demonstration, afterLoss: true });
  const [first] = await start();
  expect(first).toMatchObject({ type: "init", host: "vscode", root: SUP, demonstration, lost: true });
  const [again] = await start();
  expect(again).toMatchObject({ type: "init", demonstration: null, lost: false });
  run.dispose();
});

test("a page of another version is told to go, and hears nothing else", async () => {
  const { say, store, said, run } = open();
  const [answer] = await say({ type: "ready", protocol: PROTOCOL_VERSION + 1 });
  expect(answer).toMatchObject({ type: "error" });
  store.setResult(ROOT, modelOf("a", "b"), []);
  expect(said).toHaveLength(1);
  run.dispose();
});

test("before there is a model the page waits, then begins by itself", async () => {
  const { start, store, said, run } = open({ analysed: false });
  expect(await start()).toEqual([]);
  store.setResult(ROOT, modelOf("a"), []);
  expect(said.map(({ type }) => type)).toEqual(["init"]);
  run.dispose();
});

test("an edit is sent once; another folder's is not", async () => {
  const { start, store, said, run } = open();
  await start();
  store.add(vscode.Uri.parse("file:///other"), "other");
  store.setResult(vscode.Uri.parse("file:///other"), modelOf("x"), []);
  store.setResult(ROOT, modelOf("a", "b"), []);
  expect(said.map(({ type }) => type)).toEqual(["init", "model"]);
  run.dispose();
});

test("what a page may not say is refused, logged, and changes nothing", async () => {
  const { start, say, services, run } = open();
  await start();
  fake.shown.length = 0;
  for (const nonsense of [null, 7, "ready", {}, { type: "applyFix" }, { type: "unheard of" }])
    expect(await say(nonsense as PageMessage)).toEqual([]);
  expect(fake.shown.filter(({ where }) => where === "log")).toHaveLength(6);
  expect(services.applyFix).not.toHaveBeenCalled();
  run.dispose();
});

test("a fix that fails answers with its sentence; one that works says so", async () => {
  const { start, say, services, run } = open();
  await start();
  const fix = {
    type: "applyFix",
    rule: "child-order",
    title: "Move",
    location: location("app.ts"),
  } as const;
  expect(await say({ ...fix, id: 1 })).toEqual([{ type: "done", id: 1, ok: true, message: null }]);
  services.applyFix.mockRejectedValueOnce(new Error("The file has changed: look again."));
  expect(await say({ ...fix, id: 2 })).toEqual([
    { type: "done", id: 2, ok: false, message: "The file has changed: look again." },
  ]);
  run.dispose();
});

test("only files of the trees are shown", async () => {
  const { start, say, run } = open();
  await start();
  const opened = vi.spyOn(fake.window, "showTextDocument");
  fake.shown.length = 0;
  await say({ type: "reveal", location: location("../../etc/passwd") });
  await say({ type: "reveal", location: location("elsewhere.ts") });
  expect(fake.shown).toEqual([]);
  expect(opened).not.toHaveBeenCalled();
  await say({ type: "reveal", location: location("app.ts") });
  expect(opened).toHaveBeenCalledTimes(1);
  run.dispose();
});

test("selections go both ways, once the page is there", async () => {
  const { start, say, said, services, run } = open();
  run.select(`${SUP}/a`);
  expect(said).toEqual([]);
  await start();
  run.select(`${SUP}/a`);
  expect(said.at(-1)).toEqual({ type: "select", key: `${SUP}/a` });
  await say({ type: "selected", key: `${SUP}/a` });
  expect(services.selected).toHaveBeenCalledExactlyOnceWith(run, `${SUP}/a`);
  run.dispose();
});

test("real code comes for the tree that asks, and its folder's saves are watched once", async () => {
  const { start, say, services, run } = open();
  await start();
  for (const id of [1, 2])
    expect(await say({ type: "needCode", id, root: SUP })).toEqual([
      { type: "code", id, code: { script: "run()", notes: [], problems: [] } },
    ]);
  expect(services.realCode.onSaved).toHaveBeenCalledTimes(1);
  run.dispose();
});

test("a panel that is closed hears of nothing more", async () => {
  const { start, store, said, panel, run } = open();
  await start();
  run.dispose();
  expect(panel.dispose).toHaveBeenCalled();
  store.setResult(ROOT, modelOf("a", "b"), []);
  run.select(`${SUP}/a`);
  expect(said.map(({ type }) => type)).toEqual(["init"]);
});
