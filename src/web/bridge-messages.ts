/** What the server sends to the script between it and the page: the page's own messages, and things to show. */
import type { Excerpt, HostMessage } from "../protocol/index.ts";

export type ServerMessage =
  | { to: "page"; message: HostMessage }
  | { to: "bridge"; show: "source"; excerpt: Excerpt }
  | { to: "bridge"; show: "text"; title: string; text: string };

/** The path of the stream of events, of messages, and of this script, all below the server's root. */
export const EVENTS_PATH = "/events";
export const MESSAGE_PATH = "/message";
