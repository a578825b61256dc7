/**
 * The waiting messages of a process: a queue of chunks, so a burst of any length costs the same per message
 * and nothing is copied. Each message takes two places, its tag and its content.
 */
import type { MessageTag } from "./states.ts";

const FIRST = 32;
const CHUNK = 1024;
/** Emptied small chunks are kept for the next mailbox: idle processes hold none. */
const SPARE = 64;

class Chunk {
  readonly items: unknown[];
  readonly size: number;
  next: Chunk | null = null;
  constructor(size: number) {
    this.size = size;
    this.items = new Array<unknown>(size);
  }
}

const spare: Mailbox[] = [];

export class Mailbox {
  #head = new Chunk(FIRST);
  #tail = this.#head;
  #read = 0;
  #write = 0;
  length = 0;

  /** An empty mailbox. */
  static take(): Mailbox {
    return spare.pop() ?? new Mailbox();
  }

  /** Gives an empty mailbox back. */
  static giveBack(mailbox: Mailbox): void {
    if (mailbox.#head.size === FIRST && spare.length < SPARE) spare.push(mailbox);
  }

  push(tag: MessageTag, content: unknown): void {
    let tail = this.#tail;
    if (this.#write === tail.size) {
      tail = new Chunk(CHUNK);
      this.#tail.next = tail;
      this.#tail = tail;
      this.#write = 0;
    }
    tail.items[this.#write] = tag;
    tail.items[this.#write + 1] = content;
    this.#write += 2;
    this.length++;
  }

  /** Puts a message before all others. */
  unshift(tag: MessageTag, content: unknown): void {
    if (this.#read === 0) {
      const first = new Chunk(FIRST);
      first.next = this.#head;
      this.#head = first;
      this.#read = first.size;
    }
    this.#read -= 2;
    this.#head.items[this.#read] = tag;
    this.#head.items[this.#read + 1] = content;
    this.length++;
  }

  /** The tag of the oldest message. Only on a mailbox that is not empty. */
  tag(): MessageTag {
    if (this.#read === this.#head.size) this.#nextChunk();
    return this.#head.items[this.#read] as MessageTag;
  }

  /** Takes the oldest message out and returns its content. Only after {@link tag}. */
  shift(): unknown {
    const items = this.#head.items;
    const at = this.#read + 1;
    const content = items[at];
    items[at] = undefined;
    this.#read = at + 1;
    if (--this.length === 0) this.#rewind();
    return content;
  }

  /** Keeps only the messages for which `keep` is true, in their order. */
  filter(keep: (tag: MessageTag, content: unknown) => boolean): void {
    for (let left = this.length; left > 0; left--) {
      const tag = this.tag();
      const content = this.shift();
      if (keep(tag, content)) this.push(tag, content);
    }
  }

  /** The messages, oldest first. */
  *[Symbol.iterator](): Generator<{ tag: MessageTag; content: unknown }> {
    let chunk: Chunk | null = this.#head;
    let at = this.#read;
    for (let left = this.length; left > 0; left--) {
      if (chunk !== null && at === chunk.size) {
        chunk = chunk.next;
        at = 0;
      }
      if (chunk === null) return;
      yield { tag: chunk.items[at] as MessageTag, content: chunk.items[at + 1] };
      at += 2;
    }
  }

  #nextChunk(): void {
    this.#head = this.#head.next as Chunk;
    this.#read = 0;
  }

  #rewind(): void {
    this.#head = this.#tail;
    this.#read = 0;
    this.#write = 0;
  }
}
