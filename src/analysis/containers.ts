/** Types of what holds many. */
export const CONTAINERS: ReadonlySet<string> = new Set([
  "Map",
  "Set",
  "Array",
  "ReadonlyArray",
  "ReadonlyMap",
  "ReadonlySet",
  "Record",
  "WeakMap",
]);
