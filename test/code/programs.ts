/** Programs that run as real code: the examples' trees and modules, and the guide's pages. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { typescriptRules } from "../../src/bundle/elsewhere.ts";
import { type Bundle, Bundler, describeBundleProblem, findEsbuild } from "../../src/bundle/index.ts";
import { CodeThread } from "../../src/cli/run/thread.ts";
import type { RunAction, TreeModel } from "../../src/model/index.ts";
import {
  type ConsoleLine,
  DEFAULT_BOUNDS,
  type LoadRequest,
  type RunStatus,
  type SandboxEvent,
} from "../../src/protocol/index.ts";
import type { TraceEvent } from "../../src/runtime/index.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const DIST = join(ROOT, "dist");

export interface Program {
  /** Relative to `base`. */
  file: string;
  base: string;
  /** A key of the model; null for the module alone. */
  root: string | null;
  model: TreeModel;
}

export async function bundlerFor(base: string): Promise<Bundler> {
  const esbuild = await findEsbuild({ folders: [ROOT], wasm: null });
  if (esbuild === null) throw new Error("no esbuild");
  return new Bundler({
    esbuild,
    base,
    nodeModules: join(DIST, "node-modules"),
    version: "0.1.0",
    rules: typescriptRules,
  });
}

export const scriptOf = async (program: Pick<Program, "base" | "file">): Promise<string> =>
  (await bundleOf(program)).script;

export async function bundleOf({ base, file }: Pick<Program, "base" | "file">): Promise<Bundle> {
  const bundler = await bundlerFor(base);
  try {
    const result = await bundler.bundle({ file });
    if ("problems" in result) throw new Error(result.problems.map(describeBundleProblem).join("\n"));
    return result.bundle;
  } finally {
    await bundler.dispose();
  }
}

/** Every tree, application and main module of the examples. */
export async function examples(): Promise<Program[]> {
  const folder = join(ROOT, "examples");
  const programs: Program[] = [];
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory())) {
    if (name === "shared") continue;
    const base = join(folder, name);
    const { model } = await analyzeOn([base], { host: nodeHost(), cwd: base, base });
    for (const { key, location } of [...model.supervisors, ...model.applications])
      if (model.roots.includes(key) || model.applications.some((each) => each.key === key))
        programs.push({ file: location.file, base, root: key, model });
    programs.push({ file: "src/main.ts", base, root: null, model });
  }
  return programs;
}

/** Pages of the guide whose programs do not run in a sandbox, and what they are told. */
export const LEFT_OUT: Readonly<Record<string, RegExp>> = {
  // It is about async contexts, which browsers do not have, and measures the machine's own time.
  "10-observing":
    /AsyncLocalStorage was used at 10-observing\.ts:\d+:\d+, and a run in the sandbox has no async contexts/,
};

/** All pages that have a program. */
export const PAGES: readonly string[] = readdirSync(join(ROOT, "docs", "guide"))
  .filter((name) => /^\d.*\.md$/.test(name))
  .map((name) => name.slice(0, -".md".length));

export const guide = async (): Promise<Program[]> =>
  Promise.all(PAGES.filter((page) => !(page in LEFT_OUT)).map(pageOf));

/** The program that a page's snippets are together. */
export async function pageOf(page: string): Promise<Program> {
  const base = join(ROOT, ".cache", "guide-code");
  mkdirSync(base, { recursive: true });
  const text = readFileSync(join(ROOT, "docs", "guide", `${page}.md`), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, body]) => body);
  writeFileSync(join(base, `${page}.ts`), `${blocks.join("\n")}\nexport {};\n`);
  const { model } = await analyzeOn([`${page}.ts`], { host: nodeHost(), cwd: base, base });
  return { file: `${page}.ts`, base, root: null, model };
}

export interface Ran {
  events: TraceEvent[];
  console: ConsoleLine[];
  status: RunStatus;
  notes: string[];
}

export const loadOf = ({ model, root }: Program, seed: number): LoadRequest => ({
  type: "load",
  model,
  root,
  seed,
  mode: "code",
  dynamicChildren: 0,
  bounds: DEFAULT_BOUNDS,
  standIns: [],
  asInModel: [],
  marks: false,
});

/** How long every program is given, and after its fault again. Virtual milliseconds. */
export const HORIZON = 7_000;

/** The fault that every tree gets: its youngest worker crashes. */
export function faultFor(events: readonly TraceEvent[]): RunAction | null {
  const dead = new Set(
    events.filter(({ type }) => type === "exit").map((event) => ("pid" in event ? event.pid : 0)),
  );
  const last = events.findLast(
    (event) => event.type === "spawn" && event.kind === "worker" && !dead.has(event.pid),
  );
  return last?.type !== "spawn" ? null : { kind: "crash", target: { pid: last.pid }, reason: "boom" };
}

/** In a thread of Node, as the command line does it. */
export async function inThread(program: Program, seed = 1, script?: string): Promise<Ran> {
  const events: TraceEvent[] = [];
  const lines: ConsoleLine[] = [];
  const hear = (event: SandboxEvent): void => {
    if (event.type === "trace") events.push(...event.events);
    if (event.type === "console") lines.push(event);
  };
  const engine = readFileSync(join(DIST, "sandbox-node.js"), "utf8");
  const thread = new CodeThread(engine, script ?? (await scriptOf(program)), hear);
  try {
    const { notes } = await thread.request<"load">(loadOf(program, seed));
    let status = await thread.request<"settle">({ type: "settle", ms: HORIZON });
    const action = program.root === null ? null : faultFor(events);
    if (action !== null) {
      await thread.request<"input">({ type: "input", action });
      status = await thread.request<"settle">({ type: "settle", ms: HORIZON });
    }
    return { events, console: lines, status, notes };
  } finally {
    await thread.close();
  }
}
