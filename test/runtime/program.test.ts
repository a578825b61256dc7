/** A program of its own: what keeps it alive, and what it prints when a failed call is forgotten. */
import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";

const library = new URL("../../src/runtime/index.ts", import.meta.url).href;

function program(body: string): Promise<{ code: number; out: string; err: string }> {
  const text = `import { GenServer, noReply, reply, System } from ${JSON.stringify(library)};
const system = new System({ logger: null });
class Slow extends GenServer {
  async handleCall(request) { await new Promise((done) => setTimeout(done, 5)); return reply(request, "done"); }
}
class Silent extends GenServer { handleCall() { return noReply; } }
${body}`;
  return new Promise((resolve) => {
    const args = ["--input-type=module", "--no-warnings", "-e", text];
    const child = execFile(process.execPath, args, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err }),
    );
    child.stdin?.end();
  });
}

describe("a program", () => {
  it("ends when nothing is left to do: the timeout of an answered call does not keep it alive", async () => {
    const ended = await program(`const pid = await system.start(Slow);
console.log(await system.call(pid, {}, 3_600_000));`);
    expect(ended).toEqual({ code: 0, out: "done\n", err: "" });
  });

  it("stays for a call that may still fail", async () => {
    const ended = await program(`const slow = await system.start(Slow);
const silent = await system.start(Silent);
await system.call(slow, {}, 3_600_000);
system.call(silent, {}, 30).catch((error) => console.log(error.reason));`);
    expect(ended).toEqual({ code: 0, out: "timeout\n", err: "" });
  });

  it("says which call failed when nobody caught that", async () => {
    const ended = await program(`system.call("nobody", { type: "ask" });`);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("CallError: noproc: no process answers to this name or pid (calling nobody)");
    expect(ended.err).toContain("request: { type: 'ask' }");
  });
});
