/** The toolbar: the run's controls, faults, search, picture. */

import { useEffect, useRef } from "preact/hooks";
import { skipEffects } from "../effects/effects.ts";
import { oneTabStop } from "../gestures/toolbar.ts";
import { chaos, setChaos } from "../run/chaos.ts";
import { mode, whyNoCode } from "../run/code.ts";
import {
  allowCommands,
  chooseSystem,
  commandsAllowed,
  heldByDebugger,
  leftOut,
  liveChoices,
  liveProgram,
  mayFault,
  recording,
} from "../run/live.ts";
import { viewing } from "../run/moments.ts";
import {
  capabilities,
  pause,
  play,
  runState,
  seed,
  speed,
  startRun,
  step,
  stepBack,
  switchMode,
} from "../run/run.ts";
import { setTraffic, traffic } from "../run/traffic.ts";
import { perform } from "../state/commands.ts";
import { reveal } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import {
  inspectorShown,
  live,
  matches,
  model,
  pageWidth,
  relationsShown,
  root,
  search,
  select,
  selectedNode,
  showInspector,
} from "../state/view.ts";
import { IconButton, Menu, type MenuItem, Popover } from "./controls.tsx";
import { exportItems } from "./export-items.ts";
import { OutsideMenu } from "./Outside.tsx";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

export function Toolbar() {
  const state = runState.value;
  const running = state === "running" || state === "starting";
  const nothing = (model.value?.supervisors.length ?? 0) + (model.value?.orphans.length ?? 0) === 0;
  const looking = liveProgram.value;
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => oneTabStop(bar.current!), []);
  const compact = pageWidth.value < COMPACT_BELOW;
  return (
    <div class={compact ? "toolbar compact" : "toolbar"} role="toolbar" aria-label={t("Run")} ref={bar}>
      {looking === null ? <ModeChoice /> : <Looking title={looking.title} />}
      {!compact && <RootPicker />}
      <div class="group">
        {looking?.recording != null ? null : running ? (
          <IconButton icon="debug-pause" label={t("Pause")} onClick={pause} />
        ) : looking !== null && state === "stopped" ? null : (
          <IconButton
            icon="play"
            label={t(state === "ended" ? "Run again" : "Play")}
            onClick={play}
            disabled={nothing}
          />
        )}
        {looking === null && (
          <IconButton
            icon="debug-step-over"
            label={t("Step")}
            onClick={() => void stepNow()}
            disabled={nothing}
          />
        )}
        {!compact && <Replay nothing={nothing} />}
      </div>
      {mayFault.value && (
        <div class="group">
          <Menu
            label={t("Inject a fault")}
            icon="zap"
            text={t("Fault")}
            disabled={live.value === null}
            items={faultItems()}
          />
          {capabilities.value?.outside === true && <OutsideMenu />}
          {!compact && <Weather />}
        </div>
      )}
      <div class="spring" />
      <div class="group">
        <Search />
        {!compact && <Drawing nothing={nothing} />}
        <IconButton
          icon="layout-sidebar-right"
          label={t("Inspector")}
          pressed={inspectorShown.value}
          onClick={() => {
            showInspector(!inspectorShown.value);
          }}
        />
        {compact && (
          <Popover label={t("More controls")} icon="ellipsis">
            <RootPicker />
            <div class="popover-row">
              <Replay nothing={nothing} />
            </div>
            <div class="popover-row">
              {mayFault.value && <Weather />}
              <Drawing nothing={nothing} />
            </div>
          </Popover>
        )}
      </div>
    </div>
  );
}

/** Below this the toolbar keeps its essentials on one line; everything else is under one button. */
const COMPACT_BELOW = 860;

/** Going back, again, faster, or with another seed. */
function Replay({ nothing }: { nothing: boolean }) {
  return (
    <>
      <IconButton
        icon="debug-step-back"
        label={t("Step back")}
        onClick={stepBack}
        disabled={live.value === null}
      />
      {liveProgram.value === null && (
        <>
          <IconButton
            icon="debug-restart"
            label={t("Restart the run")}
            onClick={() => void startRun()}
            disabled={nothing || runState.value === "idle"}
          />
          <label class="field" title={t("Speed")}>
            <span class="sr-only">{t("Speed")}</span>
            <select
              value={String(speed.value)}
              onChange={(event) => {
                speed.value = Number(event.currentTarget.value);
              }}
            >
              {[...new Set([...SPEEDS, speed.value])]
                .sort((a, b) => a - b)
                .map((value) => (
                  <option key={value} value={String(value)}>
                    {value}×
                  </option>
                ))}
            </select>
          </label>
          <label class="field">
            <span>{t("seed")}</span>
            <input
              class="seed"
              type="number"
              min={0}
              step={1}
              value={seed.value}
              onChange={(event) => changeSeed(event.currentTarget)}
            />
          </label>
        </>
      )}
    </>
  );
}

/** What happens by itself. */
function Weather() {
  return (
    <>
      <IconButton
        icon="flame"
        label={t("Chaos: crash a random process now and then")}
        pressed={chaos.value}
        disabled={live.value === null}
        onClick={() => setChaos(!chaos.value)}
      />
      <IconButton
        icon="arrow-swap"
        label={t("Traffic: processes use each other, so that a hang is felt")}
        pressed={traffic.value}
        disabled={live.value === null}
        onClick={() => setTraffic(!traffic.value)}
      />
    </>
  );
}

