/** Names from source files, made safe for a terminal and for one line. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Control characters, line ends, lone surrogates and what turns the direction of writing are spelled out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (sign) => {
    if (sign === "\n") return "\\n";
    if (sign === "\t") return "\\t";
    return `\\u{${sign.codePointAt(0)!.toString(16)}}`;
  });
}
