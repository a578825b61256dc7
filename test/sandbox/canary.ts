/** Somebody who listens: whatever gets out to the network is counted here. */

import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";

export interface Canary {
  /** Host and port. */
  address: string;
  /** Connections until now. */
  count(): number;
  close(): Promise<void>;
}

export async function openCanary(): Promise<Canary> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.end(
      "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: text/javascript\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
