/** The words for what the model holds, the same wherever they are said. */
import type { EdgeKind } from "./model.ts";

/** What `from` does with `to`: "calls". */
export const EDGE_VERBS: Readonly<Record<EdgeKind, string>> = {
  call: "calls",
  cast: "casts to",
  send: "sends to",
  monitor: "monitors",
  link: "links to",
  lookup: "looks up",
  start: "starts children of",
};
