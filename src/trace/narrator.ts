/** The narrator: follows a trace and keeps the sentences that tell it. See `narrate.ts`. */
import type { TreeModel } from "../model/index.ts";
import type { PidNumber, TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import { Book, Names, type Sentence } from "./book.ts";
import { Draft } from "./draft.ts";
import { type Entry, type Incident, newIncident, type Step, tell } from "./incident.ts";
import { EMPTY_LIVE, type LiveNode, type NodeKey } from "./live.ts";
import { applyEvent } from "./live-events.ts";
import { indexModel, type ModelIndex } from "./model-index.ts";
import { Talk } from "./talk.ts";
import { count, list, listOf, named } from "./words.ts";

interface Boot {
  place: number;
  /** Which supervisor's init it is. */
  name: string;
  started: Entry[];
  failed: string | null;
}

/** Tells a trace as it grows. A sentence that more events belong to is replaced in its place. */
export class Narrator {
  readonly #book = new Book();
  readonly #index: ModelIndex;
  readonly #draft = new Draft(EMPTY_LIVE);
  readonly #names = new Names(this.#draft);
  readonly #talk = new Talk(this.#book, this.#names, this.#draft);
  /** Incidents by the processes that ended in them, and by the decisions made in them. */
  readonly #byPid = new Map<PidNumber, Incident>();
  readonly #bySeq = new Map<number, { incident: Incident; step: Step }>();
  readonly #byNode = new Map<NodeKey, Incident>();
  /** Supervisors that are stopping: where to put what they stop. */
  readonly #stopping = new Map<PidNumber, (entry: Entry, event: TraceEvent) => void>();
  /** Supervisors in their init: what they have started so far. */
  readonly #starting = new Map<PidNumber, Entry[]>();
  /** Trees that were told to stop: ends their sentence. */
  readonly #told = new Map<PidNumber, (exit: TraceEventOf<"exit">, was: LiveNode) => void>();
  readonly #boots = new Map<PidNumber, Boot>();
  readonly #places = new Map<Incident, number>();
  #group: { key: string; names: string[]; place: number } | null = null;

  constructor(model: TreeModel | null) {
    this.#index = indexModel(model);
  }

  /** What was told so far. */
  get sentences(): readonly Sentence[] {
    return this.#book.sentences;
  }

  /** Reads more events. Returns the place of the first sentence that is new or has changed. */
  push(events: readonly TraceEvent[]): number {
    this.#book.changed = this.sentences.length;
    for (const event of events) this.#tell(event);
    return this.#book.changed;
  }

  #tell(event: TraceEvent): void {
    const draft = this.#draft;
    draft.signals.length = 0;
    draft.decisions.length = 0;
    // An exit and a stop are told by what was there before.
    const pid = event.type === "exit" ? event.pid : null;
    const before = pid === null ? undefined : draft.nodes.get(draft.byPid.get(pid) ?? "");
    const was = before === undefined ? null : { ...before };
    if (event.type === "child_stopping") this.#childStopping(event);
    applyEvent(draft, this.#index, event);
    if (event.type === "exit") {
      if (was?.pid === event.pid) this.#exit(event, was);
    } else {
      const handler = this.#handlers[event.type] as ((event: TraceEvent) => void) | undefined;
      handler?.(event);
    }
    this.#talk.tell(event);
  }

  readonly #handlers: { [T in TraceEventType]?: (event: TraceEventOf<T>) => void } = {
    spawn: (event) => this.#spawn(event),
    running: (event) => this.#running(event),
    child_started: (event) => this.#childStarted(event),
    decision: (event) => this.#decision(event),
    application: (event) => this.#application(event),
    note: (event) => this.#talk.say(event, "input", event.pid, event.text),
    child_starting: (event) => {
      const key = this.#childKey(event.child);
      if (key !== null) this.#names.learn(key);
    },
    exit_signal: (event) => {
      if (event.effect !== "message" || event.via === "parent") return;
      if (this.#node(event.to)?.kind === "supervisor") return; // it will decide
      this.#incidentOf(event.from, event, (incident) => incident.trapped.push(this.#names.ofPid(event.to)));
    },
    down: (event) => {
      if (this.#talk.isCall(event.ref)) return; // the call's end tells
      const name = this.#names.ofPid(event.watcher);
      this.#incidentOf(event.target, event, (incident) => incident.told.push(name));
    },
  };

  // ---- starting ----

  #spawn(event: TraceEventOf<"spawn">): void {
    const key = this.#draft.byPid.get(event.pid);
    const node = key === undefined ? undefined : this.#draft.nodes.get(key);
    if (key === undefined || node === undefined) return;
    this.#names.learn(key);
    if (event.kind === "supervisor") this.#starting.set(event.pid, []);
    if (node.parent !== null || event.kind === "process") return;
    const name = named(this.#names.ofNode(key), node.incarnation);
    const place = this.#book.add(event, "boot", "info", key, `${name} is starting.`);
    this.#boots.set(event.pid, { place, name, started: [], failed: null });
  }

  #running(event: TraceEventOf<"running">): void {
    if (this.#node(event.pid)?.parent === null) this.#starting.delete(event.pid);
    const boot = this.#boots.get(event.pid);
    if (boot === undefined) return;
    this.#boots.delete(event.pid);
    const orphan = this.#node(event.pid)?.kind !== "supervisor";
    this.#book.change(boot.place, event, {
      text: orphan
        ? `${boot.name} started, outside any tree.`
        : boot.started.length === 0
          ? `${boot.name} started without children.`
          : `${boot.name} started ${listOf(boot.started, entryText, 12)}.`,
    });
  }

  #childStarted(event: TraceEventOf<"child_started">): void {
    const key = this.#childKey(event.child);
    if (key === null) return;
    const node = this.#draft.nodes.get(key);
    const inside = event.pid === null ? [] : (this.#starting.get(event.pid) ?? []);
    if (event.pid !== null) this.#starting.delete(event.pid);
    const entry: Entry = {
      name: this.#names.ofNode(key),
      incarnation: node?.incarnation ?? event.incarnation,
      inside: inside.reduce((sum, below) => sum + 1 + below.inside, 0),
    };
    const caused = event.cause === undefined ? undefined : this.#bySeq.get(event.cause);
    if (caused !== undefined) {
      if (event.result === "ok") caused.step.started.push(entry);
      else if (event.result === "ignore") caused.step.ignored.push(entry.name);
      else caused.step.failed.push({ name: entry.name, reason: event.reason ?? "unknown" });
      this.#retell(caused.incident, event);
      return;
    }
    const below = this.#starting.get(event.child.supervisor);
    const boot = this.#boots.get(event.child.supervisor);
    if (below !== undefined) {
      if (event.result === "ok") below.push(entry);
      if (boot === undefined) return;
      if (event.result === "ok") boot.started.push(entry);
      else if (event.result === "error") {
        boot.failed = `${named(entry.name, event.incarnation)} failed to start (${event.reason ?? "unknown"})`;
      }
      return;
    }
    const supervisor = this.#names.ofPid(event.child.supervisor);
    if (event.result === "ok") {
      this.#startedLater(event, supervisor, entry, node);
      return;
    }
    const why =
      event.result === "ignore" ? "ignored the start" : `failed to start (${event.reason ?? "unknown"})`;
    this.#book.add(
      event,
      "start",
      event.result === "ignore" ? "info" : "warning",
      key,
      `${supervisor}: ${entry.name} ${why}.`,
    );
  }

  /** Children that one supervisor starts at one moment share a sentence. */
  #startedLater(
    event: TraceEventOf<"child_started">,
    supervisor: string,
    entry: Entry,
    node: LiveNode | undefined,
  ): void {
    const key = `${event.child.supervisor}@${event.at}`;
    const group = this.#group;
    if (group?.key === key && this.#book.lastWeighty === group.place) {
      group.names.push(entryText(entry));
      const many = group.names.length > 6 ? `${count(group.names.length, "child", "children")}: ` : "";
      this.#book.change(group.place, event, { text: `${supervisor} started ${many}${list(group.names)}.` });
      return;
    }
    const text = `${supervisor} started ${entryText(entry)}.`;
    const place = this.#book.add(event, "start", "info", node?.key ?? null, text);
    this.#group = { key, names: [entryText(entry)], place };
  }

  // ---- ending ----

  #exit(event: TraceEventOf<"exit">, was: LiveNode): void {
    const name = named(this.#names.ofNode(was.key), was.incarnation);
    this.#stopping.delete(event.pid);
    const told = this.#told.get(event.pid);
    if (told !== undefined) {
      this.#told.delete(event.pid);
      told(event, was);
      return;
    }
    const boot = this.#boots.get(event.pid);
    if (boot !== undefined) {
      this.#boots.delete(event.pid);
      const undone = boot.started.map((entry) => entry.name).reverse();
      const failed = boot.failed === null ? "" : `${boot.failed}. `;
      const stopped = undone.length === 0 ? "" : `stopped ${list(undone)} and `;
      this.#book.change(boot.place, event, {
        severity: "error",
        text: `${failed}${boot.name} ${stopped}did not start (${event.reason}).`,
      });
      return;
    }
    const known = this.#byPid.get(event.pid);
    if (known !== undefined) {
      // A supervisor that gave up: its end is part of the incident that made it.
      if (was.parent === null && was.kind === "supervisor") known.end = `The tree ended (${event.reason})`;
      this.#retell(known, event);
      return;
    }
    if (was.askedToStop) return;
    if (was.state === "starting" && was.parent !== null) return; // told as a failed start
    const source = event.origin.type === "signal" ? this.#byPid.get(event.origin.from) : undefined;
    if (source !== undefined && event.origin.type === "signal" && event.origin.via !== "exit_signal") {
      source.spread.push(name);
      this.#join(source, event.pid, was.key);
      this.#retell(source, event);
      return;
    }
    const stranger = was.parent === null && was.kind !== "supervisor" && was.model === null;
    if (stranger && event.normal) return;
    const severity = event.normal ? "info" : "error";
    const incident = newIncident(event.seq, event.at, was.key, headline(name, event, was), severity);
    if (was.parent === null && was.kind === "supervisor") incident.end = `The tree ended (${event.reason})`;
    else if (was.parent === null && was.model !== null) {
      incident.end = "It runs outside any tree: nobody starts it again";
    }
    this.#open(incident, event);
    this.#join(incident, event.pid, was.key);
  }

  #join(incident: Incident, pid: PidNumber, key: NodeKey): void {
    this.#byPid.set(pid, incident);
    this.#byNode.set(key, incident);
  }

  #decision(event: TraceEventOf<"decision">): void {
    const key = this.#childKey(event.child);
    if (key === null) return;
    const known = event.pid === null ? this.#byNode.get(key) : this.#byPid.get(event.pid);
    const name = this.#names.ofNode(key);
    let incident = known;
    if (incident === undefined) {
      // The trace began later, or an exit message that somebody made up.
      incident = newIncident(event.seq, event.at, key, `${name} ended (${event.reason})`, "warning");
      this.#open(incident, event);
      this.#byNode.set(key, incident);
    }
    const step: Step = {
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
    incident.steps.push(step);
    this.#bySeq.set(event.seq, { incident, step });
    for (const id of event.affected) {
      const affected = this.#childKey({ supervisor: event.child.supervisor, id });
      if (affected !== null) this.#byNode.set(affected, incident);
    }
    if (event.decision === "give_up" || event.decision === "auto_shutdown") {
      const supervisor = event.child.supervisor;
      const into = incident;
      this.#byPid.set(supervisor, into);
      const supervisorKey = this.#draft.byPid.get(supervisor);
      if (supervisorKey !== undefined) this.#byNode.set(supervisorKey, into);
      this.#stopping.set(supervisor, (entry, cause) => {
        step.stopped.push(entry);
        this.#retell(into, cause);
      });
      if (event.decision === "give_up") incident.severity = "error";
    }
    this.#retell(incident, event);
  }

  #childStopping(event: TraceEventOf<"child_stopping">): void {
    const key = this.#childKey(event.child);
    if (key === null) return;
    const node = this.#draft.nodes.get(key);
    const entry: Entry = { name: this.#names.ofNode(key), incarnation: node?.incarnation ?? 1, inside: 0 };
    const caused = event.cause === undefined ? undefined : this.#bySeq.get(event.cause);
    const put = this.#stopping.get(event.child.supervisor);
    let again: (cause: TraceEvent) => void;
    if (caused !== undefined) {
      caused.step.stopped.push(entry);
      again = (cause) => this.#retell(caused.incident, cause);
      again(event);
    } else if (put !== undefined) {
      put(entry, event);
      again = () => {};
    } else if (this.#starting.has(event.child.supervisor)) {
      again = () => {}; // a start that failed half-way is told as such
    } else {
      again = this.#stopFromOutside(event, entry, key);
    }
    if (node?.kind !== "supervisor") return;
    // What stops below it is counted, not listed.
    const countBelow = (below: Entry, cause: TraceEvent) => {
      entry.inside += 1 + below.inside;
      again(cause);
    };
    this.#stopping.set(event.pid, countBelow);
  }

  /** terminate_child, or a tree that was told to stop. */
  #stopFromOutside(
    event: TraceEventOf<"child_stopping">,
    entry: Entry,
    key: NodeKey,
  ): (cause: TraceEvent) => void {
    const supervisorKey = this.#draft.byPid.get(event.child.supervisor);
    const supervisor = supervisorKey === undefined ? undefined : this.#draft.nodes.get(supervisorKey);
    const name = this.#names.ofPid(event.child.supervisor);
    const whole = supervisor?.state === "stopping";
    const stopped = [entry];
    let end = "";
    const text = () =>
      whole
        ? `${name} was told to stop: stopped ${listOf(stopped, entryText, 12)}${end}.`
        : `${name} stopped ${entryText(entry)}.`;
    const place = this.#book.add(event, "stop", "info", whole ? (supervisorKey ?? key) : key, text());
    const again = (cause: TraceEvent) => this.#book.change(place, cause, { text: text() });
    if (whole) {
      this.#told.set(event.child.supervisor, (exit, was) => {
        if (exit.origin.type === "error" || (exit.origin.type === "stop" && !exit.normal)) {
          // It was not told to: it failed, and stopped its children before it ended.
          this.#failedSupervisor(exit, was, place, `It stopped ${listOf(stopped, entryText)} first`);
          return;
        }
        end = `, then itself (${exit.reason})`;
        again(exit);
      });
      this.#stopping.set(event.child.supervisor, (next, cause) => {
        stopped.push(next);
        again(cause);
      });
    }
    return again;
  }

  #failedSupervisor(event: TraceEventOf<"exit">, was: LiveNode, place: number, stopped: string): void {
    const name = named(this.#names.ofNode(was.key), was.incarnation);
    const head = `${headline(name, event, was)}. ${stopped}`;
    const incident = newIncident(event.seq, event.at, was.key, head, "error");
    if (was.parent === null) incident.end = `The tree ended (${event.reason.replace(/^Error: /, "")})`;
    this.#book.change(place, event, {
      kind: "incident",
      severity: "error",
      node: was.key,
      text: tell(incident),
    });
    this.#places.set(incident, place);
    this.#join(incident, event.pid, was.key);
  }

  // ---- the rest ----

  #application(event: TraceEventOf<"application">): void {
    if (event.state === "starting" || event.state === "stopping") return;
    const reason = event.reason === undefined ? "" : ` (${event.reason})`;
    const text = event.state === "failed" ? "did not start" : event.state;
    const severity = event.state === "failed" ? "error" : "info";
    this.#book.add(event, "application", severity, null, `Application ${event.name} ${text}${reason}.`);
  }

  // ---- helpers ----

  #open(incident: Incident, event: TraceEvent): void {
    const { severity, node } = incident;
    this.#places.set(incident, this.#book.add(event, "incident", severity, node, tell(incident)));
  }

  #incidentOf(pid: PidNumber, event: TraceEvent, change: (incident: Incident) => void): void {
    const incident = this.#byPid.get(pid);
    if (incident === undefined) return;
    change(incident);
    this.#retell(incident, event);
  }

  #retell(incident: Incident, event: TraceEvent): void {
    const place = this.#places.get(incident);
    if (place === undefined) return;
    this.#book.change(place, event, { severity: incident.severity, text: tell(incident) });
  }

  #childKey(ref: { supervisor: PidNumber; id: string }): NodeKey | null {
    const supervisor = this.#draft.byPid.get(ref.supervisor);
    return supervisor === undefined ? null : `${supervisor}/${ref.id}`;
  }

  #node(pid: PidNumber): LiveNode | undefined {
    return this.#draft.nodes.get(this.#draft.byPid.get(pid) ?? "");
  }
}

function entryText(entry: Entry): string {
  const name = named(entry.name, entry.incarnation);
  return entry.inside === 0 ? name : `${name} (${count(entry.inside, "process", "processes")} below it)`;
}

function headline(name: string, event: TraceEventOf<"exit">, was: LiveNode): string {
  const { origin } = event;
  // That it was an error is said by the verb.
  const reason = event.reason.replace(/^Error: /, "");
  if (was.fault === "kill" || (origin.type === "signal" && reason === "killed")) return `${name} was killed`;
  if (origin.type === "signal") return `${name} got the exit signal ${reason} and died of it`;
  if (reason === "normal") return `${name} ended normally`;
  if (event.normal) return `${name} stopped (${reason})`;
  return `${name} crashed (${reason})`;
}
