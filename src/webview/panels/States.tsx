/** What stands below or in place of the tree when there is something to say about it as a whole. */
import { signal } from "@preact/signals";
import type { DemonstrationOutcome } from "../../model/index.ts";
import { codeProblems, mode, whyNoCode } from "../run/code.ts";
import { play, switchMode } from "../run/controls.ts";
import { gapWords } from "../run/gaps.ts";
import { liveProgram, recording } from "../run/live.ts";
import { viewing } from "../run/moments.ts";
import { demonstrated, held, runReason, runState } from "../run/present.ts";
import { part } from "../run/recorded.ts";
import { sourceChange } from "../run/source-change.ts";
import { startRun } from "../run/start.ts";
import { showing } from "../run/telling.ts";
import { connected, hostError, ready } from "../state/boot.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { model, root } from "../state/view.ts";
import { DifferenceBanner } from "./Difference.tsx";

/** In place of the tree. */
export function EmptyState() {
  const tree = model.value;
  if (!connected.value) {
    return (
      <State icon="debug-disconnect" title={t("No host")}>
        {t(
          "This page is a part of Suptree and shows nothing by itself. Open it with Run Tree or with suptree serve.",
        )}
      </State>
    );
  }
  if (!ready.value || tree === null) {
    return (
      <State icon="loading codicon-modifier-spin" title={t("Reading the workspace…")}>
        {t("Looking for supervisors.")}
      </State>
    );
  }
  const looking = liveProgram.value;
  if (looking !== null) {
    return runState.value === "stopped" ? (
      <State icon="debug-disconnect" title={t("The program is not seen any more")}>
        {runReason.value ?? ""}
      </State>
    ) : (
      <State icon="broadcast" title={t("No process yet")}>
        {t(
          "{0} is looked at, and has started no process of suptree so far. Its tree appears here as soon as it does.",
          looking.title,
        )}
      </State>
    );
  }
  if (tree.supervisors.length === 0 && tree.orphans.length === 0) {
    if (liveProgram.value !== null) {
      return (
        <State icon="broadcast" title={t("No supervisor runs yet")}>
          {t("The program has made a System. Its tree is shown as soon as it starts.")}
        </State>
      );
    }
    const broken = tree.problems.length;
    return (
      <State icon="type-hierarchy-sub" title={t("No supervisors found")}>
        {broken > 0
          ? t("{0} files could not be read: {1}", broken, tree.problems[0]!.message)
          : t(
              "Suptree looks for classes that extend Supervisor from suptree, and for the dialects in its settings.",
            )}
      </State>
    );
  }
  return null;
}

function State(props: { icon: string; title: string; children: string }) {
  return (
    <div class="empty-state">
      <i class={`codicon codicon-${props.icon}`} aria-hidden="true" />
      <h2>{props.title}</h2>
      <p class="quiet">{props.children}</p>
    </div>
  );
}

/** How a recording ended, where its end is shown. */
function RecordingEnd() {
  const now = part.value;
  if (recording.value === null || now === null || viewing.value !== null) return null;
  if (now.after + now.events < recording.value.events) return null;
  return (
    <div class="banner" role="status">
      <i class="codicon codicon-record" aria-hidden="true" />
      <span>{recording.value.end}</span>
    </div>
  );
}

/** What the host could not do, with or without a tree. */
export function HostError() {
  // Whoever looks at a program is told how it ended; that its server has gone with it is no news.
  const over = liveProgram.value !== null && runState.value === "stopped";
  return hostError.value === null || over ? null : (
    <div class="banner error" role="alert">
      <i class="codicon codicon-error" aria-hidden="true" />
      <span>{hostError.value}</span>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          hostError.value = null;
        }}
      >
        {t("Dismiss")}
      </button>
    </div>
  );
}

