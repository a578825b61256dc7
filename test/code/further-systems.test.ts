/** A System that a program drives itself is no part of the run, and goes on in the run's time all the same, always alike. */
import { expect, it } from "vitest";
import { inThread, pageOf, scriptOf } from "./programs.ts";

it("goes on to the program's end, without the machine's event loop", { timeout: 60_000 }, async () => {
  // Three Systems after the first: one on the real clock, two on virtual ones, and an hour in one of them.
  const program = await pageOf("7-applications");
  const script = await scriptOf(program);
  const { console: lines, status } = await inThread(program, 1, script);
  expect(status.reason).not.toMatch(/has not finished loading/);
  expect(lines.filter(({ level }) => level === "log").map(({ at, text }) => [at, text])).toEqual([
    [0, "mnesia is up"],
    [0, "chat is up"],
    [20, "42"],
    [20, "still here"],
    [20, "nothing for 30 ms at 50"],
    [20, "close"],
    [20, "60"],
    [20, '{ user: "\\"ada\\"", password: "\\"*******\\"" }'],
  ]);
  expect((await inThread(program, 1, script)).console).toEqual(lines);
});
