/** A quick hash of a text, to see that nothing changed. Not for secrets. */

/** 53 bits and the length: FNV-1a in two lanes over UTF-16 code units. */
export function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x1000193 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}.${text.length.toString(36)}`;
}
