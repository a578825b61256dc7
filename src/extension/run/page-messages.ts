/** What a page says to its panel: nothing of it is believed before it was read. */
import { errorText, printable, printableLines } from "../../model/index.ts";
import { type HostMessage, type PageMessage, ProtocolError, parsePageMessage } from "../../protocol/index.ts";
import { log } from "../log.ts";

/** What only the panel itself knows the answer to. */
export type ForPanel = Exclude<PageMessage, { type: "log" }>;

export interface PagePanel {
  /** What the page is of, and what its panel is called, in the log. */
  of: "run" | "program";
  name: "run panel" | "live panel";
  handle(message: ForPanel): Promise<void>;
  post(message: HostMessage): void;
}

/** Hands over what a page has said. What is refused is logged; what fails is logged, and the page is told. */
export function pageSaid(raw: unknown, { of, name, handle, post }: PagePanel): void {
  let message: PageMessage;
  try {
    message = parsePageMessage(raw);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    log().error(`The page of a ${of} sent a message that was refused:`, printable(error.message));
    return;
  }
  if (message.type === "log") {
    log()[message.level === "warning" ? "warn" : message.level](printable(message.message));
    return;
  }
  const { type } = message;
  void handle(message).catch((error: unknown) => {
    const text = errorText(error);
    const whole = error instanceof Error ? (error.stack ?? text) : text;
    log().error(`${name}, ${type}:`, printableLines(whole));
    if ("id" in message) post({ type: "done", id: message.id, ok: false, message: text });
    else post({ type: "error", message: text });
  });
}
