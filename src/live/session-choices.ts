/** The systems of a session, among what pages can look at. */

import type { LiveDetail } from "../runtime/live-protocol.ts";
import type { Choice, LiveChoices } from "./choices.ts";
import type { LiveSession, SessionMessage, SessionSystem } from "./session.ts";
import { LiveSource } from "./source.ts";

/** Names as people read them: `front`, `jobs, worker 1`. */
export function systemName({ name, system, thread }: SessionSystem): string {
  const own = name ?? `system ${system}`;
  return thread === null ? own : `${own}, ${thread}`;
}

export interface SessionChoicesOptions {
  detail: LiveDetail;
  /** Default: systemName. */
  nameOf?(system: SessionSystem): string;
}

export class SessionChoices {
  readonly #session: LiveSession;
  readonly #choices: LiveChoices;
  readonly #options: SessionChoicesOptions;
  readonly #seen = new Map<number, SeenSystem>();
  #held = false;

  constructor(session: LiveSession, choices: LiveChoices, options: SessionChoicesOptions) {
    this.#session = session;
    this.#choices = choices;
    this.#options = options;
  }

  /** A system there is; told again, what it is called now. */
  add(system: SessionSystem): void {
    const known = this.#seen.get(system.system);
    if (known !== undefined) {
      known.system = system;
      this.#choices.renamed();
      return;
    }
    const source = new LiveSource(this.#session, system.system, this.#options.detail);
    this.#begin(system.system, source);
    const { nameOf = systemName } = this.#options;
    const held = () => this.#held;
    const seen: SeenSystem = {
      system,
      source,
      processes: system.processes,
      get name() {
        return nameOf(this.system);
      },
      get known() {
        const { name, thread } = this.system;
        // Numbers of processes and workers are others each time.
        return JSON.stringify([name, thread?.replace(/\d+/g, "") ?? null]);
      },
      get held() {
        return held();
      },
    };
    this.#seen.set(system.system, seen);
    this.#choices.add(seen);
  }

  /** It may be watched already: what it tells from now on is not to be missed. */
  #begin(system: number, source: LiveSource | undefined): void {
    const begun = source === undefined ? null : (this.#session.takeBegun?.(system) ?? null);
    if (begun !== null) source?.begin(begun);
  }

  /** What the session hears. */
  heard(message: SessionMessage): void {
    if (message.type === "system") this.add(message.system);
    else if (message.type === "remark") this.#choices.remark(message.text);
    else if (message.type === "begun") this.#begin(message.system, this.#seen.get(message.system)?.source);
    else if (message.type === "gone") this.#end(message.system, message.reason);
    else this.#seen.get(message.system)?.source.heard(message);
  }

  /** A debugger holds the program, or lets it go on. */
  hold(held: boolean): void {
    this.#held = held;
    this.#choices.renamed();
  }

  /** The program has ended. */
  ended(reason: string): void {
    for (const system of [...this.#seen.keys()]) this.#end(system, reason);
  }

  #end(system: number, reason: string): void {
    const seen = this.#seen.get(system);
    this.#seen.delete(system);
    if (seen !== undefined) this.#choices.end(seen, reason);
  }
}

interface SeenSystem extends Choice {
  readonly source: LiveSource;
  system: SessionSystem;
}
