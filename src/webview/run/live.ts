/** A program that runs elsewhere: the page looks on, and gives it faults once the person has allowed that. */
import { computed, signal } from "@preact/signals";
import { addUnder, type TreeModel } from "../../model/index.ts";
import type { LiveChoice, LiveHostMessage, LiveProgram, PageDrift } from "../../protocol/index.ts";
import { post } from "../state/host.ts";
import { figures, figuresCame } from "./figures.ts";
import { leaveOut } from "./left-out.ts";
import { part } from "./recorded.ts";

/** The program that this page looks at; null where the page runs trees itself. */
export const liveProgram = signal<LiveProgram | null>(null);
/** What is known of the recording that this page looks at; null where something runs. */
export const recording = computed(() => liveProgram.value?.recording ?? null);
/** The person has allowed commands for as long as this page is open. */
export const commandsAllowed = signal(false);
/** When the program's clock was 0, in milliseconds since 1970; null where time is a run's own. */
export const clockStart = signal<number | null>(null);
/** Events that were missed before what is shown, since the page or its host fell behind. */
export const missed = signal<number | null>(null);

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

/** The driver of the page, where it looks at a program: it hears whatever is about a run. */
let driver: ((message: LiveHostMessage) => void) | null = null;

/** Tells a driver what the host says, until it hears no more. */
export function hearHost(hear: (message: LiveHostMessage) => void): () => void {
  driver = hear;
  return () => {
    if (driver === hear) driver = null;
  };
}

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
      driver?.(message);
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
