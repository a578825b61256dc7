/** The record of one process. It is also what users hold as its `Pid`. */
import type { Pid } from "../pid.ts";
import { DESCRIBE, type ExitReason } from "../reason.ts";
import type { Budget } from "../trace.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Bound } from "./bound.ts";
import type { AwaitedCall } from "./calls.ts";
import { contentOf } from "./contexts.ts";
import type { Core } from "./core.ts";
import { Mailbox } from "./mailbox.ts";
import type { Monitor } from "./monitors.ts";
import type { Resources } from "./resources.ts";
import type { Callback, MessageTag, ProcState } from "./states.ts";
import type { Timer } from "./timers.ts";

/** An exit signal that has become a message. */
export class ExitNotice {
  readonly from: Proc;
  readonly reason: ExitReason;
  /** `seq` of the exit event behind it, 0 when nobody observes. */
  readonly cause: number;
  constructor(from: Proc, reason: ExitReason, cause: number) {
    this.from = from;
    this.reason = reason;
    this.cause = cause;
  }
}

/** How a start ended, as its starter is told. */
export type StartOutcome =
  | { type: "ok"; proc: Proc; extra: unknown }
  | { type: "ignore" }
  | { type: "error"; reason: ExitReason };

/** Who waits for the end of a start. */
export interface Starter {
  /** Called once. */
  tell(outcome: StartOutcome): void;
}

/** A supervisor as the inspector shows it. */
export interface SupervisionInfo {
  strategy: string;
  autoShutdown: string;
  budget: Budget;
  /** When the restarts were made that count at this moment: milliseconds on the system's clock, whole seconds, oldest first. */
  restartedAt: number[];
  children: {
    id: string;
    /** Number of the process, null when there is none. */
    pid: number | null;
    state: "running" | "restarting" | "undefined";
    incarnation: number;
    restart: string;
    /** Milliseconds, "infinity" or "brutal_kill". */
    shutdown: number | "infinity" | "brutal_kill";
    type: "worker" | "supervisor";
    significant: boolean;
  }[];
}

/** What other parts may ask of a supervisor's engine. */
export interface Supervision {
  info(): SupervisionInfo;
  /** Counts restarts as made that were made elsewhere, before the clock began: milliseconds ago, oldest first. */
  spend(ago: readonly number[]): void;
  /** Restarts of its children in all, tries included. */
  readonly restarts: number;
  /** How often the child that runs as `proc` has been started, and its id; undefined when it is none. */
  childOf(proc: Proc): { readonly label: string; readonly incarnation: number } | undefined;
  /** Nobody waits any more for its boot: the start of the child that is under way fails, and no other is begun. */
  abort(): void;
}

/** What only some processes have. */
export interface Extra {
  label: string | null;
  /** What to do in the next turn of a `ready` process. */
  resume: (() => void) | null;
  /** Takes back what the process has under way in the runtime when it dies. */
  cleanup: (() => void) | null;
  /** What is to be done to a process as soon as it does nothing or waits. */
  intrusion: (() => void) | null;
  /** How many messages may wait. */
  bound: Bound | null;
  /** What ends with the process. */
  resources: Resources | null;
  /** A supervisor's engine. */
  supervision: Supervision | null;
  /** Timers whose message is for this process: first of a list. */
  timers: Timer | null;
}

export class Proc implements Pid {
  readonly id: number;
  readonly core: Core;
  /** Replaced while a server waits for a message with a timeout. */
  behaviour: Behaviour;
  /** The user's object; null once dead. */
  instance: object | null = null;
  state: ProcState = "running";
  traps = false;
  /** Which callback runs. */
  at: Callback | null = null;
  /** The first waiting message lies here, so that a short queue needs no mailbox. */
  slotTag: MessageTag | null = null;
  slot: unknown = undefined;
  mailbox: Mailbox | null = null;
  links: Proc | Set<Proc> | null = null;
  /** Monitors that watch this process. */
  watchers: Monitor | Set<Monitor> | null = null;
  /** Monitors that this process holds. */
  watching: Map<number, Monitor> | null = null;
  /** Unanswered calls to this process: first of a list. */
  callers: AwaitedCall | null = null;
  /** Unanswered calls by this process: first of a list. */
  calls: AwaitedCall | null = null;
  /** Who waits for the start to end; null once it has. */
  starter: Starter | null = null;
  /** The promise of a callback that the process waits for. */
  pending: unknown = null;
  parent: Proc | null;
  /** What it exited with; "normal" while it lives. */
  exitReason: ExitReason = "normal";
  /** Registered names. */
  names: string[] | null = null;
  extra: Extra | null = null;
  /** When it was started, in whole milliseconds: fractions take more memory. */
  startedAt = 0;
  /** When it began to wait as it now does. */
  waitingSince = 0;
  /** Messages handled. */
  handled = 0;
  before: Proc | null = null;
  after: Proc | null = null;

