/** How long the command line takes: `tree` until it has printed, `serve` until a page has what it shows. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PROTOCOL_VERSION } from "../../src/protocol/index.ts";
import { timed } from "../shared/timing.ts";

export const timeTree = (cli: string, folder: string): Promise<number> =>
  timed(() => execFileSync(process.execPath, [cli, "tree", folder], { stdio: "ignore" }));

export async function timeServe(cli: string, folder: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [cli, "serve", folder, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  try {
    let address: URL | null = null;
    for await (const line of createInterface(child.stdout)) {
      const found = /http:\S+/.exec(line);
      if (found !== null) {
        address = new URL(found[0]);
        break;
      }
    }
    if (address === null) throw new Error("suptree serve printed no address");
    await (await fetch(address)).text();
    await firstMessage(address);
    return performance.now() - begin;
  } finally {
    child.kill("SIGINT");
    await ended;
  }
}

/** Asks as the page does, and waits for what it would draw. */
async function firstMessage(address: URL): Promise<void> {
  const token = address.searchParams.get("token") ?? "";
  const client = "bench";
  const stream = await fetch(new URL(`/events?token=${token}&client=${client}`, address));
  const reader = stream.body!.getReader();
  await reader.read();
  await fetch(new URL("/message", address), {
    method: "POST",
    headers: { "content-type": "application/json", "x-suptree-token": token, "x-suptree-client": client },
    body: JSON.stringify({ type: "ready", protocol: PROTOCOL_VERSION }),
  });
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("data:") || !text.endsWith("\n\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("suptree serve ended its stream");
    text = text.slice(-20) + decoder.decode(value, { stream: true });
    if (text.length > 20) text = `data:${text.slice(-20)}`;
  }
  await reader.cancel();
}
