/** Under what objects and classes of the program keep what they have. */

/** Names that nobody sees: of private members and of symbols. */
export const HIDDEN = /^(?:\0|@@)/;

let privateNames = 0;

/** Under what objects keep a private member of one class. */
export function privateKey(name: string): string {
  privateNames += 1;
  return `\0${privateNames} ${name}`;
}

/** By these the language itself goes through an object. */
const symbolNames = new Map<symbol, string>([
  [Symbol.iterator, "@@iterator"],
  [Symbol.asyncIterator, "@@asyncIterator"],
  [Symbol.dispose, "@@dispose"],
  [Symbol.asyncDispose, "@@asyncDispose"],
  [Symbol.toPrimitive, "@@toPrimitive"],
  [Symbol.toStringTag, "@@toStringTag"],
  [Symbol.hasInstance, "@@hasInstance"],
]);

/** Under what an object of a class keeps a member: a symbol has a name of its own. */
export function fieldName(name: PropertyKey): string {
  if (typeof name !== "symbol") return String(name);
  let known = symbolNames.get(name);
  if (known === undefined) {
    known = `@@${symbolNames.size} ${name.description ?? ""}`;
    symbolNames.set(name, known);
  }
  return known;
}

/** The name, or the symbol, that something is kept under. */
export function keyNamed(name: string): PropertyKey {
  for (const [symbol, known] of name.startsWith("@@") ? symbolNames : []) if (known === name) return symbol;
  return name;
}
