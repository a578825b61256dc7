/** Those that want a turn, first come, first served, or in an order drawn from a seed. */
import type { Random } from "../random.ts";

export class RunQueue<Member> {
  #items: (Member | null)[] = new Array<Member | null>(64).fill(null);
  #mask = 63;
  #head = 0;
  length = 0;
  readonly #random: Random | null;

  constructor(random: Random | null) {
    this.#random = random;
  }

  push(member: Member): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.#head + this.length) & this.#mask] = member;
    this.length++;
  }

  shift(): Member | null {
    if (this.length === 0) return null;
    const items = this.#items;
    const head = this.#head;
    if (this.#random !== null && this.length > 1) this.#draw(head, this.#random);
    const member = items[head] as Member;
    items[head] = null;
    this.#head = (head + 1) & this.#mask;
    this.length--;
    return member;
  }

  /** Puts a random member in front; the others keep their order. */
  #draw(head: number, random: Random): void {
    const items = this.#items;
    let at = Math.floor(random() * this.length);
    const chosen = items[(head + at) & this.#mask] as Member;
    for (; at > 0; at--) items[(head + at) & this.#mask] = items[(head + at - 1) & this.#mask] as Member;
    items[head] = chosen;
  }

  #grow(): void {
    const size = this.#mask + 1;
    const items = new Array<Member | null>(size * 2).fill(null);
    for (let i = 0; i < this.length; i++) items[i] = this.#items[(this.#head + i) & this.#mask] as Member;
    this.#items = items;
    this.#mask = size * 2 - 1;
    this.#head = 0;
  }
}
