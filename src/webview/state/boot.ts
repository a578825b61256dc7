/** Connects to the host, answers its messages, keeps the page's state. */
import { batch, effect, signal } from "@preact/signals";
import type { Finding, TreeModel } from "../../model/index.ts";
import type { HostMessage, PageSettings } from "../../protocol/index.ts";
import { PROTOCOL_VERSION } from "../../protocol/index.ts";
import { carryOut } from "../run/carry-out.ts";
import { codeCame, codeVersion, hostOffers, mode, standIns, whyNoCode } from "../run/code.ts";
import { skip } from "../run/controls.ts";
import { liveCame, liveProgram, lookAtProgram, tellRead, watchAttention } from "../run/live.ts";
import { lastWeighty, shownSeq, told } from "../run/moments.ts";
import { inputs, runReason, runState, seed, settings, speed } from "../run/present.ts";
import { replaySaved } from "../run/replay.ts";
import { hold, savedRun } from "../run/saved-run.ts";
import { closeSandbox, startRun } from "../run/start.ts";
import { stillPossible } from "../scene/experiment.ts";
import { ownCamera } from "./camera.ts";
import { watchColours } from "./colours.ts";
import { commandHandler, skipTelling } from "./commands.ts";
import { connect, loadState, post, storeState } from "./host.ts";
import { readViewState, wasGoing } from "./persist.ts";
import { excerpt, followSelection, keepQuietAbout, shareSelection } from "./shared-selection.ts";
import { strings, t } from "./strings.ts";
import {
  chosenView,
  closed,
  experiments,
  findings,
  inspectorOpen,
  live,
  opened,
  pageWidth,
  reducedMotion,
  relationsShown,
  root,
  selection,
  source,
  tab,
} from "./view.ts";

export const connected = signal(true);
export const ready = signal(false);
export const hostError = signal<string | null>(null);
/** Something runs that could take the page with it: kept, so that the next page knows. */
const going = signal(false);
/** The page before this one went away in the midst of that. */
let lostBefore = false;
/** A page of the web host says when it goes in order; the editor takes hidden pages away without asking. */
let web = false;

/** Called once, before the first drawing. */
export function boot(): void {
  connected.value = connect(hear);
  watchWidth();
  watchColours();
  commandHandler.value = carryOut;
  skipTelling.value = skip;
  restoreView();
  watchMotion();
  effect(announce);
  effect(keep);
  effect(shareSelection);
  effect(tellWhatIsRead);
  watchAttention();
  post({ type: "ready", protocol: PROTOCOL_VERSION });
}

function hear(message: HostMessage): void {
  switch (message.type) {
    case "init":
      init(message);
      return;
    case "model":
      // Of the source: what runs elsewhere brings its own.
      if (liveProgram.peek() === null) take(message);
      return;
    case "settings":
      applySettings(message.settings);
      hostOffers(message.noCode);
      return;
    case "run":
      root.value = message.root;
      seed.value = message.seed ?? seed.value;
      launch(message.demonstration);
      return;
    case "select":
      followSelection(message.key);
      return;
    case "excerpt":
      excerpt.value = message;
      return;
    case "code":
      codeCame(message.id, message.code);
      return;
    case "codeChanged":
      codeVersion.value += 1;
      void replaySaved();
      return;
    case "error":
      hostError.value = message.message;
      return;
    case "liveBegan":
    case "liveFigures":
    case "liveDrift":
    case "liveModel":
    case "liveEvents":
    case "liveWindow":
    case "liveProcess":
    case "liveNote":
    case "livePaused":
    case "liveSystems":
    case "liveEnded":
      liveCame(message);
      return;
    case "areYouThere":
      post({ type: "alive", id: message.id });
      return;
    case "done":
      return;
  }
}

type Demonstrated = Extract<HostMessage, { type: "run" }>["demonstration"];

function launch(demonstration: Demonstrated): void {
  if (demonstration !== null) {
    root.value = demonstration.root;
  }
  void startRun({ demonstration });
}

function init(message: Extract<HostMessage, { type: "init" }>): void {
  if (message.protocol !== PROTOCOL_VERSION) {
    hostError.value = t(
      "This page speaks version {0} of Suptree's protocol and its host version {1}. Reload the window.",
      PROTOCOL_VERSION,
      message.protocol,
    );
    return;
  }
  web = message.host === "web";
  strings.value = message.strings;
  hostOffers(message.noCode, message.realCode);
  seed.value = message.seed;
  applySettings(message.settings);
  speed.value = message.settings.speed > 0 ? message.settings.speed : 1;
  // One tree and nothing beside it needs no choice.
  const only = message.model.orphans.length === 0 && message.model.roots.length === 1;
  root.value = message.root ?? (only ? message.model.roots[0]! : null);
  take(message);
  ready.value = true;
  const { saved } = message;
  lookAtProgram(message.live);
  if (message.live !== null) {
    root.value = null;
    speed.value = 1;
    void startRun();
  } else if (saved !== null) {
    root.value = saved.root === "" ? null : saved.root;
    seed.value = saved.seed;
    standIns.value = new Set(saved.standIns ?? []);
    const cannot = saved.mode === "code" && mode.value !== "code";
    if (cannot) {
      hold(saved, whyNoCode.value ?? t("It is a run of real code, and nothing of that runs by itself."));
    } else if (message.lost || lostBefore) {
      hold(
        saved,
        t(
          "The page was lost while this run went on, most likely because the run used up its memory. Its inputs are kept: Play runs them again.",
        ),
      );
    } else {
      going.value = true;
      // What was running before a reload stands still: nothing starts by itself.
      const code = saved.mode === "code" ? {} : { code: null };
      void startRun({ inputs: saved.inputs, until: saved.until, paused: true, ...code }).finally(() => {
        going.value = false;
      });
    }
  } else if (message.root !== null || mode.value === "code") {
    launch(message.demonstration);
  } else {
    closeSandbox();
    live.value = null;
  }
}

