/** A running program as the page's host sees it: one system of a session, and what has happened since somebody looked. */
import type { TreeModel } from "../model/index.ts";
import type { LiveFault, LiveProgram, ProcessView } from "../protocol/index.ts";
import type { LiveDetail, LiveSnapshot } from "../runtime/live-protocol.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { LiveTrace } from "./events-of.ts";
import { modelOf } from "./model-of.ts";
import type { LiveSession, SessionMessage } from "./session.ts";
import type { PageSource, Tell } from "./viewer.ts";

/** Events that a page which opens later is told; beyond that it begins with what lives then. */
const MOST_KEPT = 100_000;

export class LiveSource implements PageSource {
  readonly program: LiveProgram;
  readonly #session: LiveSession;
  readonly #system: number;
  readonly #detail: LiveDetail;
  readonly #pages = new Map<Tell, LiveTrace>();
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
    const { title, pid } = session.program;
    this.program = {
      title: pid === null ? title : `${title} (${pid})`,
      commands: session.can.commands,
      allowed: false,
      recording: null,
    };
  }

  /** The tree that runs now: what pages know of its places. @throws LiveError */
  async model(): Promise<TreeModel> {
    if (this.#ended === null || this.#newest === null) await this.#look();
    return modelOf(this.#newest as LiveSnapshot).model;
  }

  /** Tells a page what lived at first, and what has happened since, and happens. Asked again it begins anew. */
  async watch(tell: Tell): Promise<void> {
    this.#pages.delete(tell);
    if (this.#ended === null && (this.#begun === null || this.#kept.length > MOST_KEPT)) {
      this.#begun = null;
      await this.#look();
    }
    if (this.#begun !== null) {
      const trace = new LiveTrace();
      this.#pages.set(tell, trace);
      const events = [...trace.begin(this.#begun), ...trace.next(this.#kept)];
      tell({ type: "liveEvents", reset: true, events, left: this.#left });
    }
    if (this.#ended !== null) tell({ type: "liveEnded", reason: this.#ended });
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
    for (const [tell, trace] of this.#pages) {
      if (message.type === "outcome") tell({ type: "liveNote", text: message.text });
      else tell({ type: "liveEvents", reset: false, events: trace.next(message.events), left: message.left });
    }
  }

  ended(reason: string): void {
    this.#ended = reason;
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
      fields: Object.entries(info.state).map(([name, text]) => ({ depth: 0, name, text })),
      callback: callback === null || busySince === null ? null : { name: callback, since: busySince },
      behaviour: [supervision === null ? counts : `${counts}, ${info.childRestarts} restarts of children`],
    };
  }
}
