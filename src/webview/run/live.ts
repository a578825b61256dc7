/** A program that runs elsewhere: the page looks on, and gives it faults once the person has allowed that. */
import { computed, signal } from "@preact/signals";
import { addUnder, type RunAction, type RunInput, type TreeModel } from "../../model/index.ts";
import {
  type FiguresMessage,
  LIVE_FAULTS,
  type LiveChoice,
  type LiveFault,
  type LiveHostMessage,
  type LiveProgram,
  type PageDrift,
  type ProcessView,
  type RunStatus,
} from "../../protocol/index.ts";
import { ask, post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { live } from "../state/view.ts";
import type { DriverEvents, RunDriver } from "./driver.ts";
import { part, takeWanted } from "./recorded.ts";

/** The program that this page looks at; null where the page runs trees itself. */
export const liveProgram = signal<LiveProgram | null>(null);
/** What is known of the recording that this page looks at; null where something runs. */
export const recording = computed(() => liveProgram.value?.recording ?? null);
/** The person has allowed commands for as long as this page is open. */
export const commandsAllowed = signal(false);
/** Messages of the program that were left out, because it makes more than can be told. */
export const leftOut = signal(0);
/** The same, by the event of this page before which they were. */
export const leftAt = signal<readonly { before: number; count: number }[]>([]);
/** Places of messages that were left out; of more than these, neighbours are one. */
const MOST_PLACES = 400;

/** When the program's clock was 0, in milliseconds since 1970; null where time is a run's own. */
export const clockStart = signal<number | null>(null);
/** Events that were missed before what is shown, since the page or its host fell behind. */
export const missed = signal<number | null>(null);

export interface Figures {
  mailbox: number;
  /** Messages handled since its start, and in a second just now; null before two moments are known. */
  handled: number;
  rate: number | null;
  /** Milliseconds on the system's clock; null where it is not in the midst of a callback. */
  busySince: number | null;
  restarts: number;
}

/** By process number; null where nothing is known. A new map with every answer. */
export const figures = signal<{ at: number; of: ReadonlyMap<number, Figures> } | null>(null);

/** Where the running tree and its source differ; null where there is no source. */
export const drift = signal<Extract<LiveHostMessage, { type: "liveDrift" }> | null>(null);

/** Where it differs, by process number. */
export const driftOf = computed((): ReadonlyMap<number, readonly PageDrift[]> => {
  const found = new Map<number, PageDrift[]>();
  for (const each of drift.value?.drift ?? []) {
    if (each.pid === null) continue;
    addUnder(found, each.pid, each);
  }
  return found;
});

function figuresCame(message: FiguresMessage): void {
  const before = figures.value;
  const seconds = before === null ? 0 : (message.at - before.at) / 1000;
  const of = new Map<number, Figures>();
  message.ids.forEach((id, i) => {
    const handled = message.handled[i] ?? 0;
    const was = before?.of.get(id)?.handled;
    const busy = message.busySince[i] ?? -1;
    of.set(id, {
      mailbox: message.mailbox[i] ?? 0,
      handled,
      rate: was === undefined || seconds <= 0 ? null : Math.max(0, (handled - was) / seconds),
      busySince: busy < 0 ? null : busy,
      restarts: message.restarts[i] ?? 0,
    });
  });
  figures.value = { at: message.at, of };
}

let nextModel = 1;
const models = new Map<number, (message: Extract<LiveHostMessage, { type: "liveModel" }>) => void>();

/** The tree as it is at this moment. @throws Error with the reason why it cannot be had */
export async function modelNow(): Promise<TreeModel> {
  const id = nextModel++;
  const { model, problem } = await new Promise<Extract<LiveHostMessage, { type: "liveModel" }>>((resolve) => {
    models.set(id, resolve);
    post({ type: "liveModel", id });
  });
  if (model === null) throw new Error(problem ?? "");
  return model;
}

/** Tells the host that the person looks, or does not: nothing is asked of the program for nobody. */
export function watchAttention(): void {
  const tell = () => {
    if (liveProgram.peek() !== null)
      post({ type: "liveLook", looks: document.visibilityState === "visible" });
  };
  document.addEventListener("visibilitychange", tell);
}

/** Everything up to this event is shown. */
export function tellRead(seq: number): void {
  if (liveProgram.peek() !== null && seq > 0) post({ type: "liveRead", seq });
}

/** A debugger holds the program. */
export const heldByDebugger = signal(false);
/** The systems that can be looked at, and which of them is. */
export const liveChoices = signal<{ systems: readonly LiveChoice[]; shown: string | null }>({
  systems: [],
  shown: null,
});

/** Looks at another system. */
export function chooseSystem(system: string): void {
  post({ type: "liveChoose", system });
}

/** Faults can be given: to a run of this page, or to a program whose person has allowed it. */
export const mayFault = computed(() => liveProgram.value === null || commandsAllowed.value);

let hear: ((message: LiveHostMessage) => void) | null = null;

/** What the host says about the program. */
export function liveCame(message: LiveHostMessage): void {
  switch (message.type) {
    case "livePaused":
      heldByDebugger.value = message.paused;
      return;
    case "liveSystems":
      liveChoices.value = message;
      return;
    case "liveFigures":
      figuresCame(message);
      return;
    case "liveDrift":
      drift.value = message.drift === null ? null : message;
      return;
    case "liveModel":
      models.get(message.id)?.(message);
      models.delete(message.id);
      return;
    default:
      hear?.(message);
  }
}

/** A program to look at; null: the page runs trees itself. */
export function lookAtProgram(program: LiveProgram | null): void {
  liveProgram.value = program;
  commandsAllowed.value = program?.allowed ?? false;
  heldByDebugger.value = false;
  clockStart.value = program?.recording?.clock ?? null;
  missed.value = null;
  leaveOut(0, 0, true);
  figures.value = null;
  drift.value = null;
  part.value = null;
}

/** The person allows commands, or does no more. */
export function allowCommands(allowed: boolean): void {
  commandsAllowed.value = allowed;
  post({ type: "liveAllow", commands: allowed });
}

function leaveOut(count: number, before: number, reset: boolean): void {
  leftOut.value = (reset ? 0 : leftOut.value) + count;
  const places = reset ? [] : leftAt.value;
  if (count === 0) {
    if (reset) leftAt.value = places;
    return;
  }
  const all = [...places, { before, count }];
  leftAt.value =
    all.length <= MOST_PLACES
      ? all
      : all.flatMap((each, i) => {
          const next = all[i + 1];
          if (i % 2 === 1) return [];
          return [next === undefined ? each : { before: next.before, count: each.count + next.count }];
        });
}

/** The driver of a page that looks at a program. */
export function liveDriver(events: DriverEvents): RunDriver {
  // A recording is over before it is looked at.
  const recorded = liveProgram.peek()?.recording ?? null;
  const views = new Map<number, (view: ProcessView | null) => void>();
  let nextId = 1;
  let over = false;
  let last = { seq: 0, at: 0, heard: performance.now() };
  let begun: (() => void) | null = null;
  let heardBeginning = false;
  const status = (): RunStatus => ({
    state: recorded === null ? "running" : "ended",
    now:
      recorded === null
        ? Math.max(last.at, Math.round(last.at + performance.now() - last.heard))
        : Math.ceil(last.at),
    step: 0,
    seq: last.seq,
    inputs: 0,
    busy: false,
    nextDeadline: null,
    processes: live.peek()?.alive ?? 0,
    running: [],
    reason: null,
  });
  const cannot = (): Promise<never> =>
    Promise.reject(new Error(t("A running program cannot be taken back to an earlier moment.")));

  const listener = (message: LiveHostMessage): void => {
    switch (message.type) {
      case "liveBegan":
        clockStart.value = message.clock;
        missed.value = message.missed;
        figures.value = null;
        events.onModel?.(message.model);
        return;
      case "liveEvents": {
        // What was under way to the driver before this one: nobody understands it without its beginning.
        if (message.reset) heardBeginning = true;
        else if (!heardBeginning) return;
        const event = message.events.at(-1);
        // Of a recording's part: after what leads to it.
        const after = message.reset ? (part.peek()?.begun ?? 0) : last.seq;
        leaveOut(message.left, after + 1, message.reset);
        if (event !== undefined) last = { seq: event.seq, at: event.at, heard: performance.now() };
        events.onEvent({ type: "trace", reset: message.reset, events: message.events });
        begun?.();
        return;
      }
      case "liveWindow":
        part.value = message;
        return;
      case "liveProcess":
        views.get(message.id)?.(message.view);
        views.delete(message.id);
        return;
      case "liveNote":
        events.onNote?.(message.text);
        return;
      case "liveEnded":
        if (over) return;
        over = true;
        events.onStopped({ why: "failed", message: message.reason, callback: null });
    }
  };
  hear = listener;

  return {
    mode: "code",
    can: {
      clock: recorded === null ? "real" : "recorded",
      replay: false,
      faults: recorded === null,
      resume: recorded === null,
      outside: false,
      state: "fields",
    },
    load: () =>
      new Promise((resolve) => {
        begun = () => resolve({ status: status(), assumptions: [], notes: [] });
        const seq = takeWanted();
        post(seq === null ? { type: "liveWatch" } : { type: "liveSeek", seq });
      }),
    advance: () => Promise.resolve(status()),
    step: () => Promise.resolve(status()),
    replay: cannot,
    demonstrate: cannot,
    async input(action: RunAction) {
      const input: RunInput = { action, at: Math.round(status().now), step: 0 };
      const fault = faultOf(action);
      const pid = pidOf(action);
      if (fault === null || pid === null) throw new Error(t("This cannot be done to a running program."));
      const reason = "reason" in action ? String(action.reason) : "";
      const { ok, message } = await ask({ type: "liveCommand", fault, pid, reason });
      if (!ok) throw new Error(message ?? "");
      return { status: status(), input };
    },
    inspect: (pid) =>
      new Promise((resolve) => {
        const id = nextId++;
        views.set(id, resolve);
        post({ type: "liveInspect", id, pid });
      }),
    close() {
      over = true;
      if (hear === listener) hear = null;
      for (const settle of views.values()) settle(null);
      views.clear();
    },
  };
}

function faultOf({ kind }: RunAction): LiveFault | null {
  if (kind === "stop") return "exit";
  return LIVE_FAULTS.find((fault) => fault === kind) ?? null;
}

function pidOf(action: RunAction): number | null {
  const path = "target" in action && "path" in action.target ? action.target.path : null;
  return live.peek()?.nodes.get(path ?? "")?.pid ?? null;
}
