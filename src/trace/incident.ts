/** One incident: a process that ended, everybody it took along, and what the supervisors did about it. */
import { someOf } from "../model/index.ts";
import type { Budget, RestartDecision } from "../runtime/trace.ts";
import type { Cause } from "./causes.ts";
import type { NodeKey } from "./live-types.ts";
import type { IncidentStep } from "./sentences.ts";
import { count, list, named, restarts } from "./words.ts";

/** A process that was stopped or started; `inside` counts what was stopped or started with it, below it. */
export interface Entry {
  name: string;
  incarnation: number;
  inside: number;
}

/** What one supervisor did after one decision. */
export interface Reaction {
  seq: number;
  supervisor: string;
  child: string;
  reason: string;
  strategy: string;
  decision: RestartDecision;
  budget: Budget;
  stopped: Entry[];
  started: Entry[];
  ignored: string[];
  failed: { name: string; reason: string }[];
}

export interface Incident {
  seq: number;
  at: number;
  /** Where it began. */
  node: NodeKey;
  severity: "info" | "warning" | "error";
  /** Without the full stop. */
  head: string;
  cause: Cause;
  /** Died because of it along links: "cache", with what carried it. */
  spread: string[];
  /** Trapped the exit and got it as a message. */
  trapped: string[];
  /** Were told by DOWN. */
  told: string[];
  /** Failed because of it in another way: a call to somebody who had died, say. */
  fallout: string[];
  reactions: Reaction[];
  /** The tree's end. */
  end: string | null;
  steps: IncidentStep[];
}

export function newIncident(
  cause: Cause,
  at: number,
  node: NodeKey,
  head: string,
  severity: Incident["severity"],
): Incident {
  return {
    seq: cause.seq,
    at,
    node,
    severity,
    head,
    cause,
    spread: [],
    trapped: [],
    told: [],
    fallout: [],
    reactions: [],
    end: null,
    steps: [],
  };
}

const MOST_TOLD = 8;

/** The incident in one paragraph of short sentences. */
export function tell(incident: Incident): string {
  const sentences = [incident.head];
  if (incident.spread.length > 0) sentences.push(`Along links it took ${list(incident.spread)} with it`);
  if (incident.trapped.length > 0) {
    const traps = incident.trapped.length === 1 ? "traps exits and got" : "trap exits and got";
    sentences.push(`${list(incident.trapped)} ${traps} it as a message`);
  }
  if (incident.told.length > 0) sentences.push(`DOWN told ${list(incident.told)}`);
  if (incident.fallout.length > 0) sentences.push(`Because of it ${list(incident.fallout)}`);
  const reactions = mergeRetries(incident.reactions);
  const several = new Set(reactions.map((reaction) => reaction.supervisor)).size > 1;
  // A paragraph that nobody would read to its end tells the first and the last; the steps tell all.
  const told =
    reactions.length <= MOST_TOLD
      ? reactions
      : [...reactions.slice(0, MOST_TOLD - 2), ...reactions.slice(-1)];
  for (const [i, reaction] of told.entries()) {
    if (told.length < reactions.length && i === told.length - 1) {
      sentences.push(`${reactions.length - told.length} more decisions`);
    }
    sentences.push(...tellReaction(reaction, several));
  }
  if (incident.end !== null) sentences.push(incident.end);
  return `${sentences.join(". ")}.`;
}

function tellReaction(step: Reaction, several: boolean): string[] {
  const where = several ? `${step.supervisor}, ${step.strategy}` : step.strategy;
  switch (step.decision) {
    case "restart": {
      const done: string[] = [];
      if (step.stopped.length > 0) done.push(`stopped ${someOf(step.stopped, tellEntry)}`);
      done.push(...tellFailures(step.failed));
      if (step.started.length > 0) done.push(`started ${someOf(step.started, tellEntry)}`);
      if (step.ignored.length > 0) {
        const pastLimit = step.budget.used > step.budget.intensity;
        const how = step.ignored.length === 1 ? "is not started again" : "are not started again";
        done.push(`${list(step.ignored)} ${pastLimit ? how : "ignored the start"}`);
      }
      if (done.length === 0) done.push(`restarts ${step.child}`);
      return [`${where}: ${done.join("; ")}`, restarts(step.budget)];
    }
    case "give_up": {
      const { intensity, period } = step.budget;
      const limit =
        intensity === 0
          ? "allows no restart"
          : `allows ${count(intensity, "restart")} in ${period} s and this would be one more`;
      const stopped =
        step.stopped.length === 0 ? "" : `: stopped ${someOf(step.stopped, tellEntry)}, then itself`;
      return [`${step.supervisor} ${limit}, so it gave up${stopped}`];
    }
    case "auto_shutdown": {
      const stopped =
        step.stopped.length === 0 ? "" : `: stopped ${someOf(step.stopped, tellEntry)}, then itself`;
      return [`${step.child} is significant, so ${step.supervisor} shut down${stopped}`];
    }
    case "keep":
      return [`${step.child} is transient and ended as it may, so it is not started again`];
    case "remove":
      return [`${step.child} is temporary, so it is not started again`];
  }
}

function tellEntry(entry: Entry): string {
  const name = named(entry.name, entry.incarnation);
  return entry.inside === 0 ? name : `${name} with ${count(entry.inside, "process", "processes")} below it`;
}

function tellFailures(failed: Reaction["failed"]): string[] {
  const told = new Map<string, number>();
  for (const { name, reason } of failed) {
    const text = `${name} failed to start (${reason})`;
    told.set(text, (told.get(text) ?? 0) + 1);
  }
  return [...told].map(([text, times]) => (times === 1 ? text : `${text} ${times} times`));
}

/** Retries of a start that keeps failing are one step with the budget of the last. */
function mergeRetries(steps: readonly Reaction[]): Reaction[] {
  const merged: Reaction[] = [];
  for (const step of steps) {
    const before = merged.at(-1);
    if (
      before !== undefined &&
      before.supervisor === step.supervisor &&
      before.decision === "restart" &&
      step.decision === "restart" &&
      before.failed.length > 0
    ) {
      merged[merged.length - 1] = {
        ...step,
        stopped: [...before.stopped, ...step.stopped],
        started: [...before.started, ...step.started],
        ignored: [...before.ignored, ...step.ignored],
        failed: [...before.failed, ...step.failed],
      };
    } else {
      merged.push(step);
    }
  }
  return merged;
}
