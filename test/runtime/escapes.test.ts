/**
 * What a dying process leaves behind must not end the program: every kind of callback, synchronous or not, however and
 * whenever it dies, and whatever comes of its promise afterwards. In a program of its own, since a test runner has its
 * own ideas about unhandled rejections.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const library = new URL("../../src/runtime/index.ts", import.meta.url).href;

const PROGRAM = `
import vm from "node:vm";
import { GenServer, reply, stop, continueWith, Supervisor, System, Task, TaskSupervisor } from ${JSON.stringify(library)};

const escaped = [];
let running = "";
process.on("uncaughtException", (error) => escaped.push(running + ": " + error));

const tick = () => new Promise((resolve) => setImmediate(resolve));
const OtherError = vm.runInNewContext("Error");

// How the process of \`self\` ends while its callback runs.
const DEATHS = {
  none: () => {},
  "its own kill": (p) => { try { p.sendExit(p.self, "kill"); } catch {} },
  "its own exit signal": (p) => { try { p.sendExit(p.self, "boom"); } catch {} },
  "its own exit signal, uncaught": (p) => p.sendExit(p.self, "boom"),
  "a kill by the system": (p) => p.system.kill(p.self),
  "an exit signal of the system": (p) => p.system.sendExit(p.self, "boom"),
  "a link": (p) => { p.link("partner"); p.system.kill("partner"); },
};
// What comes of the callback.
const ENDS = {
  value: () => undefined,
  throw: () => { throw new Error("late"); },
  "throw of another realm": () => { throw new OtherError("late"); },
  "throw of a value": () => { throw { odd: 1 }; },
  exit: (p) => p.exit("late"),
  "normal exit": (p) => p.exit("normal"),
  rejection: () => Promise.reject(new Error("late")),
  "a later rejection": () => tick().then(() => { throw new Error("late"); }),
  "a rejected reply": (p) => reply({}, Promise.reject(new Error("late"))),
  "a stop with a rejected reply": (p) => stop("normal", reply({}, Promise.reject(new Error("late")))),
  "a foreign thenable": () => vm.runInNewContext("Promise.reject(new Error('late'))"),
};
// When it dies and when it ends: at once, or after an await.
const SHAPES = {
  "all at once": (p, death, end) => { death(p); return end(p); },
  "async, all before the first await": async (p, death, end) => { death(p); return end(p); },
  "dies at once, ends later": async (p, death, end) => { death(p); await tick(); return end(p); },
  "dies and ends later": async (p, death, end) => { await tick(); death(p); return end(p); },
  "dies later, ends in a promise of its own": (p, death, end) => tick().then(() => { death(p); return end(p); }),
};

class Partner extends GenServer {}
let script = () => {};
class Server extends GenServer {
  init(where) {
    this.where = where;
    if (where === "init") return script(this);
    if (where === "handleContinue") return continueWith("x");
    if (where === "terminate") this.trapExit(true);
  }
  handleCall() { return this.where === "handleCall" ? script(this) : reply({}, 1); }
  handleCast() { if (this.where === "handleCast") return script(this); if (this.where === "terminate") return stop("over"); }
  handleInfo() { if (this.where === "handleInfo") return script(this); }
  handleContinue() { return script(this); }
  terminate() { if (this.where === "terminate") return script(this); }
}
class Sup extends Supervisor {
  init() { return script(this); }
}
class Owner extends GenServer {
  init() { this.trapExit(true); }
  async handleCall(request) {
    const task = this.async((t) => script(t), request.under ? { under: request.under, notify: true } : {});
    let end = "timeout";
    try { await this.await(task, 3000); end = "value"; } catch (error) { if (error.reason !== "timeout") end = "failed"; }
    return reply(request, end);
  }
}

// Where: a function that has the callback run, and waits until everything that can come of it has come.
const PLACES = {
  init: (s) => s.start(Server, "init").catch(() => {}),
  handleCall: async (s) => { const p = await s.start(Server, "handleCall"); await Promise.race([s.call(p, {}, 50).catch(() => {}), tick().then(tick)]); },
  handleCast: async (s) => { s.cast(await s.start(Server, "handleCast"), {}); },
  handleInfo: async (s) => { s.send(await s.start(Server, "handleInfo"), {}); },
  handleContinue: (s) => s.start(Server, "handleContinue").catch(() => {}),
  terminate: async (s) => { s.cast(await s.start(Server, "terminate"), {}); },
  "a supervisor's init": (s) => s.start(Sup).catch(() => {}),
  "a task": (s) => s.start(Task, (t) => script(t)).catch(() => {}),
  "this.async": async (s) => { const end = await s.call(await s.start(Owner), {}, 4000); if (end === "timeout") escaped.push(running + ": await ran into its timeout"); },
  "this.async under a supervisor": async (s) => { const end = await s.call(await s.start(Owner), { under: await s.start(TaskSupervisor) }, 4000); if (end === "timeout") escaped.push(running + ": await ran into its timeout"); },
};

let cases = 0;
const rejections = [];
process.on("unhandledRejection", (reason) => rejections.push(running + ": " + reason));
for (const clock of ["real"]) {
  for (const [place, act] of Object.entries(PLACES)) {
    for (const [shape, shaped] of Object.entries(SHAPES)) {
      for (const [death, die] of Object.entries(DEATHS)) {
        for (const [how, end] of Object.entries(ENDS)) {
          running = [place, shape, death, how].join(", ");
          cases++;
          const system = new System({ clock, logger: null });
          await system.start([Partner], { name: "partner" });
          script = (p) => shaped(p, die, end);
          await act(system);
          await tick(); await tick(); await tick();
          const living = system.processes().filter((info) => info.label === "Server" && info.callback !== null);
          if (living.length > 0) escaped.push(running + ": still in " + living[0].callback);
          await system.stop();
          if (system.processCount !== 0) escaped.push(running + ": " + system.processCount + " processes left");
        }
      }
    }
  }
}
await tick();
console.log(JSON.stringify({ cases, escaped: [...escaped, ...rejections] }));
`;

it("nothing escapes from a callback that dies", () => {
  const folder = mkdtempSync(join(tmpdir(), "suptree-escapes-"));
  try {
    const file = join(folder, "program.mjs");
    writeFileSync(file, PROGRAM);
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect(stderr).toBe("");
    const { cases, escaped } = JSON.parse(stdout) as { cases: number; escaped: string[] };
    expect(escaped).toEqual([]);
    expect(cases).toBe(10 * 5 * 7 * 11);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
