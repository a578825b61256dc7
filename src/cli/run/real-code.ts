/** A run of the program itself: bundled, and run by the sandbox's engine in a thread. Node is no sandbox. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describeBundleProblem } from "../../bundle/index.ts";
import type { RunAction, RunInput, RunPosition, TreeModel } from "../../model/index.ts";
import { type ConsoleLine, DEFAULT_BOUNDS, type RunStatus } from "../../protocol/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import type { BootResult } from "../../simulation/index.ts";
import { createReducer, EMPTY_LIVE } from "../../trace/live.ts";
import { assetsFolder } from "../assets.ts";
import { UsageError } from "../io.ts";
import { codeService } from "../real-code.ts";
import { CannotGive, MOST_EVENTS, type Place, type RunDriver } from "./driver.ts";
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
  const { script, notes } = await bundleOf(options);
  const engine = readFileSync(path.join(assetsFolder(), "sandbox-node.js"), "utf8");
  const run = new RealCodeRun(options, notes, engine, script);
  await run.load();
  return run;
}

class RealCodeRun implements RunDriver {
  readonly mode = "code";
  readonly assumptions = [];
  readonly events: TraceEvent[] = [];
  readonly console: ConsoleLine[] = [];
  readonly inputs: RunInput[] = [];
  readonly notes: string[];
  readonly #options: RealCode;
  readonly #thread: CodeThread;
  readonly #reduce: ReturnType<typeof createReducer>;
  readonly #onAbort = (): void => void this.#thread.close();
  #status: RunStatus | null = null;
  /** Why it was ended from outside. */
  #lost: string | null = null;

  constructor(options: RealCode, notes: readonly string[], engine: string, script: string) {
    this.#options = options;
    this.notes = [...notes];
    this.#reduce = createReducer(options.model);
    this.#thread = new CodeThread(engine, script, (event) => {
      if (event.type === "console") this.console.push(event);
      if (event.type !== "trace") return;
      if (event.reset) {
        this.events.length = 0;
        this.console.length = 0;
      }
      this.events.push(...event.events);
    });
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** A program that does not answer, or asks for too much, ends the run with a sentence. */
  async #ask(work: () => Promise<RunStatus>): Promise<void> {
    if (this.#lost !== null) return;
    try {
      this.#status = await work();
    } catch (error) {
      this.#lost = error instanceof Error ? error.message : String(error);
    }
  }

  load(): Promise<void> {
    const { model, root, seed, standIns } = this.#options;
    return this.#ask(async () => {
      const loaded = await this.#thread.request<"load">({
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
      this.notes.push(...loaded.notes);
      return loaded.status;
    });
  }

  get boots(): BootResult[] {
    const reason = this.stopped;
    const { key, name } = this.#options.root ?? { key: "", name: "the module" };
    return [{ key, label: name, state: reason === null ? "running" : "failed", reason }];
  }

  get position(): RunPosition {
    return { at: this.#status?.now ?? 0, step: this.#status?.step ?? 0 };
  }

  get ended(): boolean {
    return this.#lost !== null || this.#status?.state === "ended";
  }

  get stopped(): string | null {
    // That nobody is left is told by whoever prints the end.
    const isDone = this.#status?.state === "ended" && this.#status.reason === NOBODY;
    return this.#lost ?? (isDone ? null : (this.#status?.reason ?? null));
  }

  places(): Place[] {
    return [...this.#reduce(EMPTY_LIVE, this.events).nodes.values()]
      .filter(({ pid }) => pid !== null)
      .map(({ key, model: known }) => ({ path: key, key: known ?? "" }));
  }

  replay(inputs: readonly RunInput[], until: RunPosition): Promise<void> {
    return this.#ask(async () => {
      this.inputs.push(...inputs);
      return this.#thread.request<"replay">({ type: "replay", inputs: [...inputs], until });
    });
  }

  settle(ms: number): Promise<void> {
    return this.#ask(() => this.#thread.request<"settle">({ type: "settle", ms }));
  }

  advance(ms: number): Promise<void> {
    return this.#ask(() => this.#thread.request<"advance">({ type: "advance", ms }));
  }

  async input(action: RunAction): Promise<void> {
    let refused: string | null = null;
    await this.#ask(async () => {
      try {
        const answer = await this.#thread.request<"input">({ type: "input", action });
        this.inputs.push(answer.input);
        return answer.status;
      } catch (error) {
        if (!(error instanceof Refused) || this.#status === null) throw error;
        refused = error.message;
        return this.#status;
      }
    });
    if (refused !== null) throw new CannotGive(refused);
  }

  async close(): Promise<void> {
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    await this.#thread.close();
  }
}
