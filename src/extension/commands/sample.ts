/** A sample tree with one click: a project of its own that may be edited, with the library's types, so that nothing is underlined. */
import * as vscode from "vscode";
import { toRange } from "../locations.ts";
import type { RunPanels } from "../run/panels.ts";
import type { AnalysisService } from "../workspace/analysis.ts";
import type { FolderState, Store } from "../workspace/store.ts";

const FOLDER = "suptree-sample";
const FILE = "chat.ts";
const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: [],
  },
  include: ["**/*.ts"],
};

export interface SampleServices {
  extension: vscode.Uri;
  /** The extension's own folder for what it keeps. */
  storage: vscode.Uri;
  store: Store;
  panels: RunPanels;
  analysis: AnalysisService;
}

/**
 * Makes the sample below `parent`, or where the person says; opens its source, its tree and its run beside it.
 * @param prepare what its tree needs before it is run
 */
export async function openSample(
  services: SampleServices,
  parent: vscode.Uri | null,
  prepare?: (folder: FolderState, root: string) => Promise<void>,
): Promise<void> {
  const { extension, storage } = services;
  const place = parent ?? (await choosePlace(storage));
  if (!place) return;
  const folder = await writeSample(extension, place);
  await services.analysis.analyseExtra(folder, vscode.l10n.t("Sample"));
  const state = services.store.get(folder);
  const root = state?.model?.supervisors.find(({ key }) => state.model?.roots.includes(key));
  if (!state || !root) throw new Error(vscode.l10n.t("the sample could not be read"));
  const { start } = toRange(root.location);
  const editor = await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, FILE), {
    preview: false,
    selection: new vscode.Range(start, start),
  });
  // With room for the CodeLens above it, and all children below.
  const above = new vscode.Position(Math.max(0, start.line - 3), 0);
  editor.revealRange(new vscode.Range(above, above), vscode.TextEditorRevealType.AtTop);
  await prepare?.(state, root.key);
  await services.panels.show(folder, root.key, root.name);
}

async function choosePlace(storage: vscode.Uri): Promise<vscode.Uri | undefined> {
  const scratch = {
    label: vscode.l10n.t("$(beaker) In a Scratch Folder"),
    description: vscode.l10n.t("kept by the extension, outside of your projects"),
  };
  const chosen = {
    label: vscode.l10n.t("$(folder) In a Folder of Your Choice…"),
    description: vscode.l10n.t("a new folder {0} is made in it", FOLDER),
  };
  const picked = await vscode.window.showQuickPick([scratch, chosen], {
    placeHolder: vscode.l10n.t("Where should the sample be made?"),
  });
  if (picked !== chosen) return picked && storage;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t("Make the Sample Here"),
    })) ?? [];
  return folder;
}

/** The sample in a folder of its own. */
export async function writeSample(extension: vscode.Uri, place: vscode.Uri): Promise<vscode.Uri> {
  return writeProject(extension, place, FOLDER, async (folder) => {
    const file = vscode.Uri.joinPath(extension, "media", "sample", FILE);
    await vscode.workspace.fs.copy(file, vscode.Uri.joinPath(folder, FILE));
  });
}

/** A new folder with a project in it, and the library's types: what was changed in an earlier one stays. */
export async function writeProject(
  extension: vscode.Uri,
  place: vscode.Uri,
  name: string,
  writeSources: (folder: vscode.Uri) => Promise<void>,
): Promise<vscode.Uri> {
  const { fs } = vscode.workspace;
  let folder = vscode.Uri.joinPath(place, name);
  for (let n = 2; await exists(folder); n++) folder = vscode.Uri.joinPath(place, `${name}-${n}`);
  const write = (file: string, content: object): Thenable<void> =>
    fs.writeFile(
      vscode.Uri.joinPath(folder, ...file.split("/")),
      new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`),
    );
  await fs.createDirectory(folder);
  await write("package.json", { name, private: true, type: "module" });
  await write("tsconfig.json", TSCONFIG);
  await write("node_modules/suptree/package.json", { name: "suptree", types: "lib/index.d.cts" });
  await copyTypes(
    vscode.Uri.joinPath(extension, "dist", "lib"),
    vscode.Uri.joinPath(folder, "node_modules", "suptree", "lib"),
  );
  // Last: whoever finds them has their types beside them.
  await writeSources(folder);
  return folder;
}

async function copyTypes(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  for (const [name, type] of await vscode.workspace.fs.readDirectory(from)) {
    const [source, target] = [vscode.Uri.joinPath(from, name), vscode.Uri.joinPath(to, name)];
    if (type === vscode.FileType.Directory) await copyTypes(source, target);
    else if (name.endsWith(".d.cts")) await vscode.workspace.fs.copy(source, target);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
