/** What is known of the present run: what drives it, with what it began, how it goes, and what it came to. */
import { computed, signal } from "@preact/signals";
import type { Assumption, DemonstrationOutcome, RunInput, SavedRun, TreeModel } from "../../model/index.ts";
import { DEFAULT_SETTINGS, type PageSettings, type RunStatus } from "../../protocol/index.ts";
import type { RunDriver } from "./driver.ts";

export type RunState = "idle" | "starting" | "running" | "paused" | "ended" | "failed" | "stopped";

export const runState = signal<RunState>("idle");
/** Why it ended, failed or was stopped. */
export const runReason = signal<string | null>(null);
export const seed = signal(1);
export const speed = signal(1);
export const settings = signal<PageSettings>(DEFAULT_SETTINGS);
export const assumptions = signal<readonly Assumption[]>([]);
export const notes = signal<readonly string[]>([]);
export const inputs = signal<readonly RunInput[]>([]);
/** What a finding's scripted fault came to; null when the run is not a demonstration. */
export const demonstrated = signal<DemonstrationOutcome | null>(null);
/** The definitions that the run was started with. */
export const ranModel = signal<TreeModel | null>(null);

/** What runs; null before the first run, and when it was stopped. */
export const running = signal<RunDriver | null>(null);
/** What the present run can do; null when there is none. */
export const capabilities = computed(() => running.value?.can ?? null);
// Nobody draws these three: they are asked with `peek`.
/** The program of the present run: what goes on with it takes the same. */
export const program = signal<string | null>(null);
/** How the run is, as it was last told; null when there is none. */
export const status = signal<RunStatus | null>(null);
/** Counts the runs: what an earlier one still waits for is over. */
export const generation = signal(0);
/** A run that is not run until somebody asks: the page was lost while it ran. */
export const held = signal<SavedRun | null>(null);

/** Takes how the run is now. */
export function take(next: RunStatus): void {
  status.value = next;
  if (next.state === "failed" || next.state === "bounded") {
    runReason.value = runReason.value ?? next.reason;
  }
}
