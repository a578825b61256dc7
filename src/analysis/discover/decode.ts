/** Bytes → text as TypeScript itself reads files: UTF-8, or UTF-16 when a byte order mark says so. */

const utf8 = new TextDecoder("utf-8");
const utf16le = new TextDecoder("utf-16le");

/** Never fails: invalid bytes become U+FFFD. The byte order mark is dropped. */
export function decode(bytes: Uint8Array): string {
  if (bytes.length >= 2) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16le.decode(bytes);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16le.decode(swapped(bytes));
  }
  return utf8.decode(bytes);
}

function swapped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length & ~1);
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    out[i] = bytes[i + 1]!;
    out[i + 1] = bytes[i]!;
  }
  return out;
}

/**
 * True for what carries a source file's name and is none: MPEG transport streams (`.ts`), Qt translations (XML, `.ts`) and
 * other binary data.
 */
export function isForeign(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  if (bytes[0] === 0x47 && (bytes.length % 188 === 0 || bytes[188] === 0x47))
    return bytes.subarray(0, 512).includes(0);
  const utf16 =
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
  if (utf16) return false;
  const zero = bytes.indexOf(0);
  return zero >= 0 && zero < 1024;
}
