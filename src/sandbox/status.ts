/** What the page is told of a run: how it stands, and which callbacks are open. */
import type { RunStatus } from "../protocol/index.ts";
import type { Proc } from "../runtime/core/proc.ts";
import type { TraceEvent } from "../runtime/index.ts";
import { relate } from "../runtime/inspect.ts";
import type { Simulation } from "../simulation/index.ts";

/** Open callbacks that a status lists. */
const MOST_CALLBACKS = 20;

/** Only a callback that waits is open between two turns; whoever has had a turn since may be in one. */
export class OpenCallbacks {
  readonly #maybe = new Set<number>();

  /** Another run begins. */
  begin(): void {
    this.#maybe.clear();
  }

  see(event: TraceEvent): void {
    if (event.type === "spawn" || event.type === "receive") this.#maybe.add(event.pid);
  }

  /** @param able leave out who waits for a reply: no code of it can run */
  in(simulation: Simulation, able = false): RunStatus["running"] {
    const running: RunStatus["running"] = [];
    for (const number of this.#maybe) {
      const pid = simulation.targets.living(number) as Proc | null;
      const info = pid === null ? undefined : relate(pid);
      const open = info?.callback != null && (info.status === "busy" || info.status === "starting");
      if (pid === null || !open) this.#maybe.delete(number);
      else if (running.length < MOST_CALLBACKS && info.callback !== null && !(able && pid.calls !== null)) {
        running.push({ pid: number, name: simulation.targets.nameOf(pid), callback: info.callback });
      }
    }
    return running;
  }
}

const NEVER_LOADED =
  "The module has not finished loading: its top level waits for something that does not come. Start what waits in a process.";

/** `bound` and `failure` are why it does not go on, in sentences. */
export function statusOf(
  simulation: Simulation,
  open: OpenCallbacks,
  bound: string | null,
  failure: string | null,
): RunStatus {
  const { system, position, ended } = simulation;
  const failed = simulation.boots.find((boot) => boot.state === "failed");
  const loading = simulation.boots.some(({ key, state }) => key === "" && state === "waiting");
  const stands = !system.runnable && system.nextDeadline() === null;
  // A program may go on without what has failed, or wait for good: both are to be told.
  const own =
    simulation.program === null
      ? null
      : (failed?.reason ?? (loading && stands && system.processCount === 0 ? NEVER_LOADED : null));
  return {
    state: failure !== null ? "failed" : bound !== null ? "bounded" : ended ? "ended" : "running",
    now: position.at,
    step: position.step,
    seq: simulation.seq,
    inputs: simulation.inputs().length,
    busy: system.runnable,
    nextDeadline: system.nextDeadline(),
    processes: system.processCount,
    running: open.in(simulation),
    reason: failure ?? bound ?? own ?? (ended ? (failed?.reason ?? "no process is left") : null),
  };
}
