/** Globs → regular expressions, for .gitignore patterns, tsconfig lists and the settings' exclude globs. */

const SPECIAL = /[.*+?^${}()|[\]\\/]/;

function literal(char: string): string {
  return SPECIAL.test(char) ? `\\${char}` : char;
}

export interface GlobOptions {
  /** `{a,b}` means a or b, as in VS Code's settings. */
  braces: boolean;
  /** `[a-z]` is a set and `\` escapes, as in .gitignore. */
  sets: boolean;
}

/**
 * The source of a regular expression for a glob on a `/` path: `*` and `?` stay inside one part, a part that is `**`
 * stands for any number of parts. Not anchored. Malformed sets and braces stand for themselves.
 */
export function globSource(glob: string, options: GlobOptions): string {
  let out = "";
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (char === "*") {
      let end = i;
      while (glob[end + 1] === "*") end++;
      const partStart = i === 0 || glob[i - 1] === "/" || (depth > 0 && /[{,]/.test(glob[i - 1]!));
      const next = glob[end + 1];
      if (end > i && partStart && next === "/") {
        out += "(?:[^/]*/)*?";
        i = end + 1;
      } else if (end > i && partStart && (next === undefined || (depth > 0 && /[},]/.test(next)))) {
        out += ".*";
        i = end;
      } else {
        out += "[^/]*";
        i = end;
      }
    } else if (char === "?") out += "[^/]";
    else if (char === "[" && options.sets) {
      const set = readSet(glob, i);
      if (set === undefined) out += "\\[";
      else {
        out += set.source;
        i = set.end;
      }
    } else if (char === "\\" && options.sets && i + 1 < glob.length) {
      i++;
      out += literal(glob[i]!);
    } else if (char === "{" && options.braces && glob.indexOf("}", i) > 0) {
      depth++;
      out += "(?:";
    } else if (char === "}" && depth > 0) {
      depth--;
      out += ")";
    } else if (char === "," && depth > 0) out += "|";
    else out += literal(char);
  }
  return out + ")".repeat(depth);
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: "a-zA-Z0-9",
  alpha: "a-zA-Z",
  blank: " \\t",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  xdigit: "0-9a-fA-F",
};

function readSet(glob: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1;
  const negated = glob[i] === "!" || glob[i] === "^";
  if (negated) i++;
  let body = "";
  const first = i;
  for (; i < glob.length; i++) {
    const char = glob[i]!;
    if (char === "]" && i > first) {
      // A `/` is never in a set, whatever the set says.
      const source = `(?!/)[${negated ? "^" : ""}${body}]`;
      try {
        new RegExp(source);
      } catch {
        return { source: "(?!)", end: i }; // such as [z-a]: matches nothing
      }
      return { source, end: i };
    }
    if (char === "[" && glob[i + 1] === ":") {
      const close = glob.indexOf(":]", i + 2);
      const named = close < 0 ? undefined : POSIX[glob.slice(i + 2, close)];
      if (named !== undefined) {
        body += named;
        i = close + 1;
        continue;
      }
    }
    if (char === "\\" && i + 1 < glob.length) {
      i++;
      body += `\\${glob[i]}`.replace(/\\(?=[A-Za-z0-9])/, "");
    } else body += /[\\\]^[]/.test(char) ? `\\${char}` : char;
  }
  return undefined;
}

/**
 * A test for paths relative to a folder against the settings' globs. A glob that names a folder excludes what is below it;
 * one without `/` matches at any depth, as people expect of `*.gen.ts`. Undefined when there are none.
 */
export function globMatcher(globs: readonly string[]): ((path: string) => boolean) | undefined {
  const sources = globs
    .map((glob) => glob.trim().replace(/^\.\//, "").replace(/\/+$/, ""))
    .filter((glob) => glob !== "")
    .map((glob) => {
      const rooted = glob.startsWith("/");
      const source = globSource(rooted ? glob.slice(1) : glob, { braces: true, sets: true });
      return rooted || glob.includes("/") ? source : `(?:.*/)?${source}`;
    });
  if (sources.length === 0) return undefined;
  const pattern = new RegExp(`^(?:${sources.join("|")})(?:/|$)`);
  return (path) => pattern.test(path);
}
