/** The id of a card's element. */

/** Paths hold any character, halves of surrogate pairs too; an element's id must not hold spaces. */
export function cardId(path: string): string {
  return `card:${path.replace(/[^\w/-]/g, (unit) => `%${unit.charCodeAt(0).toString(16)};`)}`;
}
