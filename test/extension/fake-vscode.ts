/**
 * As much of the editor as the extension's own parts need in tests: labels, places, addresses, events, a tree, editors, the
 * disk. One for all tests: files that run in one worker share it.
 */

import * as disk from "node:fs/promises";
import { dirname } from "node:path";

export class MarkdownString {
  value: string;
  isTrusted: boolean | undefined;
  supportHtml: boolean | undefined;
  supportThemeIcons: boolean;
  constructor(value = "", supportThemeIcons = false) {
    this.value = value;
    this.supportThemeIcons = supportThemeIcons;
  }
  appendMarkdown(value: string): this {
    this.value += value;
    return this;
  }
}

export class TreeItem {
  label: string;
  description?: string;
  accessibilityInformation?: { label: string };
  constructor(label: string) {
    this.label = label;
  }
}

export class ThemeIcon {}
export class ThemeColor {}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const l10n = {
  t: (message: string, ...values: unknown[]): string =>
    message.replace(/\{(\d+)\}/g, (whole, n: string) => String(values[Number(n)] ?? whole)),
};

export class Disposable {
  readonly #end: () => void;
  constructor(end: () => void) {
    this.#end = end;
  }
  static from(...all: { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const each of all) each.dispose();
    });
  }
  dispose(): void {
    this.#end();
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };
  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }
  isBefore(other: Position): boolean {
    return this.line < other.line || (this.line === other.line && this.character < other.character);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: Position | number, end: Position | number, endLine?: number, endCharacter?: number) {
    const numbers = typeof start === "number" && typeof end === "number";
    this.start = numbers ? new Position(start, end) : (start as Position);
    this.end = numbers ? new Position(endLine ?? start, endCharacter ?? end) : (end as Position);
  }
  get isSingleLine(): boolean {
    return this.start.line === this.end.line;
  }
  intersection(other: Range): Range | undefined {
    const start = this.start.isBefore(other.start) ? other.start : this.start;
    const end = this.end.isBefore(other.end) ? this.end : other.end;
    return end.isBefore(start) ? undefined : new Range(start, end);
  }
  contains(position: Position): boolean {
    return !position.isBefore(this.start) && !this.end.isBefore(position);
  }
}

export class Selection extends Range {
  get active(): Position {
    return this.end;
  }
}

