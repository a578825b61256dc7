/**
 * Who may talk to the server. It listens on the loopback address, but so does every page that the person's
 * browser shows: a request must carry the token, name this server as its host (against rebound names), and come
 * from this server's own page.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface Refusal {
  status: 401 | 403;
  message: string;
}

/** The hosts under which this server may be asked. */
export function allowedHosts(port: number): ReadonlySet<string> {
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
}

/** Null when the request may pass. `needsToken` is false only for files that are the same for everybody. */
export function refuse(
  request: IncomingMessage,
  url: URL,
  guard: { port: number; token: string; needsToken: boolean },
): Refusal | null {
  const hosts = allowedHosts(guard.port);
  const host = request.headers.host ?? "";
  if (!hosts.has(host)) return { status: 403, message: "This server answers on the loopback address only." };
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, message: "Requests from other pages are refused." };
  }
  const site = request.headers["sec-fetch-site"];
  if (
    site === "cross-site" ? !isNavigation(request, url) : site === "same-site" && request.method !== "GET"
  ) {
    return { status: 403, message: "Requests from other pages are refused." };
  }
  if (!guard.needsToken) return null;
  const given = url.searchParams.get("token") ?? header(request, "x-suptree-token") ?? "";
  if (!sameText(given, guard.token)) {
    return { status: 401, message: "The token is missing or wrong: open the address that was printed." };
  }
  return null;
}

/** Following a link, as from a terminal in a browser or from a file: it shows the page, and tells nobody what is in it. */
function isNavigation({ method, headers }: IncomingMessage, url: URL): boolean {
  const into = headers["sec-fetch-dest"] === "document" && headers["sec-fetch-mode"] === "navigate";
  return into && method === "GET" && url.pathname === "/";
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Compares without telling by the time taken how much was right. */
function sameText(a: string, b: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(a), digest(b));
}
