/** The guard's worker. Its first message brings the port to the sandbox. */
import { type FromGuard, Guard, type ToGuard } from "./sandbox-guard.ts";

let guard: Guard | null = null;

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToGuard>) => void;
  postMessage(message: FromGuard): void;
};

scope.onmessage = ({ data, ports: [port] }) => {
  if (data.type === "port") {
    if (port !== undefined) guard = new Guard(port, (message) => scope.postMessage(message));
  } else if (data.type === "send") guard?.send(data.message);
  else guard?.taken();
};
