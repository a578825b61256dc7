/** A run of the program itself: bundled, and run by the sandbox's engine in a thread. Node is no sandbox. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describeBundleProblem } from "../../bundle/index.ts";
import type { RunInput, TreeModel } from "../../model/index.ts";
import { type ConsoleLine, DEFAULT_BOUNDS, type RunStatus } from "../../protocol/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import type { BootResult } from "../../simulation/index.ts";
import { createReducer, EMPTY_LIVE } from "../../trace/live.ts";
import { assetsFolder } from "../assets.ts";
import { UsageError } from "../io.ts";
import { codeService } from "../real-code.ts";
import { CannotGive, MOST_EVENTS, type RunDriver } from "./driver.ts";
import { CodeThread, Refused } from "./thread.ts";

export interface RealCode {
  model: TreeModel;
  /** Absolute: files of the model are relative to it. */
  base: string;
  /** The module, relative to `base`. */
  file: string;
  /** A key of the model, and its name; null runs the module alone. */
  root: { key: string; name: string } | null;
  seed: number;
  /** Keys of children in whose place their stand-ins run. */
  standIns: readonly string[];
  signal: AbortSignal;
}

/** The script of the program. @throws UsageError with what is wrong with it */
async function bundleOf({ base, file }: RealCode): Promise<{ script: string; notes: string[] }> {
  const service = codeService(base, path.dirname(path.resolve(base, file)));
  try {
    const { script, notes, problems } = await service.bundle(file);
    if (script !== null) return { script, notes };
    const lines = problems
      .slice(0, 10)
      .map(({ location, ...rest }) => describeBundleProblem({ ...rest, place: location }));
    throw new UsageError(lines.join("\nsuptree: "));
  } finally {
    await service.dispose();
  }
}

/** What the engine says of a run in which everything has ended. */
const NOBODY = "no process is left";

/** @throws UsageError when it cannot be bundled, or not be loaded */
export async function realCode(options: RealCode): Promise<RunDriver> {
  const { model, root, seed, standIns, signal } = options;
  const bundle = await bundleOf(options);
  const engine = readFileSync(path.join(assetsFolder(), "sandbox-node.js"), "utf8");
  const events: TraceEvent[] = [];
  const lines: ConsoleLine[] = [];
  const inputs: RunInput[] = [];
  let status: RunStatus | null = null;
  /** Why it was ended from outside. */
  let lost: string | null = null;
  const thread = new CodeThread(engine, bundle.script, (event) => {
    if (event.type === "console") lines.push(event);
    if (event.type !== "trace") return;
    if (event.reset) {
      events.length = 0;
      lines.length = 0;
    }
    events.push(...event.events);
  });
  const onAbort = (): void => void thread.close();
  signal.addEventListener("abort", onAbort, { once: true });
  /** A program that does not answer, or asks for too much, ends the run with a sentence. */
  const ask = async (work: () => Promise<RunStatus>): Promise<void> => {
    if (lost !== null) return;
    try {
      status = await work();
    } catch (error) {
      lost = error instanceof Error ? error.message : String(error);
    }
  };
  const notes = [...bundle.notes];
  await ask(async () => {
    const loaded = await thread.request<"load">({
      type: "load",
      model,
      root: root?.key ?? null,
      seed,
      mode: "code",
      dynamicChildren: 0,
      bounds: { ...DEFAULT_BOUNDS, events: MOST_EVENTS },
      standIns: [...standIns],
      asInModel: [],
      marks: true,
    });
    notes.push(...loaded.notes);
    return loaded.status;
  });
  const reduce = createReducer(model);
  const now = (): RunStatus | null => status;
  const stopped = (): string | null => {
    // That nobody is left is told by whoever prints the end.
    const done = now()?.state === "ended" && now()?.reason === NOBODY;
    return lost ?? (done ? null : (now()?.reason ?? null));
  };
  return {
    mode: "code",
    events,
    console: lines,
    assumptions: [],
    notes,
    get boots(): BootResult[] {
      const reason = stopped();
      const { key, name } = root ?? { key: "", name: "the module" };
      return [{ key, label: name, state: reason === null ? "running" : "failed", reason }];
    },
    inputs,
    get position() {
      return { at: now()?.now ?? 0, step: now()?.step ?? 0 };
    },
    get ended() {
      return lost !== null || now()?.state === "ended";
    },
    get stopped() {
      return stopped();
    },
    places: () =>
      [...reduce(EMPTY_LIVE, events).nodes.values()]
        .filter(({ pid }) => pid !== null)
        .map(({ key, model: known }) => ({ path: key, key: known ?? "" })),
    replay: (given, until) =>
      ask(async () => {
        inputs.push(...given);
        return thread.request<"replay">({ type: "replay", inputs: [...given], until });
      }),
    settle: (ms) => ask(() => thread.request<"settle">({ type: "settle", ms })),
    advance: (ms) => ask(() => thread.request<"advance">({ type: "advance", ms })),
    async input(action) {
      let refused: string | null = null;
      await ask(async () => {
        try {
          const answer = await thread.request<"input">({ type: "input", action });
          inputs.push(answer.input);
          return answer.status;
        } catch (error) {
          if (!(error instanceof Refused) || status === null) throw error;
          refused = error.message;
          return status;
        }
      });
      if (refused !== null) throw new CannotGive(refused);
    },
    async close() {
      signal.removeEventListener("abort", onAbort);
      await thread.close();
    },
  };
}
