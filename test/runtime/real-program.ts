/** Programs that use the library, in processes of their own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const library = new URL("../../src/runtime/index.ts", import.meta.url).href;

const PRELUDE = `import { continueWith, defineApplication, GenServer, run, Supervisor } from ${JSON.stringify(library)};
const say = (text) => console.log(text);
process.on("exit", (code) => say("exit " + code));
class Store extends GenServer {
  init(name, ms = 10) { this.name = name; this.ms = ms; this.trapExit(true); }
  async terminate(reason) { await this.sleep(this.ms); say(this.name + ": " + reason); }
  handleCast() { throw new Error("boom"); }
}
class Hanging extends GenServer {
  init() { this.trapExit(true); }
  terminate() { say("hangs"); return new Promise(() => {}); }
}
class Sup extends Supervisor {
  init(children, intensity = 1) { return { intensity, children }; }
}
const store = (name, ms) => ({ id: name, start: [Store, name, ms], name });
const base = defineApplication({ name: "base", start: [Sup, [store("base")]] });
`;

/** Runs a program; `act` is called with each line that it prints. Gives how it ended and what it printed. */
export async function program(
  body: string,
  act: (line: string, kill: (signal: NodeJS.Signals) => void) => unknown,
) {
  const folder = mkdtempSync(join(tmpdir(), "suptree-run-"));
  const file = join(folder, "program.mjs");
  writeFileSync(file, PRELUDE + body);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let seen = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    const lines = output.split("\n");
    for (; seen < lines.length - 1; seen++) act(lines[seen] as string, (signal) => child.kill(signal));
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  rmSync(folder, { recursive: true, force: true });
  return { code, signal, output, errors };
}

/** What keeps a program alive. */
export const OPEN = `import net from "node:net";
net.createServer().listen(0);
setInterval(() => {}, 1000);
`;
