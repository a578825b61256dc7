/**
 * The element that shows a process, in whichever view is in the page. Paths hold any character, halves of surrogate
 * pairs too; an element's id must not hold spaces.
 */
export function itemId(path: string): string {
  return `item:${path.replace(/[^\w/-]/g, (unit) => `%${unit.charCodeAt(0).toString(16)};`)}`;
}
