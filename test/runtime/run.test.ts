/** `run` in a real program: signals, a second one, a terminate that hangs, applications that end by themselves. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const library = new URL("../../src/runtime/index.ts", import.meta.url).href;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "suptree-run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PRELUDE = `import { defineApplication, GenServer, run, Supervisor } from ${JSON.stringify(library)};
const say = (text) => console.log(text);
process.on("exit", (code) => say("exit " + code));
class Store extends GenServer {
  init(name) { this.name = name; this.trapExit(true); }
  async terminate(reason) { await this.sleep(10); say(this.name + ": " + reason); }
  handleCast() { throw new Error("boom"); }
}
class Hanging extends GenServer {
  init() { this.trapExit(true); }
  terminate() { say("hangs"); return new Promise(() => {}); }
}
class Sup extends Supervisor {
  init(children, intensity = 1) { return { intensity, children }; }
}
const store = (name) => ({ id: name, start: [Store, name], name });
const base = defineApplication({ name: "base", start: [Sup, [store("base")]] });
`;

/** Runs a program; `act` is called with each line that it prints. Gives how it ended and what it printed. */
async function program(body: string, act: (line: string, kill: (signal: NodeJS.Signals) => void) => void) {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
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
  return { code, signal, output, errors };
}

describe("run", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "on %s stops everything, last started first, and exits 0",
    async (sig) => {
      const end = await program(
        `await run(defineApplication({ name: "app", applications: [base], start: [Sup, [store("a"), store("b")]] }));
say("up");`,
        (line, kill) => line === "up" && kill(sig),
      );
      expect(end).toEqual({
        code: 0,
        signal: null,
        output: "up\nb: shutdown\na: shutdown\nbase: shutdown\nexit 0\n",
        errors: "",
      });
    },
  );

  it("a terminate that hangs is killed when its time is over, and the others still get theirs", async () => {
    const end = await program(
      `await run(defineApplication({ name: "app", applications: [base], start: [Sup, [
  store("a"), { id: "h", start: [Hanging], shutdown: 50 },
]] }), { logger: null });
say("up");`,
      (line, kill) => line === "up" && kill("SIGTERM"),
    );
    expect(end).toEqual({
      code: 0,
      signal: null,
      output: "up\nhangs\na: shutdown\nbase: shutdown\nexit 0\n",
      errors: "",
    });
  });

  it("a second signal ends the program at once", async () => {
    const end = await program(
      `await run(defineApplication({ name: "app", start: [Sup, [
  store("a"), { id: "h", start: [Hanging], shutdown: "infinity" },
]] }));
setInterval(() => {}, 1000);
say("up");`,
      (line, kill) => {
        if (line === "up") kill("SIGTERM");
        if (line === "hangs") kill("SIGTERM");
      },
    );
    expect(end).toMatchObject({ code: null, signal: "SIGTERM", output: "up\nhangs\n" });
  });

  it("an application that ends by itself takes the others with it, exit code 1", async () => {
    const end = await program(
      `const system = await run(defineApplication({ name: "app", applications: [base], start: [Sup, [store("a")], 0] }));
say("up");
system.cast("a", "crash");`,
      () => {},
    );
    expect(end).toMatchObject({ code: 1, output: "up\na: [object Object]\nbase: shutdown\nexit 1\n" });
    expect(end.errors).toContain("[supervisor] Sup <3>: gives up after an exit of child a");
  });

  it("a program that stops its system itself ends, exit code 0", async () => {
    const end = await program(
      `const system = await run(defineApplication({ name: "app", applications: [base], start: [Sup, [store("a")]] }));
await system.stop();`,
      () => {},
    );
    expect(end).toEqual({
      code: 0,
      signal: null,
      output: "a: shutdown\nbase: shutdown\nexit 0\n",
      errors: "",
    });
  });

  it("a start that fails rejects, and what had been started is stopped again", async () => {
    const end = await program(
      `class Bad extends GenServer { init() { throw new Error("no port"); } }
await run(defineApplication({ name: "app", applications: [base], start: [Sup, [{ id: "bad", start: [Bad] }]] }), { logger: null })
  .catch((error) => say(error.message));`,
      () => {},
    );
    expect(end).toMatchObject({
      code: 0,
      output:
        "base: shutdown\nSup did not start: shutdown: failed to start child bad: Error: no port\nexit 0\n",
    });
  });
});
