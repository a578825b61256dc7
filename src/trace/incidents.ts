/** The incidents of a run: each has one cause, one sentence, and its steps in the order in which they happened. */
import { budgetWords, limitWords, placeUnder } from "../model/index.ts";
import type { TraceEvent, TraceEventOf } from "../runtime/trace.ts";
import type { Cause, Causes } from "./causes.ts";
import { type Entry, type Incident, newIncident, type Reaction, tell } from "./incident.ts";
import type { LiveNode, NodeKey } from "./live-types.ts";
import { OUTSIDE } from "./outside.ts";
import type { IncidentStep, Names, Sentences, View } from "./sentences.ts";
import { count, named } from "./words.ts";

export class Incidents {
  readonly #book: Sentences;
  readonly #names: Names;
  readonly #causes: Causes;
  readonly #view: View;
  readonly #byCause = new Map<number, Incident>();
  readonly #places = new Map<Incident, number>();
  /** What each decision led to, by the decision's number, and the last word of each supervisor that gives up. */
  readonly #reactions = new Map<number, { incident: Incident; reaction: Reaction }>();
  readonly #givingUp = new Map<number, Reaction>();
  /** Faults that were injected: where their sentence stands, and the steps until something comes of them. */
  readonly #faults = new Map<number, { place: number; steps: IncidentStep[] }>();
  /** Incidents that are to be told again, each with its last event. */
  readonly #changed = new Map<Incident, TraceEvent>();

  constructor(book: Sentences, names: Names, causes: Causes, view: View) {
    this.#book = book;
    this.#names = names;
    this.#causes = causes;
    this.#view = view;
  }

  /** A fault was injected and has this sentence, which its incident will take over. */
  begin(cause: Cause, place: number): void {
    if (cause.kind === "fault") this.#faults.set(cause.seq, { place, steps: [] });
  }

