/**
 * Exits and what they set off. All signals of an exiting process become visible at once, in the order in which
 * they are sent, before anybody acts on one of them.
 */

import type { DownMessage } from "../protocol.ts";
import { type ExitReason, formatReason } from "../reason.ts";
import type { ExitOrigin } from "../trace.ts";
import type { PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import { BIT } from "./kinds.ts";
import { attachMonitor, detachFromTarget, Monitor, watchersOf } from "./monitors.ts";
import { unregisterAll } from "./names.ts";
import { addLink, ExitNotice, filterMessages, linksOf, type Proc, removeLink } from "./proc.ts";
import { reportCrash } from "./reporting.ts";
import type { SignalVia } from "./tracer.ts";

/** How a process came to exit; becomes the `origin` of its exit event. */
export type Origin =
  | { type: "stop" }
  | { type: "error"; message: string }
  | { type: "signal"; from: Proc; via: SignalVia };

export const STOPPED: Origin = { type: "stop" };

interface ExitSignal {
  from: Proc;
  to: Proc;
  reason: ExitReason;
  via: SignalVia;
  cause: number;
}

/** An exit signal, the DOWN of a monitor, or the DOWN of the monitor that a call is. */
type Signal =
  | ExitSignal
  | { monitor: Monitor; reason: ExitReason }
  | { failed: PendingCall; reason: ExitReason };

/** Signals on their way; one queue per system. */
export class SignalQueue {
  readonly items: Signal[] = [];
  busy = false;
}

function flush(core: Core): void {
  const queue = core.signals;
  if (queue.busy) return;
  queue.busy = true;
  try {
    for (let i = 0; i < queue.items.length; i++) {
      const item = queue.items[i] as Signal;
      if ("monitor" in item) deliverDown(item.monitor, item.reason);
      else if ("failed" in item) tellCaller(item.failed, true, item.reason);
      else deliverExit(item);
    }
  } finally {
    queue.items.length = 0;
    queue.busy = false;
  }
}

/** Ends `proc` at once with `reason`. Nothing of it runs any more. */
export function exitProc(proc: Proc, reason: ExitReason, origin: Origin): void {
  if (proc.state === "dead") return;
  const { core } = proc;
  const trace = core.wanting(BIT.exit);
  proc.state = "dead";
  proc.exitReason = reason;
  core.activity++;
  core.dismiss(proc);
  unregisterAll(proc);
  const cause = trace === null ? 0 : trace.exit(proc, reason, traceOrigin(origin));
  if (core.report !== null) reportCrash(core.report, proc, reason, origin.type === "error");
  const resources = proc.extra === null ? null : proc.extra.resources;
  if (resources === null) {
    tellOfExit(proc, reason, cause);
    return;
  }
  const told = (): void => {
    core.departing.delete(proc);
    tellOfExit(proc, reason, cause);
    core.departed();
  };
  core.departing.add(proc);
  if (resources.release(proc, reason, told)) told();
  else fallSilent(proc);
}

/** Nothing that a process has under way goes on. */
function fallSilent(proc: Proc): void {
  // Whoever waited in this process for a reply waits no more: that code never goes on.
  for (let waiting = proc.calls; waiting !== null; waiting = proc.calls) waiting.call.detach();
  for (let timer = proc.extra?.timers ?? null; timer !== null; timer = proc.extra?.timers ?? null)
    timer.cancel();
  const cleanup = proc.extra?.cleanup;
  proc.instance = null;
  proc.pending = null;
  proc.slot = undefined;
  proc.slotTag = null;
  proc.mailbox = null;
  proc.extra = null;
  cleanup?.();
}

/** Sends the signals of a dead process, all at once. */
function tellOfExit(proc: Proc, reason: ExitReason, cause: number): void {
  const { core } = proc;
  const { items } = core.signals;
  for (const other of linksOf(proc)) {
    removeLink(other, proc);
    items.push({ from: proc, to: other, reason, via: other.parent === proc ? "parent" : "link", cause });
  }
  for (const monitor of watchersOf(proc)) items.push({ monitor, reason });
  if (proc.watching !== null) for (const monitor of proc.watching.values()) detachFromTarget(monitor);
  for (let waiting = proc.callers; waiting !== null; waiting = proc.callers) {
    const { call } = waiting;
    core.messages?.callEnd(call, "down", formatReason(reason));
    call.detach();
    items.push({ failed: call, reason });
  }
  const { starter } = proc;
  proc.starter = null;
  proc.links = null;
  proc.watchers = null;
  proc.watching = null;
  fallSilent(proc);
  starter?.tell({ type: "error", reason });
  flush(core);
}

function traceOrigin(origin: Origin): ExitOrigin {
  return origin.type === "signal" ? { type: "signal", from: origin.from.id, via: origin.via } : origin;
}

/** Sends an exit signal by hand. */
export function sendExitSignal(core: Core, from: Proc, to: Proc, reason: ExitReason): void {
  if (to.state === "dead") return;
  core.signals.items.push({
    from,
    to,
    reason,
    via: to.parent === from ? "parent" : "exit_signal",
    cause: core.trace?.lastSeq ?? 0,
  });
  flush(core);
}

function deliverExit(signal: ExitSignal): void {
  const { from, to, reason, via } = signal;
  if (to.state === "dead") return;
  const trace = to.core.wanting(BIT.exit_signal);
  const byHand = from.state !== "dead" || via === "exit_signal";
  // Only a signal sent by hand kills; over a link `kill` is a reason like any other.
  if (reason === "kill" && byHand) {
    trace?.exitSignal(from, to, reason, via, "exits");
    exitProc(to, "killed", { type: "signal", from, via });
  } else if (to.traps) {
    trace?.exitSignal(from, to, reason, via, "message");
    to.core.deliver(to, "exit", new ExitNotice(from, reason, signal.cause));
  } else if (reason === "normal" && from !== to) {
    trace?.exitSignal(from, to, reason, via, "ignored");
  } else {
    trace?.exitSignal(from, to, reason, via, "exits");
    exitProc(to, reason, { type: "signal", from, via });
  }
}

/** How a call ended with its callee. A caller that is linked to that as well may have died of it: then nobody is told. */
export function tellCaller(call: PendingCall, failed: boolean, value: unknown): void {
  if (call.caller === null || call.caller.state !== "dead") call.finish(failed, value);
}

function deliverDown(monitor: Monitor, reason: ExitReason): void {
  const { watcher, target, ref } = monitor;
  if (monitor.onDown !== null) {
    monitor.onDown(reason);
    return;
  }
  if (watcher === null || watcher.state === "dead" || watcher.watching?.delete(ref) !== true) return;
  sendDown(watcher, target, ref, monitor.name, reason);
}

function sendDown(watcher: Proc, target: Proc, ref: number, name: string | null, reason: ExitReason): void {
  watcher.core.wanting(BIT.down)?.down(watcher, target, ref, reason);
  const message: DownMessage = { type: "DOWN", ref, pid: target, reason };
  if (name !== null) message.name = name;
  watcher.core.deliver(watcher, "down", message);
}

/** Links two live processes, or does what linking to a dead one does. False when `b` is dead. */
export function linkProcs(a: Proc, b: Proc): boolean {
  if (a === b) return true;
  if (b.state === "dead") return false;
  if (addLink(a, b)) {
    addLink(b, a);
    if (a.id !== 0 && b.id !== 0) a.core.wanting(BIT.link)?.emit({ type: "link", a: a.id, b: b.id });
  }
  return true;
}

/** Takes a link away. */
export function unlinkProcs(a: Proc, b: Proc, silent = false): void {
  if (!removeLink(a, b)) return;
  removeLink(b, a);
  if (!silent) a.core.wanting(BIT.unlink)?.emit({ type: "unlink", a: a.id, b: b.id });
}

/** The exit message that a process which traps exits gets for linking to a dead one. */
export function noprocMessage(proc: Proc, target: Proc): void {
  proc.core.wanting(BIT.exit_signal)?.exitSignal(target, proc, "noproc", "link", "message");
  proc.core.deliver(proc, "exit", new ExitNotice(target, "noproc", 0));
}

/** Sets a monitor; the DOWN comes at once when the target is dead. */
export function monitorProc(watcher: Proc, target: Proc, name: string | null): number {
  const { core } = watcher;
  const ref = core.newRef();
  const monitor = new Monitor(ref, watcher, target, name, null);
  core.wanting(BIT.monitor)?.monitor(monitor, "monitor");
  if (target.state === "dead") sendDown(watcher, target, ref, name, "noproc");
  else attachMonitor(monitor);
  return ref;
}

/** Takes a monitor back, with its message if that has come already. */
export function demonitorProc(watcher: Proc, ref: number): void {
  const monitor = watcher.watching?.get(ref);
  if (monitor === undefined) {
    filterMessages(watcher, (tag, content) => tag !== "down" || (content as DownMessage).ref !== ref);
    return;
  }
  watcher.watching?.delete(ref);
  detachFromTarget(monitor);
  watcher.core.wanting(BIT.demonitor)?.monitor(monitor, "demonitor");
}

/** The runtime's own monitor: `onDown` runs in the moment of the exit. Returns what takes it back. */
export function watch(target: Proc, onDown: (reason: ExitReason) => void): () => void {
  const monitor = new Monitor(0, null, target, null, onDown);
  attachMonitor(monitor);
  return () => detachFromTarget(monitor);
}
