/**
 * How long somebody owes an answer, as far as whoever waits can tell. Who looks late, asleep with the machine or busy itself, has not
 * listened meanwhile: of the time between two looks no more counts than `most`.
 */
export class Silence {
  readonly #most: number;
  #owed: { id: number; silent: number } | null = null;
  #looked = 0;

  /** @param most milliseconds: about two times what there is between looks */
  constructor(most: number) {
    this.#most = most;
  }

  asked(id: number, now: number): void {
    this.#owed = { id, silent: 0 };
    this.#looked = now;
  }

  answered(id: number): void {
    if (this.#owed?.id === id) this.#owed = null;
  }

  /** Whatever was asked, nothing is owed. */
  forget(): void {
    this.#owed = null;
  }

  /** Milliseconds that an answer has been owed; null when none is. */
  look(now: number): number | null {
    if (this.#owed === null) return null;
    this.#owed.silent += Math.min(this.#most, now - this.#looked);
    this.#looked = now;
    return this.#owed.silent;
  }
}
