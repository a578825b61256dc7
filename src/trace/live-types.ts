/**
 * The state of a running tree, as it can be drawn. A *node* is a place in the tree (a child of a supervisor, a
 * root, or a process outside any tree) together with the process that is there now, if any. Its key outlives
 * restarts, so a drawing keeps its shapes. All of it is plain data.
 */
import type {
  Budget,
  ChildRef,
  ExitOrigin,
  InjectedFault,
  MessageKind,
  PidNumber,
  RestartDecision,
} from "../runtime/trace.ts";
import type { Table } from "./table.ts";

/** Child ids from the root down, joined by "/"; processes outside any tree are `label~pid`. */
export type NodeKey = string;

export type NodeState =
  | "waiting" // a place whose process was not started yet
  | "starting" // its start function runs
  | "running"
  | "hanging" // does not answer
  | "stopping" // asked to stop, or in terminate
  | "crashed" // ended abnormally, or failed to start
  | "stopped" // ended as it may, or was stopped
  | "restarting" // ended, and its supervisor is about to start it again
  | "ignored"; // its init said ignore

/** One hop of an exit on its way: `from` died and its exit reached `to`. */
export interface Hop {
  from: NodeKey;
  fromPid: PidNumber;
  to: NodeKey;
  toPid: PidNumber;
  via: "link" | "exit_signal" | "parent";
  reason: string;
}

/** A process's end. */
export interface Ending {
  seq: number;
  at: number;
  pid: PidNumber;
  incarnation: number;
  reason: string;
  normal: boolean;
  origin: ExitOrigin;
  /** From the process that failed first to this one; empty when this one failed by itself. */
  chain: Hop[];
  /** Injected from outside, and how. */
  fault: InjectedFault | null;
  /** A supervisor's last word: why it gave up or shut down by itself. */
  decision: LiveDecision | null;
}

/** Why a process runs in its present incarnation. */
export interface Why {
  kind:
    | "boot" // its supervisor started
    | "restart" // a decision of its supervisor
    | "dynamic" // start_child
    | "manual" // restart_child
    | "outside"; // started outside any tree
  /** The event that led to it: the decision, or its own start. */
  seq: number;
  supervisor: NodeKey | null;
  /** For "restart": the child whose exit the supervisor decided on, and how that child ended. */
  trigger: { node: NodeKey; name: string; incarnation: number; reason: string; chain: Hop[] } | null;
  strategy: string | null;
  /** Everybody that the decision started again, in start order, by node key. */
  affected: NodeKey[];
  budget: Budget | null;
}

/** The restarts that a supervisor's window counts. Ask `usedBudget` for the number at a moment. */
export interface LiveBudget {
  intensity: number;
  /** Seconds. */
  period: number;
  /** When each restart that may still count was made, oldest first, in milliseconds. */
  restarts: number[];
  /** True once a restart was refused. */
  exceeded: boolean;
}

export interface LiveNode {
  key: NodeKey;
  /** What sentences call it: the child id, or the label. */
  name: string;
  label: string;
  kind: "worker" | "supervisor" | "process";
  /** The supervising node; null for roots and for processes outside any tree. */
  parent: NodeKey | null;
  /** The node that started it, for processes outside any tree. */
  startedBy: NodeKey | null;
  /** 1-based, in start order among its siblings. */
  order: number;
  /** Children in start order, supervisors only. */
  children: NodeKey[];
  child: ChildRef | null;
  /** The model's key: of a child, an orphan, or a root supervisor. */
  model: string | null;
  /** The key of the model's supervisor, when this is one that the model knows. */
  supervisor: string | null;
  /** Started at run time, under a dynamic supervisor or by start_child. */
  dynamic: boolean;
  /** The living process. */
  pid: PidNumber | null;
  /** 0 before the first start. */
  incarnation: number;
  state: NodeState;
  /** When it entered this state: milliseconds and event number. */
  since: number;
  sinceSeq: number;
  why: Why | null;
  /** A decision that was made about it and not carried out yet. */
  nextWhy: Why | null;
  /** An injected fault whose effect has not shown yet. */
  fault: InjectedFault | null;
  /** Its supervisor has asked it to stop. */
  askedToStop: boolean;
  /** Supervisors only: the child whose start function it is in. */
  startingChild: NodeKey | null;
  /** How the last incarnation ended: the ghost to fade. */
  last: Ending | null;
  trapExit: boolean;
  /** Registered names it holds now. */
  names: string[];
  /** Messages that were sent to it and not received yet. */
  mailbox: number;
  /** Processes that it is linked to besides its supervisor and its children. */
  links: PidNumber[];
  /** References of its monitors, and of those on it. */
  monitors: number[];
  monitoredBy: number[];
  /** The call that it waits for. */
  waitingFor: { ref: number; to: PidNumber | null; since: number; message: string } | null;
  /** Supervisors only; null before it is known. */
  budget: LiveBudget | null;
  /** Supervisors only: it ends because of this. */
  lastWord: LiveDecision | null;
  /** Supervisors only: the strategy as the model or the trace names it. */
  strategy: string | null;
}

export interface LiveLink {
  a: PidNumber;
  b: PidNumber;
  /** Between a supervisor and its own child: part of the tree, not drawn by itself. */
  structural: boolean;
}

export interface LiveMonitor {
  ref: number;
  watcher: PidNumber;
  target: PidNumber;
  /** The short-lived monitor that a call makes. */
  ofCall: boolean;
}

/** Something that travelled between two nodes: to be animated once. */
export interface LiveSignal {
  seq: number;
  at: number;
  kind: "exit_signal" | "down" | MessageKind;
  from: NodeKey;
  to: NodeKey;
  text: string;
  /** exit_signal only. */
  effect?: "exits" | "message" | "ignored";
  via?: "link" | "exit_signal" | "parent";
}

/** What a supervisor decided about a child that ended. */
export interface LiveDecision {
  seq: number;
  at: number;
  supervisor: NodeKey;
  child: NodeKey;
  reason: string;
  strategy: string;
  decision: RestartDecision;
  affected: NodeKey[];
  budget: Budget;
}

export interface LiveApplication {
  name: string;
  state: "starting" | "started" | "stopping" | "stopped" | "failed";
  reason: string | null;
}

export interface LiveState {
  /** The last event that is part of this state; 0 for none. */
  seq: number;
  at: number;
  nodes: Table<NodeKey, LiveNode>;
  /** Tree roots in start order, then the processes outside any tree. */
  roots: readonly NodeKey[];
  /** Every process there ever was. */
  byPid: Table<PidNumber, NodeKey>;
  /** By `linkKey`. */
  links: Table<string, LiveLink>;
  /** By reference. */
  monitors: Table<number, LiveMonitor>;
  applications: readonly LiveApplication[];
  /** What travelled during the last batch of events. */
  signals: readonly LiveSignal[];
  /** Living processes. */
  alive: number;
}
