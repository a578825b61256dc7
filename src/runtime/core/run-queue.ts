/** Processes that want a turn, first come, first served, or in an order drawn from a seed. */
import type { Random } from "../random.ts";
import type { Proc } from "./proc.ts";

export class RunQueue {
  #items: (Proc | null)[] = new Array<Proc | null>(64).fill(null);
  #mask = 63;
  #head = 0;
  length = 0;
  readonly #random: Random | null;

  constructor(random: Random | null) {
    this.#random = random;
  }

  push(proc: Proc): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.#head + this.length) & this.#mask] = proc;
    this.length++;
  }

  shift(): Proc | null {
    if (this.length === 0) return null;
    const items = this.#items;
    const head = this.#head;
    if (this.#random !== null && this.length > 1) this.#draw(head, this.#random);
    const proc = items[head] as Proc;
    items[head] = null;
    this.#head = (head + 1) & this.#mask;
    this.length--;
    return proc;
  }

  /** Puts a random member in front; the others keep their order. */
  #draw(head: number, random: Random): void {
    const items = this.#items;
    let at = Math.floor(random() * this.length);
    const chosen = items[(head + at) & this.#mask] as Proc;
    for (; at > 0; at--) items[(head + at) & this.#mask] = items[(head + at - 1) & this.#mask] as Proc;
    items[head] = chosen;
  }

  #grow(): void {
    const size = this.#mask + 1;
    const items = new Array<Proc | null>(size * 2).fill(null);
    for (let i = 0; i < this.length; i++) items[i] = this.#items[(this.#head + i) & this.#mask] as Proc;
    this.#items = items;
    this.#mask = size * 2 - 1;
    this.#head = 0;
  }
}
