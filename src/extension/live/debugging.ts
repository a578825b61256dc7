/**
 * Programs that VS Code's JavaScript debugger runs. It has a session for the launch, which never answers, and below it one for each
 * process, worker and page. Trackers see what is said to and by a session; nothing is sent through them.
 */
import * as vscode from "vscode";
import { errorText, printable } from "../../model/index.ts";
import { log } from "../log.ts";
import { onDebug } from "../settings.ts";
import { cannotConnect } from "./connect.ts";
import { askConsent } from "./consent.ts";
import { dependsOnLibrary } from "./depends.ts";
import type { LivePanel, LivePanelServices } from "./panel.ts";
import type { SeenProgram } from "./program.ts";
import type { LiveRun } from "./run.ts";
import { DEBUG_TYPES } from "./types.ts";

/** A launch, and what has come of it. */
interface Launch {
  /** The workspace is trusted and uses the library, and the person does not mind. */
  wanted: Promise<boolean>;
  run: LiveRun | null;
}

export class Debugging implements vscode.Disposable {
  readonly #services: LivePanelServices;
  readonly #changed: () => void;
  readonly #launches = new Map<string, Launch>();
  /** Panels whose debugging is over, by what was debugged: they wait for the next time. */
  readonly #runs = new Map<string, LiveRun>();
  readonly #subscriptions: vscode.Disposable[];
  #toldOfNoDebug = false;
  #toldOfNoSocket = false;

  constructor(services: LivePanelServices, changed: () => void) {
    this.#services = services;
    this.#changed = changed;
    this.#subscriptions = [
      ...DEBUG_TYPES.map((type) =>
        vscode.debug.registerDebugAdapterTrackerFactory(type, {
          createDebugAdapterTracker: (session) => this.#track(session),
        }),
      ),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session.parentSession !== undefined) return;
        this.#launches.delete(session.id);
        // Without a panel there is nothing to come back to.
        if (this.#runs.get(keyOf(session))?.panel === null) this.#runs.delete(keyOf(session));
      }),
    ];
  }

  /** What is debugged now, and what was last. */
  get runs(): readonly LiveRun[] {
    return [...this.#runs.values()];
  }

  #track(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    if (!vscode.workspace.isTrusted || onDebug() === "never") return undefined;
    const root = rootOf(session);
    const launch = this.#launches.get(root.id) ?? { wanted: dependsOnLibrary(root), run: null };
    this.#launches.set(root.id, launch);
    if (session.parentSession === undefined) {
      if (session.configuration.noDebug === true) void this.#sayNoDebug(root, launch).catch(problem);
      return undefined;
    }
    return root.configuration.noDebug === true ? undefined : this.#trackProgram(session, root, launch);
  }

  #trackProgram(
    session: vscode.DebugSession,
    root: vscode.DebugSession,
    launch: Launch,
  ): vscode.DebugAdapterTracker {
    let program: SeenProgram | null = null;
    let over = false;
    const begin = async () => {
      if (program !== null || over || !(await launch.wanted)) return;
      const cannot = cannotConnect();
      if (cannot !== null) return this.#sayNoSocket(cannot);
      // Loaded when it is wanted: most windows debug nothing of ours.
      const { LiveRun: Run } = await import("./run.ts");
      if (program !== null || over) return;
      launch.run ??= this.#begin(root, Run);
      program = launch.run.add(session.name);
      await program.throughDebugger(session, onDebug() === "always");
    };
    const end = () => {
      if (over) return;
      over = true;
      program?.finish(vscode.l10n.t("The program has ended.")).catch(problem);
    };
    return {
      // As early as can be: before the program's first line, most of the time.
      onWillReceiveMessage: ({ type, command }: DapMessage) => {
        if (type === "request" && (command === "launch" || command === "attach")) begin().catch(problem);
      },
      onDidSendMessage: ({ type, event }: DapMessage) => {
        if (type !== "event") return;
        if (event === "stopped") program?.hold(true);
        else if (event === "continued") program?.hold(false);
        else if (event === "terminated") end();
      },
      onWillStopSession: end,
      onExit: end,
    };
  }

  /** The same launched again goes on in the same panel. */
  #begin(root: vscode.DebugSession, Run: typeof LiveRun): LiveRun {
    const key = keyOf(root);
    const panel: LivePanel | null = this.#runs.get(key)?.release() ?? null;
    const run = new Run({
      name: root.configuration.name || root.name,
      folder: (root.workspaceFolder ?? vscode.workspace.workspaceFolders?.[0])?.uri ?? null,
      services: this.#services,
      consent: () => askConsent(root.configuration.name || root.name),
      changed: this.#changed,
      panel,
    });
    this.#runs.set(key, run);
    return run;
  }

  #sayNoSocket(text: string): void {
    log().warn(printable(text));
    if (this.#toldOfNoSocket) return;
    this.#toldOfNoSocket = true;
    void vscode.window.showWarningMessage(text);
  }

  /** Without its debugger a program cannot be seen: whoever counts on it is told why. */
  async #sayNoDebug(root: vscode.DebugSession, launch: Launch): Promise<void> {
    if (!(await launch.wanted)) return;
    const text = vscode.l10n.t(
      "Started without debugging: its supervision tree is not seen. Start it with F5 (Start Debugging).",
    );
    log().info(printable(text));
    this.#runs.get(keyOf(root))?.say(text);
    if (onDebug() !== "always" || this.#toldOfNoDebug) return;
    this.#toldOfNoDebug = true;
    void vscode.window.showInformationMessage(text);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const run of this.#runs.values()) run.dispose();
  }
}

/** As much of the Debug Adapter Protocol as is looked at. */
interface DapMessage {
  type?: string;
  command?: string;
  event?: string;
}

function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  let root = session;
  while (root.parentSession !== undefined) root = root.parentSession;
  return root;
}

function keyOf({ workspaceFolder, configuration, name }: vscode.DebugSession): string {
  return `${workspaceFolder?.uri.toString() ?? ""}\n${configuration.name || name}`;
}

function problem(error: unknown): void {
  log().info(printable(errorText(error)));
}
