/** The page without the editor, as commands open it. */
import type { WebHost, WebHostOptions } from "../web/index.ts";
import { assetsFolder } from "./assets.ts";
import { openInBrowser } from "./browser.ts";
import { type Io, UsageError } from "./io.ts";
import { complain } from "./say.ts";

export interface OpenedHost {
  host: WebHost;
  close(): Promise<void>;
}

/** Starts the server, and the browser where that is asked for. @throws UsageError when the port cannot be had */
export async function openHost(
  io: Io,
  { open, port, ...options }: Omit<WebHostOptions, "assets" | "log"> & { port: number; open: boolean },
): Promise<OpenedHost> {
  if (port > 65_535) throw new UsageError(`--port ${port}: the highest port is 65535`);
  const { startWebHost } = await import("../web/index.ts");
  const host = await startWebHost({
    ...options,
    port,
    assets: assetsFolder(),
    log: (level, message) => {
      if (level !== "info") complain(io, message);
    },
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE")
      throw new UsageError(`port ${port} is in use; --port 0 takes a free one`);
    if (error.code === "EACCES") throw new UsageError(`port ${port} may not be used; take one above 1023`);
    throw error;
  });
  const opening = open
    ? await openInBrowser(host.url, host.opened, (message) => complain(io, message))
    : null;
  return {
    host,
    async close() {
      await host.close();
      await opening?.forget();
    },
  };
}
