/** Monitors: one process is told when another goes down. */
import type { ExitReason } from "../reason.ts";
import type { Proc } from "./proc.ts";

export class Monitor {
  readonly ref: number;
  /** Who is told; null for the runtime itself. */
  readonly watcher: Proc | null;
  readonly target: Proc;
  /** The name that was monitored. */
  readonly name: string | null;
  /** The runtime's own monitors are told by this instead of a message. */
  readonly onDown: ((reason: ExitReason) => void) | null;

  constructor(
    ref: number,
    watcher: Proc | null,
    target: Proc,
    name: string | null,
    onDown: ((reason: ExitReason) => void) | null,
  ) {
    this.ref = ref;
    this.watcher = watcher;
    this.target = target;
    this.name = name;
    this.onDown = onDown;
  }
}

/** Enters `monitor` at both ends. */
export function attachMonitor(monitor: Monitor): void {
  const { target, watcher } = monitor;
  const watchers = target.watchers;
  if (watchers === null) target.watchers = monitor;
  else if (watchers instanceof Monitor) target.watchers = new Set([watchers, monitor]);
  else watchers.add(monitor);
  if (watcher !== null) {
    watcher.watching ??= new Map();
    watcher.watching.set(monitor.ref, monitor);
  }
}

/** Takes `monitor` away at its target. */
export function detachFromTarget(monitor: Monitor): void {
  const { target } = monitor;
  const watchers = target.watchers;
  if (watchers === monitor) target.watchers = null;
  else if (watchers instanceof Set) {
    watchers.delete(monitor);
    if (watchers.size === 0) target.watchers = null;
  }
}

/** The monitors that watch `proc`, in the order in which they were set. */
export function watchersOf(proc: Proc): Monitor[] {
  const watchers = proc.watchers;
  if (watchers === null) return [];
  return watchers instanceof Monitor ? [watchers] : [...watchers];
}
