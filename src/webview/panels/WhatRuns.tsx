/** What runs: which program, as what, which part of it. */
import { mode, whyNoCode } from "../run/code.ts";
import { switchMode } from "../run/controls.ts";
import { leftOut } from "../run/left-out.ts";
import {
  allowCommands,
  chooseSystem,
  commandsAllowed,
  heldByDebugger,
  liveChoices,
  liveProgram,
  recording,
} from "../run/live.ts";
import { runState } from "../run/present.ts";
import { startRun } from "../run/start.ts";
import { t } from "../state/strings.ts";
import { model, root, select } from "../state/view.ts";

/** Which program is looked at, and whether it may be given faults: only after the person has said so. */
export function Looking({ title }: { title: string }) {
  return (
    <>
      {recording.value === null ? (
        <span class="chip" title={`${title}\n${t("The program itself: what is shown really happens.")}`}>
          <i class="codicon codicon-broadcast" aria-hidden="true" />
          <span>{t("Live: {0}", title)}</span>
        </span>
      ) : (
        <span class="chip" title={`${title}\n${t("What the program did: nothing of it runs now.")}`}>
          <i class="codicon codicon-record" aria-hidden="true" />
          <span>{t("Recorded: {0}", title)}</span>
        </span>
      )}
      <SystemChoice />
      {heldByDebugger.value && (
        <span class="chip" role="status" title={t("Nothing happens in the program until it goes on.")}>
          <i class="codicon codicon-debug-pause" aria-hidden="true" />
          {t("paused by the debugger")}
        </span>
      )}
      {liveProgram.value?.commands === true && runState.value !== "stopped" && (
        <label
          class="field"
          title={t("Crash, exit, kill and hang reach the running program, for as long as this page is open.")}
        >
          <input
            type="checkbox"
            checked={commandsAllowed.value}
            onChange={(event) => allowCommands(event.currentTarget.checked)}
          />
          <span>{t("Allow commands")}</span>
        </label>
      )}
      {leftOut.value > 0 && (
        <span class="chip" title={t("The program makes more than can be told.")}>
          {t("{0} messages left out", leftOut.value)}
        </span>
      )}
    </>
  );
}

/** A program, its workers and the processes that it starts may have a system each. */
function SystemChoice() {
  const { systems, shown } = liveChoices.value;
  if (systems.length < 2) return null;
  return (
    <label class="field" title={t("What else runs")}>
      <span class="sr-only">{t("System")}</span>
      <select value={shown ?? ""} onChange={(event) => chooseSystem(event.currentTarget.value)}>
        {systems.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What runs: nobody is to take stand-ins for the program, or the other way round. */
export function ModeChoice() {
  const why = whyNoCode.value;
  const meaning =
    mode.value === "code"
      ? t("Your code runs, in the sandbox: on the run's own clock, without files and network.")
      : t(
          "Stand-ins run with what was read from the source: strategies, budgets, who uses whom. Your code is not running.",
        );
  const code = (
    <option value="code" disabled={why !== null}>
      {t("Real code")}
    </option>
  );
  return (
    <label class="chip" title={why === null ? meaning : `${meaning} ${why}`}>
      <i class={`codicon codicon-${mode.value === "code" ? "code" : "beaker"}`} aria-hidden="true" />
      <span class="sr-only">{t("What runs")}</span>
      <select
        class="mode"
        value={mode.value}
        aria-describedby={why === null ? undefined : "why-no-code"}
        onChange={(event) => {
          switchMode(event.currentTarget.value === "code" ? "code" : "simulated");
        }}
      >
        <option value="simulated">{t("Stand-ins")}</option>
        {/* Who has no pointer to hover with reads it where the choice is. */}
        {why === null ? code : <optgroup label={why}>{code}</optgroup>}
      </select>
      {why !== null && (
        <span id="why-no-code" hidden>
          {why}
        </span>
      )}
    </label>
  );
}

/** Which tree to run, when there are several. */
export function RootPicker() {
  const roots = model.value?.roots ?? [];
  const applications = model.value?.applications ?? [];
  const names = new Map(model.value?.supervisors.map((s) => [s.key, s.name]));
  if (roots.length + applications.length < 2 || liveProgram.value !== null) {
    return null;
  }
  return (
    <label class="field">
      <span class="sr-only">{t("Tree")}</span>
      <select
        value={root.value ?? ""}
        onChange={(event) => {
          root.value = event.currentTarget.value === "" ? null : event.currentTarget.value;
          select(null);
          if (runState.value !== "idle") {
            void startRun();
          }
        }}
      >
        <option value="">{t("Everything")}</option>
        {applications.length > 0 && (
          <optgroup label={t("Applications")}>
            {applications.map((application) => (
              <option key={application.key} value={application.key}>
                {application.name}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label={t("Supervisors")}>
          {roots.map((key) => (
            <option key={key} value={key}>
              {names.get(key) ?? key}
            </option>
          ))}
          {root.value !== null &&
            !roots.includes(root.value) &&
            !applications.some((application) => application.key === root.value) && (
              <option value={root.value}>{names.get(root.value) ?? root.value}</option>
            )}
        </optgroup>
      </select>
    </label>
  );
}
