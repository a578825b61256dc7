/** The pages that are open: each hears the server through one stream of events. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HostMessage } from "../protocol/index.ts";
import type { ServerMessage } from "./bridge-messages.ts";
import { SAFE_HEADERS } from "./responses.ts";

const MOST_PAGES = 32;
/** Milliseconds between signs of life: proxies and browsers drop silent streams. */
const BEAT = 25_000;
/** Milliseconds that pages have to take what they were told last. */
const LAST_WORDS = 500;

export class OpenPage {
  readonly #stream: ServerResponse;

  constructor(stream: ServerResponse) {
    this.#stream = stream;
  }

  send(message: ServerMessage): void {
    // Something was asked of a program, and the page went before the answer came.
    if (this.#stream.writableEnded) return;
    this.#stream.write(`data: ${JSON.stringify(message)}\n\n`);
  }

  readonly tell = (message: HostMessage): void => {
    this.send({ to: "page", message });
  };

  end(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }
}

export class OpenPages {
  readonly #pages = new Map<string, OpenPage>();
  readonly #left: (page: OpenPage) => void;

  /** @param left is told of each page that has gone */
  constructor(left: (page: OpenPage) => void) {
    this.#left = left;
  }

  of(client: string): OpenPage | undefined {
    return this.#pages.get(client);
  }

  /** Keeps the answer open as the page's stream, in place of an older one; false when there are too many. */
  open(request: IncomingMessage, response: ServerResponse, client: string): boolean {
    const before = this.#pages.get(client);
    if (client === "" || client.length > 100 || (before === undefined && this.#pages.size >= MOST_PAGES))
      return false;
    void before?.end();
    const page = new OpenPage(response);
    this.#pages.set(client, page);
    response.writeHead(200, {
      ...SAFE_HEADERS,
      "content-type": "text/event-stream",
      connection: "keep-alive",
    });
    response.write(": open\n\n");
    const beat = setInterval(() => response.write(": beat\n\n"), BEAT);
    beat.unref();
    request.on("close", () => {
      clearInterval(beat);
      if (this.#pages.get(client) === page) this.#pages.delete(client);
      this.#left(page);
    });
    return true;
  }

  tellAll(message: HostMessage): void {
    for (const page of this.#pages.values()) page.tell(message);
  }

  /** Ends the streams, when the pages have what they were told last. */
  async close(): Promise<void> {
    await Promise.race([
      Promise.all([...this.#pages.values()].map((page) => page.end())),
      new Promise((resolve) => setTimeout(resolve, LAST_WORDS).unref()),
    ]);
    this.#pages.clear();
  }
}
