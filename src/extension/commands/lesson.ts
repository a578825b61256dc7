/** The lessons of the walkthrough: each is an example of the project, as a project of its own, and its real code runs at once. */
import * as vscode from "vscode";
import { EVERYTHING, type Location, programFile, type TreeModel } from "../../model/index.ts";
import { CONTEXT } from "../ids.ts";
import { toRange } from "../locations.ts";
import type { RealCode } from "../run/real-code.ts";
import type { FolderState } from "../workspace/store.ts";
import { openSample, type SampleServices, writeProject } from "./sample.ts";

/** Folders of the examples, in the order of the lessons. The last lesson, tips, is the sample: it has something to be found. */
export const LESSONS = [
  "1-playskool",
  "2-hindsight",
  "3-links-and-monitors",
  "4-gen-server-call",
  "5-process-registry",
] as const;
const TIPS = "6-tips";

export interface LessonServices extends SampleServices {
  realCode: RealCode;
}

/** Opens a lesson, and runs it; asks which one where none is named. */
export async function openLesson(services: LessonServices, named: unknown): Promise<void> {
  const all: readonly string[] = [...LESSONS, TIPS];
  const lesson =
    all.find((each) => each === named) ??
    (await vscode.window.showQuickPick([...all], { placeHolder: vscode.l10n.t("Which lesson?") }));
  if (lesson === undefined) return;
  const runCode = async (folder: FolderState, root: string): Promise<void> => {
    if (services.realCode.refusal(folder) === null) await services.realCode.remember(folder, root, "code");
  };
  if (lesson === TIPS) await openSample(services, services.storage, runCode);
  else await openExample(services, lesson, runCode);
  // Its step of the walkthrough is checked off.
  await vscode.commands.executeCommand("setContext", `${CONTEXT.lesson}${lesson[0]}`, true);
}

async function openExample(
  services: LessonServices,
  lesson: string,
  runCode: (folder: FolderState, root: string) => Promise<void>,
): Promise<void> {
  const folder = await writeLesson(services.extension, services.storage, lesson);
  await services.analysis.analyseExtra(folder, lesson);
  const state = services.store.get(folder);
  const tree = state?.model ? treeOf(state.model) : null;
  if (!state || tree === null) throw new Error(vscode.l10n.t("the sample could not be read"));
  const { start } = toRange(tree.location);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, ...tree.location.file.split("/")), {
    preview: false,
    selection: new vscode.Range(start, start),
  });
  await runCode(state, tree.key);
  await services.panels.show(folder, tree.key, tree.name);
}

/** What a lesson runs: its application, else its tree, else the module that starts all. */
export function treeOf(model: TreeModel): { key: string; name: string; location: Location } | null {
  const needed = new Set(model.applications.flatMap(({ dependencies }) => dependencies));
  const tree =
    model.applications.find(({ name }) => !needed.has(name)) ??
    model.supervisors.find(({ key }) => model.roots.includes(key));
  if (tree !== undefined) return tree;
  const file = programFile(model, EVERYTHING);
  const first = model.orphans.find(({ location }) => location.file === file);
  return first === undefined ? null : { key: EVERYTHING, name: file ?? "", location: first.location };
}

/** A new folder with an example's sources, and what they share. */
export async function writeLesson(
  extension: vscode.Uri,
  place: vscode.Uri,
  lesson: string,
): Promise<vscode.Uri> {
  const examples = vscode.Uri.joinPath(extension, "examples");
  return writeProject(extension, place, `suptree-${lesson}`, async (folder) => {
    // Where its `main.ts` imports it from.
    await copySources(vscode.Uri.joinPath(examples, "shared"), vscode.Uri.joinPath(folder, "shared"));
    const own = vscode.Uri.joinPath(folder, lesson, "src");
    await copySources(vscode.Uri.joinPath(examples, lesson, "src"), own);
  });
}

async function copySources(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  for (const [name, type] of await vscode.workspace.fs.readDirectory(from)) {
    const [source, target] = [vscode.Uri.joinPath(from, name), vscode.Uri.joinPath(to, name)];
    if (type === vscode.FileType.Directory) await copySources(source, target);
    else if (name.endsWith(".ts")) await vscode.workspace.fs.copy(source, target);
  }
}
