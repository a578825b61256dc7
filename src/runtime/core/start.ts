/** Starting processes, synchronously: whoever starts one learns how its `init` ended. */
import type { ViaName } from "../pid.ts";
import { type ExitReason, formatReason } from "../reason.ts";
import type { AnyStart } from "../spec.ts";
import { classNameOf } from "./appearance.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Core } from "./core.ts";
import { TimeLimit } from "./deadlines.ts";
import { behaviourOf, noProcessClass } from "./identity.ts";
import { BIT } from "./kinds.ts";
import { extraOf, Proc, type Starter } from "./proc.ts";
import { exitProc, linkProcs, sendExitSignal, unlinkProcs } from "./signals.ts";
import { holderOf, takeName } from "./via.ts";

export interface StartOptions {
  parent: Proc;
  link: boolean;
  name: string | ViaName | undefined;
  label: string | undefined;
  /** Milliseconds that `init` may take. Default: any time. */
  timeout?: number | undefined;
}

/** Starts within starts that share one stack; one that is deeper gets a turn of its own. */
const DEEPEST = 32;

/** Starts a process of the class in `start`. The starter is told how it ended, possibly before this returns. */
export function startProc(core: Core, start: AnyStart, options: StartOptions, starter: Starter): Proc | null {
  const behaviour = Array.isArray(start) ? behaviourOf(start[0]) : undefined;
  if (behaviour === undefined) {
    const reason: ExitReason = {
      raised: new TypeError(noProcessClass(Array.isArray(start) ? start[0] : start)),
    };
    starter.tell({ type: "error", reason });
    return null;
  }
  const { parent, name } = options;
  const holder = name === undefined ? undefined : holderOf(core, name);
  if (holder !== undefined) {
    starter.tell({ type: "error", reason: { already_started: holder } });
    return null;
  }
  const proc = new Proc(core.newId(), core, behaviour, parent);
  proc.starter = starter;
  proc.startedAt = core.roughTime();
  if (options.label !== undefined) extraOf(proc).label = options.label;
  core.enrol(proc);
  const trace = core.wanting(BIT.spawn);
  if (trace !== null) {
    trace.spawn(
      proc,
      options.label ?? classNameOf(start[0], behaviour.kind),
      options.link && parent !== core.owner,
    );
  }
  // The hidden parent of the roots outlives them all and does not care: a link to it would mean nothing.
  if (options.link && parent !== core.owner) linkProcs(proc, parent);
  const refused = name === undefined ? null : takeName(proc, name);
  if (refused !== null) {
    exitProc(proc, refused, { type: "error", message: formatReason(refused) });
    return proc;
  }
  if (core.inline && core.startDepth < DEEPEST) {
    proc.state = "running";
    core.startDepth++;
    try {
      beginProc(proc, behaviour, start);
    } finally {
      core.startDepth--;
    }
    core.rest(proc);
  } else core.enqueueStart(proc, () => beginProc(proc, behaviour, start));
  const { timeout = Number.POSITIVE_INFINITY } = options;
  if (timeout !== Number.POSITIVE_INFINITY && proc.starter !== null) limitStart(proc, proc.starter, timeout);
  return proc;
}

function beginProc(proc: Proc, behaviour: Behaviour, start: AnyStart): void {
  const { around } = proc.core;
  if (around === null) behaviour.begin(proc, start);
  else around.begin(proc, behaviour, start);
}

/** The start fails when it is not over in time, as that of `gen_server:start_link` with a timeout. */
function limitStart(proc: Proc, starter: Starter, ms: number): void {
  const { core } = proc;
  const limit = new TimeLimit(() => {
    proc.starter = null;
    // Whoever waits is told, and does not die of it.
    if (proc.parent !== null) unlinkProcs(proc, proc.parent);
    sendExitSignal(core, core.owner, proc, "kill");
    starter.tell({ type: "error", reason: "timeout" });
  });
  proc.starter = {
    tell(outcome) {
      core.waits.remove(limit);
      starter.tell(outcome);
    },
  };
  core.setWait(limit, ms);
}

/** `init` went well. */
export function started(proc: Proc, extra: unknown): void {
  const { starter } = proc;
  proc.starter = null;
  proc.core.wanting(BIT.running)?.running(proc);
  starter?.tell({ type: "ok", proc, extra });
}
