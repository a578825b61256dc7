import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { ProcessFacts } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { facts, model } from "./model.ts";

const registry = (body: string) => `
import { GenServer, Supervisor, type Pid } from "suptree";
class Registry extends GenServer {
  byNode = new Map<string, Pid>();
  ${body}
}
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "registry", start: [Registry] }] };
  }
}
`;

test("pids that are kept and not watched", () => {
  const { findings } = check(
    "missing-monitor",
    registry("handleCast(message) { this.byNode.set(message.node, message.pid); }").replace(
      "  byNode = new Map<string, Pid>();",
      "  byNode = new Map<string, Pid>();\n  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ missing-monitor keepsDeadPids",
    ),
  );
  expect(findings[0]!.message).toContain("`Registry` keeps pids in `byNode`");
});

test("monitored with DOWN handled, or linked: nothing", () => {
  check(
    "missing-monitor",
    registry(`
  handleCast(message) { this.monitor(message.pid); this.byNode.set(message.node, message.pid); }
  handleInfo(message) { if (message.type === "DOWN") this.byNode.clear(); }`),
  );
  check(
    "missing-monitor",
    registry("handleCast(message) { this.link(message.pid); this.byNode.set(message.node, message.pid); }"),
  );
});

const location = { file: "app.ts", line: 901, column: 1, endLine: 901, endColumn: 9 };
const keeps = [{ field: "pids", location, many: true as const }];
const ids = (extra: Partial<ProcessFacts>, uses: string[] = []) =>
  lint(
    model({
      App: {
        children: [{ id: "db" }, { id: "a", process: facts({ location, keepsPids: keeps, ...extra }), uses }],
      },
    }),
  )
    .filter(({ rule }) => rule === "missing-monitor")
    .map(({ messageId }) => messageId);

test("over models", () => {
  expect(ids({})).toEqual(["keepsDeadPids"]);
  expect(ids({ monitors: true })).toEqual(["dropsDown"]);
  expect(ids({ monitors: true, handlesDown: true })).toEqual([]);
  expect(ids({ keepsPids: [] })).toEqual([]);
  expect(ids({}, ["link db"])).toEqual([]);
  // A monitor or link that the analysis could not follow may be the one.
  expect(ids({ unresolved: [{ kind: "link", phase: "later", reason: "?", location }] })).toEqual([]);
});
