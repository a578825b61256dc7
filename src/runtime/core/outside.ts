/** What code outside any process can have of processes: to be told of their end, and tasks of its own. */
import { ProcessError } from "../errors.ts";
import type { Target } from "../pid.ts";
import type { DownMessage } from "../protocol.ts";
import { describeTerm, type ExitReason } from "../reason.ts";
import type { Core } from "./core.ts";
import type { PROC } from "./identity.ts";
import { resolveTarget } from "./identity.ts";
import { Proc } from "./proc.ts";
import { reportUncaught } from "./reporting.ts";
import { watch } from "./signals.ts";
import { RunningTask, spawnTask, type TaskHandle, type TaskOptions } from "./tasks.ts";

const settled = Promise.resolve();

/** `tell` gets the DOWN of `target` when the code that runs then has ended. Returns what takes that back. */
export function monitorFromOutside(
  core: Core,
  target: Target,
  tell: (down: DownMessage) => unknown,
): () => void {
  if (typeof tell !== "function") {
    throw new ProcessError("badarg", `monitor takes a function, not ${describeTerm(tell)}`);
  }
  const to = resolveTarget(core, target);
  const ref = core.newRef();
  const proc = typeof to === "string" ? core.names.get(to) : to;
  let wanted = true;
  const inContext = core.bind(tell);
  const down = (reason: ExitReason): void => {
    const pid = proc ?? new Proc(0, core, core.outside.behaviour, null);
    const message: DownMessage = { type: "DOWN", ref, pid, reason };
    if (typeof to === "string") message.name = to;
    void settled.then(async () => {
      if (!wanted) return;
      wanted = false;
      try {
        await inContext(message);
      } catch (thrown) {
        reportUncaught(core, thrown);
      }
    });
  };
  let unwatch = (): void => {};
  if (proc === undefined || proc.state === "dead") down("noproc");
  else unwatch = watch(proc, down);
  return () => {
    wanted = false;
    unwatch();
  };
}

/** Starts a task that belongs to nobody. */
export function taskFromOutside<T extends { readonly [PROC]: Proc }, R>(
  core: Core,
  fn: (task: T) => R | Promise<R>,
  options: Pick<TaskOptions, "under">,
): TaskHandle<R> {
  return spawnTask<T, R>(core.owner, fn, { ...options, notify: false });
}

/** The task behind a handle. @throws ProcessError `badarg` when it is none. */
export function runningTask<R>(task: TaskHandle<R>, asked: string): RunningTask<R> {
  if (task instanceof RunningTask) return task as RunningTask<R>;
  throw new ProcessError("badarg", `${asked} takes what async gave, not ${describeTerm(task)}`);
}
