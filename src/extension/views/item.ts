/** One node of the side panel as the editor wants it: label, icon, tooltip, what it says to a screen reader. */
import * as vscode from "vscode";
import type { Child, Finding, Severity, Supervisor } from "../../model/index.ts";
import { COMMANDS } from "../ids.ts";
import { type NodeOf, type TreeNode, worstSeverity } from "./nodes.ts";
import {
  childLabel,
  childrenCount,
  childSummary,
  codeSpan,
  markdownText,
  plainText,
  problemCount,
  shutdownWords,
  supervisorSummary,
  UNKNOWN,
} from "./words.ts";

interface Look {
  label: string;
  description: string;
  icon: string;
  /** Codes of a theme colour; the shape of the icon tells the same. */
  color?: string;
  spoken: string;
}

export function treeItem(node: TreeNode): vscode.TreeItem {
  const look = lookOf(node);
  const item = new vscode.TreeItem(plainText(look.label), collapsibleState(node));
  item.id = node.id;
  item.description = plainText(look.description);
  item.iconPath = new vscode.ThemeIcon(look.icon, look.color ? new vscode.ThemeColor(look.color) : undefined);
  item.contextValue = contextValue(node);
  item.accessibilityInformation = { label: plainText(spoken(node, look.spoken)) };
  if (node.location) {
    item.command = {
      command: COMMANDS.openSource,
      title: vscode.l10n.t("Open Source"),
      arguments: [node],
    };
  }
  return item;
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  if (node.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  // Everything is open but large pools: a person looks for one name among all of them.
  return node.children.length > 50
    ? vscode.TreeItemCollapsibleState.Collapsed
    : vscode.TreeItemCollapsibleState.Expanded;
}

/** For `when` clauses: the kind, and what can be done with it. */
function contextValue(node: TreeNode): string {
  const words: string[] = [node.kind];
  if (node.kind === "supervisor" || node.kind === "application") words.push("runnable");
  if (node.location) words.push("source");
  return words.join(" ");
}

function lookOf(node: TreeNode): Look {
  switch (node.kind) {
    case "folder":
      return { label: node.name, description: "", icon: "root-folder", spoken: node.name };
    case "application":
      return applicationLook(node);
    case "supervisor":
      return supervisorLook(node);
    case "worker":
      return {
        label: childLabel(node.child),
        description: `${symbolOf(node.child)}${childSummary(node.child)}`,
        ...withSeverity(node, "circle-outline"),
        spoken: vscode.l10n.t(
          "child {0} of {1}, worker {2}, {3}",
          node.order,
          node.supervisor.name,
          childLabel(node.child),
          childSummary(node.child),
        ),
      };
    case "unknown":
      return {
        label: vscode.l10n.t("unknown {0}", node.field),
        description: node.reason,
        icon: "question",
        color: "descriptionForeground",
        spoken: vscode.l10n.t("unknown {0}: {1}", node.field, node.reason),
      };
    case "orphans":
      return {
        label: vscode.l10n.t("Unsupervised"),
        description: String(node.count),
        icon: "group-by-ref-type",
        spoken: vscode.l10n.t("{0} processes that no supervisor watches", node.count),
      };
    case "orphan":
      return {
        label: node.orphan.name,
        description: linkText(node.linked),
        ...withSeverity(node, "debug-disconnect"),
        spoken: vscode.l10n.t("unsupervised process {0}: {1}", node.orphan.name, node.orphan.reason),
      };
  }
}

/** Nothing is said where code that was not read may link it. */
function linkText(linked: boolean | null): string {
  if (linked === null) return "";
  return linked ? vscode.l10n.t("linked") : vscode.l10n.t("linked to nothing");
}

function applicationLook(node: NodeOf<"application">): Look {
  const { name, dependencies } = node.application;
  const after = dependencies.length > 0 ? vscode.l10n.t("after {0}", dependencies.join(", ")) : "";
  return {
    label: name,
    description: after,
    icon: "package",
    spoken:
      after === ""
        ? vscode.l10n.t("application {0}", name)
        : vscode.l10n.t("application {0}, {1}", name, after),
  };
}

function supervisorLook(node: NodeOf<"supervisor">): Look {
  const { supervisor, as } = node;
  const label = as ? childLabel(as) : supervisor.name;
  const description =
    as && label !== supervisor.name
      ? `${supervisor.name} · ${supervisorSummary(supervisor)}`
      : supervisorSummary(supervisor);
  const place =
    as && node.order !== null
      ? vscode.l10n.t("child {0}, supervisor {1}", node.order, label)
      : vscode.l10n.t("supervisor {0}", label);
  return {
    label,
    description: node.repeated ? vscode.l10n.t("starts itself again") : description,
    ...withSeverity(node, supervisor.dynamic ? "layers" : "type-hierarchy-sub"),
    spoken: vscode.l10n.t(
      "{0}, {1}, {2}",
      place,
      supervisorSummary(supervisor),
      childrenCount(supervisor.children.length),
    ),
  };
}

function symbolOf(child: Child): string {
  const { symbol } = child.start;
  return symbol === null || symbol === childLabel(child) ? "" : `${symbol} · `;
}

/**
 * An item with problems of its own has their sign instead of its usual icon. Nothing else has a colour: green
 * would say "running", and nothing runs here.
 */
function withSeverity(node: TreeNode, icon: string): { icon: string; color?: string } {
  const own = worstSeverity({ ...node, children: [] });
  if (own === "error") return { icon: "error", color: "list.errorForeground" };
  if (own === "warning") return { icon: "warning", color: "list.warningForeground" };
  return { icon };
}

function spoken(node: TreeNode, words: string): string {
  if (node.findings.length === 0) return words;
  return vscode.l10n.t("{0}. {1}: {2}", words, problemCount(node.findings), node.findings[0]?.message ?? "");
}

/** Made when it is first shown: most tooltips never are. */
export function tooltip(node: TreeNode): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  const line = (name: string, value: string): void => {
    text.appendMarkdown(`- ${name}: ${value}\n`);
  };
  switch (node.kind) {
    case "supervisor":
      text.appendMarkdown(
        `**${markdownText(node.supervisor.name)}** ${codeSpan(node.supervisor.dialect)}\n\n`,
      );
      supervisorLines(node.supervisor, line);
      if (node.as) childLines(node.as, line);
      break;
    case "worker":
      text.appendMarkdown(`**${markdownText(childLabel(node.child))}** ${vscode.l10n.t("worker")}\n\n`);
      childLines(node.child, line);
      break;
    case "application":
      text.appendMarkdown(`**${markdownText(node.application.name)}** ${vscode.l10n.t("application")}\n\n`);
      line(
        vscode.l10n.t("starts after"),
        markdownText(node.application.dependencies.join(", ") || vscode.l10n.t("nothing")),
      );
      break;
    case "orphan":
      text.appendMarkdown(
        `**${markdownText(node.orphan.name)}** ${vscode.l10n.t("unsupervised process")}\n\n`,
      );
      text.appendMarkdown(`${markdownText(node.orphan.reason)}\n`);
      break;
    case "unknown":
      text.appendMarkdown(markdownText(node.reason));
      break;
    case "orphans":
      text.appendMarkdown(
        vscode.l10n.t("Started outside any tree: when they crash, nobody starts them again."),
      );
      break;
    case "folder":
      break;
  }
  for (const finding of node.findings) text.appendMarkdown(findingLine(finding));
  return text;
}

