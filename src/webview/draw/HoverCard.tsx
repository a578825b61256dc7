/** The floating description of the card under the pointer: whole names, what is unknown and why, findings. */
import "./HoverCard.css";
import { otpWord } from "../../model/index.ts";
import { budgetWords, isSupervisor, restartWord, strategyWord } from "../scene/look.ts";
import { roleWord } from "../scene/words.ts";
import { type Hover, hover } from "../state/hover.ts";
import { t } from "../state/strings.ts";
import { scene } from "../state/view.ts";

export function HoverCard() {
  const at = hover.value;
  const node = at === null ? undefined : scene.value?.byPath.get(at.path);
  const [property, value] = at?.hint == null ? [null, null] : splitHint(at.hint);
  const word = property === null ? null : otpWord(property, value);
  if (at === null || (node === undefined && word === null)) {
    return null;
  }
  if (word !== null) {
    return (
      <div class="hover-card" style={placeAt(at)} aria-hidden="true">
        <div class="hover-title">{property === "budget" ? property : (value ?? property)}</div>
        <div>{t(word.meaning)}</div>
      </div>
    );
  }
  if (node === undefined) {
    return null;
  }
  const facts = isSupervisor(node)
    ? [strategyWord(node), budgetWords(node), restartWord(node)]
    : [restartWord(node)];
  return (
    <div class="hover-card" style={placeAt(at)} aria-hidden="true">
      <div class="hover-title">
        {node.label}
        {node.incarnation > 1 && <span class="quiet"> #{node.incarnation}</span>}
      </div>
      <div class="quiet">
        {t(roleWord(node))}, {node.state === "waiting" ? t("not started") : t(node.state)}
        {node.pid !== null && ` <${node.pid}>`}
      </div>
      {facts.filter((fact) => fact !== "").length > 0 && (
        <div>{facts.filter((fact) => fact !== "").join(" · ")}</div>
      )}
      {node.name !== null && <div>{t("registered as {0}", node.name)}</div>}
      {node.reason !== null && node.state !== "running" && <div>{t("ended: {0}", node.reason)}</div>}
      {node.unknown.map(({ field, reason }) => (
        <div key={`${field}${reason}`} class="hover-line">
          <i class="codicon codicon-question" /> {field}: {reason}
        </div>
      ))}
      {node.findings.map((finding) => (
        <div key={finding.rule + finding.message} class={`hover-line ${finding.severity}`}>
          <i class={`codicon codicon-${finding.severity === "hint" ? "lightbulb" : finding.severity}`} />{" "}
          {finding.message}
        </div>
      ))}
    </div>
  );
}

/** Beside the pointer, and inside the page. */
function placeAt({ x, y }: Hover): Record<string, string> {
  const left = `${Math.min(x + 14, Math.max(8, window.innerWidth - 348))}px`;
  return y < window.innerHeight * 0.6
    ? { left, top: `${y + 18}px` }
    : { left, bottom: `${window.innerHeight - y + 12}px` };
}

/** "strategy one_for_all" is the value of a property; "traps exits" is a thing of two words. */
function splitHint(hint: string): [string, string | null] {
  const value = /^(strategy|restart|budget) (.+)$/.exec(hint);
  return value === null ? [hint, null] : [value[1]!, value[2]!];
}
