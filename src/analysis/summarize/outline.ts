/**
 * Declarations that can be told without a parser: functions, classes without a base, tables and types at the top of a
 * TypeScript file that is laid out as formatters do. Only brackets, strings, templates, comments and regular expressions
 * are followed; wherever it is not sure what a character means there is no outline, and the file is parsed as a whole.
 */
import {
  endOfComment,
  endOfRegex,
  endOfString,
  endOfTemplate,
  isRegexAfter,
  isSpace,
  isWord,
} from "./lex.ts";

/** Offsets into the file, ends exclusive. */
export interface Piece {
  kind: "function" | "class" | "arrow" | "list" | "object" | "type";
  name: string;
  nameStart: number;
  /** The statement, from its first keyword to its last bracket or semicolon. */
  start: number;
  end: number;
  exported: boolean;
  async: boolean;
  generator: boolean;
  abstract: boolean;
  /** Of a variable: `const`, and where the keyword is. */
  constant: boolean;
  keyword: number;
  /** Of a variable: the value without `as const`, and with it. */
  valueStart: number;
  valueEnd: number;
  initializerEnd: number;
  /** Nothing but blanks and comments is between it and the declaration before it. */
  adjacent: boolean;
}

const NAME = "[A-Za-z_$][\\w$]*";
const TYPE_PARAMETERS = "(?:<[\\w$ ,.]*>)?";
const HEAD = new RegExp(
  [
    `(export +)?(?:(async +)?function *(\\* *)?(${NAME})${TYPE_PARAMETERS} *\\(`,
    `(abstract +)?class +(${NAME})${TYPE_PARAMETERS} *\\{`,
    `interface +(${NAME})${TYPE_PARAMETERS}(?: +extends [\\w$ ,.<>]*?)? *\\{`,
    `type +(${NAME})${TYPE_PARAMETERS} *= *\\{`,
    `(const|let|var) +(${NAME}) *= *(async *)?[[{(])`,
  ].join("|"),
  "y",
);
/** A return type without brackets of its own that hide where the body begins. */
const RETURNS = /(?: *: *[\w$ ,.<>[\]|&"']*?[\w$>\]"'])? *(?=\{)/y;
const ARROW = /(?: *: *[\w$ ,.<>[\]|&"']*?[\w$>\]"'])? *=> *(?=\{)/y;
/** A return type that ends so goes on with what follows. */
const GOES_ON = /\b(?:is|keyof|typeof|extends|infer|readonly|unique|asserts)$/;
const VALUE_END = /( +as const)?;/y;
const REST_OF_LINE = /[ \t]*(?:\r?\n|\/[/*]|$)/y;
const RESERVED = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static " +
    "super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

const enough = 80;

interface Open {
  piece: Piece;
  /** What the bracket that closes next ends. */
  at: "parameters" | "body" | "value";
}

/** What the last token was, as far as it says what a slash or a line means. */
const NOTHING = 0;
const SEMICOLON = 1;
/** Up to here a declaration may begin in the next line. */
const BRACE = 2;
const OPERATOR = 3;
const OPERAND = 4;
const WORD = 5;
const PAREN = 6;
const CONDITION = 7;
const UNSURE = 8;

const STAR = 42;
const SLASH = 47;
const BACKQUOTE = 96;

/** The declarations in their order; null when the text needs a parser to be told apart. */
export function outline(text: string): Piece[] | null {
  if (/[\u2028\u2029]|\r(?!\n)/.test(text)) return null;
  const pieces: Piece[] = [];
  /** The brackets that are open; `(` is kept as what its `)` will be, a template's `${` as a backquote. */
  const stack: number[] = [];
  let open: Open | null = null;
  let last = NOTHING;
  let wordStart = 0;
  let wordEnd = 0;
  let broken = true;
  /** Nothing came since the last piece. */
  let fresh = false;
  let i = text.startsWith("#!") ? endOfLine(text, 0) : text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (i < text.length) {
    const char = text.charCodeAt(i);
    if (char === 10) {
      broken = true;
      i++;
      continue;
    }
    if (isSpace(char)) {
      i++;
      continue;
    }
    if (char === SLASH) {
      const next = text.charCodeAt(i + 1);
      if (next === SLASH) {
        i = endOfLine(text, i);
        continue;
      }
      if (next === STAR) {
        const end = endOfComment(text, i);
        if (end < 0) return null;
        broken ||= endOfLine(text, i) < end;
        i = end;
        continue;
      }
    }
    const first = broken;
    broken = false;
    const adjacent = fresh;
    fresh = false;
    if (isWord(char)) {
      if (first && last <= BRACE && stack.length === 0 && (i === 0 || text.charCodeAt(i - 1) === 10)) {
        open = head(text, i, adjacent);
        if (open !== null) {
          // On to the bracket that the head ends with.
          i = HEAD.lastIndex - 1;
          last = OPERAND;
          continue;
        }
      }
      wordStart = i++;
      while (i < text.length && isWord(text.charCodeAt(i))) i++;
      wordEnd = i;
      last = WORD;
    } else if (char === SLASH) {
      if (last === BRACE || last === UNSURE) return null;
      const regex =
        last === WORD ? isRegexAfter(text, wordStart, wordEnd) : last !== OPERAND && last !== PAREN;
      if (regex === undefined) return null;
      if (regex) {
        i = endOfRegex(text, i);
        if (i < 0) return null;
        last = OPERAND;
      } else {
        i++;
        last = OPERATOR;
      }
    } else if (char === 34 || char === 39) {
      i = endOfString(text, i, char);
      if (i < 0) return null;
      last = OPERAND;
    } else if (char === 40 || char === 91 || char === 123) {
      stack.push(char === 40 ? (last === WORD ? parenAfter(text, wordStart, wordEnd) : PAREN) : char);
      last = OPERATOR;
      i++;
    } else if (char === BACKQUOTE || char === 41 || char === 93 || char === 125) {
      i++;
      const opened = char === BACKQUOTE ? BACKQUOTE : stack.pop();
      if (opened === BACKQUOTE) {
        if (char === 41 || char === 93) return null;
        i = endOfTemplate(text, i);
        if (i < 0) return null;
        if (text.charCodeAt(i - 1) === BACKQUOTE) last = OPERAND;
        else {
          stack.push(BACKQUOTE);
          last = OPERATOR;
        }
        continue;
      }
      if (char === 41 ? opened === undefined || opened > UNSURE : opened !== char - 2) return null;
      last = char === 41 ? opened! : char === 93 ? OPERAND : BRACE;
      if (stack.length > 0 || open === null) continue;
      // The outermost bracket of a declaration is closed.
      if (open.at === "parameters") {
        const body = bodyAfter(text, i, open.piece);
        if (body < 0) open = null;
        else {
          open.at = "body";
          i = body;
          last = OPERAND;
        }
        continue;
      }
      const done = finished(text, i, open);
      open = null;
      if (done === null) continue;
      pieces.push(done);
      fresh = true;
      last = text.charCodeAt(done.end - 1) === 59 ? SEMICOLON : BRACE;
      i = done.end;
    } else {
      if (char > 127 || char === 92 || char < 32) return null;
      if (char === 59) last = SEMICOLON;
      else if (char === 43 || char === 45) {
        // After `x++` a slash divides, after `++` it does not.
        last = text.charCodeAt(i + 1) === char || text.charCodeAt(i - 1) === char ? UNSURE : OPERATOR;
      } else if (char !== 33 || text.charCodeAt(i + 1) === 61) last = OPERATOR;
      else if (last === BRACE) last = UNSURE;
      // A lone `!` is before an operand or after one, and leaves it at that.
      else if (first || last < BRACE) last = OPERATOR;
      i++;
    }
  }
  return stack.length === 0 ? pieces : null;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** What the `)` of a `(` after a word will be. */
function parenAfter(text: string, start: number, end: number): number {
  if (text.charCodeAt(start - 1) === 46) return PAREN;
  const word = text.slice(start, end);
  if (word === "if" || word === "while" || word === "for" || word === "with") return CONDITION;
  return word === "await" || word === "of" || word === "yield" ? UNSURE : PAREN;
}

function head(text: string, start: number, adjacent: boolean): Open | null {
  HEAD.lastIndex = start;
  const match = HEAD.exec(text);
  if (match === null) return null;
  const [, exported, async, star, func, abstract, cls, face, type, keyword, variable, asyncArrow] = match;
  const name = func ?? cls ?? face ?? type ?? variable ?? "";
  if (RESERVED.has(name)) return null;
  const bracket = HEAD.lastIndex - 1;
  const keywordAt = start + (exported?.length ?? 0);
  const kind =
    func !== undefined
      ? "function"
      : cls !== undefined
        ? "class"
        : variable === undefined
          ? "type"
          : text.charCodeAt(bracket) === 40
            ? "arrow"
            : text.charCodeAt(bracket) === 91
              ? "list"
              : "object";
  // `const x = async [` is no arrow function.
  if (asyncArrow !== undefined && kind !== "arrow") return null;
  const before =
    func !== undefined
      ? text.indexOf("function", start) + 8
      : cls !== undefined
        ? keywordAt + (abstract?.length ?? 0) + 5
        : keywordAt + (keyword?.length ?? 0);
  const piece: Piece = {
    kind,
    name,
    nameStart: text.indexOf(name, before),
    start,
    end: -1,
    exported: exported !== undefined,
    async: async !== undefined || asyncArrow !== undefined,
    generator: star !== undefined,
    abstract: abstract !== undefined,
    constant: keyword === "const",
    keyword: keywordAt,
    valueStart: bracket - (asyncArrow?.length ?? 0),
    valueEnd: -1,
    initializerEnd: -1,
    adjacent,
  };
  return {
    piece,
    at: kind === "function" || kind === "arrow" ? "parameters" : variable === undefined ? "body" : "value",
  };
}

/** Where the body of a function begins whose parameters end at `i`; -1 when that is hard to say. */
function bodyAfter(text: string, i: number, { kind }: Piece): number {
  const pattern = kind === "arrow" ? ARROW : RETURNS;
  pattern.lastIndex = i;
  const match = pattern.exec(text);
  if (match === null || GOES_ON.test(match[0].trimEnd())) return -1;
  return pattern.lastIndex;
}

/** The declaration whose last bracket ends at `i`; null when it goes on, or is laid out in an unusual way. */
function finished(text: string, i: number, { piece, at }: Open): Piece | null {
  let end = i;
  if (
    piece.kind === "arrow" ||
    at === "value" ||
    (piece.kind === "type" && text.startsWith("type", piece.keyword))
  ) {
    VALUE_END.lastIndex = i;
    const match = VALUE_END.exec(text);
    if (match === null || (match[1] !== undefined && piece.kind === "arrow")) return null;
    end = VALUE_END.lastIndex;
    piece.valueEnd = i;
    piece.initializerEnd = end - 1;
  }
  piece.end = end;
  // Its last bracket begins a line, or all is on one line: whatever was misread, it is not the extent.
  const line = text.lastIndexOf("\n", i - 1) + 1;
  if (line > piece.start && line !== i - 1) return null;
  REST_OF_LINE.lastIndex = end;
  return REST_OF_LINE.test(text) && end - piece.start >= enough ? piece : null;
}
