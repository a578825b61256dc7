/** How sentences about a run are put together. */
import { budgetWords, limitWords, NO_LIMIT, someOf } from "../model/index.ts";

/** "a", "a and b" would hide where one name ends: lists are "a, b, c", long ones "a, b, c and 7 more". */
export const list = (names: readonly string[]): string => someOf(names, (name) => name);

/** "registry", "registry #2". */
export function named(name: string, incarnation: number): string {
  return incarnation > 1 ? `${name} #${incarnation}` : name;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? `1 ${one}` : `${n} ${many}`;
}

/** A process that was stopped or started, with the number of those below it. */
export function entryText(entry: { name: string; incarnation: number; inside: number }): string {
  const name = named(entry.name, entry.incarnation);
  return entry.inside === 0 ? name : `${name} (${count(entry.inside, "process", "processes")} below it)`;
}

/** Milliseconds as "350 ms" or "5 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(3))} ms`;
  return `${Number((ms / 1000).toFixed(3))} s`;
}

/** "1 of 3 restarts in 5 s". */
export function restarts(budget: { used: number; intensity: number; period: number }): string {
  if (budget.intensity === NO_LIMIT) return budgetWords(budget);
  // OTP never restarts beyond its limit; where another library goes on without the child, that is what is said.
  if (budget.used > budget.intensity) return `More than ${limitWords(budget.intensity, budget.period)}`;
  return `${budget.used} of ${limitWords(budget.intensity, budget.period)}`;
}

/** A run's clock, "00:03.200". */
export function clock(ms: number): string {
  const whole = Math.max(0, Math.floor(ms));
  const minutes = Math.floor(whole / 60_000);
  const seconds = Math.floor(whole / 1000) % 60;
  return `${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}.${String(whole % 1000).padStart(3, "0")}`;
}
