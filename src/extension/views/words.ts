/** The words that the surfaces share: short descriptions of supervisors and children. Translatable. */
import { l10n } from "vscode";
import { type Child, type Finding, printable, type Supervisor, shortened } from "../../model/index.ts";

export const UNKNOWN = "?";

/** "rest_for_one · 3 in 5 s". What is unknown is a question mark. */
export function supervisorSummary(supervisor: Supervisor): string {
  const strategy = supervisor.dynamic ? "dynamic" : (supervisor.strategy ?? UNKNOWN);
  return l10n.t(
    "{0} · {1} in {2} s",
    strategy,
    supervisor.intensity ?? UNKNOWN,
    supervisor.period ?? UNKNOWN,
  );
}

/** "permanent", "temporary · many", "permanent · maybe". */
export function childSummary(child: Child): string {
  const words = [child.restart ?? UNKNOWN];
  if (child.cardinality === "many") {
    words.push(child.count === null ? l10n.t("many") : l10n.t("{0} of them", child.count));
  }
  if (child.cardinality === "maybe") words.push(l10n.t("maybe"));
  if (child.dynamic) words.push(l10n.t("dynamic"));
  if (child.significant) words.push(l10n.t("significant"));
  return words.join(" · ");
}

/** How long a stop may take, in words. */
export function shutdownWords(shutdown: Child["shutdown"]): string {
  if (shutdown === null) return UNKNOWN;
  if (shutdown === "brutal_kill") return l10n.t("killed at once");
  if (shutdown === "infinity") return l10n.t("as long as it takes");
  return l10n.t("{0} ms", shutdown);
}

export function childLabel(child: Child): string {
  return shortened(child.id ?? child.start.symbol ?? UNKNOWN);
}

export function childrenCount(count: number): string {
  return count === 1 ? l10n.t("1 child") : l10n.t("{0} children", count);
}

export function problemCount(findings: readonly Finding[]): string {
  return findings.length === 1 ? l10n.t("1 problem") : l10n.t("{0} problems", findings.length);
}

/** Characters of a sentence in a notification or above the trees: it may quote what somebody else has written. */
export const MOST_OF_NOTICE = 1_000;

const WORD_JOINER = "\u2060";

/**
 * Text of the workspace in the editor's labels and messages: what they would take for an icon, `$(name)`, or a link,
 * `[text](address)`, is parted by a character without width. Escaping does not help everywhere: in Markdown, icons are looked for when
 * its escapes are gone.
 */
export function plainText(text: string): string {
  return printable(text).replace(/\$(?=\()|\](?=\()/g, `$&${WORD_JOINER}`);
}

/** The same inside Markdown: nothing in it may become markup. */
export function markdownText(text: string): string {
  return plainText(text.replace(/\s+/g, " ")).replace(/[\\`*_{}[\]()#+\-.!|<>~&$:@]/g, "\\$&");
}

/** The same inside a code span. */
export function codeSpan(text: string): string {
  const clean = plainText(text.replaceAll("`", "'").replace(/\s+/g, " ").trim());
  return `\`${clean === "" ? " " : clean}\``;
}
