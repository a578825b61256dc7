/**
 * noex looks after servers alone: a supervisor among the children is taken for dead within 50 ms. Seen with the library itself:
 * four trees after 205 ms, then `MaxRestartsExceededError` as an unhandled rejection; a temporary one is forgotten.
 */
import { expect, test } from "vitest";
import { lintFiles } from "./check.ts";

const found = (child: string, more = "") =>
  lintFiles(
    new Map([
      [
        "app.ts",
        `import { GenServer, Supervisor, Task } from "@hamicek/noex";
const w = { init: () => 0, handleCall: (m: unknown, s: number) => [s, s] as const, handleCast: (m: unknown, s: number) => s };
const branch = () => Supervisor.start({ children: [{ id: "w", start: () => GenServer.start(w) }] });
${more}
export const app = await Supervisor.start({ children: [${child}] });`,
      ],
    ]),
  )
    .filter(({ rule, messageId }) => rule === "invalid-spec" || messageId === "handsOutDeadProcess")
    .map(({ messageId, certainty, message }) => [messageId, certainty, message] as const);

test("started again and again", () => {
  for (const start of [
    `branch`,
    `() => branch()`,
    `async () => { const inner = await branch(); return inner; }`,
    `() => Task.Supervisor.start()`,
  ]) {
    const [finding, ...others] = found(`{ id: "b", start: ${start} }`);
    expect([start, others]).toEqual([start, []]);
    expect(finding).toMatchObject([
      "supervisorAsChild",
      "exact",
      expect.stringContaining("3 restarts in 5 s"),
    ]);
  }
  expect(found(`{ id: "b", start: branch, restart: "transient" }`)).toHaveLength(1);
});

test("the same one again, forgotten, or perhaps there", () => {
  const inner = "const inner = await branch();";
  expect(found(`{ id: "b", start: async () => inner }`, inner)).toMatchObject([
    ["supervisorAsChild", "exact", expect.stringContaining("its start gives the same one again")],
  ]);
  expect(found(`{ id: "b", start: branch, restart: "temporary" }`)).toMatchObject([
    ["supervisorForgotten", "exact", expect.anything()],
  ]);
  expect(found(`...(process.env.B ? [{ id: "b", start: branch }] : [])`)).toMatchObject([
    ["supervisorAsChild", "best effort", expect.anything()],
  ]);
  expect(found(`{ id: "b", start: branch, restart: process.env.RESTART as never }`)).toEqual([]);
});

test("a server that stands for a supervisor, and supervisors side by side", () => {
  expect(found(`{ id: "b", start: () => GenServer.start({ ...w, init: () => branch() as never }) }`)).toEqual(
    [],
  );
  expect(found(`{ id: "w", start: () => GenServer.start(w) }`, "await branch();")).toEqual([]);
});
