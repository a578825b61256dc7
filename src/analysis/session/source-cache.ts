/** Texts of files on disk that are asked for again and again, by lint after every edit. */

const MAX_CHARACTERS = 8 * 1024 * 1024;

export class SourceCache {
  readonly #texts = new Map<string, string | undefined>();
  #size = 0;

  /** The text of `path`, read at most once until it is forgotten. */
  get(path: string, read: () => string | undefined): string | undefined {
    if (this.#texts.has(path)) return this.#texts.get(path);
    const text = read();
    this.#size += text?.length ?? 0;
    if (this.#size > MAX_CHARACTERS) {
      this.clear();
      this.#size = text?.length ?? 0;
    }
    this.#texts.set(path, text);
    return text;
  }

  forget(path: string): void {
    this.#size -= this.#texts.get(path)?.length ?? 0;
    this.#texts.delete(path);
  }

  clear(): void {
    this.#texts.clear();
    this.#size = 0;
  }
}
