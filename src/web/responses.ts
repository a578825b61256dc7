/** Answers of the server: each with the headers that keep the token and the page to themselves. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** A saved run may come along with a state message; nothing larger than this is read. */
const MOST_BYTES = 16 * 1024 * 1024;

export const SAFE_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // The address holds the token.
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
};

export function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  more: Record<string, string> = {},
): void {
  response.writeHead(status, { ...SAFE_HEADERS, "content-type": type, ...more });
  response.end(body);
}

/** A sentence as the answer. */
export function say(response: ServerResponse, status: number, sentence: string): void {
  answer(response, status, "text/plain; charset=utf-8", sentence);
}

/** The text of a request; null when it is too large. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