export class Uri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  private constructor(scheme: string, authority: string, path: string) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
  }
  static parse(text: string): Uri {
    const [, scheme = "file", authority = "", path = ""] = /^([\w-]+):(?:\/\/([^/]*))?(.*)$/.exec(text) ?? [];
    return new Uri(scheme, authority, decodeURIComponent(path));
  }
  static file(path: string): Uri {
    return new Uri("file", "", path);
  }
  static joinPath(base: Uri, ...segments: string[]): Uri {
    const address = new URL([base.path.replace(/\/$/, ""), ...segments].join("/"), "file:///");
    return new Uri(base.scheme, base.authority, decodeURIComponent(address.pathname));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.authority}${encodeURI(this.path)}`;
  }
}

export const TextEditorRevealType = { InCenterIfOutsideViewport: 2 };

export interface FakeEditor {
  document: { uri: Uri };
  selection: Selection;
  revealed: number;
  revealRange(): void;
}

const cursors = new EventEmitter<{ textEditor: FakeEditor }>();

/** What people were shown, and where; what the log got is there as well. */
export const shown: { where: string; text: string }[] = [];
const show =
  (where: string) =>
  async (text: string): Promise<undefined> => {
    shown.push({ where, text });
  };

export class CodeLens {
  readonly range: Range;
  readonly command: { title: string; tooltip: string } | undefined;
  constructor(range: Range, command?: { title: string; tooltip: string }) {
    this.range = range;
    this.command = command;
  }
}

export const StatusBarAlignment = { Left: 1 };
export const ViewColumn = { Active: -1, Beside: -2 };
export const env = { language: "en" };
export const extensions = { getExtension: () => undefined };
const nothing = { dispose: () => undefined };
export const commands = {
  executeCommand: async () => undefined,
  registerCommand: () => nothing,
};

class FakeStatusBarItem {
  set text(text: string) {
    shown.push({ where: "status.text", text });
  }
  set tooltip(text: string) {
    shown.push({ where: "status.tooltip", text });
  }
  show(): void {}
  hide(): void {}
  dispose(): void {}
}

export const window = {
  showInformationMessage: show("notification"),
  showWarningMessage: show("notification"),
  showErrorMessage: show("notification"),
  showQuickPick: async (items: (string | { label: string; description?: string; detail?: string })[]) => {
    for (const item of items)
      for (const text of typeof item === "string"
        ? [item]
        : [item.label, item.description ?? "", item.detail ?? ""])
        shown.push({ where: "quick pick", text });
    return undefined;
  },
  withProgress: async () => undefined,
  createStatusBarItem: () => new FakeStatusBarItem(),
  createOutputChannel: () => {
    const line = (...texts: unknown[]) => shown.push({ where: "log", text: texts.join(" ") });
    return { info: line, warn: line, error: line, debug: line, ...nothing };
  },
  registerWebviewPanelSerializer: () => nothing,
  registerCustomEditorProvider: () => nothing,
  createWebviewPanel: (_type: string, title: string) => {
    shown.push({ where: "panel", text: title });
    const panel = new FakePanel(title);
    panels.push(panel);
    return panel;
  },
  activeTextEditor: undefined as FakeEditor | undefined,
  visibleTextEditors: [] as FakeEditor[],
  onDidChangeTextEditorSelection: cursors.event,
  showTextDocument: async (document: { uri: Uri }): Promise<FakeEditor> => openEditor(document.uri),
  createTreeView: <T>(): FakeTreeView<T> => {
    const view = new FakeTreeView<T>();
    trees.push(view as FakeTreeView<unknown>);
    return view;
  },
};

/** Every webview panel that was made, the newest last. */
export const panels: FakePanel[] = [];

export class FakePanel {
  readonly title: string;
  active = true;
  visible = false;
  iconPath: unknown;
  /** What its page was told. */
  readonly told: unknown[] = [];
  /** What its page does about it. */
  onTold: (message: unknown) => void = () => {};
  readonly #said = new EventEmitter<unknown>();
  readonly #closed = new EventEmitter<void>();
  readonly #moved = new EventEmitter<void>();
  readonly onDidDispose = this.#closed.event;
  readonly onDidChangeViewState = this.#moved.event;
  readonly webview = {
    cspSource: "",
    html: "",
    options: {},
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.#said.event,
    postMessage: async (message: unknown) => {
      this.told.push(message);
      this.onTold(message);
      return true;
    },
  };
  #over = false;
  constructor(title: string) {
    this.title = title;
  }
  /** The page says something. */
  say(message: unknown): void {
    this.#said.fire(message);
  }
  show(visible: boolean): void {
    this.visible = visible;
    this.#moved.fire();
  }
  reveal(): void {
    this.show(true);
  }
  dispose(): void {
    if (this.#over) return;
    this.#over = true;
    this.#closed.fire();
  }
}

/** What the debugger is followed by, and tells of. */
const terminated = new EventEmitter<unknown>();
export const trackers = new Map<string, { createDebugAdapterTracker(session: unknown): unknown }>();
export const debug = {
  registerDebugAdapterTrackerFactory: (
    type: string,
    factory: { createDebugAdapterTracker(session: unknown): unknown },
  ) => {
    trackers.set(type, factory);
    return new Disposable(() => trackers.delete(type));
  },
  onDidTerminateDebugSession: terminated.event,
  /** Not of the editor: a session ends. */
  terminate: (session: unknown): void => terminated.fire(session),
};

export const ConfigurationTarget = { Global: 1, Workspace: 2 };

/** Every tree view that was made, the newest last. */
export const trees: FakeTreeView<unknown>[] = [];

/** Selecting and revealing tell about a selection later, as in the editor. */
export class FakeTreeView<T> {
  visible = true;
  #message: string | undefined;
  badge: unknown;
  selection: readonly T[] = [];
  readonly focused: boolean[] = [];
  readonly #selected = new EventEmitter<{ selection: readonly T[] }>();
  readonly onDidChangeSelection = this.#selected.event;
  readonly onDidChangeVisibility = new EventEmitter<void>().event;
  get message(): string | undefined {
    return this.#message;
  }
  set message(text: string | undefined) {
    this.#message = text;
    if (text !== undefined) shown.push({ where: "view.message", text });
  }
  async reveal(node: T, options: { focus: boolean }): Promise<void> {
    this.focused.push(options.focus);
    await this.choose(node);
  }
  async choose(node: T): Promise<void> {
    const before = this.selection[0];
    this.selection = [node];
    await Promise.resolve();
    if (before !== node) this.#selected.fire({ selection: [node] });
  }
  dispose(): void {}
}

/** An editor in sight, whose cursor tells when it moves. */
export function openEditor(uri: Uri): FakeEditor {
  let selection = new Selection(0, 0);
  const editor: FakeEditor = {
    document: { uri },
    get selection() {
      return selection;
    },
    set selection(next) {
      selection = next;
      queueMicrotask(() => cursors.fire({ textEditor: editor }));
    },
    revealed: 0,
    revealRange() {
      this.revealed += 1;
    },
  };
  window.visibleTextEditors.push(editor);
  window.activeTextEditor = editor;
  return editor;
}

export const FileType = { File: 1, Directory: 2 };

/** The newest problems of every collection, by file. */
export const problems = new Map<string, unknown[]>();
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };

export class Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly severity: number;
  constructor(range: Range, message: string, severity: number) {
    this.range = range;
    this.message = message;
    this.severity = severity;
  }
}

export class Location {
  readonly uri: Uri;
  readonly range: Range;
  constructor(uri: Uri, range: Range) {
    this.uri = uri;
    this.range = range;
  }
}

export class DiagnosticRelatedInformation {
  readonly location: Location;
  readonly message: string;
  constructor(location: Location, message: string) {
    this.location = location;
    this.message = message;
  }
}

export class Hover {
  readonly contents: MarkdownString;
  readonly range: Range;
  constructor(contents: MarkdownString, range: Range) {
    this.contents = contents;
    this.range = range;
  }
}

export class CodeActionKind {
  static readonly QuickFix = new CodeActionKind("quickfix");
  static readonly SourceFixAll = new CodeActionKind("source.fixAll");
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  append(part: string): CodeActionKind {
    return new CodeActionKind(`${this.value}.${part}`);
  }
  contains(other: CodeActionKind): boolean {
    return other.value === this.value || other.value.startsWith(`${this.value}.`);
  }
  intersects(other: CodeActionKind): boolean {
    return this.contains(other) || other.contains(this);
  }
}

export class CodeAction {
  readonly title: string;
  readonly kind: CodeActionKind;
  edit: WorkspaceEdit | undefined;
  command: { command: string; arguments: unknown[] } | undefined;
  isPreferred: boolean | undefined;
  constructor(title: string, kind: CodeActionKind) {
    this.title = title;
    this.kind = kind;
  }
}

export class WorkspaceEdit {
  readonly edits: { uri: Uri; range: Range; text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.edits.push({ uri, range, text });
  }
  insert(uri: Uri, at: Position, text: string): void {
    this.edits.push({ uri, range: new Range(at, at), text });
  }
}

export const EndOfLine = { LF: 1, CRLF: 2 };

export const languages = {
  createDiagnosticCollection: () => ({
    clear: () => problems.clear(),
    get: (uri: Uri) => problems.get(uri.path),
    delete: (uri: Uri) => void problems.delete(uri.path),
    set: (first: Uri | [Uri, unknown[] | undefined][], list: unknown[] = []) => {
      for (const [uri, all] of Array.isArray(first) ? first : [[first, list] as const])
        if (all === undefined) problems.delete(uri.path);
        else problems.set(uri.path, all);
    },
    ...nothing,
  }),
};

/** A text as editors have it. */
export function textDocument(uri: Uri, text: string) {
  const lines = text.split("\n");
  return {
    uri,
    languageId: "typescript",
    eol: EndOfLine.LF,
    lineCount: lines.length,
    lineAt: (line: number) => ({
      text: lines[line] ?? "",
      range: new Range(line, 0, line, (lines[line] ?? "").length),
      firstNonWhitespaceCharacterIndex: /^\s*/.exec(lines[line] ?? "")?.[0].length ?? 0,
    }),
    getText: (range?: Range) =>
      range === undefined
        ? text
        : (lines[range.start.line] ?? "").slice(range.start.character, range.end.character),
    getWordRangeAtPosition({ line, character }: Position, word: RegExp): Range | undefined {
      for (const { index, 0: found } of (lines[line] ?? "").matchAll(new RegExp(word, "g")))
        if (index <= character && character <= index + found.length)
          return new Range(line, index, line, index + found.length);
      return undefined;
    },
  };
}

/** Settings of the workspace, without the prefix. */
export const configured: Record<string, unknown> = {};

/** Files are on the real disk. */
export class RelativePattern {
  readonly baseUri: Uri;
  readonly pattern: string;
  constructor(base: Uri, pattern: string) {
    this.baseUri = base;
    this.pattern = pattern;
  }
}

/** Watchers that are there now, for tests that let them tell something. */
export const watchers = new Set<FileWatcher>();

class FileWatcher {
  readonly pattern: RelativePattern;
  readonly created = new EventEmitter<Uri>();
  readonly changed = new EventEmitter<Uri>();
  readonly deleted = new EventEmitter<Uri>();
  readonly onDidCreate = this.created.event;
  readonly onDidChange = this.changed.event;
  readonly onDidDelete = this.deleted.event;
  constructor(pattern: RelativePattern) {
    this.pattern = pattern;
    watchers.add(this);
  }
  dispose(): void {
    watchers.delete(this);
  }
}

export const workspace = {
  createFileSystemWatcher: (pattern: RelativePattern) => new FileWatcher(pattern),
  get textDocuments(): unknown[] {
    return [];
  },
  workspaceFolders: undefined as { uri: Uri; name: string; index: number }[] | undefined,
  /** Manifests alone are looked for; none lies deeper here. */
  findFiles: async (): Promise<Uri[]> => [],
  getWorkspaceFolder: () => undefined,
  openTextDocument: async (uri: Uri) => ({ uri }),
  getConfiguration: () => ({
    get: (name: string, otherwise: unknown) => configured[name] ?? otherwise,
    inspect: () => undefined,
    update: async (name: string, value: unknown) => {
      configured[name] = value;
    },
  }),
  onDidChangeConfiguration: () => nothing,
  onDidGrantWorkspaceTrust: () => nothing,
  isTrusted: true,
  fs: {
    readFile: (uri: Uri): Promise<Uint8Array> => disk.readFile(uri.path),
    stat: (uri: Uri) => disk.stat(uri.path),
    createDirectory: async (uri: Uri): Promise<void> =>
      void (await disk.mkdir(uri.path, { recursive: true })),
    readDirectory: async (uri: Uri): Promise<[string, number][]> =>
      (await disk.readdir(uri.path, { withFileTypes: true })).map((entry) => [
        entry.name,
        entry.isDirectory() ? FileType.Directory : FileType.File,
      ]),
    writeFile: async (uri: Uri, bytes: Uint8Array): Promise<void> => {
      await disk.mkdir(dirname(uri.path), { recursive: true });
      await disk.writeFile(uri.path, bytes);
    },
    copy: async (from: Uri, to: Uri): Promise<void> => {
      await disk.mkdir(dirname(to.path), { recursive: true });
      await disk.copyFile(from.path, to.path);
    },
  },
};
