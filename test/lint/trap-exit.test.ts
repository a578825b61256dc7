import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child, ProcessFacts } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { facts, model } from "./model.ts";

test("a terminate that no shutdown runs", () => {
  const { findings } = check(
    "trap-exit",
    `
import { GenServer, Supervisor } from "suptree";
class Journal extends GenServer { terminate() { save(); } }
~ trap-exit terminateNotRun
export class StoreSup extends Supervisor {
  init() {
    return { children: [{ id: "journal", start: [Journal] }] };
  }
}
`.replace("~ trap", `${"~".repeat(59)} trap`),
  );
  expect(findings[0]!.message).toContain("When `StoreSup` shuts it down");
});

const ids = (
  extra: Partial<ProcessFacts>,
  more: Omit<Partial<Child>, "id"> & { uses?: string[] } = {},
  dialect = "suptree",
) =>
  lint(
    model({
      App: {
        dialect,
        children: [
          { id: "db" },
          {
            id: "a",
            process: facts({
              symbol: "A",
              location: { file: "app.ts", line: 800, column: 1, endLine: 801, endColumn: 1 },
              ...extra,
            }),
            ...more,
          },
        ],
      },
    }),
  )
    .filter(({ rule }) => rule === "trap-exit")
    .map(({ messageId }) => messageId);

test("over models", () => {
  expect(ids({ trapsExit: true }, { uses: ["link db"] })).toEqual(["dropsExits"]);
  expect(ids({ trapsExit: true })).toEqual(["handlesNoExit"]);
  expect(ids({ trapsExit: true, handlesExit: true }, { uses: ["link db"] })).toEqual([]);
  expect(ids({ hasTerminate: true })).toEqual(["terminateNotRun"]);
  expect(ids({ hasTerminate: true, trapsExit: true, handlesExit: true })).toEqual([]);
  expect(ids({ hasTerminate: true }, { shutdown: "brutal_kill" })).toEqual([]);
  expect(ids({ hasTerminate: true }, {}, "noex")).toEqual([]);
});

test("a process that somebody else links to is linked", () => {
  const tree = model({
    App: {
      children: [
        { id: "a", process: facts({ trapsExit: true }) },
        {
          id: "b",
          uses: ["link a"],
          process: facts({ location: { file: "b.ts", line: 1, column: 1, endLine: 2, endColumn: 1 } }),
        },
      ],
    },
  });
  expect(
    lint(tree)
      .filter(({ rule }) => rule === "trap-exit")
      .map(({ messageId }) => messageId),
  ).toEqual(["dropsExits"]);
});