  /** Tells again what has changed since the last time. */
  retell(): void {
    for (const [incident, event] of this.#changed) {
      const place = this.#places.get(incident)!;
      this.#book.change(place, event, {
        kind: "incident",
        severity: incident.severity,
        node: incident.node,
        text: tell(incident),
        steps: [...incident.steps],
        over: !this.#causes.goesOn(incident.cause),
      });
    }
    this.#changed.clear();
  }

  /** A process ended, and neither a start nor a stop from outside tells of it. */
  ended(event: TraceEventOf<"exit">, was: LiveNode, name: string, cause: Cause): void {
    const known = this.#byCause.get(cause.seq);
    if (known !== undefined && this.#givingUp.has(event.pid)) {
      this.#givingUp.delete(event.pid);
      if (was.parent === null) known.end = `The tree ended (${event.reason})`;
      this.#touch(known, event);
      return;
    }
    if (was.askedToStop) return;
    if (was.state === "starting" && was.parent !== null) return; // told as a failed start
    if (known !== undefined) {
      if (event.origin.type === "signal" && event.origin.via === "link") known.spread.push(name);
      else known.fallout.push(headline(name, event, was));
      if (!event.normal) known.severity = "error";
      this.#touch(known, event);
      return;
    }
    const stranger = was.parent === null && was.kind !== "supervisor" && was.model === null;
    if (stranger && event.normal) return;
    const fault = this.#faults.get(cause.seq);
    const hangs = fault !== undefined && this.#book.sentences[fault.place]?.node !== was.key;
    const head = headline(name, event, was);
    // Where the fault was injected into another process, that is where it began.
    const text =
      fault === undefined || !hangs
        ? head
        : `${this.#book.sentences[fault.place]!.text} Because of it ${head}`;
    this.open(event, was, text, cause, fault?.place ?? null);
  }

  /** Opens an incident. @param place of the sentence that it takes over; null for a new one */
  open(event: TraceEventOf<"exit">, was: LiveNode, head: string, cause: Cause, place: number | null): void {
    const origin = (place === null ? null : this.#book.sentences[place]?.node) ?? was.key;
    const incident = newIncident(cause, event.at, origin, head, event.normal ? "info" : "error");
    if (was.parent === null && was.kind === "supervisor") {
      incident.end = `The tree ended (${event.reason.replace(/^Error: /, "")})`;
    } else if (was.parent === null && was.model !== null) {
      incident.end = "It runs outside any tree: nobody starts it again";
    }
    this.#add(incident, event, place);
  }

  /** A supervisor decides about a child that ended. */
  decide(event: TraceEventOf<"decision">, cause: Cause): void {
    const key = this.#childKey(event.child);
    if (key === null) return;
    const name = this.#names.ofNode(key);
    let incident = this.#byCause.get(cause.seq);
    if (incident === undefined) {
      // Its end is told elsewhere (a failed start), or the trace began later.
      incident = newIncident(cause, event.at, key, `${name} ended (${event.reason})`, "warning");
      this.#add(incident, event, null);
    }
    const reaction: Reaction = {
      seq: event.seq,
      supervisor: this.#names.ofPid(event.child.supervisor),
      child: name,
      reason: event.reason,
      strategy: event.strategy,
      decision: event.decision,
      budget: event.budget,
      stopped: [],
      started: [],
      ignored: [],
      failed: [],
    };
    incident.reactions.push(reaction);
    this.#reactions.set(event.seq, { incident, reaction });
    if (event.decision === "give_up" || event.decision === "auto_shutdown") {
      this.#givingUp.set(event.child.supervisor, reaction);
      if (event.decision === "give_up") incident.severity = "error";
    }
    this.#touch(incident, event);
  }

  /**
   * A child is stopped. Null when no incident is the reason; else what to call when the entry grows, since what
   * stops below it is counted in it.
   */
  stopped(
    event: TraceEventOf<"child_stopping">,
    entry: Entry,
    cause: Cause,
  ): ((event: TraceEvent) => void) | null {
    const decided = event.cause === undefined ? undefined : this.#reactions.get(event.cause);
    const incident = decided?.incident ?? this.#byCause.get(cause.seq);
    const reaction = decided?.reaction ?? this.#givingUp.get(event.child.supervisor);
    if (incident === undefined || reaction === undefined) return null;
    reaction.stopped.push(entry);
    this.#touch(incident, event);
    return (later) => this.#touch(incident, later);
  }

  /** A child was started because of a decision. False when the decision is not known. */
  started(event: TraceEventOf<"child_started">, entry: Entry): boolean {
    const caused = event.cause === undefined ? undefined : this.#reactions.get(event.cause);
    if (caused === undefined) return false;
    const { incident, reaction } = caused;
    if (event.result === "ok") reaction.started.push(entry);
    else if (event.result === "ignore") reaction.ignored.push(entry.name);
    else reaction.failed.push({ name: entry.name, reason: event.reason ?? "unknown" });
    this.#touch(incident, event);
    return true;
  }

  trapped(event: TraceEventOf<"exit_signal">, cause: Cause): void {
    const incident = this.#byCause.get(cause.seq);
    if (incident === undefined) return;
    incident.trapped.push(this.#names.ofPid(event.to));
    this.#touch(incident, event);
  }

  told(event: TraceEventOf<"down">, cause: Cause): void {
    const incident = this.#byCause.get(cause.seq);
    if (incident === undefined) return;
    incident.told.push(this.#names.ofPid(event.watcher));
    this.#touch(incident, event);
  }

  /** Adds an event that has been told to the steps of its incident. */
  follow(event: TraceEvent, cause: Cause): void {
    const incident = this.#byCause.get(cause.seq);
    const steps = incident?.steps ?? this.#faults.get(cause.seq)?.steps;
    if (steps === undefined) return;
    const step = this.#stepOf(event);
    if (step === null) return;
    steps.push(step);
    if (incident !== undefined) this.#touch(incident, event);
  }

  #add(incident: Incident, event: TraceEvent, place: number | null): void {
    const { severity, node, cause } = incident;
    const fault = this.#faults.get(cause.seq);
    if (fault !== undefined) incident.steps.push(...fault.steps);
    this.#faults.delete(cause.seq);
    this.#byCause.set(cause.seq, incident);
    this.#places.set(incident, place ?? this.#book.add(event, "incident", severity, node, tell(incident)));
    this.#touch(incident, event);
  }

  #touch(incident: Incident, event: TraceEvent): void {
    this.#changed.set(incident, event);
  }

  #stepOf(event: TraceEvent): IncidentStep | null {
    const found = this.#stepText(event);
    if (found === null) return null;
    const { seq, at } = event;
    return {
      seq,
      at,
      node: found.pid === null ? null : (this.#view.draft.byPid.get(found.pid) ?? null),
      text: found.text,
    };
  }

  #stepText(event: TraceEvent): { pid: number | null; text: string } | null {
    const name = (pid: number) => this.#names.ofPid(pid);
    switch (event.type) {
      case "note":
        return { pid: event.pid, text: event.text.replace(/\.$/, "") };
      case "exit":
        return { pid: event.pid, text: `${name(event.pid)} ends (${event.reason})` };
      case "exit_signal": {
        if (event.via === "parent" || event.effect === "ignored" || event.from === OUTSIDE) return null;
        if (event.effect === "exits") {
          return {
            pid: event.to,
            text: `the exit of ${name(event.from)} reaches ${name(event.to)} along their link`,
          };
        }
        const supervisor =
          this.#view.draft.nodes.get(this.#view.draft.byPid.get(event.to) ?? "")?.kind === "supervisor";
        return {
          pid: event.to,
          text: supervisor
            ? `${name(event.to)} hears that ${name(event.from)} ended`
            : `${name(event.to)} traps exits and gets the exit of ${name(event.from)} as a message`,
        };
      }
      case "down":
        return {
          pid: event.watcher,
          text: `DOWN tells ${name(event.watcher)} that ${name(event.target)} is gone`,
        };
      case "call_end":
        if (event.outcome === "reply") return null;
        return {
          pid: event.pid,
          text:
            event.outcome === "down"
              ? `a call of ${name(event.pid)} fails (${event.detail})`
              : `a call of ${name(event.pid)} times out`,
        };
      case "decision":
        return { pid: event.child.supervisor, text: this.#decisionText(event) };
      case "child_stopping":
        return {
          pid: event.pid,
          text: `${name(event.child.supervisor)} stops ${this.#childName(event.child)}`,
        };
      case "child_started": {
        const child = this.#childName(event.child);
        const supervisor = name(event.child.supervisor);
        if (event.result === "ok") return { pid: event.pid, text: `${supervisor} has started ${child}` };
        const budget =
          event.cause === undefined ? undefined : this.#reactions.get(event.cause)?.reaction.budget;
        const pastLimit = budget !== undefined && budget.used > budget.intensity;
        return {
          pid: event.child.supervisor,
          text:
            event.result === "ignore"
              ? pastLimit
                ? `${supervisor} leaves ${child} stopped`
                : `${child} ignores its start under ${supervisor}`
              : `${supervisor} could not start ${child} (${event.reason ?? "unknown"})`,
        };
      }
      default:
        return null;
    }
  }

  #decisionText(event: TraceEventOf<"decision">): string {
    const supervisor = this.#names.ofPid(event.child.supervisor);
    const child = this.#childName(event.child);
    const { used, intensity, period } = event.budget;
    switch (event.decision) {
      case "restart": {
        const others = event.affected.length - 1;
        const more = others > 0 ? ` and ${others} more` : "";
        // A supervisor of OTP gives up here; of other libraries it goes on.
        if (used > intensity)
          return `${supervisor} stops ${child}${more} and goes on: more than ${limitWords(intensity, period)}`;
        return `${supervisor} restarts ${child}${more} (${event.strategy}, ${budgetWords(event.budget)})`;
      }
      case "give_up":
        return `${supervisor} gives up: more than ${count(intensity, "restart")} in ${period} s`;
      case "auto_shutdown":
        return `${supervisor} shuts down: ${child} is significant`;
      case "keep":
        return `${supervisor} leaves ${child} as it is (transient)`;
      case "remove":
        return `${supervisor} forgets ${child} (temporary)`;
    }
  }

  #childName(ref: { supervisor: number; id: string }): string {
    const key = this.#childKey(ref);
    if (key === null) return ref.id;
    return named(this.#names.ofNode(key), this.#view.draft.nodes.get(key)?.incarnation ?? 1);
  }

  #childKey(ref: { supervisor: number; id: string }): NodeKey | null {
    const supervisor = this.#view.draft.byPid.get(ref.supervisor);
    return supervisor === undefined ? null : placeUnder(supervisor, ref.id);
  }
}

/** How a process ended, in words without a full stop. */
export function headline(name: string, event: TraceEventOf<"exit">, was: LiveNode): string {
  const { origin } = event;
  // That it was an error is said by the verb.
  const reason = event.reason.replace(/^Error: /, "");
  if (was.fault === "kill" || (origin.type === "signal" && reason === "killed")) return `${name} was killed`;
  if (origin.type === "signal") return `${name} got the exit signal ${reason} and died of it`;
  if (reason === "normal") return `${name} ended normally`;
  if (event.normal) return `${name} stopped (${reason})`;
  return `${name} crashed (${reason})`;
}
