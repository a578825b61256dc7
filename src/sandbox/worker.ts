/** The entry of the sandbox's worker, bundled to one script without imports. The frame sends the port first. */
import type { FromSandbox } from "../protocol/index.ts";
import { Engine } from "./engine.ts";
import { closeDoors } from "./prelude.ts";

const scope = globalThis as unknown as {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
};

function onFirstMessage(event: MessageEvent): void {
  const [port] = event.ports;
  if (event.data?.type !== "port" || port === undefined) return;
  scope.removeEventListener("message", onFirstMessage);
  const post = (message: FromSandbox) => port.postMessage(message);
  const open = closeDoors(globalThis);
  if (open.length > 0) {
    // What the policy closes anyway may stay; a way to other threads may not.
    const ways = open.filter((name) => ["Worker", "SharedWorker", "BroadcastChannel"].includes(name));
    if (ways.length > 0) {
      const message = `The sandbox could not be closed: ${ways.join(", ")}.`;
      post({ kind: "event", event: { type: "failed", message } });
      return;
    }
  }
  const engine = new Engine(post);
  port.onmessage = (message: MessageEvent) => engine.receive(message.data);
  engine.ready();
}

scope.addEventListener("message", onFirstMessage);
