/**
 * Systems that pages can look at: of a program, of several that are debugged together, of a recording. A page looks at one, may choose
 * another, and goes on to the one that is called the same when its program was started again.
 */
import type { TreeModel } from "../model/index.ts";
import type { HostMessage, LiveChoice, LivePageMessage, LiveProgram } from "../protocol/index.ts";
import { LiveViewer, type PageSource } from "./viewer.ts";

/** Systems that are over, and can still be chosen. */
const MOST_ENDED = 20;

/** A system that can be looked at. */
export interface Choice {
  /** As people read it, e.g. `jobs, worker 1`. */
  readonly name: string;
  readonly source: PageSource;
  /** What it is called again when its program was started again. */
  readonly known?: string;
  /** Processes that it had when it was found: of those that are there at first, the largest is shown. */
  readonly processes?: number;
  /** A debugger holds its program. */
  readonly held?: boolean;
}

/** What pages of a host look at. */
export interface LiveOffer {
  /** What to compare running trees with; null when nobody knows. Told again whenever the source has changed. */
  compareWith(source: TreeModel | null): void;
  /**
   * @param renew has the page begin anew, with another system
   * @param wanted what the page looked at before, in another offer
   */
  open(tell: (message: HostMessage) => void, renew: () => void, wanted?: string | null): OfferedPage;
}

/** One page that looks. */
export interface OfferedPage {
  readonly program: LiveProgram;
  /** What the person has chosen, or was shown at first. */
  readonly wanted: string | null;
  /** What the page knows before it is told anything; null: it is told when it watches. */
  model(): Promise<TreeModel | null>;
  handle(message: LivePageMessage): Promise<void>;
  /** Nobody sees the page, and it is told nothing until it watches again. */
  hide(): void;
  /** The page has gone. */
  leave(): void;
}

interface Offered {
  readonly choice: Choice;
  /** Moments, in the order in which systems came and ended; it is known by the first. */
  readonly came: number;
  /** Null while it goes on. */
  ended: number | null;
}

interface ChoicesOptions {
  /** What is known before there is a system. */
  program?: () => LiveProgram;
  /** There is one more, or one has ended. */
  changed?: () => void;
}

export class LiveChoices implements LiveOffer {
  readonly #options: ChoicesOptions;
  /** In the order in which they came. */
  readonly #offered: Offered[] = [];
  readonly #pages = new Set<ChoosingPage>();
  #next = 1;
  #compared: TreeModel | null = null;
  #over: string | null = null;

  constructor(options: ChoicesOptions = {}) {
    this.#options = options;
  }

  /** There is nothing to look at. */
  get empty(): boolean {
    return this.#offered.length === 0;
  }

