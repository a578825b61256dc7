/**
 * What drives a run. The page knows no more of it than this: what a driver cannot do it says in `can`, and the page
 * leaves the control out.
 */
import type {
  Demonstration,
  DemonstrationOutcome,
  RunAction,
  RunInput,
  RunMode,
  RunPosition,
  TreeModel,
} from "../../model/index.ts";
import {
  type Bounds,
  type LoadResult,
  type ProcessView,
  type RunStatus,
  SandboxClient,
  type SandboxEvent,
  type SandboxStopped,
} from "../../protocol/index.ts";

export interface Capabilities {
  clock: "virtual" | "real" | "recorded";
  /** Pause, step, seed, replay and going on from an earlier moment. */
  replay: boolean;
  /** Crash, exit, kill, hang, send, administration. */
  faults: boolean;
  /** What hangs can go on again. */
  resume: boolean;
  /** The world around the program can be made to answer, be slow, or fail. */
  outside: boolean;
  /** What the state of a process is: the stand-in's, or the program's own fields. */
  state: "stand-in" | "fields";
}

/** What runs from its beginning. */
export interface RunOrder {
  model: TreeModel;
  /** Null runs everything. */
  root: string | null;
  seed: number;
  dynamicChildren: number;
  bounds: Bounds;
  /** Of real code: keys of children that run as stand-ins, and of supervisors that an experiment changes. */
  standIns: string[];
  asInModel: string[];
}

export interface RunDriver {
  readonly mode: RunMode;
  readonly can: Capabilities;
  load(order: RunOrder): Promise<LoadResult>;
  advance(ms: number): Promise<RunStatus>;
  /** Everything up to and including the next instant at which something happens. */
  step(): Promise<RunStatus>;
  /** With `byTime` what runs is another than it was, and inputs come at their times. */
  replay(inputs: readonly RunInput[], until: RunPosition, seq?: number, byTime?: boolean): Promise<RunStatus>;
  input(action: RunAction): Promise<{ status: RunStatus; input: RunInput }>;
  inspect(pid: number): Promise<ProcessView | null>;
  demonstrate(demonstration: Demonstration): Promise<DemonstrationOutcome>;
  close(): void;
}

export interface DriverEvents {
  onEvent(event: SandboxEvent): void;
  /** What runs elsewhere has this model. */
  onModel?(model: TreeModel): void;
  /** Something to say to the person once. */
  onNote?(text: string): void;
  /** Called once; the driver cannot be used afterwards. */
  onStopped(stopped: SandboxStopped): void;
}

/** A run in the sandbox: of stand-ins, or of a bundled program. */
export function sandboxDriver(script: string | null, events: DriverEvents): RunDriver {
  const client = new SandboxClient({ document, code: script, ...events });
  const mode: RunMode = script === null ? "simulated" : "code";
  return {
    mode,
    can: {
      clock: "virtual",
      replay: true,
      faults: true,
      resume: script === null,
      outside: script !== null,
      state: script === null ? "stand-in" : "fields",
    },
    load: (order) => client.request<"load">({ type: "load", ...order, mode, marks: script !== null }),
    advance: (ms) => client.request<"advance">({ type: "advance", ms }),
    step: () => client.request<"step">({ type: "step", unit: "instant" }),
    replay: (inputs, { at, step }, seq, byTime) =>
      client.request<"replay">({ type: "replay", inputs: [...inputs], until: { at, step }, seq, byTime }),
    input: (action) => client.request<"input">({ type: "input", action }),
    inspect: (pid) => client.request<"inspect">({ type: "inspect", pid }),
    demonstrate: (demonstration) => client.request<"demonstrate">({ type: "demonstrate", demonstration }),
    close: () => client.close(),
  };
}
