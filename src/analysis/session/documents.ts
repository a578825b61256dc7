/** The texts that editors hold, with their syntax trees: the only trees that are kept. */
import type { ts } from "ts-morph";
import { type ParseResult, parseDocument } from "../summarize/parse.ts";

interface OpenDocument {
  text: string;
  /** The text has not been analysed yet. */
  fresh: boolean;
  /** The tree of the last analysed text. */
  tree: ts.SourceFile | undefined;
}

export class Documents {
  readonly #open = new Map<string, OpenDocument>();

  set(path: string, text: string): void {
    const known = this.#open.get(path);
    if (known === undefined) this.#open.set(path, { text, fresh: true, tree: undefined });
    else if (known.text !== text) {
      known.text = text;
      known.fresh = true;
    }
  }

  delete(path: string): void {
    this.#open.delete(path);
  }

  text(path: string): string | undefined {
    return this.#open.get(path)?.text;
  }

  paths(): string[] {
    return [...this.#open.keys()];
  }

  /** False when the text has been analysed already, for instance since a later edit came before. */
  isNew(path: string): boolean {
    return this.#open.get(path)?.fresh ?? false;
  }

  seen(path: string): void {
    const document = this.#open.get(path);
    if (document !== undefined) document.fresh = false;
  }

  /** Parses the text, reusing the last tree. `file` is the path as the model names it. */
  parse(path: string, file: string): ParseResult {
    const document = this.#open.get(path)!;
    const result = parseDocument(file, document.tree, document.text);
    document.tree = result.sourceFile;
    document.fresh = false;
    return result;
  }
}
