/** A running program as the page's host sees it: one system of a session, and what has happened since somebody looked. */
import { errorText, type TreeModel } from "../model/index.ts";
import type { LiveFault, LiveProgram, ProcessView } from "../protocol/index.ts";
import type { LiveDetail, LiveSnapshot } from "../runtime/live-protocol.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { compare, pageDrift } from "./drift.ts";
import { Repeat } from "./looking.ts";
import { modelOf, whatIfModel } from "./model-of.ts";
import { Reader } from "./reader.ts";
import { type LiveSession, type SessionMessage, titleOf } from "./session.ts";
import type { PageSource, Tell } from "./viewer.ts";

/** Events that a page which opens later is told; beyond that it begins with what lives then. */
const MOST_KEPT = 100_000;

export class LiveSource implements PageSource {
  readonly program: LiveProgram;
  readonly #session: LiveSession;
  readonly #system: number;
  readonly #detail: LiveDetail;
  readonly #pages = new Map<Tell, Reader>();
  /** Those whose person looks at this moment. */
  readonly #looking = new Set<Tell>();
  readonly #figures: Repeat | null;
  readonly #drift: Repeat;
  /** The source that the program may have come from. */
  #sourceModel: TreeModel | null = null;
  /** What was last said about that, as text. */
  #driftTold = "";
  /** Something has happened since the last comparison. */
  #changed = false;
  /** What lived when the first page looked, and what has happened since: a page that opens later is told the same. */
  #begun: LiveSnapshot | null = null;
  #kept: TraceEvent[] = [];
  #left = 0;
  #newest: LiveSnapshot | null = null;
  #ended: string | null = null;

