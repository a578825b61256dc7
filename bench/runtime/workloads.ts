/**
 * The workloads, the sizes they are run at, and what each must reach. A contestant implements a workload by
 * returning a `Runner`; the loop that is timed is the contestant's own, so that nothing foreign is in it.
 */

/** One service: a counter that understands `add` and `get`, the same for every contestant. */
export type CounterMessage = { type: "add"; by: number } | { type: "get" };

export type Workload =
  | "call-1"
  | "call-1000"
  | "cast-1k"
  | "cast-10k"
  | "cast-1m"
  | "spawn"
  | "crash"
  | "ring";

/** Does `n` operations and checks that they happened: throws if the outcome is wrong. */
export interface LoopRunner {
  run(n: number): Promise<void>;
}

/** Starts `n` idle servers, each ready to serve when its start has returned, and stops them again. */
export interface SpawnRunner {
  start(n: number): Promise<unknown[]>;
  stop(servers: unknown[]): Promise<void>;
}

export type Contestant = {
  [W in Exclude<Workload, "spawn">]?: () => LoopRunner | Promise<LoopRunner>;
} & { spawn?: () => SpawnRunner | Promise<SpawnRunner> };

export interface WorkloadInfo {
  id: Workload;
  title: string;
  /** Operations per sample: how many are done between two readings of the clock. Scaled down for the slow. */
  operations: number;
  /** Operations come in multiples of this: bursts, and clients that share the work evenly. */
  grain: number;
  /** The sample must be this large: a burst of a million is nothing else. */
  fixed: boolean;
}

export const RING_SIZE = 1_000;
export const CLIENTS = 1_000;
export const BURST = 1_000;

export const WORKLOADS: readonly WorkloadInfo[] = [
  { id: "call-1", title: "call, one client", operations: 500_000, grain: 100, fixed: false },
  { id: "call-1000", title: "call, 1,000 clients", operations: 500_000, grain: 1_000, fixed: false },
  { id: "cast-1k", title: "cast, bursts of 1,000", operations: 1_000_000, grain: 1_000, fixed: false },
  { id: "cast-10k", title: "cast, burst of 10 k", operations: 500_000, grain: 10_000, fixed: false },
  { id: "cast-1m", title: "cast, burst of 1 M", operations: 1_000_000, grain: 1_000_000, fixed: true },
  { id: "spawn", title: "spawn one idle GenServer", operations: 100_000, grain: 1_000, fixed: false },
  { id: "crash", title: "crash to restarted, one_for_one", operations: 20_000, grain: 5, fixed: false },
  {
    id: "ring",
    title: `ring of ${RING_SIZE.toLocaleString("en")}, per hop`,
    operations: 1_000_000,
    grain: 1_000,
    fixed: false,
  },
];

/** What one process measured: microseconds per operation; for `spawn` also per start when warm, per stop, and bytes. */
export interface Measurement {
  us: number;
  warmUs?: number;
  stopUs?: number;
  bytes?: number;
}

/** One figure of the table: a row that has a number per contestant. */
export interface Row {
  id: string;
  title: string;
  unit: "µs" | "bytes";
  pick(of: (workload: Workload) => Measurement | undefined): number | undefined;
  /** Limits on ours. `times` the figure of `than` (a contestant), or an absolute `most`. */
  targets: readonly Target[];
}

export type Target =
  | { kind: "times"; than: string; times: number }
  | { kind: "most"; most: number }
  /** Ours before every peer. */
  | { kind: "fastest" };

const us =
  (workload: Workload): Row["pick"] =>
  (of) =>
    of(workload)?.us;

export const ROWS: readonly Row[] = [
  {
    id: "call-1",
    title: "call, one client",
    unit: "µs",
    pick: us("call-1"),
    targets: [{ kind: "times", than: "floor", times: 1.75 }, { kind: "fastest" }],
  },
  {
    id: "call-1000",
    title: "call, 1,000 clients",
    unit: "µs",
    pick: us("call-1000"),
    targets: [{ kind: "times", than: "floor", times: 1.75 }],
  },
  {
    id: "cast-1k",
    title: "cast, bursts of 1,000",
    unit: "µs",
    pick: us("cast-1k"),
    targets: [{ kind: "times", than: "floor", times: 2.2 }],
  },
  {
    id: "cast-1m",
    title: "cast, burst of 1 M",
    unit: "µs",
    pick: us("cast-1m"),
    targets: [{ kind: "times", than: "floor", times: 0.6 }],
  },
  {
    id: "cast-growth",
    title: "cast, 1 M over 10 k, per message",
    unit: "µs",
    pick: (of) => ratio(of("cast-1m")?.us, of("cast-10k")?.us),
    targets: [{ kind: "most", most: 1.5 }],
  },
  {
    id: "spawn",
    title: "spawn an idle GenServer",
    unit: "µs",
    pick: us("spawn"),
    targets: [{ kind: "times", than: "floor", times: 4 }],
  },
  {
    id: "spawn-warm",
    title: "the same in a warm process",
    unit: "µs",
    pick: (of) => of("spawn")?.warmUs,
    targets: [],
  },
  {
    id: "stop",
    title: "stop it",
    unit: "µs",
    pick: (of) => of("spawn")?.stopUs,
    targets: [{ kind: "most", most: 2 }],
  },
  {
    id: "bytes",
    title: "memory of it",
    unit: "bytes",
    pick: (of) => of("spawn")?.bytes,
    targets: [{ kind: "most", most: 350 }],
  },
  {
    id: "crash",
    title: "crash to restarted, one_for_one",
    unit: "µs",
    pick: us("crash"),
    targets: [{ kind: "times", than: "floor", times: 1.5 }],
  },
  {
    id: "ring",
    title: "ring of 1,000, per hop",
    unit: "µs",
    pick: us("ring"),
    targets: [
      { kind: "times", than: "floor", times: 10 },
      { kind: "times", than: "beam", times: 0.3 },
    ],
  },
];

/** How much slower ours may be with an observer attached. */
export const OBSERVER_LIMIT = 2;
/** The same on calls and casts for an observer of supervision events only. */
export const SUPERVISION_LIMIT = 1.1;

export function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined || b === 0 ? undefined : a / b;
}
