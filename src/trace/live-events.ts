/** What each event changes in the live state. */
import type { PidNumber, TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import type { LiveDraft } from "./live-draft.ts";
import {
  editChild,
  enter,
  onChildRemoved,
  onChildStarted,
  onChildStarting,
  onDecision,
  onExit,
  onSpawn,
} from "./live-supervision.ts";
import type { LiveSignal } from "./live-types.ts";
import type { ModelIndex } from "./model-index.ts";

type Handler<T extends TraceEventType> = (
  draft: LiveDraft,
  event: TraceEventOf<T>,
  index: ModelIndex,
) => void;

const nothing = () => {};

const handlers: { [T in TraceEventType]: Handler<T> } = {
  spawn: onSpawn,
  child_starting: onChildStarting,
  child_started: onChildStarted,
  child_removed: onChildRemoved,
  decision: onDecision,
  exit: onExit,
  timer: nothing,
  report: nothing,
  child_stopping(draft, event) {
    const node = editChild(draft, event.child);
    // A supervisor that ends goes through all its children, also through those that are dead already.
    if (node === null || node.pid !== event.pid) return;
    node.askedToStop = true;
    enter(node, event, "stopping");
  },
  running(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node !== null) enter(node, event, "running");
  },
  terminate(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node !== null && node.state !== "stopping") enter(node, event, "stopping");
  },
  link: (draft, event) => draft.addLink(event.a, event.b),
  unlink: (draft, event) => draft.removeLink(event.a, event.b),
  monitor: (draft, event) => draft.addMonitor(event.ref, event.watcher, event.target),
  demonitor: (draft, event) => draft.removeMonitor(event.ref),
  down(draft, event) {
    signal(draft, event, "down", event.target, event.watcher, event.reason);
    draft.removeMonitor(event.ref);
  },
  exit_signal(draft, event) {
    const from = draft.byPid.get(event.from);
    const to = draft.byPid.get(event.to);
    if (from === undefined || to === undefined) return;
    const { seq, at, effect, via, reason } = event;
    draft.signals.push({ seq, at, kind: "exit_signal", from, to, text: reason, effect, via });
  },
  trap_exit(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node !== null) node.trapExit = event.value;
  },
  register(draft, event) {
    draft.editLiving(event.pid)?.names.push(event.name);
  },
  unregister(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node !== null) node.names = node.names.filter((name) => name !== event.name);
  },
  send: onSend,
  receive(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node !== null && event.kind !== "reply") node.mailbox = Math.max(0, node.mailbox - 1);
  },
  call_end(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node?.waitingFor?.ref === event.ref) node.waitingFor = null;
  },
  application(draft, event) {
    const known = draft.applications.findIndex((application) => application.name === event.name);
    const entry = { name: event.name, state: event.state, reason: event.reason ?? null };
    if (known < 0) draft.applications.push(entry);
    else draft.applications[known] = entry;
  },
  note(draft, event) {
    const node = draft.editLiving(event.pid);
    if (node === null || event.fault === undefined) return;
    node.fault = event.fault;
    if (event.fault === "hang" && node.state === "running") enter(node, event, "hanging");
    else if (event.fault === "resume" && node.state === "hanging") enter(node, event, "running");
  },
};

/** Applies one event to a draft. */
export function applyEvent(draft: LiveDraft, index: ModelIndex, event: TraceEvent): void {
  draft.seq = event.seq;
  draft.at = event.at;
  const handler = handlers[event.type] as Handler<TraceEventType>;
  handler(draft, event, index);
}

function onSend(draft: LiveDraft, event: TraceEventOf<"send">): void {
  const target = draft.editLiving(event.to);
  if (target !== null && event.kind !== "reply") target.mailbox += 1;
  if (event.kind === "call" && event.ref !== undefined) {
    const caller = draft.editLiving(event.from);
    if (caller !== null) {
      caller.waitingFor = { ref: event.ref, to: event.to, since: event.at, message: event.message };
    }
    const monitor = draft.monitors.get(event.ref);
    if (monitor !== undefined) draft.monitors.set(event.ref, { ...monitor, ofCall: true });
  }
  if (event.to !== null) signal(draft, event, event.kind, event.from, event.to, event.message);
}

function signal(
  draft: LiveDraft,
  event: TraceEvent,
  kind: LiveSignal["kind"],
  fromPid: PidNumber,
  toPid: PidNumber,
  text: string,
): void {
  const from = draft.byPid.get(fromPid);
  const to = draft.byPid.get(toPid);
  if (from === undefined || to === undefined) return;
  draft.signals.push({ seq: event.seq, at: event.at, kind, from, to, text });
}