  /** One more system. */
  add(choice: Choice): void {
    choice.source.compareWith?.(this.#compared);
    this.#offered.push({ choice, came: this.#next++, ended: null });
    this.#changed();
  }

  /** Its program has ended, or the part of it that it was in. */
  end(choice: Choice, reason: string): void {
    const offered = this.#offered.find((each) => each.choice === choice);
    if (offered === undefined || offered.ended !== null) return;
    offered.ended = this.#next++;
    choice.source.ended?.(reason);
    this.#forget();
    this.#changed();
  }

  /** All are over, and no more come. */
  over(reason: string): void {
    this.#over = reason;
    for (const { choice } of [...this.#offered]) this.end(choice, reason);
    for (const page of this.#pages) page.over(reason);
  }

  /** Something is called otherwise, or is held by its debugger. */
  renamed(): void {
    for (const page of this.#pages) page.tell();
  }

  /** A sentence for whoever looks. */
  remark(text: string): void {
    for (const page of this.#pages) page.remark(text);
  }

  compareWith(source: TreeModel | null): void {
    this.#compared = source;
    for (const { choice } of this.#offered) choice.source.compareWith?.(source);
  }

  /** Nobody looks any more: the programs are not watched until somebody does again. */
  rest(): void {
    for (const { choice } of this.#offered) choice.source.rest().catch(() => undefined);
  }

  open(tell: (message: HostMessage) => void, renew: () => void, wanted: string | null = null): OfferedPage {
    const host = {
      program: this.#options.program,
      offered: this.#offered,
      over: () => this.#over,
      left: (page: ChoosingPage) => void this.#pages.delete(page),
    };
    const page = new ChoosingPage(host, tell, renew, wanted);
    this.#pages.add(page);
    return page;
  }

  #changed(): void {
    for (const page of this.#pages) page.follow();
    this.#options.changed?.();
  }

  /** What has ended long ago, and nobody looks at, is not kept. */
  #forget(): void {
    const ended = this.#offered.filter((each) => each.ended !== null);
    for (const each of ended.slice(0, -MOST_ENDED))
      if (![...this.#pages].some((page) => page.shows(each)))
        this.#offered.splice(this.#offered.indexOf(each), 1);
  }
}

interface Host {
  readonly program: (() => LiveProgram) | undefined;
  readonly offered: readonly Offered[];
  over(): string | null;
  left(page: ChoosingPage): void;
}

/** One page. */
class ChoosingPage implements OfferedPage {
  readonly #host: Host;
  readonly #tell: (message: HostMessage) => void;
  readonly #renew: () => void;
  #wanted: string | null;
  #shown: Offered | null = null;
  #viewer: LiveViewer | null = null;
  #held = false;

  constructor(host: Host, tell: (message: HostMessage) => void, renew: () => void, wanted: string | null) {
    this.#host = host;
    this.#tell = tell;
    this.#renew = renew;
    this.#wanted = wanted;
    this.#look(this.#first());
  }

  get wanted(): string | null {
    return this.#wanted;
  }

  get program(): LiveProgram {
    const program = this.#shown?.choice.source.program ?? this.#host.program?.();
    const allowed = this.#viewer?.allowed === true;
    return { title: "", commands: false, recording: null, ...program, allowed };
  }

  async model(): Promise<TreeModel | null> {
    // A program that has gone meanwhile says so when it is watched.
    return (await this.#shown?.choice.source.model().catch(() => null)) ?? null;
  }

  shows(offered: Offered): boolean {
    return this.#shown === offered;
  }

  async handle(message: LivePageMessage): Promise<void> {
    if (message.type === "liveChoose") {
      const chosen = this.#host.offered.find((each) => idOf(each) === message.system);
      if (chosen === undefined || chosen === this.#shown) return;
      this.#look(chosen);
      this.#wanted = knownAs(chosen);
      this.#renew();
      return;
    }
    if (message.type === "liveWatch") {
      this.#held = false;
      this.tell();
      const over = this.#host.over();
      if (over !== null) this.over(over);
    }
    await this.#viewer?.handle(message);
  }

  /** There are others than before, or what is shown has ended. */
  follow(): void {
    const next = this.#shown === null ? this.#first() : this.#after(this.#shown);
    if (next !== null) {
      this.#look(next);
      this.#renew();
    } else this.tell();
  }

  /** What can be chosen, what is shown of it, and whether a debugger holds that. */
  tell(): void {
    const { offered } = this.#host;
    const shown = this.#shown;
    if (offered.length > 1 || shown === null || shown.choice.source.program.recording === null)
      this.#tell({ type: "liveSystems", systems: offered.map(listed), shown: shown && idOf(shown) });
    const held = shown !== null && shown.ended === null && shown.choice.held === true;
    if (held !== this.#held) this.#tell({ type: "livePaused", paused: held });
    this.#held = held;
  }

  remark(text: string): void {
    this.#tell({ type: "liveNote", text });
  }

  /** Nothing comes any more, and nothing was ever shown here. */
  over(reason: string): void {
    if (this.#viewer === null) this.#tell({ type: "liveEnded", reason });
  }

  hide(): void {
    this.#viewer?.leave();
  }

  leave(): void {
    this.hide();
    this.#host.left(this);
  }

  #look(offered: Offered | null): void {
    if (offered === null) return;
    // What was allowed was allowed for what is looked at together.
    const allowed = this.#viewer?.allowed === true;
    this.#viewer?.leave();
    this.#shown = offered;
    this.#wanted ??= knownAs(offered);
    this.#viewer = new LiveViewer(offered.choice.source, this.#tell, allowed);
  }

  /** What was looked at before, else what has most to show; what failed at once where there is nothing else. */
  #first(): Offered | null {
    const { offered } = this.#host;
    const living = offered.filter(({ ended }) => ended === null);
    const [most] = living.toSorted((a, b) => (b.choice.processes ?? 0) - (a.choice.processes ?? 0));
    return living.findLast((each) => knownAs(each) === this.#wanted) ?? most ?? offered.at(-1) ?? null;
  }

  /**
   * What came after it and is called as what is wanted, or has come since it ended, when nothing else lives; null: the page stays
   * where it is.
   */
  #after(shown: Offered): Offered | null {
    if (shown.ended === null && knownAs(shown) === this.#wanted) return null;
    const living = this.#host.offered.filter(({ ended }) => ended === null);
    const again = living.find((each) => each.came > shown.came && knownAs(each) === this.#wanted);
    if (again !== undefined) return again;
    const since = shown.ended;
    return since !== null && living.every(({ came }) => came > since) ? (living[0] ?? null) : null;
  }
}

const idOf = ({ came }: Offered): string => String(came);

const knownAs = ({ choice }: Offered): string => choice.known ?? choice.name;

const listed = (offered: Offered): LiveChoice => ({
  id: idOf(offered),
  name: offered.ended === null ? offered.choice.name : `${offered.choice.name} (ended)`,
});