  /** @param detail what the session watches: there is one for all who look through it */
  constructor(session: LiveSession, system: number, detail: LiveDetail) {
    this.#session = session;
    this.#system = system;
    this.#detail = detail;
    this.#figures =
      session.figures === undefined ? null : new Repeat({ least: 1_000, ask: () => this.#tellFigures() });
    this.#drift = new Repeat({ least: 1_000, ask: () => this.#compare() });
    this.program = programOf(session);
  }

  /** What lived when the session began to watch without a question: what is heard from now on follows it. */
  begin(snapshot: LiveSnapshot): void {
    if (this.#begun !== null) return;
    this.#begun = snapshot;
    this.#newest = snapshot;
  }

  /** The tree that runs now: what pages know of its places. @throws LiveError */
  async model(): Promise<TreeModel> {
    if (this.#ended === null || this.#newest === null) await this.#look();
    return modelOf(this.#newest as LiveSnapshot).model;
  }

  /** Tells a page what lived at first, and what has happened since, and happens. Asked again it begins anew. */
  watch(tell: Tell): Promise<void> {
    return this.#begin(tell, null);
  }

  /** @param missed events that the page will not be told, since it has fallen behind */
  async #begin(tell: Tell, missed: number | null): Promise<void> {
    this.#pages.delete(tell);
    if (this.#ended === null && (this.#begun === null || missed !== null || this.#kept.length > MOST_KEPT)) {
      this.#begun = null;
      await this.#look().catch((error: unknown) => {
        // It has ended meanwhile; what it had told before that may have come.
        if (this.#begun === null) throw error;
      });
    }
    if (this.#begun !== null) {
      const { time, at } = this.#begun;
      // Of what has come since, the events do not tell all that pages know of places.
      const { model } = modelOf(this.#newest ?? this.#begun);
      tell({ type: "liveBegan", model, clock: time - at, missed });
      const reader = new Reader(tell, (lost) => {
        void this.#begin(tell, lost).catch((error: unknown) =>
          tell({ type: "liveEnded", reason: errorText(error) }),
        );
      });
      this.#pages.set(tell, reader);
      reader.begin(this.#begun, this.#kept, this.#left);
      this.#driftTold = "";
      this.#changed = true;
      this.look(tell, true);
    }
    if (this.#ended !== null) tell({ type: "liveEnded", reason: this.#ended });
  }

  /** A page has shown everything up to an event. */
  read(tell: Tell, seq: number): void {
    this.#pages.get(tell)?.read(seq);
  }

  /** Whether the person of a page looks: for nobody nothing is asked of the program. */
  look(tell: Tell, looks: boolean): void {
    if (looks && this.#pages.has(tell)) this.#looking.add(tell);
    else this.#looking.delete(tell);
    const wanted = this.#looking.size > 0 && this.#ended === null;
    this.#figures?.want(wanted);
    this.#drift.want(wanted && this.#sourceModel !== null);
  }

  /** What to compare with; null when nobody knows. Told again whenever the source has changed. */
  compareWith(source: TreeModel | null): void {
    this.#sourceModel = source;
    this.#changed = true;
    this.#drift.want(this.#looking.size > 0 && this.#ended === null && source !== null);
  }

  /** The tree as it is at this moment, to be run by stand-ins: the program is not touched. @throws LiveError */
  async whatIf(): Promise<TreeModel> {
    return whatIfModel(await this.#session.watch(this.#system, this.#detail));
  }

  async #tellFigures(): Promise<number> {
    const figures = await this.#session.figures?.(this.#system);
    if (figures === undefined) return 0;
    const { took, ...shown } = figures;
    for (const tell of this.#looking) tell({ type: "liveFigures", ...shown });
    return took;
  }

  async #compare(): Promise<number> {
    if (!this.#changed || this.#sourceModel === null) return 0;
    this.#changed = false;
    const begun = performance.now();
    const snapshot = await this.#session.watch(this.#system, this.#detail);
    const { drift, compared, elsewhere } = pageDrift(compare(snapshot, this.#sourceModel));
    const message = { type: "liveDrift", drift, compared, elsewhere, problem: null } as const;
    const text = JSON.stringify(message);
    if (text !== this.#driftTold) for (const tell of this.#pages.keys()) tell(message);
    this.#driftTold = text;
    return performance.now() - begun;
  }

  /** Whoever watches already goes on without a gap: what came before the answer has been heard before it. */
  async #look(): Promise<void> {
    const snapshot = await this.#session.watch(this.#system, this.#detail);
    this.#newest = snapshot;
    if (this.#begun !== null) return;
    this.#begun = snapshot;
    this.#kept = [];
    this.#left = 0;
  }

  leave(tell: Tell): void {
    this.#pages.delete(tell);
    this.look(tell, false);
  }

  /** Nobody looks any more: the program is not watched until somebody does again. */
  async rest(): Promise<void> {
    this.#begun = null;
    this.#kept = [];
    if (this.#ended === null) await this.#session.watch(this.#system, "none");
  }

  /** What the session hears. */
  heard(message: SessionMessage): void {
    if (message.type !== "outcome" && message.type !== "events") return;
    if (message.system !== this.#system) return;
    if (message.type === "events" && this.#begun !== null) {
      // What is no longer told to a page that opens need not be kept either.
      if (this.#kept.length <= MOST_KEPT) this.#kept.push(...message.events);
      this.#left += message.left;
    }
    if (message.type === "events") this.#changed = true;
    for (const [tell, reader] of this.#pages) {
      if (message.type === "outcome") tell({ type: "liveNote", text: message.text });
      else reader.next(message.events, message.left);
    }
  }

  ended(reason: string): void {
    this.#ended = reason;
    this.#figures?.want(false);
    this.#drift.want(false);
    for (const tell of this.#pages.keys()) tell({ type: "liveEnded", reason });
  }

  async command(fault: LiveFault, pid: number, reason: string): Promise<void> {
    await this.#session.command(this.#system, { do: fault, pid, ...(reason === "" ? {} : { reason }) });
  }

  async inspect(pid: number): Promise<ProcessView | null> {
    const info = await this.#session.inspect(this.#system, pid);
    if (info === null) return null;
    const { callback, busySince, supervision } = info;
    const counts = `${info.handled.toLocaleString("en")} messages handled`;
    return {
      pid,
      alive: true,
      name: info.childId ?? info.label,
      label: info.label,
      key: null,
      registered: info.registeredNames,
      links: info.links,
      monitors: info.monitors,
      monitoredBy: info.monitoredBy,
      trapExit: info.trapsExit,
      mailbox: { length: info.mailboxLength, first: info.mailbox },
      fields: info.fields ?? Object.entries(info.state).map(([name, text]) => ({ depth: 0, name, text })),
      callback: callback === null || busySince === null ? null : { name: callback, since: busySince },
      behaviour: [supervision === null ? counts : `${counts}, ${info.childRestarts} restarts of children`],
    };
  }
}

/** The program of a session, as pages are told of it. */
export function programOf({ program, can }: LiveSession): LiveProgram {
  return { title: titleOf(program), commands: can.commands, allowed: false, recording: null };
}
