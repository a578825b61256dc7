/** Names and sentences from source files, made safe for one line of a terminal, a log or a page. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff\u{e0000}-\u{e007f}]/gu;
/** What the logs of GitHub Actions and Azure Pipelines obey: at a line's start, and anywhere in it. */
const LOG_COMMAND = /^(\s*):(?=:)|#(?=#(?:\[|vso\[))/giu;

/** No sentence is longer; what is, is a name that nobody shortened. */
const MOST_PRINTED = 10_000;

/** Control characters, line ends, halves of surrogate pairs and what turns the direction of writing are spelled out. */
export function printable(text: string): string {
  return cut(text, MOST_PRINTED)
    .replace(UNPRINTABLE, (sign) => (sign === "\n" ? "\\n" : sign === "\t" ? "\\t" : spelled(sign)))
    .replace(LOG_COMMAND, (match, space: string | undefined) => `${space ?? ""}${spelled(match.at(-1)!)}`);
}

/** The same for a text whose line ends are meant. */
export const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** JSON for a terminal or a log: the value is the same, and nothing in its spelling acts. */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent)
    .replace(UNPRINTABLE, (sign) => (sign === "\n" ? sign : escaped(sign)))
    .replace(/#(?=#(?:\[|vso\[))/gi, escaped);
}

const spelled = (sign: string): string => `\\u{${sign.codePointAt(0)!.toString(16)}}`;

const escaped = (sign: string): string =>
  Array.from(
    { length: sign.length },
    (_, n) => `\\u${sign.charCodeAt(n).toString(16).padStart(4, "0")}`,
  ).join("");

const MOST_OF_NAME = 120;

/** A name that a sentence can hold: of a longer one the beginning, and how long it is; an empty one is quoted. */
export const shortened = (name: string, most = MOST_OF_NAME): string =>
  name === "" ? '""' : cut(name, most);

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not between the halves of a character.
  const end = /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length} characters)`;
}
