/** Real code: which trees run it, and the bundles that the host makes of them. */
import { computed, signal } from "@preact/signals";
import { EVERYTHING, placeAbove, programFile, type RunMode, standInsOnly } from "../../model/index.ts";
import type { Code, CodeProblem, ConsoleLine } from "../../protocol/index.ts";
import type { SceneNode } from "../scene/types.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { root, scene, source } from "../state/view.ts";

/** Trees that run as real code. */
const chosen = signal<ReadonlySet<string>>(new Set());
/** Why the host offers none; null where it does. */
const hostRefuses = signal<string | null>("");
/** Children of programs in whose place their stand-ins run, by the model's keys. */
export const standIns = signal<ReadonlySet<string>>(new Set());
/** Its stand-in runs, or that of a supervisor above it. */
export function standsIn(node: SceneNode): boolean {
  const keys = standIns.value;
  if (keys.size === 0) return false;
  for (let { path } = node; path !== ""; path = placeAbove(path)) {
    if (keys.has(scene.value?.byPath.get(path)?.childKey ?? "")) return true;
  }
  return false;
}

/** Why the program could not be bundled. */
export const codeProblems = signal<readonly CodeProblem[]>([]);
/** What the program has written on its console: the newest lines. */
export const consoleLines = signal<readonly ConsoleLine[]>([]);
/** Lines before those. */
export const earlierLines = signal(0);

/** Lines that are kept. */
const MOST_LINES = 20_000;
let newLines: ConsoleLine[] = [];
let due = false;

/** Takes a line; many that come at once are shown together. */
export function addConsoleLine(line: ConsoleLine): void {
  newLines.push(line);
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    const all = [...consoleLines.value, ...newLines];
    newLines = [];
    earlierLines.value += Math.max(0, all.length - MOST_LINES);
    consoleLines.value = all.slice(-MOST_LINES);
  }, 30);
}

/** A run begins anew. */
export function clearConsole(): void {
  newLines = [];
  earlierLines.value = 0;
  consoleLines.value = [];
}

/** What the host bundles the program of: the present tree, or all where one module starts it; null where neither is. */
const program = computed<string | null>(() => {
  if (root.value !== null) return root.value;
  return source.value !== null && programFile(source.value, EVERYTHING) !== null ? EVERYTHING : null;
});

/** Why the present tree cannot run as real code; null when it can. */
export const whyNoCode = computed<string | null>(() => {
  if (hostRefuses.value !== null) return hostRefuses.value;
  if (program.value === null) return t("Choose one tree to run its code.");
  const foreign = source.value === null ? null : standInsOnly(source.value, program.value);
  if (foreign !== null) return t("Trees of {0} run with stand-ins only.", foreign);
  return null;
});

/** What runs when the present tree is started. */
export const mode = computed<RunMode>(() =>
  whyNoCode.value === null && program.value !== null && chosen.value.has(program.value)
    ? "code"
    : "simulated",
);

/** The person chose what runs for the present tree. */
export function chooseMode(next: RunMode): void {
  const which = program.value;
  if (which === null) return;
  const trees = new Set(chosen.value);
  if (next === "code") trees.add(which);
  else trees.delete(which);
  chosen.value = trees;
  post({ type: "mode", root: which, mode: next });
}

/** What the host says at the beginning, or when its settings change. */
export function hostOffers(refusal: string | null, trees?: readonly string[]): void {
  hostRefuses.value = refusal;
  if (trees !== undefined) chosen.value = new Set(trees);
}

/** Counts what was saved of programs: whatever was computed of one before is of another. */
export const codeVersion = signal(0);

/** The bundle of the present tree where its code runs; null for stand-ins. @throws with what is wrong with it */
export async function presentCode(): Promise<string | null> {
  if (mode.value !== "code") return null;
  const { script, problems } = await requestCode();
  if (script === null) throw new Error(problems[0]?.message ?? t("The program could not be bundled."));
  return script;
}

let nextId = 1;
const waiting = new Map<number, (code: Code) => void>();

/** Has the host bundle the program of the present tree. */
export function requestCode(): Promise<Code> {
  const id = nextId++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    post({ type: "needCode", id, root: program.value ?? EVERYTHING });
  });
}

/** The host's answer. */
export function codeCame(id: number, code: Code): void {
  waiting.get(id)?.(code);
  waiting.delete(id);
}
