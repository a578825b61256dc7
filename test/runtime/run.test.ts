/** `run` in a real program: signals, a second one, a terminate that hangs, applications that end by themselves. */
import { describe, expect, it } from "vitest";
import { OPEN, program } from "./real-program.ts";

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
        // At once it would be the first one's echo.
        if (line === "hangs") setTimeout(() => kill("SIGTERM"), 400);
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

  it("a signal during a slow boot stops what runs already, in order, and exits 0", async () => {
    const end = await program(
      `class Slow extends GenServer { async init() { say("slow"); await new Promise(() => {}); } }
const inner = { id: "inner", start: [Sup, [store("b"), { id: "slow", start: [Slow] }, store("never")]] };
await run(defineApplication({ name: "app", applications: [base], start: [Sup, [store("a"), inner]] }));
say("never up");`,
      (line, kill) => line === "slow" && kill("SIGTERM"),
    );
    expect(end).toMatchObject({
      code: 0,
      signal: null,
      output: "slow\nb: shutdown\na: shutdown\nbase: shutdown\nexit 0\n",
    });
  });

  it.each([0, 1, 3])(
    "a root that dies right after its boot ends the program (intensity %i), exit code 1",
    async (intensity) => {
      const end = await program(
        `class Bad extends GenServer { init() { return continueWith("x"); } handleContinue() { throw new Error("no"); } }
await run(defineApplication({ name: "app", applications: [base], start: [Sup, [{ id: "bad", start: [Bad] }], ${intensity}] }), { logger: null });
say("never up");`,
        () => {},
      );
      expect(end).toEqual({ code: 1, signal: null, output: "base: shutdown\nexit 1\n", errors: "" });
    },
  );

  it("a dependency that dies while its dependent boots ends the program, exit code 1", async () => {
    const end = await program(
      `class Brief extends GenServer { init() { this.sendAfter(20, this.self, "end"); } handleInfo() { throw new Error("short life"); } }
class Slow extends GenServer { async init() { await this.sleep(60_000); } }
const brief = defineApplication({ name: "brief", applications: [base], start: [Sup, [{ id: "brief", start: [Brief] }], 0] });
await run(defineApplication({ name: "app", applications: [brief], start: [Sup, [store("a"), { id: "slow", start: [Slow] }]] }), { logger: null });
say("never up");`,
      () => {},
    );
    expect(end).toEqual({
      code: 1,
      signal: null,
      output: "a: shutdown\nbase: shutdown\nexit 1\n",
      errors: "",
    });
  });

  it("ends the program whatever handles are open, after a signal and after giving up", async () => {
    const app = `defineApplication({ name: "app", start: [Sup, [store("a")], 0] })`;
    const signalled = await program(
      `${OPEN}await run(${app}); say("up");`,
      (line, kill) => line === "up" && kill("SIGTERM"),
    );
    expect(signalled).toEqual({ code: 0, signal: null, output: "up\na: shutdown\nexit 0\n", errors: "" });
    const gaveUp = await program(
      `${OPEN}const system = await run(${app}, { logger: null }); system.cast("a", "crash");`,
      () => {},
    );
    expect(gaveUp).toMatchObject({ code: 1, output: "a: [object Object]\nexit 1\n" });
  });

  it("all that was printed before is out, however much", async () => {
    const end = await program(
      `await run(defineApplication({ name: "app", start: [Sup, [store("a")]] }));
say("up");
console.log("x".repeat(1_000_000));`,
      (line, kill) => line === "up" && kill("SIGTERM"),
    );
    expect(end.output.length).toBe("up\n".length + 1_000_001 + "a: shutdown\nexit 0\n".length);
  });

  it("exit: false leaves the end to the program", async () => {
    const end = await program(
      `const system = await run(defineApplication({ name: "app", start: [Sup, [store("a")], 0] }), { exit: false, logger: null });
const server = await import("node:net").then((net) => net.createServer().listen(0));
system.onApplicationEnd(() => setTimeout(() => { say("still here " + process.exitCode); server.close(); }, 50));
system.cast("a", "crash");`,
      () => {},
    );
    expect(end).toMatchObject({ code: 1, output: "a: [object Object]\nstill here 1\nexit 1\n" });
  });

  it("exit: false rejects when the application has ended before it was up", async () => {
    const end = await program(
      `class Slow extends GenServer { async init() { say("slow"); await this.sleep(60_000); } }
await run(defineApplication({ name: "app", start: [Sup, [store("a"), { id: "slow", start: [Slow] }]] }), { exit: false, logger: null })
  .catch((error) => say(error.name + " " + JSON.stringify(error.reason)));`,
      (line, kill) => line === "slow" && kill("SIGTERM"),
    );
    expect(end).toMatchObject({
      code: 0,
      output:
        'slow\na: shutdown\nStartError {"shutdown":{"failed_to_start_child":["slow","killed"]}}\nexit 0\n',
    });
  });

  it("the exit code can be set, and a grace period bounds the stop", async () => {
    const end = await program(
      `${OPEN}await run(defineApplication({ name: "app", applications: [base], start: [Sup, [
  { id: "h", start: [Hanging], shutdown: "infinity" },
]] }), { grace: 50, exitCode: (end) => (end.cause === "signal" && end.timedOut ? 43 : 44), logger: null });
say("up");`,
      (line, kill) => line === "up" && kill("SIGTERM"),
    );
    expect(end).toEqual({ code: 43, signal: null, output: "up\nhangs\nexit 43\n", errors: "" });
  });

  it.each([
    ["an exception", `setTimeout(() => { throw new Error("outside"); }, 1)`],
    ["a rejection", `Promise.reject(new Error("outside"))`],
  ])("%s outside any process: uncaught", async (_, fails) => {
    const app = `defineApplication({ name: "app", start: [Sup, [store("a")]] })`;
    const shutdown = await program(
      `${OPEN}await run(${app}, { uncaught: "shutdown", logger: (report) => report.kind === "uncaught" && say(report.text.split("\\n")[0]) });
say("up");
${fails};`,
      () => {},
    );
    expect(shutdown).toEqual({
      code: 1,
      signal: null,
      output: "up\nuncaught outside any process: Error: outside\na: shutdown\nexit 1\n",
      errors: "",
    });
    const crash = await program(`${OPEN}await run(${app}); say("up"); ${fails};`, () => {});
    expect(crash).toMatchObject({ code: 1, output: "up\nexit 1\n" });
    expect(crash.errors).toContain("Error: outside");
  });
});
