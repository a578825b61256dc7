/** Properties by which receivers tell messages apart: the library's own, and what others write in its place. */
export const TELLING = [
  "type",
  "kind",
  "op",
  "tag",
  "action",
  "event",
  "command",
  "cmd",
  "what",
  "name",
] as const;
