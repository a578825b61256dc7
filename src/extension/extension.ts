/**
 * The extension's start. Registration only: nothing is read and no worker is started before there is a reason
 * to (see workspace/evidence.ts).
 */
import * as vscode from "vscode";
import { registerCommands } from "./commands/register.ts";
import { ContextKeys } from "./context-keys.ts";
import { CodeActions } from "./editor/code-actions.ts";
import { CodeLenses } from "./editor/code-lens.ts";
import { Diagnostics } from "./editor/diagnostics.ts";
import { Hovers } from "./editor/hovers.ts";
import { LivePrograms } from "./live/live.ts";
import { disposeLog } from "./log.ts";
import { openRulePage } from "./rule-pages.ts";
import { applyExperiment, applyFix } from "./run/apply.ts";
import { RunPanels } from "./run/panels.ts";
import { RealCode } from "./run/real-code.ts";
import { SavedRunEditor } from "./run/saved-run.ts";
import { pageStrings } from "./run/strings.ts";
import { Selection } from "./selection.ts";
import { Status } from "./status.ts";
import { TreesView } from "./views/trees.ts";
import { AnalysisService } from "./workspace/analysis.ts";
import { Store } from "./workspace/store.ts";

/** What other extensions, and the tests, may use. */
export interface SuptreeApi {
  /** What is known about each analysed folder now. */
  readonly folders: Store["folders"];
  /** Resolves when everything that has changed so far has been analysed. */
  settled(): Promise<void>;
  /** The open run panels. */
  readonly panels: readonly { root: string; summary: string }[];
  /** Items of the side panel. */
  readonly nodes: TreesView["nodes"];
}

const DOCUMENTS: vscode.DocumentSelector = [
  "typescript",
  "typescriptreact",
  "javascript",
  "javascriptreact",
].flatMap((language) => [
  { language, scheme: "file" },
  { language, scheme: "vscode-remote" },
  { language, scheme: "vscode-vfs" },
]);

export function activate(context: vscode.ExtensionContext): SuptreeApi {
  const store = new Store();
  const keys = new ContextKeys(store);
  const analysis = new AnalysisService(context.extensionUri, store, (dormant) => {
    keys.dormant = dormant;
  });
  const view = new TreesView(store);
  const realCode = new RealCode(context);
  const panels = new RunPanels({
    realCode,
    extension: context.extensionUri,
    store,
    strings: pageStrings(),
    applyFix: (...fix) => applyFix(analysis, ...fix),
    applyExperiment: (...experiment) => applyExperiment(analysis, ...experiment),
    selected: (page, key) => selection.fromPage(page, key),
    openRuleDocs: (rule) => openRulePage(context.extensionUri, rule),
  });
  const livePages = {
    extension: context.extensionUri,
    store,
    strings: pageStrings(),
    openRuleDocs: (rule: string) => openRulePage(context.extensionUri, rule),
  };
  const live = new LivePrograms(livePages);
  const selection = new Selection({
    store,
    view,
    pages: () => panels.all,
    settled: () => analysis.settled(),
  });
  const lenses = new CodeLenses(store);
  context.subscriptions.push(
    store,
    keys,
    analysis,
    view,
    panels,
    realCode,
    live,
    selection,
    lenses,
    SavedRunEditor.register(panels, store),
    new Diagnostics(store, context.extensionUri),
    new Status(store, () => analysis.cancel()),
    vscode.languages.registerCodeLensProvider(DOCUMENTS, lenses),
    vscode.languages.registerHoverProvider(DOCUMENTS, new Hovers(store)),
    vscode.languages.registerCodeActionsProvider(
      DOCUMENTS,
      new CodeActions(store, context.extensionUri, (document, token) => analysis.settle(document, token)),
      CodeActions.metadata,
    ),
    ...registerCommands({
      realCode,
      extension: context.extensionUri,
      storage: context.globalStorageUri,
      store,
      view,
      panels,
      analysis,
      live,
    }),
    view.onDidChangeVisibility(() => {
      if (view.visible) void analysis.wake();
    }),
    { dispose: disposeLog },
  );
  analysis.start(view.visible);
  return {
    get folders() {
      return store.folders;
    },
    settled: () => analysis.settled(),
    get panels() {
      return panels.all.map(({ state, summary }) => ({ root: state.root, summary }));
    },
    get nodes() {
      return view.nodes;
    },
  };
}
