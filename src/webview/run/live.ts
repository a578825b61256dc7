/** A program that runs elsewhere: the page looks on, and gives it faults once the person has allowed that. */
import { computed, signal } from "@preact/signals";
import type { RunAction, RunInput } from "../../model/index.ts";
import {
  LIVE_FAULTS,
  type LiveChoice,
  type LiveFault,
  type LiveHostMessage,
  type LiveProgram,
  type ProcessView,
  type RunStatus,
} from "../../protocol/index.ts";
import { ask, post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { live } from "../state/view.ts";
import type { DriverEvents, RunDriver } from "./driver.ts";

/** The program that this page looks at; null where the page runs trees itself. */
export const liveProgram = signal<LiveProgram | null>(null);
/** The person has allowed commands for as long as this page is open. */
export const commandsAllowed = signal(false);
/** Messages of the program that were left out, because it makes more than can be told. */
export const leftOut = signal(0);

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
  if (message.type === "livePaused") heldByDebugger.value = message.paused;
  else if (message.type === "liveSystems") liveChoices.value = message;
  else hear?.(message);
}

/** A program to look at; null: the page runs trees itself. */
export function lookAtProgram(program: LiveProgram | null): void {
  liveProgram.value = program;
  commandsAllowed.value = program?.allowed ?? false;
  heldByDebugger.value = false;
}

/** The person allows commands, or does no more. */
export function allowCommands(allowed: boolean): void {
  commandsAllowed.value = allowed;
  post({ type: "liveAllow", commands: allowed });
}

/** The driver of a page that looks at a program. */
export function liveDriver(events: DriverEvents): RunDriver {
  const views = new Map<number, (view: ProcessView | null) => void>();
  let nextId = 1;
  let over = false;
  let last = { seq: 0, at: 0, heard: performance.now() };
  let begun: (() => void) | null = null;
  let heardBeginning = false;
  const status = (): RunStatus => ({
    state: "running",
    now: Math.max(last.at, Math.round(last.at + performance.now() - last.heard)),
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
      case "liveEvents": {
        // What was under way to the driver before this one: nobody understands it without its beginning.
        if (message.reset) heardBeginning = true;
        else if (!heardBeginning) return;
        const event = message.events.at(-1);
        if (event !== undefined) last = { seq: event.seq, at: event.at, heard: performance.now() };
        leftOut.value = message.reset ? 0 : leftOut.value + message.left;
        events.onEvent({ type: "trace", reset: message.reset, events: message.events });
        begun?.();
        return;
      }
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
    can: { clock: "real", replay: false, faults: true, resume: true, outside: false, state: "fields" },
    load: () =>
      new Promise((resolve) => {
        begun = () => resolve({ status: status(), assumptions: [], notes: [] });
        post({ type: "liveWatch" });
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
