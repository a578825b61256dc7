import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import { check } from "./check.ts";
import { model } from "./model.ts";

test("asking one's own supervisor for a child in init", () => {
  const { findings } = check(
    "supervisor-call-in-init",
    `
import { GenServer, Supervisor } from "suptree";
class Helper extends GenServer {}
class Boss extends GenServer {
  async init() {
    await this.startChild("app_sup", { id: "helper", start: [Helper] });
          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ supervisor-call-in-init deadlock
  }
}
class AppSup extends Supervisor {
  init() { return { children: [{ id: "boss", start: [Boss] }] }; }
}
export class Top extends Supervisor {
  init() { return { children: [{ id: "app", start: [AppSup], name: "app_sup" }] }; }
}
`,
  );
  expect(findings[0]!.message).toContain("startChild has no timeout, so the tree hangs there for good");
});

const ids = (use: string) =>
  lint(
    model({
      Top: { children: [{ id: "app" }, { id: "other" }] },
      App: { children: [{ id: "boss", uses: [use] }] },
      Other: { children: [] },
    }),
  )
    .filter(({ rule }) => rule === "supervisor-call-in-init")
    .map(({ messageId }) => messageId);

test("any supervisor above, only in init, only what waits", () => {
  expect(ids("init call app")).toEqual(["deadlock"]);
  expect(ids("init start app")).toEqual(["deadlock"]);
  expect(ids("init cast app")).toEqual([]);
  expect(ids("continue start app")).toEqual([]);
  expect(ids("call app")).toEqual([]);
  expect(ids("init call other")).toEqual([]);
});

test("on a condition it may; whoever does not wait goes on", () => {
  const source = (line: string) => `
import { GenServer, Supervisor } from "suptree";
class Boss extends GenServer {
  async init() {
    ${line}
  }
}
class AppSup extends Supervisor {
  init() { return { children: [{ id: "boss", start: [Boss] }] }; }
}
export class Top extends Supervisor {
  init() { return { children: [{ id: "app", start: [AppSup], name: "app_sup" }] }; }
}
`;
  const { findings } = check(
    "supervisor-call-in-init",
    source(`if (process.env.EAGER) await this.countChildren("app_sup");
                                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ supervisor-call-in-init mayDeadlock`),
  );
  expect(findings[0]).toMatchObject({ certainty: "best effort", severity: "warning" });
  check("supervisor-call-in-init", source(`void this.countChildren("app_sup");`));
});
