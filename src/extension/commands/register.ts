/** All commands. Each checks again what its `when` clause promised: hiding a command does not block it. */
import * as vscode from "vscode";
import type { FindingRef } from "../editor/code-actions.ts";
import { COMMANDS, type CommandId, WALKTHROUGH } from "../ids.ts";
import type { LivePrograms } from "../live/live.ts";
import { reveal } from "../locations.ts";
import { log, tellFailure } from "../log.ts";
import { openRulePage } from "../rule-pages.ts";
import type { TreesView } from "../views/trees.ts";
import type { Store } from "../workspace/store.ts";
import { exportTree } from "./export.ts";
import { type LessonServices, openLesson } from "./lesson.ts";
import { openSample } from "./sample.ts";
import { isNode, pickRunnable, type Runnable, runnable, supervisorAtCursor, toRef } from "./targets.ts";

export interface CommandServices extends LessonServices {
  live: LivePrograms;
  view: TreesView;
}

export function registerCommands(services: CommandServices): vscode.Disposable[] {
  const { store, view, panels, analysis, live } = services;

  const chosen = async (argument: unknown, placeHolder: string): Promise<Runnable | null> => {
    await analysis.wake();
    const ref = toRef(argument);
    if (ref) return runnable(store, ref);
    return supervisorAtCursor(store) ?? (await pickRunnable(store, placeHolder));
  };

  const handlers: Record<CommandId, (argument: unknown) => Promise<void>> = {
    [COMMANDS.runTree]: async (argument) => {
      const target = await chosen(argument, vscode.l10n.t("Run which tree?"));
      if (target) await panels.show(target.folder.uri, target.key, target.name);
    },

    [COMMANDS.runFinding]: async (argument) => {
      const ref = argument as FindingRef;
      const folder = store.get(vscode.Uri.parse(ref.folder));
      const finding = folder?.findings.find(
        ({ rule, messageId, location }) =>
          rule === ref.rule &&
          messageId === ref.messageId &&
          location.file === ref.file &&
          location.line === ref.line &&
          location.column === ref.column,
      );
      const root = finding?.demonstration?.root;
      const target = folder && root ? runnable(store, { folder: ref.folder, key: root }) : null;
      if (!finding || !target) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t("This problem is gone, or there is nothing to run for it."),
        );
        return;
      }
      await panels.show(target.folder.uri, target.key, target.name, finding.demonstration);
    },

    [COMMANDS.showTree]: async (argument) => {
      const ref = toRef(argument);
      const target = ref ?? toRefOf(await chosen(argument, vscode.l10n.t("Show which tree?")));
      if (target) await view.show(vscode.Uri.parse(target.folder), target.key, true);
    },

    [COMMANDS.openSource]: async (argument) => {
      if (isNode(argument) && argument.location) {
        // Not over the page of a run.
        const beside = panels.all.some(({ panel }) => panel.active);
        await reveal(vscode.Uri.parse(argument.folder), argument.location, { beside, preserveFocus: true });
      }
    },

    [COMMANDS.refresh]: () => analysis.rescan(),

    [COMMANDS.exportTree]: async () => exportTree(store),

    [COMMANDS.openSample]: (argument) =>
      openSample(services, argument instanceof vscode.Uri ? argument : null),

    [COMMANDS.openLesson]: (argument) => openLesson(services, argument),

    [COMMANDS.openRuleDocs]: async (argument) => {
      const rule = typeof argument === "string" ? argument : await pickRule(store);
      if (rule) await openRulePage(services.extension, rule);
    },

    [COMMANDS.showProblems]: async () => {
      await vscode.commands.executeCommand("workbench.actions.view.problems");
    },

    [COMMANDS.attach]: () => live.attach(),

    [COMMANDS.showLive]: () => live.show(),

    [COMMANDS.showLog]: async () => log().show(),

    [COMMANDS.openWalkthrough]: async () => {
      await vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false);
    },
  };

  return Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (argument: unknown) => {
      try {
        await handler(argument);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        await tellFailure(vscode.l10n.t("Suptree could not do this: {0}", reason), error);
      }
    }),
  );
}

function toRefOf(target: Runnable | null): { folder: string; key: string } | null {
  return target && { folder: target.folder.uri.toString(), key: target.key };
}

async function pickRule(store: Store): Promise<string | undefined> {
  const rules = new Set(store.folders.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  if (rules.size === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There are no problems to explain."));
    return undefined;
  }
  return vscode.window.showQuickPick([...rules].sort(), {
    placeHolder: vscode.l10n.t("Open the documentation of which rule?"),
  });
}
