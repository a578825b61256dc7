/** The systems of a session as pages see them: a page looks at one, and may choose another. */
import type { TreeModel } from "../model/index.ts";
import type { HostMessage, LiveChoice, LivePageMessage, LiveProgram } from "../protocol/index.ts";
import type { LiveDetail } from "../runtime/live-protocol.ts";
import type { LiveSession, SessionMessage, SessionSystem } from "./session.ts";
import { LiveSource, programOf } from "./source.ts";
import { LiveViewer, type PageSource } from "./viewer.ts";

/** What pages of a host look at. */
export interface LiveOffer {
  /** @param renew has the page begin anew, with another system */
  open(tell: (message: HostMessage) => void, renew: () => void): OfferedPage;
}

/** One page that looks. */
export interface OfferedPage {
  readonly program: LiveProgram;
  /** What the page knows before it is told anything; null: it is told when it watches. */
  model(): Promise<TreeModel | null>;
  handle(message: LivePageMessage): Promise<void>;
  /** The page has gone. */
  leave(): void;
}

/** Systems that are all known, as those of a recording. */
export function offerSources(systems: readonly [SourceOfPage, ...SourceOfPage[]]): LiveOffer {
  return {
    open(tell, renew) {
      let shown = systems[0];
      let viewer = new LiveViewer(shown.source, tell);
      return {
        get program() {
          return shown.source.program;
        },
        model: () => shown.source.model(),
        async handle(message) {
          if (message.type === "liveChoose") {
            const chosen = systems.find(({ id }) => id === message.system);
            if (chosen === undefined) return;
            viewer.leave();
            shown = chosen;
            viewer = new LiveViewer(shown.source, tell, viewer.allowed);
            renew();
            return;
          }
          if (message.type === "liveWatch" && systems.length > 1)
            tell({
              type: "liveSystems",
              systems: systems.map(({ id, name }) => ({ id, name })),
              shown: shown.id,
            });
          await viewer.handle(message);
        },
        leave: () => viewer.leave(),
      };
    },
  };
}

export interface SourceOfPage {
  id: string;
  name: string;
  source: PageSource;
}

interface Seen {
  system: SessionSystem;
  source: LiveSource;
  /** Its thread has ended, or its page was loaded again. */
  gone: boolean;
}

/** Names as people read them: `front`, `jobs, worker 1`. */
export function systemName({ name, system, thread }: SessionSystem): string {
  const own = name ?? `system ${system}`;
  return thread === null ? own : `${own}, ${thread}`;
}

export class LiveChoices implements LiveOffer {
  readonly #session: LiveSession;
  readonly #detail: LiveDetail;
  readonly #seen = new Map<number, Seen>();
  readonly #pages = new Set<ChoosingPage>();
  #source: TreeModel | null = null;
  #ended: string | null = null;

  constructor(session: LiveSession, detail: LiveDetail, systems: readonly SessionSystem[]) {
    this.#session = session;
    this.#detail = detail;
    for (const system of systems) this.#add(system);
  }

  /** Of the whole program. */
  get program(): LiveProgram {
    return programOf(this.#session);
  }

  /** What to compare the running trees with. */
  compareWith(source: TreeModel | null): void {
    this.#source = source;
    for (const { source: each } of this.#seen.values()) each.compareWith(source);
  }

  open(tell: (message: HostMessage) => void, renew: () => void): OfferedPage {
    const page = new ChoosingPage(this, tell, renew);
    this.#pages.add(page);
    page.look(this.#first());
    return page;
  }

  close(page: ChoosingPage): void {
    this.#pages.delete(page);
  }

  seen(system: number): Seen | undefined {
    return this.#seen.get(system);
  }

  list(): LiveChoice[] {
    return [...this.#seen.values()].map(({ system, gone }) => ({
      id: String(system.system),
      name: gone ? `${systemName(system)} (ended)` : systemName(system),
    }));
  }

  get endedBecause(): string | null {
    return this.#ended;
  }

  /** What the session hears. */
  heard(message: SessionMessage): void {
    switch (message.type) {
      case "system": {
        const before = this.#seen.get(message.system.system);
        if (before !== undefined) return;
        this.#add(message.system);
        for (const page of this.#pages) page.came(message.system);
        return;
      }
      case "gone": {
        const seen = this.#seen.get(message.system);
        if (seen === undefined) return;
        seen.gone = true;
        seen.source.ended(message.reason);
        for (const page of this.#pages) page.tellSystems();
        return;
      }
      case "remark":
        for (const page of this.#pages) page.remark(message.text);
        return;
      default:
        this.#seen.get(message.system)?.source.heard(message);
    }
  }

  ended(reason: string): void {
    this.#ended = reason;
    for (const { source, gone } of this.#seen.values()) if (!gone) source.ended(reason);
    for (const page of this.#pages) page.ended(reason);
  }

  #add(system: SessionSystem): void {
    const source = new LiveSource(this.#session, system.system, this.#detail);
    source.compareWith(this.#source);
    this.#seen.set(system.system, { system, source, gone: false });
  }

  /** Of those that live, the one that has most to show. */
  #first(): number | null {
    const living = [...this.#seen.values()].filter(({ gone }) => !gone);
    const [most] = living.sort((a, b) => b.system.processes - a.system.processes);
    return most?.system.system ?? null;
  }
}

/** One page. */
class ChoosingPage implements OfferedPage {
  readonly #choices: LiveChoices;
  readonly #tell: (message: HostMessage) => void;
  readonly #renew: () => void;
  #shown: number | null = null;
  #viewer: LiveViewer | null = null;

  constructor(choices: LiveChoices, tell: (message: HostMessage) => void, renew: () => void) {
    this.#choices = choices;
    this.#tell = tell;
    this.#renew = renew;
  }

  get program(): LiveProgram {
    return { ...this.#choices.program, allowed: this.#viewer?.allowed === true };
  }

  async model(): Promise<null> {
    return null;
  }

  look(system: number | null): void {
    const seen = system === null ? undefined : this.#choices.seen(system);
    if (seen === undefined) return;
    // What was allowed was allowed for the program.
    const allowed = this.#viewer?.allowed === true;
    this.#viewer?.leave();
    this.#shown = system;
    this.#viewer = new LiveViewer(seen.source, this.#tell, allowed);
  }

  async handle(message: LivePageMessage): Promise<void> {
    if (message.type === "liveChoose") {
      this.look(Number(message.system));
      this.#renew();
      return;
    }
    if (message.type === "liveWatch") {
      this.tellSystems();
      const { endedBecause } = this.#choices;
      if (this.#viewer === null && endedBecause !== null) this.ended(endedBecause);
    }
    await this.#viewer?.handle(message);
  }

  /** Whoever has nothing to look at looks at the first that comes; a page that was loaded again has the same system anew. */
  came(system: SessionSystem): void {
    const shown = this.#shown === null ? undefined : this.#choices.seen(this.#shown);
    const again =
      shown?.gone === true && shown.system.name === system.name && shown.system.thread === system.thread;
    if (shown === undefined || again) {
      this.look(system.system);
      this.#renew();
    } else this.tellSystems();
  }

  tellSystems(): void {
    const systems = this.#choices.list();
    this.#tell({ type: "liveSystems", systems, shown: this.#shown === null ? null : String(this.#shown) });
  }

  remark(text: string): void {
    this.#tell({ type: "liveNote", text });
  }

  /** Of the program, where no system of it was ever shown. */
  ended(reason: string): void {
    if (this.#viewer === null) this.#tell({ type: "liveEnded", reason });
  }

  leave(): void {
    this.#viewer?.leave();
    this.#choices.close(this);
  }
}
