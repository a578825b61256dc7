import { expect, test } from "vitest";
import { check, lintFiles } from "./check.ts";

test("started from outside any process", () => {
  check(
    "unsupervised-process",
    `
import { GenServer, Supervisor, System } from "suptree";
class Mailer extends GenServer {}
class AppSup extends Supervisor {
  init() { return { children: [] }; }
}
const system = new System();
await system.start(AppSup);
await system.start(Mailer);
      ~~~~~~~~~~~~~~~~~~~~ unsupervised-process startedOutside
`,
  );
});

test("started from outside, and monitored by a process: that one is told", () => {
  const source = (look: string, mark: string) => `
import { GenServer, Supervisor, System } from "suptree";
class Mailer extends GenServer { init() { this.register("mailer"); } }
class Api extends GenServer {
  init() { ${look} }
  handleInfo(message) { if (message.type === "DOWN") this.exit("mailer_gone"); }
}
export class AppSup extends Supervisor {
  init() { return { children: [{ id: "api", start: [Api] }] }; }
}
const system = new System();
await system.start(Mailer);
      ~~~~~~~~~~~~~~~~~~~~ unsupervised-process ${mark}
`;
  check("unsupervised-process", source('this.monitor("mailer");', "monitoredOutside"));
  check("unsupervised-process", source('this.cast("mailer", 1);', "startedOutside"));
});

test("where a library tells listeners of every end, it is not said that nobody is told", () => {
  const { findings } = check(
    "unsupervised-process",
    `
import { GenServer, Supervisor } from "@hamicek/noex";
const mailer = { init: () => 0, handleCall: (message, state) => [state, state], handleCast: (message, state) => state };
GenServer.onLifecycleEvent((event) => console.log(event.type));
const app = await Supervisor.start({ children: [] });
const ref = await GenServer.start(mailer);
                  ~~~~~~~~~~~~~~~~~~~~~~~ unsupervised-process startedOutside
`,
  );
  expect(findings[0]!.message).toContain("When it crashes, nothing restarts it, and no supervisor stops it.");
});

test("started by a process without a link; with a link it is not alone", () => {
  const { findings } = check(
    "unsupervised-process",
    `
import { GenServer, Supervisor } from "suptree";
class Log extends GenServer {}
class Helper extends GenServer {}
class Api extends GenServer {
  async handleCall() {
    await this.start(Log);
          ~~~~~~~~~~~~~~~ unsupervised-process startedByProcess
    await this.startLink(Helper);
  }
}
export class AppSup extends Supervisor {
  init() { return { children: [{ id: "api", start: [Api] }] }; }
}
`,
  );
  expect(findings[0]!.message).toMatch(/^`[aA]pi` starts `Log` outside any tree and without a link\./);
});

test("who monitors it is told; a link made by either side is one", () => {
  const source = (line: string, init = "") => `
import { GenServer, Supervisor } from "suptree";
class Log extends GenServer { init(owner) { ${init} } }
class Api extends GenServer {
  async handleCall() {
    const log = await this.start(Log, this.self);
    ${line}
  }
  handleInfo(message) { if (message.type === "DOWN") this.exit("log_gone"); }
}
export class AppSup extends Supervisor {
  init() { return { children: [{ id: "api", start: [Api] }] }; }
}
`;
  check(
    "unsupervised-process",
    source("this.monitor(log);").replace(
      "    this.monitor",
      "                      ~~~~~~~~~~~~~~~~~~~~~~~~~~ unsupervised-process startedAndMonitored\n    this.monitor",
    ),
  );
  check("unsupervised-process", source("this.link(log);"));
  check("unsupervised-process", source("", "this.link(owner);"));
});

test("what is said of the starter's end depends on who hears of it", () => {
  const message = (init: string, on: string) => {
    const text = `
import { GenServer, Supervisor } from "suptree";
class Log extends GenServer {
  init(owner) { ${init} }
  handleInfo(message) { if (message.type === "${on}") this.exit("normal"); }
}
class Api extends GenServer { async init() { await this.start(Log, this.self); } }
export class AppSup extends Supervisor { init() { return { children: [{ id: "api", start: [Api] }] }; } }
`;
    return lintFiles(new Map([["app.ts", text]])).find(({ rule }) => rule === "unsupervised-process")!
      .message;
  };
  expect(message("this.monitor(owner);", "DOWN")).toContain("nothing restarts it. Make it a child");
  // It is told and does nothing, or something on other news.
  expect(message("this.monitor(owner);", "done")).toContain("when `Api` ends, it goes on running");
  expect(message("", "DOWN")).toContain("when `Api` ends, it goes on running");
});