  constructor(id: number, core: Core, behaviour: Behaviour, parent: Proc | null) {
    this.id = id;
    this.core = core;
    this.behaviour = behaviour;
    this.parent = parent;
  }

  get alive(): boolean {
    return this.state !== "dead";
  }

  toString(): string {
    return `<${this.id}>`;
  }

  /** Pids are shown by number: their insides are the runtime's. */
  toJSON(): string {
    return `<${this.id}>`;
  }

  [DESCRIBE](): string {
    return `<${this.id}>`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Pid<${this.id}>`;
  }
}

/** The rarely used part of `proc`, made on first use. */
export function extraOf(proc: Proc): Extra {
  proc.extra ??= {
    label: null,
    resume: null,
    cleanup: null,
    intrusion: null,
    bound: null,
    resources: null,
    supervision: null,
    timers: null,
  };
  return proc.extra;
}

/** Number of waiting messages. */
export function mailboxLength(proc: Proc): number {
  return (proc.behaviour.kept?.length ?? 0) + (proc.slotTag === null ? 0 : 1) + (proc.mailbox?.length ?? 0);
}

/** Puts a message at the end of the queue of a live process. */
export function deposit(proc: Proc, tag: MessageTag, content: unknown): void {
  if (proc.mailbox !== null) proc.mailbox.push(tag, content);
  else if (proc.slotTag === null) {
    proc.slotTag = tag;
    proc.slot = content;
  } else {
    proc.mailbox = Mailbox.take();
    proc.mailbox.push(tag, content);
  }
}

/** Puts a message before all others. */
export function depositFirst(proc: Proc, tag: MessageTag, content: unknown): void {
  if (proc.slotTag !== null) {
    proc.mailbox ??= Mailbox.take();
    proc.mailbox.unshift(proc.slotTag, proc.slot);
  }
  proc.slotTag = tag;
  proc.slot = content;
}

/** Takes messages out of the queue. */
export function filterMessages(proc: Proc, keep: (tag: MessageTag, content: unknown) => boolean): void {
  if (proc.slotTag !== null && !keep(proc.slotTag, contentOf(proc.slot))) {
    proc.slotTag = null;
    proc.slot = undefined;
  }
  const mailbox = proc.mailbox;
  if (mailbox === null) return;
  mailbox.filter((tag, content) => keep(tag, contentOf(content)));
  if (mailbox.length === 0) {
    proc.mailbox = null;
    Mailbox.giveBack(mailbox);
  }
}

/** The waiting messages, oldest first; those that a suspended process keeps are older. */
export function* waitingMessages(proc: Proc): Generator<{ tag: MessageTag; content: unknown }> {
  for (const { tag, content } of proc.behaviour.kept ?? []) yield { tag, content: contentOf(content) };
  for (const { tag, content } of messagesOf(proc)) yield { tag, content: contentOf(content) };
}

/** The messages in the mailbox as they are kept there, oldest first. */
export function* messagesOf(proc: Proc): Generator<{ tag: MessageTag; content: unknown }> {
  if (proc.slotTag !== null) yield { tag: proc.slotTag, content: proc.slot };
  if (proc.mailbox !== null) yield* proc.mailbox;
}

/** The processes that `proc` is linked to, in the order of linking. */
export function linksOf(proc: Proc): Proc[] {
  const links = proc.links;
  if (links === null) return [];
  return links instanceof Proc ? [links] : [...links];
}

/** One half of a link; false when it was there. */
export function addLink(proc: Proc, other: Proc): boolean {
  const links = proc.links;
  if (links === null) proc.links = other;
  else if (links instanceof Proc) {
    if (links === other) return false;
    proc.links = new Set([links, other]);
  } else {
    if (links.has(other)) return false;
    links.add(other);
  }
  return true;
}

/** Takes away one half of a link; false when there was none. */
export function removeLink(proc: Proc, other: Proc): boolean {
  const links = proc.links;
  if (links === null) return false;
  if (links instanceof Proc) {
    if (links !== other) return false;
    proc.links = null;
    return true;
  }
  return links.delete(other);
}
