/** The narrator: follows a trace and keeps the sentences that tell it. See `narrate.ts`. */
import { placeUnder, someOf } from "../model/index.ts";
import type { PidNumber, TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import { type Cause, Causes } from "./causes.ts";
import type { Entry } from "./incident.ts";
import { headline, Incidents } from "./incidents.ts";
import { EMPTY_LIVE, type LiveNode, type LiveState, type NodeKey } from "./live.ts";
import { LiveDraft } from "./live-draft.ts";
import { MessageSentences } from "./message-sentences.ts";
import { Names, type Sentence, Sentences, type View } from "./sentences.ts";
import type { Follower } from "./timeline.ts";
import { count, entryText, list, named } from "./words.ts";

interface Boot {
  place: number;
  /** Which supervisor's init it is. */
  name: string;
  started: Entry[];
  failed: string | null;
}

/** Tells a trace as it grows: a timeline's follower. A sentence that more events belong to is replaced in its place. */
export class Narrator implements Follower {
  readonly #view: View;
  readonly #book = new Sentences();
  readonly #causes = new Causes();
  readonly #names: Names;
  readonly #talk: MessageSentences;
  readonly #incidents: Incidents;
  /** Supervisors that stop without an incident: where to put what they stop. */
  readonly #stopping = new Map<PidNumber, (entry: Entry, event: TraceEvent) => void>();
  /** Supervisors in their init: what they have started so far. */
  readonly #starting = new Map<PidNumber, Entry[]>();
  /** Trees that were told to stop: ends their sentence. */
  readonly #told = new Map<PidNumber, (exit: TraceEventOf<"exit">, was: LiveNode) => void>();
  readonly #boots = new Map<PidNumber, Boot>();
  #group: { key: string; names: string[]; place: number } | null = null;
  #cause: Cause = { seq: 0, kind: "work" };
  /** The process of an exit as it was before it. */
  #was: LiveNode | null = null;

  /** @param base what was before the events that it is going to be told */
  constructor(base: LiveState = EMPTY_LIVE) {
    this.#view = { draft: new LiveDraft(base) };
    this.#names = new Names(this.#view);
    this.#talk = new MessageSentences(this.#book, this.#names, this.#view);
    this.#incidents = new Incidents(this.#book, this.#names, this.#causes, this.#view);
    for (const key of base.nodes.keys()) this.#names.learn(key);
  }

  /** What was told so far. */
  get sentences(): readonly Sentence[] {
    return this.#book.sentences;
  }

  /** Places among them of those that are more than talk between processes. */
  get weighty(): readonly number[] {
    return this.#book.weighty;
  }

  /** The place of the first sentence that is new or has changed since this was last asked. */
  takeChanged(): number {
    const { changed } = this.#book;
    this.#book.changed = this.sentences.length;
    return changed;
  }

  before(draft: LiveDraft, event: TraceEvent): void {
    this.#view.draft = draft;
    this.#cause = this.#causes.read(event);
    this.#book.cause = this.#cause.seq;
    const pid = event.type === "exit" ? event.pid : null;
    const before = pid === null ? undefined : draft.nodes.get(draft.byPid.get(pid) ?? "");
    this.#was = before === undefined ? null : { ...before };
    if (event.type === "child_stopping") this.#childStopping(event);
  }

  after(_draft: LiveDraft, event: TraceEvent): void {
    const was = this.#was;
    if (event.type !== "exit") {
      const handler = this.#handlers[event.type] as ((event: TraceEvent) => void) | undefined;
      handler?.(event);
    } else if (was?.pid === event.pid) {
      this.#exit(event, was);
    }
    this.#talk.tell(event);
    this.#incidents.follow(event, this.#cause);
  }

  batched(): void {
    this.#incidents.retell();
  }

  readonly #handlers: { [T in TraceEventType]?: (event: TraceEventOf<T>) => void } = {
    spawn: (event) => this.#spawn(event),
    running: (event) => this.#running(event),
    child_started: (event) => this.#childStarted(event),
    decision: (event) => this.#incidents.decide(event, this.#cause),
    application: (event) => this.#application(event),
    note: (event) =>
      this.#incidents.begin(this.#cause, this.#talk.say(event, "input", event.pid, event.text)),
    child_starting: (event) => {
      const key = this.#childKey(event.child);
      if (key !== null) this.#names.learn(key);
    },
    exit_signal: (event) => {
      if (event.effect !== "message" || event.via === "parent") return;
      if (this.#node(event.to)?.kind === "supervisor") return; // it will decide
      this.#incidents.trapped(event, this.#cause);
    },
    down: (event) => {
      if (!this.#talk.isCall(event.ref)) this.#incidents.told(event, this.#cause); // a call's end tells its own
    },
  };

  // ---- starting ----

  #spawn(event: TraceEventOf<"spawn">): void {
    const key = this.#view.draft.byPid.get(event.pid);
    const node = key === undefined ? undefined : this.#view.draft.nodes.get(key);
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
          : `${boot.name} started ${someOf(boot.started, entryText, 12)}.`,
    });
  }

  #childStarted(event: TraceEventOf<"child_started">): void {
    const key = this.#childKey(event.child);
    if (key === null) return;
    const node = this.#view.draft.nodes.get(key);
    const inside = event.pid === null ? [] : (this.#starting.get(event.pid) ?? []);
    if (event.pid !== null) this.#starting.delete(event.pid);
    const entry: Entry = {
      name: this.#names.ofNode(key),
      incarnation: node?.incarnation ?? event.incarnation,
      inside: inside.reduce((sum, below) => sum + 1 + below.inside, 0),
    };
    if (event.cause !== undefined && this.#incidents.started(event, entry)) return;
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
    this.#incidents.ended(event, was, name, this.#cause);
  }

  #childStopping(event: TraceEventOf<"child_stopping">): void {
    const key = this.#childKey(event.child);
    if (key === null) return;
    const node = this.#view.draft.nodes.get(key);
    const entry: Entry = { name: this.#names.ofNode(key), incarnation: node?.incarnation ?? 1, inside: 0 };
    const put = this.#stopping.get(event.child.supervisor);
    const incident = this.#incidents.stopped(event, entry, this.#cause);
    let again: (cause: TraceEvent) => void;
    if (incident !== null) {
      again = incident;
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
    this.#stopping.set(event.pid, (below, cause) => {
      entry.inside += 1 + below.inside;
      again(cause);
    });
  }

  /** terminate_child, or a tree that was told to stop. */
  #stopFromOutside(
    event: TraceEventOf<"child_stopping">,
    entry: Entry,
    key: NodeKey,
  ): (cause: TraceEvent) => void {
    const supervisorKey = this.#view.draft.byPid.get(event.child.supervisor);
    const supervisor = supervisorKey === undefined ? undefined : this.#view.draft.nodes.get(supervisorKey);
    const name = this.#names.ofPid(event.child.supervisor);
    const whole = supervisor?.state === "stopping";
    // With a fault in it, it was not told to: how it ends is told when it has.
    const head = (supervisor?.fault ?? null) === null ? "was told to stop" : "is ending";
    const stopped = [entry];
    let end = "";
    const text = () =>
      whole
        ? `${name} ${head}: stopped ${someOf(stopped, entryText, 12)}${end}.`
        : `${name} stopped ${entryText(entry)}.`;
    const place = this.#book.add(event, "stop", "info", whole ? (supervisorKey ?? key) : key, text());
    const again = (cause: TraceEvent) => this.#book.change(place, cause, { text: text() });
    if (whole) {
      this.#told.set(event.child.supervisor, (exit, was) => {
        if (exit.origin.type === "error" || (exit.origin.type === "stop" && !exit.normal)) {
          // It was not told to: it failed, and stopped its children before it ended.
          const name = named(this.#names.ofNode(was.key), was.incarnation);
          const head = `${headline(name, exit, was)}. It stopped ${someOf(stopped, entryText)} first`;
          this.#incidents.open(exit, was, head, this.#cause, place);
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

  // ---- the rest ----

  #application(event: TraceEventOf<"application">): void {
    if (event.state === "starting" || event.state === "stopping") return;
    const reason = event.reason === undefined ? "" : ` (${event.reason})`;
    const text = event.state === "failed" ? "did not start" : event.state;
    const severity = event.state === "failed" ? "error" : "info";
    this.#book.add(event, "application", severity, null, `Application ${event.name} ${text}${reason}.`);
  }

  // ---- helpers ----

  #childKey(ref: { supervisor: PidNumber; id: string }): NodeKey | null {
    const supervisor = this.#view.draft.byPid.get(ref.supervisor);
    return supervisor === undefined ? null : placeUnder(supervisor, ref.id);
  }

  #node(pid: PidNumber): LiveNode | undefined {
    return this.#view.draft.nodes.get(this.#view.draft.byPid.get(pid) ?? "");
  }
}
