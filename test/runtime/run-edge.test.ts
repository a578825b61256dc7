/** `run` where a program's edge is rough: signals that come twice, several programs in one, options that fail. */
import { describe, expect, it } from "vitest";
import { OPEN, program } from "./real-program.ts";

describe("run", () => {
  it("a second signal ends the program at once whoever else listens", async () => {
    const end = await program(
      `process.on("SIGTERM", () => {});
await run(defineApplication({ name: "app", start: [Sup, [{ id: "h", start: [Hanging], shutdown: "infinity" }]] }));
say("up");`,
      (line, kill) => {
        if (line === "up") kill("SIGTERM");
        if (line === "hangs") setTimeout(() => kill("SIGTERM"), 400);
      },
    );
    expect(end).toMatchObject({ code: null, signal: "SIGTERM", output: "up\nhangs\n" });
  });

  it("the same signal at once again is the first one's echo, as `npm start` makes of Ctrl-C", async () => {
    const end = await program(
      `await run(defineApplication({ name: "app", start: [Sup, [store("a")]] }));
process.kill(process.pid, "SIGINT");
process.kill(process.pid, "SIGINT");
process.on("SIGINT", () => {});
setImmediate(() => process.kill(process.pid, "SIGINT"));`,
      () => {},
    );
    expect(end).toMatchObject({ code: 0, signal: null, output: "a: shutdown\nexit 0\n" });
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("as process 1 of a container, which no signal ends by itself: %s", async (signal, code) => {
    // Nobody but the kernel can make this process number 1; that it then survives its own signal can be had.
    const end = await program(
      `process.kill = () => true;
await run(defineApplication({ name: "app", start: [Sup, [{ id: "h", start: [Hanging], shutdown: "infinity" }]] }));
say("up");`,
      (line, kill) => {
        if (line === "up") kill(signal);
        if (line === "hangs") setTimeout(() => kill(signal), 400);
      },
    );
    expect(end).toMatchObject({ code, signal: null, output: `up\nhangs\nexit ${code}\n` });
  });

  it.each([
    ["a signal", `process.kill(process.pid, "SIGTERM")`, 0, "shutdown"],
    ["the end of one of them", `first.cast("a", "crash")`, 1, "[object Object]"],
  ])("several in one program end together, after %s", async (_, act, code, reason) => {
    const end = await program(
      `const one = (name, ms) => defineApplication({ name, start: [Sup, [store(name, ms)], 0] });
const first = await run(one("a", 1), { logger: null });
await run(one("b", 200), { logger: null });
await run(one("c", 100), { logger: null, exit: false });
${act};`,
      () => {},
    );
    expect(end).toMatchObject({
      code,
      output: `a: ${reason}\nc: shutdown\nb: shutdown\nexit ${code}\n`,
    });
  });

  it.each([
    ["throws", `() => { throw new Error("no code") }`, "Error: no code"],
    [
      "gives no code",
      `() => 1.5`,
      "ProcessError: badarg: exitCode gives a whole number from 0 to 255, not 1.5",
    ],
    [
      "gives nothing",
      `() => {}`,
      "ProcessError: badarg: exitCode gives a whole number from 0 to 255, not undefined",
    ],
  ])("an exitCode that %s is reported, and the program ends all the same", async (_, exitCode, text) => {
    const end = await program(
      `${OPEN}await run(defineApplication({ name: "app", start: [Sup, [store("a")]] }), {
  exitCode: ${exitCode}, logger: (report) => report.kind === "uncaught" && say(report.text.split("\\n")[0]) });
process.kill(process.pid, "SIGTERM");`,
      () => {},
    );
    expect(end).toEqual({
      code: 1,
      signal: null,
      errors: "",
      output: `a: shutdown\nuncaught outside any process: ${text}\nexit 1\n`,
    });
  });

  it("options that cannot work are refused, and nothing keeps the program alive", async () => {
    const end = await program(
      `const app = defineApplication({ name: "app", start: [Sup, [store("a")]] });
for (const options of [{ signals: ["SIGKILL"] }, { exitCode: Number.NaN }, { exitCode: 256 }, { grace: -1 }, { uncaught: "no" }]) {
  try { await run(app, options); } catch (error) { say(error.message); }
}
const on = process.on;
process.on = () => { throw new Error("no signals here"); };
await run(app).catch((error) => say(error.message));
process.on = on;`,
      () => {},
    );
    expect(end).toMatchObject({
      code: 0,
      output: [
        'badarg: the signals of run are such as a program can listen to, not "SIGKILL"',
        "badarg: the exitCode of run is a whole number from 0 to 255 or a function, not NaN",
        "badarg: the exitCode of run is a whole number from 0 to 255 or a function, not 256",
        'badarg: the grace of run is a number of milliseconds or "infinity", not -1',
        'badarg: uncaught is "shutdown" or "crash", not "no"',
        "no signals here",
        "exit 0\n",
      ].join("\n"),
    });
  });
});
