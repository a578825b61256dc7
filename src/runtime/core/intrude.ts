/** Acting on a process from outside its callbacks: faults that somebody injects, and failures of its own listeners. */
import type { ExitReason } from "../reason.ts";
import { depositFirst, extraOf, type Proc } from "./proc.ts";

/**
 * Runs `act` in the process's next turn, before all messages; at once when it waits for something, which it then waits
 * for no more.
 */
export function intrude(proc: Proc, act: () => void): void {
  switch (proc.state) {
    case "awaiting":
      interrupt(proc, act);
      break;
    case "idle":
      proc.core.deliver(proc, "control", act);
      break;
    case "queued":
      depositFirst(proc, "control", act);
      break;
    default: {
      // In the middle of something. When that is over, or begins to wait.
      const extra = extraOf(proc);
      if (extra.intrusion === null) depositFirst(proc, "control", takeIntrusion);
      extra.intrusion = act;
    }
  }
}

/** Has a process end as if a callback of it had ended so. */
export function failProc(proc: Proc, reason: ExitReason, message: string | null): void {
  intrude(proc, () => proc.behaviour.fail(proc, reason, message));
}

function interrupt(proc: Proc, act: () => void): void {
  proc.behaviour.interrupt?.(proc);
  proc.state = "running";
  proc.pending = null;
  const { around } = proc.core;
  if (around === null) act();
  else around.aside(proc, act);
  proc.core.rest(proc);
}

function takeIntrusion(proc: Proc): void {
  const act = proc.extra?.intrusion ?? null;
  if (act === null) return;
  extraOf(proc).intrusion = null;
  act();
}

/** The process has begun to wait: what wanted to act on it meanwhile does so now. */
export function interruptIfAsked(proc: Proc): void {
  if (proc.extra === null || proc.extra.intrusion === null || proc.state !== "awaiting") return;
  interrupt(proc, () => takeIntrusion(proc));
}
