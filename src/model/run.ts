/**
 * A run as data. A run is its root, its seed and the inputs that a person or a script gave it: with the same
 * three, the runtime makes the same trace, so an earlier moment is recomputed and a saved run can be replayed
 * by every host. Times are milliseconds of the run's virtual clock.
 */

/** "simulated": stand-ins made from the model. "code": the module itself, against the instrumented runtime. */
export type RunMode = "simulated" | "code";

/**
 * A process of a run. `path` names its place: child ids from the root down, joined by "/", and so survives
 * restarts and reloads; `child` is a key of the model (a child, a supervisor or an orphan), for scripts, and
 * means its first living process; a pid is exact.
 */
export type RunTarget = { path: string } | { child: string } | { pid: number };

/** What the network of a program does: `fetch` is not there, answers, answers after 30 s, or fails. */
export const OUTSIDE_MODES = ["absent", "answers", "slow", "fails"] as const;
export type OutsideMode = (typeof OUTSIDE_MODES)[number];

/** What becomes of a program's timers and of what its doubles promise: as written, 30 s later, or it fails. */
export const WAITING_MODES = ["answers", "slow", "fails"] as const;
export type WaitingMode = (typeof WAITING_MODES)[number];

/** The world around a program; what is left out stays as it is. */
export interface Outside {
  fetch?: OutsideMode;
  waiting?: WaitingMode;
}

/** Something done to a process, or, for real code, to the world around the program. */
export type RunAction = ProcessAction | ({ kind: "outside" } & Outside);

export type ProcessAction =
  /** A callback raises `reason`. */
  | { kind: "crash"; target: RunTarget; reason: string }
  /** An exit signal with `reason`, from outside. */
  | { kind: "exit"; target: RunTarget; reason: string }
  /** The exit signal `kill`, which nobody can trap. */
  | { kind: "kill"; target: RunTarget }
  /** Stops answering, for `ms` or for good: callers run into their timeouts, a shutdown into its limit. */
  | { kind: "hang"; target: RunTarget; ms?: number }
  /** Ends a hang. */
  | { kind: "resume"; target: RunTarget }
  /** Returns stop with `reason` (default "normal"). */
  | { kind: "stop"; target: RunTarget; reason?: string }
  /** A message from outside: a plain one, or, where that is said, a call that nobody waits for, or a cast. JSON is data. */
  | { kind: "send"; target: RunTarget; message: string; how?: "call" | "cast" }
  /** One stand-in uses another as the model's edge says it does later on. */
  | { kind: "use"; target: RunTarget; to: RunTarget; how: "call" | "cast" | "send" }
  /** Supervisor administration; `target` is the supervisor. */
  | { kind: "start_child"; target: RunTarget; count?: number }
  | { kind: "terminate_child" | "restart_child" | "delete_child"; target: RunTarget; id: string };

/**
 * When an input was given: the clock's milliseconds and how many scheduler steps the run had made, so that
 * a replay puts it between the same two steps.
 */
export interface RunPosition {
  at: number;
  step: number;
}

export interface RunInput extends RunPosition {
  action: RunAction;
}

/** A run that can be kept, sent to somebody, replayed, and turned into a test. */
export interface SavedRun {
  format: 1;
  root: string;
  mode: RunMode;
  seed: number;
  inputs: RunInput[];
  /** In mode "code": keys of the children in whose place their stand-ins run. */
  standIns?: string[];
  /** How far the run had come. */
  until: RunPosition;
}

/** What the simulation supposes where the model does not know; shown beside the run. */
export interface Assumption {
  /** A key of the model. */
  about: string;
  field: string;
  /** What is supposed, e.g. "restart permanent". */
  assumed: string;
  why: string;
}

/** What happens to one process when another one fails. */
export type Effect =
  | "fails" // the one that the fault was given to
  | "restarted" // stopped and started again, or died along a link and was started again
  | "stopped" // stopped and not started again
  | "blocked" // alive, but waited for an answer that never came
  | "lost" // started outside any tree: died and nobody brings it back
  | "none";

/** One row of the crash matrix: a single fault, and what it does to everybody. */
export interface CrashRow {
  /** Path of the process that fails. */
  path: string;
  /** The model's key of it. */
  key: string;
  fault: "crash" | "kill";
  /** True when the failed process is running again once the dust has settled. */
  recovered: boolean;
  /** What becomes of whom; processes without an effect are left out. A list, since a path may be called like anything. */
  effects: { path: string; effect: Effect }[];
  /** Paths of the supervisors that gave up, lowest first. */
  escalated: string[];
  /** Restarts used, per supervisor. */
  budget: { path: string; used: number; intensity: number; period: number }[];
  /** Every process that stopped, the failed one included. */
  blast: string[];
  /** Milliseconds until the tree was quiet again. */
  settled: number;
  /** The whole tree ended. */
  treeEnded: boolean;
}

/** What a row's fault does to the process at `path`. */
export function effectOn(row: CrashRow | null, path: string): Effect {
  if (row === null) return "none";
  if (path === row.path) return "fails";
  return row.effects.find((one) => one.path === path)?.effect ?? "none";
}

export interface CrashMatrix {
  root: string;
  seed: number;
  /** In start order. */
  processes: { path: string; key: string; kind: "worker" | "supervisor" | "process" }[];
  rows: CrashRow[];
  /** Trees and processes that do not come up at all, in the words of whoever started them. */
  failedBoots: { label: string; reason: string }[];
  /** Processes without a row: the row of the first that is started at their place in the code stands for them. */
  alike: number;
  /** Rows that are not computed: not yet, or never because the tree is too large. */
  omitted: number;
  /** What all of it rests on where the model does not know. */
  assumptions: Assumption[];
}

/** The outcome of a finding's scripted fault. */
export interface DemonstrationOutcome {
  /** "shown": the hazard happened; "not shown": the run went on as if it were none. */
  verdict: "shown" | "not shown" | "impossible";
  /** One sentence on what the run showed. */
  because: string;
  run: SavedRun;
}
