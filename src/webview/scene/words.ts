/** What a card says to somebody who does not see it, and shows on hover. */
import type { Finding } from "../../model/index.ts";
import { budgetWords, isSupervisor, type Look, packWords, restartWord, strategyWord } from "./look.ts";
import type { SceneNode } from "./types.ts";

const RANK: Record<Finding["severity"], number> = { error: 4, warning: 3, info: 2, hint: 1 };

export function worstSeverity(findings: readonly Finding[]): Finding["severity"] | null {
  let worst: Finding["severity"] | null = null;
  for (const { severity } of findings) {
    worst = worst === null || RANK[severity] > RANK[worst] ? severity : worst;
  }
  return worst;
}

/** "supervisor", "dynamic supervisor", "worker", "unsupervised process". */
export function roleWord(node: SceneNode): string {
  const words = {
    supervisor: "supervisor",
    pool: "dynamic supervisor",
    worker: "worker",
    process: "unsupervised process",
  };
  return words[node.role];
}

/** One line for screen readers: name, kind, state, life, what governs it, what it counts, and what is wrong with it. */
export function describeNode(look: Look): string {
  const { node, pack } = look.visible;
  return describeProcess(node, pack === null ? [] : [packWords(look.visible)]);
}

/** @param counted what the node's card counts of the processes below it, in words */
export function describeProcess(node: SceneNode, counted: readonly string[] = []): string {
  const parts = [node.label, roleWord(node), node.state === "waiting" ? "not started" : node.state];
  if (node.incarnation > 1) {
    parts.push(`incarnation ${node.incarnation}`);
  }
  if (isSupervisor(node)) {
    parts.push(
      strategyWord(node),
      node.budget === null ? "restart budget unknown" : `restarts ${budgetWords(node)}`,
    );
  }
  const restart = restartWord(node);
  if (restart !== "") {
    parts.push(restart);
  }
  parts.push(...counted);
  if (node.findings.length > 0) {
    parts.push(node.findings.length === 1 ? "1 finding" : `${node.findings.length} findings`);
  }
  for (const { field, reason } of node.unknown) {
    parts.push(`${field} unknown: ${reason}`);
  }
  return parts.join(", ");
}
