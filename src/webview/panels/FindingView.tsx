/** A finding about the selected process: where it is, what repairs it, and how to see it happen. */
import "./FindingView.css";
import { useState } from "preact/hooks";
import type { Demonstration, Finding } from "../../model/index.ts";
import { startRun } from "../run/start.ts";
import { ask, post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { root } from "../state/view.ts";

function runDemonstration(demonstration: Demonstration): void {
  root.value = demonstration.root;
  void startRun({ demonstration });
}

export function FindingView({ finding }: { finding: Finding }) {
  const [answer, setAnswer] = useState<string | null>(null);
  return (
    <div class={`finding ${finding.severity}`}>
      <p>
        <i
          class={`codicon codicon-${finding.severity === "hint" ? "lightbulb" : finding.severity}`}
          aria-hidden="true"
        />{" "}
        {finding.message}
      </p>
      <p class="finding-actions">
        <button type="button" class="link-button" onClick={() => post({ type: "help", rule: finding.rule })}>
          {finding.rule}
        </button>
        {finding.certainty === "best effort" && <span class="quiet">{t("best effort")}</span>}
        <button
          type="button"
          class="link-button"
          onClick={() => post({ type: "reveal", location: finding.location })}
        >
          {t("open")}
        </button>
        {finding.demonstration !== null && (
          <button type="button" class="link-button" onClick={() => runDemonstration(finding.demonstration!)}>
            {t("show it happen")}
          </button>
        )}
        {finding.fixes.map((fix) => (
          <button
            key={fix.title}
            type="button"
            class="link-button"
            onClick={() =>
              void ask({
                type: "applyFix",
                rule: finding.rule,
                title: fix.title,
                location: finding.location,
              }).then((done) => setAnswer(done.ok ? t("done") : (done.message ?? t("not done"))))
            }
          >
            {fix.title}
          </button>
        ))}
        {answer !== null && <span class="quiet">{answer}</span>}
      </p>
    </div>
  );
}
