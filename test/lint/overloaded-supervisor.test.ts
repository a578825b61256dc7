import { expect, test } from "vitest";
import { check, lintFiles } from "./check.ts";

test("unrelated groups, with the fix that takes one out", () => {
  const { findings, fixed } = check(
    "overloaded-supervisor",
    `
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
class Db extends GenServer {}
class Users extends GenServer {
  async handleCall() { await this.call("db", { type: "get" }); }
}
class Queue extends GenServer {}
class Mailer extends GenServer {
  async handleCall() { await this.call("queue", { type: "take" }); }
}
export class AppSup extends Supervisor {
             ~~~~~~ overloaded-supervisor unrelatedGroups
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "db", start: [Db], name: "db" },
        // mail
        { id: "queue", start: [Queue], name: "queue" },
        { id: "users", start: [Users] },
        { id: "mailer", start: [Mailer] }, // slow
      ],
    };
  }
}
`,
  );
  expect(findings[0]!.message).toContain("(`db` and `users`) and (`queue` and `mailer`)");
  expect(findings[0]!.fixes[0]!.safe).toBe(false);
  const text = fixed!.get("app.ts")!;
  expect(text).toContain(`      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "queue_sup", start: [QueueSup] },
        { id: "users", start: [Users] },
      ],`);
  expect(text).toContain(`class QueueSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        // mail
        { id: "queue", start: [Queue], name: "queue" },
        { id: "mailer", start: [Mailer] }, // slow
      ],
    };
  }
}`);
  expect(lintFiles(fixed!)).toEqual([]);
});

test("no extraction when a child uses something of the init", () => {
  const { fixed } = check(
    "overloaded-supervisor",
    `
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
class Db extends GenServer {}
class Users extends GenServer {
  async handleCall() { await this.call("db", { type: "get" }); }
}
class Queue extends GenServer {}
class Mailer extends GenServer {
  async handleCall() { await this.call("queue", { type: "take" }); }
}
export class AppSup extends Supervisor {
             ~~~~~~ overloaded-supervisor unrelatedGroups
  override init(size: number): SupervisorSpec {
    return {
      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "users", start: [Users] },
        { id: "queue", start: [Queue, size], name: "queue" },
        { id: "mailer", start: [Mailer] },
      ],
    };
  }
}
`,
  );
  expect(fixed).toBeNull();
});

test("static children beside those that are started at run time", () => {
  check(
    "overloaded-supervisor",
    `
import { GenServer, Supervisor } from "suptree";
class Connection extends GenServer {}
class Registry extends GenServer {
  async handleCall(request) {
    await this.startChild("app_sup", { id: "connection-" + request.id, start: [Connection] });
  }
}
class AppSup extends Supervisor {
      ~~~~~~ overloaded-supervisor staticAndDynamic
  init() {
    return { children: [{ id: "registry", start: [Registry] }] };
  }
}
export class Top extends Supervisor {
  init() {
    return { children: [{ id: "app", start: [AppSup], name: "app_sup" }] };
  }
}
`,
  );
});

test("a pool from one expression counts as one child", () => {
  check(
    "overloaded-supervisor",
    `
import { GenServer, Supervisor } from "suptree";
class Shard extends GenServer {}
export class AppSup extends Supervisor {
  init() {
    return { children: Array.from({ length: 40 }, (_, n) => ({ id: \`shard-\${n}\`, start: [Shard, n] })) };
  }
}
`,
  );
});

test("waiting in the supervisor's own init", () => {
  check(
    "overloaded-supervisor",
    `
import { GenServer, Supervisor } from "suptree";
class Db extends GenServer {}
export class AppSup extends Supervisor {
  async init() {
    await fetch("http://config.example/");
    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ overloaded-supervisor workInInit
    return { children: [{ id: "db", start: [Db] }] };
  }
}
`,
  );
});
