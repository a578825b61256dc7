import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { model } from "./model.ts";

const job = (restart: string, reason: string, mark = "") => `
import { GenServer, stop, Supervisor } from "suptree";
class Job extends GenServer {
  handleCast() { return stop("${reason}"); }
}
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "job", start: [Job], restart: "${restart}" },
${mark}
      ],
    };
  }
}
`;

test("a permanent child that stops normally; not transient, not with an abnormal reason", () => {
  const { findings } = check(
    "restart-policy",
    job("permanent", "normal", "          ~~~~~~~~~ restart-policy permanentStops"),
  );
  expect(findings[0]!.message).toContain("counts a restart (it allows 1 restart in 5 s)");
  check("restart-policy", job("transient", "normal"));
  check("restart-policy", job("temporary", "shutdown"));
  check("restart-policy", job("permanent", "out_of_disk"));
});

const ids = (target: Omit<Partial<Child>, "id">, use: string, user: Omit<Partial<Child>, "id"> = {}) =>
  lint(
    model({
      App: {
        children: [
          { id: "db", ...target },
          { id: "api", uses: [`${use} db`], ...user },
        ],
      },
    }),
  )
    .filter(({ rule }) => rule === "restart-policy")
    .map(({ messageId }) => messageId);

test("a temporary child that others need", () => {
  const temporary = { restart: "temporary" as const };
  expect(ids(temporary, "call")).toEqual(["temporaryNeeded"]);
  expect(ids(temporary, "init call")).toEqual(["temporaryNeeded"]);
  expect(ids(temporary, "call?")).toEqual([]);
  expect(ids(temporary, "cast")).toEqual([]);
  expect(ids(temporary, "call", temporary)).toEqual([]);
  expect(ids({ ...temporary, dynamic: true }, "call")).toEqual([]);
  expect(ids({}, "call")).toEqual([]);
});

test("who says shutdown because another process has ended asks to be started again; who says normal has done its work", () => {
  const session = (reason: string, mark = "") => `
import { GenServer, stop, Supervisor } from "suptree";
class Session extends GenServer {
  init() { this.monitor("peer"); }
  handleInfo(message) { if (message.type === "DOWN") return stop(${reason}); }
}
export class AppSup extends Supervisor {
  init() {
    return { children: [
      { id: "session", start: [Session] },
${mark}
    ] };
  }
}
`;
  check("restart-policy", session('{ shutdown: "the peer is gone" }'));
  check("restart-policy", session('"normal"', "        ~~~~~~~~~~~~~ restart-policy permanentStops"));
});
