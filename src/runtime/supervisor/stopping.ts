/** Stopping processes as a supervisor does: ask, wait, kill when the time is over. */

import { TimeLimit } from "../core/deadlines.ts";
import type { Proc } from "../core/proc.ts";
import { sendExitSignal, unlinkProcs, watch } from "../core/signals.ts";
import type { ExitReason } from "../reason.ts";
import type { ShutdownMethod } from "../spec.ts";
import type { Activity, Blocking } from "./block.ts";

/** How a process that was to be stopped ended; `ok` when it ended as asked. */
export interface Stopped {
  ok: boolean;
  reason: ExitReason;
}

/** Stops one process. */
export function* stopProc(
  supervisor: Proc,
  activity: Activity,
  proc: Proc,
  shutdown: ShutdownMethod,
): Blocking<Stopped> {
  const results = yield* stopAll(supervisor, activity, [{ proc, shutdown }]);
  return results[0] as Stopped;
}

/** Stops several processes at the same time. */
export function* stopAll(
  supervisor: Proc,
  activity: Activity,
  targets: readonly { proc: Proc; shutdown: ShutdownMethod }[],
): Blocking<Stopped[]> {
  const { core } = supervisor;
  const results: Stopped[] = targets.map(() => ({ ok: false, reason: "noproc" }));
  const living: number[] = [];
  for (const [i, { proc }] of targets.entries()) {
    unlinkProcs(supervisor, proc, true);
    if (proc.state !== "dead" || core.departing.has(proc)) living.push(i);
    else results[i] = { ok: proc.exitReason === "shutdown", reason: proc.exitReason };
  }
  if (living.length === 0) return results;
  yield* activity.wait<void>((wake) => {
    let left = living.length;
    const takeBack: (() => void)[] = [];
    for (const i of living) {
      const { proc, shutdown } = targets[i] as { proc: Proc; shutdown: ShutdownMethod };
      let timer: TimeLimit | null = null;
      let late = false;
      takeBack.push(
        watch(proc, (reason) => {
          if (timer !== null) core.waits.remove(timer);
          const expected = shutdown === "brutal_kill" ? "killed" : "shutdown";
          results[i] = { ok: reason === expected && !late, reason };
          if (--left === 0) wake();
        }),
      );
      // Without a moment to spare nobody waits: see below.
      if (shutdown === 0) late = true;
      else if (typeof shutdown === "number") {
        const wait = new TimeLimit(() => {
          late = true;
          sendExitSignal(core, supervisor, proc, "kill");
        });
        timer = wait;
        takeBack.push(() => core.waits.remove(wait));
        core.setWait(wait, shutdown);
      }
    }
    for (const i of living) {
      const { proc, shutdown } = targets[i] as { proc: Proc; shutdown: ShutdownMethod };
      sendExitSignal(core, supervisor, proc, shutdown === "brutal_kill" ? "kill" : "shutdown");
      // OTP's `after 0` comes before the child has had a turn: one that traps exits never runs its terminate.
      if (shutdown === 0) sendExitSignal(core, supervisor, proc, "kill");
    }
    return () => {
      for (const undo of takeBack) undo();
    };
  });
  return results;
}
