/** How every benchmark takes time: by which clock, in which turns, and which of the samples counts. */

/** Milliseconds of work of this thread. */
export function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Milliseconds of work of this process. */
export function processTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export const wallClock = (): number => performance.now();

/** Begins now; what it returns tells the milliseconds since then. */
export function stopwatch(clock: () => number = wallClock): () => number {
  const begin = clock();
  return () => clock() - begin;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown, clock: () => number = wallClock): Promise<number> {
  const since = stopwatch(clock);
  await work();
  return since();
}

/** Each contestant in turn, `rounds` times: what else the machine does falls on all of them. */
export async function inTurns<Name extends string>(
  rounds: number,
  contestants: Record<Name, (round: number) => number | Promise<number>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++)
    for (const name of names) samples[name].push(await contestants[name](round));
  return samples;
}

/** What so large a part of the samples stays below. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What an operation takes when nothing else on the machine disturbs it. */
export const undisturbed = (values: readonly number[]): number => percentile(values, 0.1);
