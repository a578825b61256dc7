/**
 * Which document ended the worker. After the first death the next workers say what they turn to; a document at which the
 * worker has died twice is set aside until it changes.
 */
import { isWithin, normalize } from "../discover/paths.ts";

export class Suspects {
  readonly #deaths = new Map<string, number>();
  readonly #aside = new Set<string>();
  /** The first death: nobody knows at what. */
  #unnamed = 0;
  #any = false;
  #turnedTo: string | null = null;
  /** The document that was sent last, while nothing says that the worker lives with it. */
  #sentLast: string | null = null;

  /** Whether workers must say what they turn to. */
  get careful(): boolean {
    return this.#any;
  }

  /** The documents that are set aside. */
  get all(): readonly string[] {
    return [...this.#aside];
  }

  /** The worker turns to this document, or to nothing in particular. */
  turns(path: string | null): void {
    this.#turnedTo = path === null ? null : normalize(path);
  }

  /** The worker is sent another text of this document. */
  sent(path: string): void {
    this.changed(path);
    this.#sentLast = normalize(path);
  }

  /** The worker has dealt with all that it was sent. */
  lives(): void {
    this.#sentLast = null;
    this.#turnedTo = null;
  }

  /** The worker has died. The document that is set aside for it, if it is one. */
  died(): string | null {
    const path = this.#turnedTo ?? this.#sentLast;
    this.#turnedTo = null;
    if (path === null) {
      if (!this.#any) this.#unnamed = 1;
      this.#any = true;
      return null;
    }
    this.#any = true;
    // The death that nobody saw was this one's, more likely than not.
    const deaths = (this.#deaths.get(path) ?? 0) + 1 + this.#unnamed;
    this.#unnamed = 0;
    this.#deaths.set(path, deaths);
    if (deaths < 2) return null;
    this.#aside.add(path);
    return path;
  }

  /** The document, or the folder around it, is another now: it is tried again. */
  changed(path: string): void {
    const changed = normalize(path);
    for (const one of this.#aside) if (isWithin(changed, one)) this.#aside.delete(one);
  }
}