function supervisorLines(supervisor: Supervisor, line: (name: string, value: string) => void): void {
  const marked = (field: string, value: string): string =>
    supervisor.defaults.includes(field)
      ? `${codeSpan(value)} ${vscode.l10n.t("(default)")}`
      : codeSpan(value);
  line(vscode.l10n.t("strategy"), marked("strategy", supervisor.strategy ?? UNKNOWN));
  line(
    vscode.l10n.t("restarts"),
    vscode.l10n.t(
      "{0} in {1} s",
      marked("intensity", String(supervisor.intensity ?? UNKNOWN)),
      marked("period", String(supervisor.period ?? UNKNOWN)),
    ),
  );
  if (supervisor.autoShutdown !== null && supervisor.autoShutdown !== "never") {
    line(vscode.l10n.t("automatic shutdown"), marked("autoShutdown", supervisor.autoShutdown));
  }
  for (const { field, reason } of supervisor.unknown) {
    line(vscode.l10n.t("unknown {0}", markdownText(field)), markdownText(reason));
  }
}

function childLines(child: Child, line: (name: string, value: string) => void): void {
  const marked = (field: string, value: string): string =>
    child.defaults.includes(field) ? `${codeSpan(value)} ${vscode.l10n.t("(default)")}` : codeSpan(value);
  line(vscode.l10n.t("restart"), marked("restart", child.restart ?? UNKNOWN));
  if (child.ownLimit) {
    const { intensity, period } = child.ownLimit;
    const count = intensity === null ? vscode.l10n.t("without limit") : String(intensity);
    line(
      vscode.l10n.t("restarts of its own"),
      period === null
        ? codeSpan(count)
        : vscode.l10n.t("{0} in {1} s", codeSpan(count), codeSpan(String(period))),
    );
  }
  line(vscode.l10n.t("time to stop"), marked("shutdown", shutdownWords(child.shutdown)));
  if (child.start.symbol !== null) line(vscode.l10n.t("runs"), codeSpan(child.start.symbol));
  if (child.name !== null) line(vscode.l10n.t("registered as"), codeSpan(child.name));
  for (const { field, reason } of child.unknown) {
    line(vscode.l10n.t("unknown {0}", markdownText(field)), markdownText(reason));
  }
}

const SIGNS: Record<Exclude<Severity, "off">, string> = {
  error: "$(error)",
  warning: "$(warning)",
  info: "$(info)",
  hint: "$(lightbulb)",
};

function findingLine(finding: Finding): string {
  return `\n\n${SIGNS[finding.severity]} ${markdownText(finding.message)} ${codeSpan(finding.rule)}`;
}
