/** Finds out that a page is shown and no longer answers: its renderer is lost, or it hangs for good. */

const EVERY = 5_000;
/** Questions in a row without an answer. A window that was asleep has missed one at most. */
const MISSED = 3;

export interface PulseOptions {
  /** Asks the page; it answers with the same number. */
  ask(id: number): void;
  /** Only a page that is shown, and has started, can answer. */
  listens(): boolean;
  /** Called once. */
  lost(): void;
  every?: number;
}

export class Pulse {
  readonly #options: PulseOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #asked = 0;
  #missed = 0;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), options.every ?? EVERY);
  }

  /** Whatever the page says shows that it lives. */
  heard(): void {
    this.#missed = 0;
  }

  #beat(): void {
    if (!this.#options.listens()) {
      this.#missed = 0;
      return;
    }
    if (this.#missed === MISSED) {
      this.dispose();
      this.#options.lost();
      return;
    }
    this.#missed += 1;
    this.#options.ask(++this.#asked);
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}
