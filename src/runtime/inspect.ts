/** Looking at processes from outside, without touching them. */

import { ancestorsOf, classNameOf, labelOf, shownState } from "./core/appearance.ts";
import type { AwaitedCall } from "./core/calls.ts";
import type { Core } from "./core/core.ts";
import { watchersOf } from "./core/monitors.ts";
import { linksOf, mailboxLength, type Proc, type SupervisionInfo, waitingMessages } from "./core/proc.ts";
import type { Pid } from "./pid.ts";
import { describeTerm } from "./reason.ts";

/** A live process in a list of many: nothing of its state, and nothing that takes long. Plain data, but for `pid`. */
export interface ProcessSummary {
  pid: Pid;
  id: number;
  /** Its label, name or class. */
  label: string;
  /** The name of its class; null for tasks and the like, which have none. */
  className: string | null;
  kind: "worker" | "supervisor" | "process";
  status: "starting" | "idle" | "runnable" | "running" | "busy";
  /** The callback that it is in; null between messages. */
  callback: string | null;
  /** Number of the process that has started it; null for roots. */
  parent: number | null;
  /** Its id as a child; null when it is no supervisor's. */
  childId: string | null;
  registeredNames: string[];
  mailboxLength: number;
  /** When it was started (ms on the system's clock). */
  startedAt: number;
  /** Since when it has been waiting in the middle of a callback, as a busy process does; null for all others. */
  busySince: number | null;
  /** How many messages it has handled, system messages and signals included. */
  handled: number;
  /** How often its supervisor has started it again. */
  restarts: number;
  /** For supervisors: restarts of their children in all, tries included. */
  childRestarts: number;
}

/** A live process and how it hangs together with others; nothing of its state. Plain data, but for `pid`. */
export interface ProcessRelations extends ProcessSummary {
  trapsExit: boolean;
  links: number[];
  /** Monitors that it holds. */
  monitors: { ref: number; target: number }[];
  /** For supervisors: strategy, budget, children. */
  supervision: SupervisionInfo | null;
}

/** What can be seen of a live process. Plain data, but for `pid`. */
export interface ProcessInfo extends ProcessRelations {
  /** Numbers of the processes that started it, nearest first. */
  ancestors: number[];
  /** Processes that monitor it. */
  monitoredBy: number[];
  /** The first waiting messages, described. */
  mailbox: string[];
  /** Calls to it that wait for their reply. */
  callers: { ref: number; from: number; request: string }[];
  /** The fields of its instance, or of what its `formatStatus` gives, described. */
  state: Record<string, string>;
}

const MESSAGES_SHOWN = 20;

function statusOf(proc: Proc): ProcessInfo["status"] {
  if (proc.starter !== null) return "starting";
  switch (proc.state) {
    case "running":
      return "running";
    case "awaiting":
      return "busy";
    case "queued":
    case "ready":
      return "runnable";
    default:
      return "idle";
  }
}

function fieldsOf(state: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  if (state === null || state === undefined) return fields;
  if (typeof state !== "object") return { state: describeTerm(state) };
  let keys: string[];
  try {
    keys = Object.keys(state);
  } catch {
    return { state: "[unreadable]" };
  }
  for (const key of keys) {
    let text: string;
    try {
      text = describeTerm((state as Record<string, unknown>)[key]);
    } catch {
      text = "[unreadable]";
    }
    fields[key] = text;
  }
  return fields;
}

/** What a list shows of `proc`; undefined when it is dead. */
export function summarize(proc: Proc): ProcessSummary | undefined {
  if (proc.state === "dead") return undefined;
  const { parent } = proc;
  const child = parent?.extra?.supervision?.childOf(proc);
  return {
    pid: proc,
    id: proc.id,
    label: labelOf(proc),
    className: proc.instance === null ? null : classNameOf(proc.instance.constructor, ""),
    kind: proc.behaviour.kind,
    status: statusOf(proc),
    callback: proc.at,
    parent: parent === null || parent.id === 0 ? null : parent.id,
    childId: child?.label ?? null,
    registeredNames: [...(proc.names ?? [])],
    mailboxLength: mailboxLength(proc),
    startedAt: proc.startedAt,
    busySince: proc.state === "awaiting" ? proc.waitingSince : null,
    handled: proc.handled,
    restarts: child === undefined ? 0 : child.incarnation - 1,
    childRestarts: proc.extra?.supervision?.restarts ?? 0,
  };
}

/** What a picture of the tree shows of `proc`; undefined when it is dead. */
export function relate(proc: Proc): ProcessRelations | undefined {
  const summary = summarize(proc);
  if (summary === undefined) return undefined;
  return {
    ...summary,
    trapsExit: proc.traps,
    links: linksOf(proc)
      .map((other) => other.id)
      .filter((id) => id !== 0),
    monitors: [...(proc.watching?.values() ?? [])].map(({ ref, target }) => ({ ref, target: target.id })),
    supervision: proc.extra?.supervision?.info() ?? null,
  };
}

/** Who watches `proc`. */
export const watchedBy = (proc: Proc): number[] =>
  watchersOf(proc).flatMap(({ watcher }) => (watcher === null ? [] : [watcher.id]));

/** The first messages that wait, as texts. */
export function waitingTexts(proc: Proc): string[] {
  const texts: string[] = [];
  for (const { content } of waitingMessages(proc)) {
    if (texts.length === MESSAGES_SHOWN) break;
    texts.push(
      describeTerm(
        typeof content === "object" && content !== null && "request" in content ? content.request : content,
      ),
    );
  }
  return texts;
}

/** Everything that is known of `proc`; undefined when it is dead. Its state is described, which may run getters of the program. */
export function inspect(proc: Proc): ProcessInfo | undefined {
  const relations = relate(proc);
  if (relations === undefined) return undefined;
  const callers: ProcessInfo["callers"] = [];
  for (let waiting: AwaitedCall | null = proc.callers; waiting !== null; waiting = waiting.calleeNext) {
    const { call } = waiting;
    callers.push({ ref: call.ref, from: call.caller?.id ?? 0, request: describeTerm(call.request) });
  }
  return {
    ...relations,
    ancestors: ancestorsOf(proc).map((ancestor) => ancestor.id),
    monitoredBy: watchedBy(proc),
    mailbox: waitingTexts(proc),
    callers: callers.reverse(),
    state: fieldsOf(shownState(proc)),
  };
}

/** The live processes, oldest first. */
export function* processesOf(core: Core): Generator<Proc> {
  for (let proc = core.first; proc !== null; proc = proc.after) yield proc;
}
