/** The toolbar: the run's controls, faults, search, picture. */

import { useEffect, useRef } from "preact/hooks";
import { skipEffects } from "../effects/effects.ts";
import { oneTabStop } from "../gestures/toolbar.ts";
import { chaos, setChaos } from "../run/chaos.ts";
import { pause, play, step, stepBack } from "../run/controls.ts";
import { liveProgram, mayFault } from "../run/live.ts";
import { capabilities, runState, seed, speed } from "../run/present.ts";
import { startRun } from "../run/start.ts";
import { setTraffic, traffic } from "../run/traffic.ts";
import { t } from "../state/strings.ts";
import { inspectorShown, live, model, pageWidth, relationsShown, showInspector } from "../state/view.ts";
import { IconButton, Menu, Popover } from "./controls.tsx";
import { exportItems } from "./export-items.ts";
import { faultItems } from "./fault-items.ts";
import { OutsideMenu } from "./Outside.tsx";
import { Search } from "./Search.tsx";
import { Looking, ModeChoice, RootPicker } from "./WhatRuns.tsx";

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
      {mayFault.value && !(looking !== null && state === "stopped") && (
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
