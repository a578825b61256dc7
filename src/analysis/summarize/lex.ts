/** Where strings, templates, comments and regular expressions end, and what a slash is. */

const BACKSLASH = 92;

export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code === 35
  );
}

/** Blanks; line ends are looked at for themselves. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

/** After the closing quote; -1 when the line ends before. */
export function endOfString(text: string, start: number, quote: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === quote) return i + 1;
    if (char === BACKSLASH) i++;
    else if (char === 10) return -1;
  }
  return -1;
}

/** After the closing backquote or after `${`; -1 when the text ends before. */
export function endOfTemplate(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 96) return i + 1;
    if (char === BACKSLASH) i++;
    else if (char === 36 && text.charCodeAt(i + 1) === 123) return i + 2;
  }
  return -1;
}

/** After the comment that begins here with its slash and star; -1 when it does not end. */
export function endOfComment(text: string, start: number): number {
  const end = text.indexOf("*/", start + 2);
  return end < 0 ? -1 : end + 2;
}

/** After the flags of a regular expression; -1 when the line ends before. */
export function endOfRegex(text: string, start: number): number {
  let set = false;
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === BACKSLASH) i++;
    else if (char === 91) set = true;
    else if (char === 93) set = false;
    else if (char === 10) return -1;
    else if (char === 47 && !set) {
      i++;
      while (i < text.length && isWord(text.charCodeAt(i))) i++;
      return i;
    }
  }
  return -1;
}

/** Words after which a value begins. */
const BEFORE_VALUE = new Set([
  "return",
  "typeof",
  "instanceof",
  "in",
  "new",
  "delete",
  "void",
  "throw",
  "case",
  "do",
  "else",
]);
/** Names or not, depending on where they are. */
const EITHER = new Set(["of", "await", "yield", "as", "satisfies", "is", "default", "extends"]);

/** Whether a slash after this word begins a regular expression; undefined when it takes a parser to know. */
export function isRegexAfter(text: string, start: number, end: number): boolean | undefined {
  if (text.charCodeAt(start - 1) === 46) return false;
  const word = text.slice(start, end);
  return EITHER.has(word) ? undefined : BEFORE_VALUE.has(word);
}

/** The offsets at which lines begin, as the compiler counts them. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  if (/[\r\u2028\u2029]/.test(text)) {
    for (let i = 0; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (char === 13 && text.charCodeAt(i + 1) === 10) i++;
      if (char === 10 || char === 13 || char === 0x2028 || char === 0x2029) starts.push(i + 1);
    }
  } else for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
