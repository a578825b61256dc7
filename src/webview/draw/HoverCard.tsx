/** The floating description of the card under the pointer: whole names, what is unknown and why, findings. */
import { budgetWords, isSupervisor, restartWord, strategyWord } from "../scene/look.ts";
import { roleWord } from "../scene/words.ts";
import { hover } from "../state/hover.ts";
import { scene } from "../state/view.ts";

export function HoverCard() {
  const at = hover.value;
  const node = at === null ? undefined : scene.value?.byPath.get(at.path);
  if (at === null || node === undefined) {
    return null;
  }
  const facts = isSupervisor(node)
    ? [strategyWord(node), budgetWords(node), restartWord(node)]
    : [restartWord(node)];
  const left = Math.min(at.x + 14, Math.max(8, window.innerWidth - 348));
  const below = at.y < window.innerHeight * 0.6;
  const place = below
    ? { left: `${left}px`, top: `${at.y + 18}px` }
    : { left: `${left}px`, bottom: `${window.innerHeight - at.y + 12}px` };
  return (
    <div class="hover-card" style={place} aria-hidden="true">
      <div class="hover-title">
        {node.label}
        {node.incarnation > 1 && <span class="quiet"> #{node.incarnation}</span>}
      </div>
      <div class="quiet">
        {roleWord(node)}, {node.state === "waiting" ? "not started" : node.state}
        {node.pid !== null && ` <${node.pid}>`}
      </div>
      {facts.filter((fact) => fact !== "").length > 0 && (
        <div>{facts.filter((fact) => fact !== "").join(" · ")}</div>
      )}
      {node.name !== null && <div>registered as {node.name}</div>}
      {node.reason !== null && node.state !== "running" && <div>ended: {node.reason}</div>}
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
