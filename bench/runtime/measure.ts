/**
 * Times one workload of one contestant, inside the process that runs nothing else: a warm-up, then samples, of
 * which the median counts. The size of a sample is found by doubling, so that the slow do not take for ever.
 */
import { median, stopwatch, threadTime, timed as timedBy, wallClock } from "../shared/timing.ts";
import type { Contestant, LoopRunner, Measurement, SpawnRunner, WorkloadInfo } from "./workloads.ts";

/** What counts: see `Effort.cpu`. */
let clock = wallClock;
const timed = (work: () => Promise<void>): Promise<number> => timedBy(work, clock);

const SAMPLE_MS = 120;
const LONG_SAMPLE_MS = 2_000;
/** Servers of the first group, which is weighed too. */
const FIRST_GROUP = 20_000;

export interface Effort {
  samples: number;
  /**
   * Counts the time that the main thread was at work instead of the time that passed: for a machine on which others
   * work too. Waiting is then free, so a contestant that waits looks better than it is.
   */
  cpu: boolean;
  /** Milliseconds of warm-up. */
  warmUp: number;
}

export async function measure(
  contestant: Contestant,
  info: WorkloadInfo,
  effort: Effort,
): Promise<Measurement> {
  if (effort.cpu) clock = threadTime;
  if (info.id === "spawn") {
    if (!contestant.spawn) throw new Error("no such workload");
    return measureSpawn(await contestant.spawn(), info.operations, effort);
  }
  const make = contestant[info.id];
  if (!make) throw new Error("no such workload");
  return { us: await measureLoop(await make(), info, effort) };
}

async function measureLoop(runner: LoopRunner, info: WorkloadInfo, effort: Effort): Promise<number> {
  // Doubling is the warm-up as well: it ends when a sample is long enough and the time for warming up is over.
  let n = info.fixed ? info.operations : info.grain;
  const since = stopwatch();
  let took = 0;
  let passed = 0;
  for (;;) {
    const inSample = stopwatch();
    took = await timed(() => runner.run(n));
    passed = inSample();
    const warm = since() >= effort.warmUp;
    const long = info.fixed || took >= SAMPLE_MS || n >= info.operations || passed >= LONG_SAMPLE_MS / 2;
    if ((warm && long) || passed >= LONG_SAMPLE_MS) break;
    if (!long) n = Math.min(n * 2, info.operations);
  }
  const samples: number[] = [];
  const wanted = passed >= LONG_SAMPLE_MS ? 1 : effort.samples;
  for (let i = 0; i < wanted; i++) samples.push((await timed(() => runner.run(n))) / n);
  return median(samples) * 1_000;
}

/** The first large group of a young process, as when an application starts; then groups when all is warm. */
async function measureSpawn(runner: SpawnRunner, most: number, effort: Effort): Promise<Measurement> {
  const gc = globalThis.gc;
  if (!gc) throw new Error("run with --expose-gc");
  await runner.stop(await runner.start(10));
  const first = await startFirst(runner, gc);
  let n = 1_000;
  for (;;) {
    const took = await timed(async () => runner.stop(await runner.start(n)));
    if (n >= most || took > LONG_SAMPLE_MS / 2) break;
    n = Math.min(n * 4, most);
  }
  const starts: number[] = [];
  for (let i = 0; i < effort.samples; i++) {
    gc();
    let servers: unknown[] = [];
    const start = await timed(async () => {
      servers = await runner.start(n);
    });
    starts.push(start / n);
    await runner.stop(servers);
  }
  return { ...first, warmUs: median(starts) * 1_000 };
}

async function startFirst(runner: SpawnRunner, gc: () => void): Promise<Measurement> {
  const before = await settledHeap(gc);
  let servers: unknown[] = [];
  const start = await timed(async () => {
    servers = await runner.start(FIRST_GROUP);
  });
  // The list that holds them is ours, not theirs: eight bytes each.
  const bytes = ((await settledHeap(gc)) - before) / FIRST_GROUP - 8;
  const stop = await timed(() => runner.stop(servers));
  return { us: (start / FIRST_GROUP) * 1_000, stopUs: (stop / FIRST_GROUP) * 1_000, bytes };
}

/** Bytes in use when everything that can be collected has been, finalizers included. */
async function settledHeap(gc: () => void): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}