/** All at once: nothing is drawn of a new model with experiments or findings of the old one. */
function take(next: { model: TreeModel; findings: readonly Finding[] }): void {
  batch(() => {
    source.value = next.model;
    experiments.value = stillPossible(next.model, experiments.value);
    findings.value = next.findings;
  });
}

function applySettings(next: PageSettings): void {
  settings.value = next;
  motionSetting = next.reducedMotion;
  readMotion();
}

let motionSetting: PageSettings["reducedMotion"] = "auto";
const query = matchMedia("(prefers-reduced-motion: reduce)");

/** The setting first, then the editor's class, then the system. */
function readMotion(): void {
  const asked = document.body.classList.contains("vscode-reduce-motion") || query.matches ? "on" : "off";
  const on = (motionSetting === "auto" ? asked : motionSetting) === "on";
  reducedMotion.value = on;
  document.documentElement.classList.toggle("still", on);
}

/** Known before anything is laid out, since it decides whether the inspector takes room from the tree. */
function watchWidth(): void {
  const read = () => {
    pageWidth.value = window.innerWidth;
  };
  read();
  window.addEventListener("resize", read);
}

function watchMotion(): void {
  readMotion();
  query.addEventListener("change", readMotion);
  new MutationObserver(readMotion).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/** How far back the host's summary looks for an incident before it takes the newest sentence. */
const RECENT = 100;
let announced = "";

/** Tells the host what a status bar could say, whenever that changes. */
function announce(): void {
  const state = runState.value;
  document.body.dataset.run = state;
  const recent = lastWeighty(told.value, RECENT);
  const last = recent.findLast((sentence) => sentence.kind === "incident") ?? recent.at(-1);
  const message = {
    type: "runChanged",
    root: root.peek(),
    state: state === "starting" ? "running" : state === "stopped" ? "failed" : state,
    summary: runReason.value ?? last?.text ?? "",
  } as const;
  const text = JSON.stringify(message);
  if (text === announced) return;
  announced = text;
  post(message);
}

let readingIsDue = false;

/** Who tells of a program waits for the page to have shown what it was told. */
function tellWhatIsRead(): void {
  if (shownSeq.value === 0 || readingIsDue) return;
  readingIsDue = true;
  setTimeout(() => {
    readingIsDue = false;
    tellRead(shownSeq.peek());
  }, 100);
}

let keeping: ReturnType<typeof setTimeout> | undefined;

/** Whatever is changed is kept shortly after, so that hiding or reloading the page loses nothing. */
function keep(): void {
  const view = {
    selection: selection.value,
    opened: [...opened.value],
    closed: [...closed.value],
    camera: ownCamera.value,
    treeView: chosenView.value,
    tab: tab.value,
    inspectorOpen: inspectorOpen.value,
    relationsShown: relationsShown.value,
    speed: speed.value,
    experiments: [...experiments.value],
  };
  const watched = [inputs.value, runState.value, root.value, seed.value, ready.value, going.value];
  if (!ready.value || watched.length === 0) {
    return;
  }
  clearTimeout(keeping);
  const store = (on: boolean): void => {
    const saved = savedRun();
    storeState({ folder: document.body.dataset.folder ?? null, root: root.peek(), saved, view, going: on });
    post({ type: "state", saved });
  };
  const on = going.value || (web && (runState.value === "running" || runState.value === "starting"));
  leave = () => store(false);
  // A replay may take the page with it at once.
  if (going.value) store(true);
  else keeping = setTimeout(() => store(on), 250);
}

let leave = (): void => {};
addEventListener("pagehide", () => leave());

function restoreView(): void {
  lostBefore = wasGoing(loadState());
  const kept = readViewState(loadState());
  if (kept === null) {
    return;
  }
  selection.value = kept.selection;
  keepQuietAbout(kept.selection);
  opened.value = new Map(kept.opened);
  closed.value = new Set(kept.closed);
  ownCamera.value = kept.camera;
  experiments.value = new Map(kept.experiments);
  chosenView.value = kept.treeView;
  tab.value = kept.tab;
  inspectorOpen.value = kept.inspectorOpen;
  relationsShown.value = kept.relationsShown;
}