/** How the run is, where that is more than going on. */
export function RunBanner() {
  const outcome = demonstrated.value;
  const state = runState.value;
  if (outcome !== null && !showing.value && viewing.value === null) {
    return <Demonstrated outcome={outcome} />;
  }
  if (state !== "ended" && state !== "failed" && state !== "stopped") {
    return null;
  }
  // What could not be bundled has said why by itself.
  if (state === "failed" && codeProblems.value.length > 0) return null;
  if (recording.value !== null && state === "ended") return <RecordingEnd />;
  const kept = held.value;
  const words = {
    ended: t("The run has ended."),
    failed: t("The run was stopped."),
    stopped:
      kept !== null
        ? t("A run that is kept.")
        : liveProgram.value === null
          ? t("The sandbox was stopped.")
          : t("The program is not seen any more."),
  };
  return (
    <div class={`banner ${state === "ended" ? "" : "error"}`} role="status">
      <i class={`codicon codicon-${state === "ended" ? "debug-stop" : "error"}`} aria-hidden="true" />
      <span>{withReason(words[state], runReason.value)}</span>
      {liveProgram.value === null && (
        <button
          type="button"
          class="button"
          onClick={() => {
            if (kept === null) void startRun();
            else if (kept.mode === mode.value || whyNoCode.value !== null) play();
            else switchMode(kept.mode);
          }}
        >
          {kept !== null && kept.mode === "code" && whyNoCode.value === null
            ? t("Run the real code")
            : t("Run again")}
        </button>
      )}
    </div>
  );
}

/** What of a running program's past cannot be seen here, and why. */
export function KeptBanner() {
  const words = gapWords();
  return words === null || dismissed.value === words ? null : (
    <div class="banner" role="status">
      <i class="codicon codicon-history" aria-hidden="true" />
      <span>{words}</span>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          dismissed.value = words;
        }}
      >
        {t("Dismiss")}
      </button>
    </div>
  );
}

const dismissed = signal<string | null>(null);

/** A reason is a sentence of its own, or the rest of this one. */
function withReason(sentence: string, reason: string | null): string {
  if (reason === null || reason === "") return sentence;
  return /^\p{Ll}/u.test(reason)
    ? `${sentence.replace(/\.$/, "")}: ${reason.replace(/\.$/, "")}.`
    : `${sentence} ${reason}`;
}

/** Why the program could not be bundled, each problem with its place. */
export function CodeBanner() {
  const problems = codeProblems.value;
  if (problems.length === 0) {
    return <DifferenceBanner />;
  }
  return (
    <div class="banner error" role="alert">
      <i class="codicon codicon-error" aria-hidden="true" />
      <ul class="plain">
        {problems.slice(0, 5).map(({ message, location, chain }) => (
          <li key={message + (location?.file ?? "")}>
            {location !== null && (
              <button
                type="button"
                class="link-button"
                title={chain.join(" → ")}
                onClick={() => post({ type: "reveal", location })}
              >
                {location.file}:{location.line}
              </button>
            )}{" "}
            {message}
          </li>
        ))}
        {problems.length > 5 && <li class="quiet">{t("and {0} more", problems.length - 5)}</li>}
      </ul>
      <button
        type="button"
        class="button"
        onClick={() => {
          switchMode("simulated");
        }}
      >
        {t("Run stand-ins")}
      </button>
    </div>
  );
}

/** When the source has changed under a run. */
export function SourceBanner() {
  const change = sourceChange.value;
  if (change === null) {
    return null;
  }
  return (
    <div class="banner" role="status">
      <i class="codicon codicon-edit" aria-hidden="true" />
      <span>
        {change.gone
          ? t("What runs here is no longer in the source: it was renamed, moved or deleted.")
          : t("Changed in the source since this run began: {0}.", change.supervisors.join(", "))}
      </span>
      <button
        type="button"
        class="button"
        onClick={() => {
          if (change.gone) root.value = null;
          void startRun();
        }}
      >
        {change.gone ? t("Run what there is now") : t("Run again")}
      </button>
    </div>
  );
}

/** The verdict on a finding, once its run has been told. */
function Demonstrated({ outcome }: { outcome: DemonstrationOutcome }) {
  const verdict = {
    shown: t("The hazard happened."),
    "not shown": t("The hazard did not happen."),
    impossible: t("It cannot be tried."),
  };
  return (
    <div class="banner" role="status">
      <i class={`codicon codicon-${outcome.verdict === "shown" ? "warning" : "info"}`} aria-hidden="true" />
      <span>
        {verdict[outcome.verdict]} {outcome.because}
      </span>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          demonstrated.value = null;
        }}
      >
        {t("Dismiss")}
      </button>
    </div>
  );
}
