/**
 * How large a message of the sandbox may be. Looked at before it is validated or kept, since validating copies: user code
 * that got hold of the port must not be able to fill the page's memory.
 */

/** Values within one message. */
const MOST_VALUES = 400_000;
/** Characters within one message. */
const MOST_CHARACTERS = 8_000_000;
/** Characters of one text; the engine shortens its own to less. */
const MOST_IN_ONE = 100_000;
const DEEPEST = 32;

/** Its characters; or what is too large about the message, in words. */
export function sizeOf(message: unknown): number | string {
  let values = 0;
  let characters = 0;
  const text = (value: string): string | null => {
    characters += value.length;
    if (value.length > MOST_IN_ONE) return `a text of ${value.length.toLocaleString("en")} characters`;
    return characters > MOST_CHARACTERS
      ? `more than ${MOST_CHARACTERS.toLocaleString("en")} characters`
      : null;
  };
  const look = (value: unknown, depth: number): string | null => {
    if (++values > MOST_VALUES) return `more than ${MOST_VALUES.toLocaleString("en")} values`;
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return null;
    if (depth === DEEPEST) return `more than ${DEEPEST} levels`;
    if (Array.isArray(value)) {
      if (value.length > MOST_VALUES) return `a list of ${value.length.toLocaleString("en")}`;
      for (const each of value) {
        const found = look(each, depth + 1);
        if (found !== null) return found;
      }
      return null;
    }
    // The protocol has plain objects only: no maps, buffers or images.
    if (Object.getPrototypeOf(value) !== Object.prototype) return "something that is no plain data";
    for (const key in value) {
      const found = text(key) ?? look((value as Record<string, unknown>)[key], depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return look(message, 0) ?? characters;
}
