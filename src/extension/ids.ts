/** Every name that the manifest and the code share. A test compares them with package.json. */

export const COMMANDS = {
  runTree: "suptree.runTree",
  runFinding: "suptree.runFinding",
  showTree: "suptree.showTree",
  openSource: "suptree.openSource",
  refresh: "suptree.refresh",
  exportTree: "suptree.exportTree",
  openSample: "suptree.openSample",
  openLesson: "suptree.openLesson",
  openRuleDocs: "suptree.openRuleDocs",
  showProblems: "suptree.showProblems",
  attach: "suptree.attach",
  showLive: "suptree.showLive",
  showLog: "suptree.showLog",
  openWalkthrough: "suptree.openWalkthrough",
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEW_TREES = "suptree.trees";
export const PANEL_RUN = "suptree.run";
/** The panel of a running program. Not restored: the program is not debugged any more then. */
export const PANEL_LIVE = "suptree.live";
/** The editor of saved runs. */
export const EDITOR_SAVED_RUN = "suptree.savedRun";
/** The editor of recordings. */
export const EDITOR_RECORDING = "suptree.recording";
export const WALKTHROUGH = "suptree.suptree#suptree.lessons";

/** Context keys, for `when` clauses. Set in context-keys.ts, and by those whose business they are. */
export const CONTEXT = {
  /** One of `ViewState`. */
  state: "suptree.state",
  /** True when the active editor holds a supervisor. */
  editorHasTree: "suptree.editorHasTree",
  /** True while a run panel has the focus. */
  runFocused: "suptree.runFocused",
  /** True while a program with a System is seen. */
  live: "suptree.live",
  /** With a lesson's number after it: that lesson has been opened. */
  lesson: "suptree.lesson",
} as const;

/** What the side panel shows when it has no items. */
export type ViewState = "dormant" | "noFolder" | "scanning" | "empty" | "failed" | "ready" | "off";

export const DIAGNOSTIC_SOURCE = "suptree";

/** `suptree-disable-next-line RULE`: read by the lint, written by the quick fix. */
export const SUPPRESSION = "suptree-disable-next-line";

/** Behind the item in the status bar; not in the command palette. */
export const CANCEL_SCAN = "suptree.cancelScan";
