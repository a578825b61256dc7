/** Hovers inside supervisor definitions: what OTP's words mean, and what a child's crash takes with it. */
import * as vscode from "vscode";
import {
  type Child,
  type DialectTraits,
  otpWord,
  type Supervisor,
  type TreeModel,
  traitsOf,
} from "../../model/index.ts";
import { childLabel, codeSpan, markdownText, UNKNOWN } from "../views/words.ts";
import type { Store } from "../workspace/store.ts";
import { type Blast, blastOf } from "./blast.ts";
import { placeAt } from "./place.ts";

/** `key: "value"`, `key: 12`, `key: name`; the value may be missing while it is typed. */
const PROPERTY =
  /\b(strategy|restart|intensity|period|shutdown|significant|autoShutdown|start)\b["']?\s*:\s*(?:["'`](\w*)["'`])?/g;

export class Hovers implements vscode.HoverProvider {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
    const folder = this.#store.folderOf(document.uri);
    if (!folder?.model || folder.status.kind === "off") return null;
    const at = placeAt(folder, document.uri, position);
    if (!at) return null;
    return (
      wordHover(document, position, traitsOf(folder.model, at.supervisor)) ??
      (at.child ? childHover(folder.model, at.supervisor, at.child, document, position) : null)
    );
  }
}

/** Libraries differ in what these words mean. */
function variantOf(property: string, { pastLimit, periodUnit }: DialectTraits): string | null {
  return property === "intensity" ? pastLimit : property === "period" ? periodUnit : null;
}

function wordHover(
  document: vscode.TextDocument,
  position: vscode.Position,
  traits: DialectTraits,
): vscode.Hover | null {
  const { text } = document.lineAt(position.line);
  for (const match of text.matchAll(PROPERTY)) {
    const [whole, property = "", value] = match;
    if (position.character < match.index || position.character > match.index + whole.length) continue;
    const word = otpWord(property, value || variantOf(property, traits));
    if (!word || property === "start") return null;
    const hover = new vscode.MarkdownString();
    hover.appendMarkdown(
      `**${codeSpan(value || property)}** ${markdownText(vscode.l10n.t(word.meaning))}\n\n`,
    );
    hover.appendMarkdown(`[${vscode.l10n.t("Erlang/OTP documentation")}](${word.url})`);
    const start = new vscode.Position(position.line, match.index);
    return new vscode.Hover(hover, new vscode.Range(start, start.translate(0, whole.length)));
  }
  return null;
}

/** On the child's id and on what it starts; elsewhere TypeScript's own hover says more. */
function childHover(
  model: TreeModel,
  supervisor: Supervisor,
  child: Child,
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | null {
  const range = document.getWordRangeAtPosition(position, /[\w$-]+/);
  if (!range) return null;
  const word = document.getText(range);
  if (word !== child.id && word !== child.start.symbol && word !== "id") return null;
  return new vscode.Hover(childText(model, supervisor, child), range);
}

export function childText(model: TreeModel, supervisor: Supervisor, child: Child): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const place = supervisor.children.indexOf(child) + 1;
  text.appendMarkdown(
    `${vscode.l10n.t("**{0}**, child {1} of {2}", markdownText(childLabel(child)), place, codeSpan(supervisor.name))}\n\n`,
  );
  const blast = blastOf(model, supervisor, child);
  text.appendMarkdown(
    blast
      ? blastText(supervisor, child, blast)
      : vscode.l10n.t("What its crash takes with it is unknown: {0}", unknownReason(supervisor, child)),
  );
  return text;
}

function blastText(supervisor: Supervisor, child: Child, blast: Blast): string {
  const name = codeSpan(childLabel(child));
  const sentences: string[] = [];
  if (blast.outcome === "removed") {
    sentences.push(vscode.l10n.t("When it crashes, it is not started again ({0}).", codeSpan("temporary")));
  } else if (blast.siblings.length === 0) {
    sentences.push(
      vscode.l10n.t(
        "When it crashes, only it is started again ({0}).",
        codeSpan(supervisor.strategy ?? UNKNOWN),
      ),
    );
  } else {
    const siblings = blast.siblings.map((sibling) => codeSpan(childLabel(sibling))).join(", ");
    sentences.push(
      vscode.l10n.t(
        "When {0} crashes, {1} stops {2} too, then starts them again in order.",
        name,
        codeSpan(supervisor.strategy ?? UNKNOWN),
        siblings,
      ),
    );
  }
  if (blast.below > 0) {
    sentences.push(
      blast.below === 1
        ? vscode.l10n.t("1 process below goes with it.")
        : vscode.l10n.t("{0} processes below go with it.", blast.below),
    );
  }
  if (blast.outcome === "restarted" && supervisor.intensity !== null && supervisor.period !== null) {
    sentences.push(
      vscode.l10n.t("It costs 1 of {0} restarts in {1} s.", supervisor.intensity, supervisor.period),
    );
  }
  return sentences.join(" ");
}

function unknownReason(supervisor: Supervisor, child: Child): string {
  const found =
    supervisor.unknown.find(({ field }) => field === "strategy") ??
    child.unknown.find(({ field }) => field === "restart");
  return markdownText(found?.reason ?? vscode.l10n.t("the strategy or the restart type could not be read"));
}