/** What belongs to the picture. */
function Drawing({ nothing }: { nothing: boolean }) {
  return (
    <>
      <IconButton
        icon="link"
        label={t("Links and monitors")}
        pressed={relationsShown.value}
        onClick={() => {
          relationsShown.value = !relationsShown.value;
        }}
      />
      <Menu label={t("Export")} icon="export" items={exportItems()} disabled={nothing} align="right" />
    </>
  );
}

/** Which program is looked at, and whether it may be given faults: only after the person has said so. */
function Looking({ title }: { title: string }) {
  return (
    <>
      {recording.value === null ? (
        <span class="chip" title={t("The program itself: what is shown really happens.")}>
          <i class="codicon codicon-broadcast" aria-hidden="true" />
          {t("Live: {0}", title)}
        </span>
      ) : (
        <span class="chip" title={t("What the program did: nothing of it runs now.")}>
          <i class="codicon codicon-record" aria-hidden="true" />
          {t("Recorded: {0}", title)}
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
function ModeChoice() {
  const why = whyNoCode.value;
  const meaning =
    mode.value === "code"
      ? t("Your code runs, in the sandbox: on the run's own clock, without files and network.")
      : t(
          "Stand-ins run with what was read from the source: strategies, budgets, who uses whom. Your code is not running.",
        );
  return (
    <label class="chip" title={why === null ? meaning : `${meaning} ${why}`}>
      <i class={`codicon codicon-${mode.value === "code" ? "code" : "beaker"}`} aria-hidden="true" />
      <span class="sr-only">{t("What runs")}</span>
      <select
        class="mode"
        value={mode.value}
        onChange={(event) => {
          switchMode(event.currentTarget.value === "code" ? "code" : "simulated");
        }}
      >
        <option value="simulated">{t("Stand-ins")}</option>
        <option value="code" disabled={why !== null}>
          {t("Real code")}
        </option>
      </select>
    </label>
  );
}

async function stepNow(): Promise<void> {
  skipEffects();
  await step();
}

function changeSeed(input: HTMLInputElement): void {
  const wanted = Number(input.value);
  if (!Number.isSafeInteger(wanted) || wanted < 0) {
    input.value = String(seed.value);
    return;
  }
  seed.value = wanted;
  if (runState.value !== "idle") {
    void startRun();
  }
}

/** Which tree to run, when there are several. */
function RootPicker() {
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

/** Faults for the selected process. */
export function faultItems(): MenuItem[] {
  const node = selectedNode.value;
  if (node === null) {
    return [{ label: t("Select a process first"), disabled: true, run: () => undefined }];
  }
  const { path } = node;
  if (!mayFault.value) {
    return [{ label: t("Allow commands first"), disabled: true, run: () => undefined }];
  }
  const dead = node.pid === null || viewing.value !== null;
  return [
    {
      label: t("Crash"),
      icon: "error",
      hint: "C",
      disabled: dead,
      run: () => perform({ kind: "crash", path }),
    },
    {
      label: t("Exit, reason normal"),
      icon: "sign-out",
      hint: "E",
      disabled: dead,
      run: () => perform({ kind: "stop", path, reason: "normal" }),
    },
    {
      label: t("Exit signal, reason shutdown"),
      icon: "debug-disconnect",
      disabled: dead,
      run: () => perform({ kind: "exit", path, reason: "shutdown" }),
    },
    {
      label: t("Kill"),
      icon: "circle-slash",
      hint: "K",
      disabled: dead,
      run: () => perform({ kind: "kill", path }),
    },
    {
      label: t("Hang"),
      icon: "watch",
      hint: "H",
      disabled: dead,
      run: () => perform({ kind: "hang", path }),
    },
    ...(capabilities.value?.resume === false
      ? []
      : [
          {
            label: t("Resume"),
            icon: "debug-continue",
            disabled: dead || node.state !== "hanging",
            run: () => perform({ kind: "resume", path }),
          },
        ]),
    ...(node.role === "pool" && liveProgram.value === null
      ? [
          {
            label: t("Start a child"),
            icon: "add",
            disabled: dead,
            run: () => perform({ kind: "start_child", path, count: 1 }),
          },
        ]
      : []),
  ];
}

function Search() {
  const found = matches.value;
  const go = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      search.value = "";
      return;
    }
    const first = [...(found ?? [])];
    if (event.key === "Enter" && first.length > 0) {
      const at = first.indexOf(selectedNode.value?.path ?? "");
      const next = first[(at + (event.shiftKey ? first.length - 1 : 1)) % first.length]!;
      reveal(next, false);
    }
  };
  return (
    <div class="search">
      <i class="codicon codicon-search" aria-hidden="true" />
      <input
        type="search"
        placeholder={t("Search")}
        aria-label={t("Search processes; Enter goes to the next")}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
        onKeyDown={go}
      />
      {found !== null && <span class="quiet count">{found.size}</span>}
    </div>
  );
}
