/** Text files as bytes: only what comes back byte for byte may be changed. */

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** A text, and how its file spells it. */
export interface FileText {
  /** Without the byte order mark. */
  text: string;
  encoding: Encoding;
  mark: boolean;
}

/**
 * The text of a file in UTF-8, or in UTF-16 when a byte order mark says so; line ends stay as they are.
 * @returns null when these bytes would not come back from the text: some of them are no characters
 */
export function decodeExactly(bytes: Uint8Array): FileText | null {
  const [encoding, length] = markOf(bytes);
  const content = Buffer.from(bytes.subarray(length));
  if (encoding !== "utf-8" && content.length % 2 !== 0) return null;
  if (encoding === "utf-16be") content.swap16();
  const found: FileText = {
    text: content.toString(encoding === "utf-8" ? "utf8" : "utf16le"),
    encoding,
    mark: length > 0,
  };
  return encodeExactly(found)?.equals(bytes) ? found : null;
}

/** @returns null when the text holds half a surrogate pair, which no encoding can write down */
export function encodeExactly({ text, encoding, mark }: FileText): Buffer | null {
  if (!text.isWellFormed()) return null;
  const whole = mark ? `\uFEFF${text}` : text;
  if (encoding === "utf-8") return Buffer.from(whole, "utf8");
  const bytes = Buffer.from(whole, "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}

function markOf(bytes: Uint8Array): [Encoding, length: number] {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return ["utf-16le", 2];
  if (a === 0xfe && b === 0xff) return ["utf-16be", 2];
  return ["utf-8", a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0];
}
