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

/** Their keys are held by nobody: what goes goes from there as well. */
export const WEAKLY_KEYED: ReadonlySet<string> = new Set(["WeakMap", "WeakSet"]);

/** Beside the name of a type parameter, among the names in a type. */
export const TYPE_PARAMETER = "(type parameter)";

/** Before the name of a property, after all other names in a type: what follows is the type of that property of an object. */
export const PART = "(part) ";

/** Those that change themselves, with the methods by which they do. */
export const CHANGING: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["Array", new Set(["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"])],
  ["Map", new Set(["set", "delete", "clear"])],
  ["Set", new Set(["add", "delete", "clear"])],
]);

/** Methods that change the array they are called on. */
export const MUTATORS: ReadonlySet<string> = CHANGING.get("Array")!;

/** Methods that change the Map or the Set they are called on. */
export const FILLERS: ReadonlySet<string> = new Set([...CHANGING.get("Map")!, ...CHANGING.get("Set")!]);
