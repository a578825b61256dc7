/** A running program as the page's host sees it: one system of a session. */
import type { LiveFault, LiveHostMessage, LiveProgram, ProcessView } from "../protocol/index.ts";
import type { LiveDetail } from "../runtime/live-protocol.ts";
import { LiveTrace } from "./events-of.ts";
import type { LiveSession, SessionMessage } from "./session.ts";

/** What one page is told. */
type Tell = (message: LiveHostMessage) => void;

export class LiveSource {
  readonly program: LiveProgram;
  readonly #session: LiveSession;
  readonly #system: number;
  readonly #detail: LiveDetail;
  readonly #pages = new Map<Tell, LiveTrace>();
  #ended: string | null = null;

  /** @param detail what the session watches: there is one for all who look through it */
  constructor(session: LiveSession, system: number, detail: LiveDetail) {
    this.#session = session;
    this.#system = system;
    this.#detail = detail;
    const { title, pid } = session.program;
    this.program = { title: pid === null ? title : `${title} (${pid})`, commands: session.can.commands };
  }

  /** Tells a page what lives, then what happens. Asked again it begins anew. */
  async watch(tell: Tell): Promise<void> {
    if (this.#ended !== null) return tell({ type: "liveEnded", reason: this.#ended });
    this.#pages.delete(tell);
    const snapshot = await this.#session.watch(this.#system, this.#detail);
    const trace = new LiveTrace();
    this.#pages.set(tell, trace);
    tell({ type: "liveEvents", reset: true, events: trace.begin(snapshot), left: 0 });
  }

  leave(tell: Tell): void {
    this.#pages.delete(tell);
  }

  /** What the session hears. */
  heard(message: SessionMessage): void {
    if (message.type !== "outcome" && message.type !== "events") return;
    if (message.system !== this.#system) return;
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
