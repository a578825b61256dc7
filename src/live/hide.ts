/**
 * Hides what fields of a certain name hold: in the state of a process, and in every text that describes a term (messages, reasons,
 * reports). It is done where the program is heard, so nothing that looks on ever has it.
 */
import type { LiveAnswers } from "../runtime/live-protocol.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { LiveError } from "./session.ts";

const HIDDEN = "hidden";

/** @param pattern a regular expression for names; empty hides nothing. @throws LiveError for none */
export function hiding(pattern: string): Hiding | null {
  if (pattern.trim() === "") return null;
  try {
    return new Hiding(pattern);
  } catch (error) {
    throw new LiveError(
      `${pattern} is no pattern of names: ${error instanceof Error ? error.message : error}. Write names with | between them, e.g. token|secret.`,
    );
  }
}

export class Hiding {
  readonly #name: RegExp;
  /** A name in the midst of a text, with what comes before its value. */
  readonly #inText: RegExp;

  constructor(pattern: string) {
    this.#name = new RegExp(pattern, "iu");
    this.#inText = new RegExp(`(?:${pattern})[\\w$-]*(?:\\\\?["'])?\\s*[:=]`, "iu");
  }

  /** A text of a described term, without the values of what has such a name. */
  text(text: string): string {
    return this.#name.test(text) ? this.#cleaned(text) : text;
  }

  #cleaned(text: string): string {
    let shown = "";
    let at = 0;
    while (at < text.length) {
      const rest = text.slice(at);
      const token = /^(?:"(?:[^"\\]|\\.)*("|$)|[\p{L}_$][\p{L}\p{N}_$-]*)/u.exec(rest)?.[0];
      if (token === undefined) {
        shown += text[at];
        at += 1;
        continue;
      }
      at += token.length;
      const quoted = token.startsWith('"');
      // `name: value`, `name = value`, and a map's `["name", value]`.
      const pair = quoted && /\[$/.test(shown) ? /^\s*[:=,]\s*/ : /^\s*(?::|=(?!=))\s*/;
      const between = pair.exec(text.slice(at))?.[0];
      if (between !== undefined && this.#name.test(token)) {
        shown += `${token}${between}${HIDDEN}`;
        at = endOfValue(text, at + between.length);
      } else {
        shown += quoted ? this.#inside(token) : token;
      }
    }
    return shown;
  }

  /** A text within a text, as JSON that was not read yet: from such a name on it is not shown. */
  #inside(quoted: string): string {
    const found = this.#inText.exec(quoted);
    return found === null ? quoted : `${quoted.slice(0, found.index + found[0].length)} ${HIDDEN}"`;
  }

  event(event: TraceEvent): TraceEvent {
    const { message, reason, text, origin } = event as Partial<Record<string, unknown>>;
    let shown: Record<string, unknown> | null = null;
    for (const [name, value] of Object.entries({ message, reason, text })) {
      if (typeof value !== "string") continue;
      const hidden = this.text(value);
      if (hidden !== value) shown = { ...(shown ?? event), [name]: hidden };
    }
    const said: unknown = Object(origin).message;
    if (typeof said === "string" && this.text(said) !== said)
      shown = { ...(shown ?? event), origin: { ...Object(origin), message: this.text(said) } };
    return shown === null ? event : (shown as unknown as TraceEvent);
  }

  process(info: LiveAnswers["inspect"]): LiveAnswers["inspect"] {
    if (info === null) return null;
    const state = Object.fromEntries(
      Object.entries(info.state).map(([name, text]) => [
        name,
        this.#name.test(name) ? HIDDEN : this.text(text),
      ]),
    );
    return {
      ...info,
      state,
      ...(info.fields === undefined ? {} : { fields: this.#rows(info.fields) }),
      mailbox: info.mailbox.map((text) => this.text(text)),
      callers: info.callers.map((caller) => ({ ...caller, request: this.text(caller.request) })),
    };
  }

  /** What is inside a hidden field goes with it. */
  #rows<R extends { depth: number; name: string; text: string }>(rows: readonly R[]): R[] {
    const shown: R[] = [];
    let inside = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      if (row.depth > inside) continue;
      const hidden = this.#name.test(row.name);
      inside = hidden ? row.depth : Number.POSITIVE_INFINITY;
      shown.push({ ...row, text: hidden ? HIDDEN : this.text(row.text) });
    }
    return shown;
  }
}

/** Where a value ends that begins at a place: before the comma or the bracket that closes what it is in. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text[at] as string;
    if (sign === '"') {
      at += (/^"(?:[^"\\]|\\.)*("|$)/.exec(text.slice(at))?.[0].length ?? 1) - 1;
    } else if ("{[(".includes(sign)) depth += 1;
    else if ("}])".includes(sign)) {
      if (depth === 0) return at - (/\s*$/.exec(text.slice(from, at))?.[0].length ?? 0);
      depth -= 1;
    } else if (sign === "," && depth === 0) return at;
  }
  return text.length;
}
