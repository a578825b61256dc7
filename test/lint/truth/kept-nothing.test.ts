/** What looks like a pid that outlives its process, and is none. */
import { describe } from "vitest";
import { app, cases } from "./program.ts";

const keeper = (body: string): string =>
  app(`class Keeper extends GenServer { ${body} }`, `{ id: "keeper", start: [Keeper] }`);
const many = ["missing-monitor keepsDeadPids"];

describe("the pid of the process itself goes with it", () => {
  const used = `handleCast(m) { if (this.me) this.send(this.me, m); }`;
  cases([
    ["set in init", keeper(`me: Pid | undefined; init() { this.me = this.self; } ${used}`)],
    [
      "set in a helper",
      keeper(
        `me: Pid | undefined; init() { this.note(this.self); } note(pid: Pid) { this.me = pid; } ${used}`,
      ),
    ],
    [
      "and that of another",
      keeper(
        `me: Pid | undefined; init() { this.me = this.self; } handleInfo(m) { this.me = m.pid; } ${used}`,
      ),
      ["missing-monitor keepsDeadPid"],
    ],
  ]);
});

describe("who is started linked ends with the one that started it", () => {
  const sensor = `class Sensor extends GenServer {
  sink!: Pid; init(sink: Pid) { this.sink = sink; } handleInfo(m) { this.send(this.sink, m); } }
class Wind extends Sensor {}`;
  const stations = (init: string): string =>
    app(
      `${sensor} class Station extends GenServer { async init() { ${init} } handleInfo() {} }`,
      `{ id: "north", start: [Station] }, { id: "south", start: [Station] }`,
    );
  cases([
    ["by one of several", stations(`await this.startLink(Sensor, this.self);`)],
    ["several by each", stations(`for (const cls of [Sensor, Wind]) await this.startLink(cls, this.self);`)],
    [
      "and who is not",
      stations(`await this.start(Sensor, this.self);`),
      ["missing-monitor keepsDeadPid", "unsupervised-process startedByProcess"],
    ],
    [
      "who keeps its parent",
      keeper(
        `up: Pid | undefined; init() { this.up = this.parent; } handleInfo(m) { this.send(this.up!, m); }`,
      ),
    ],
  ]);
});

describe("what is a key of a weak map or set goes with nobody's help", () => {
  cases([
    ["a map", keeper(`names = new WeakMap<Pid, string>(); handleCast(m) { this.names.set(m.pid, m.name); }`)],
    ["a set", keeper(`seen = new WeakSet<Pid>(); handleCast(m) { this.seen.add(m.pid); }`)],
    [
      "declared",
      keeper(
        `private readonly names: WeakMap<Pid, string> = new WeakMap(); handleCast(m) { this.names.set(m.pid, m.name); }`,
      ),
    ],
    [
      "a pid is its value",
      keeper(`pids = new WeakMap<object, Pid>(); handleCast(m) { this.pids.set(m.key, m.pid); }`),
      many,
    ],
    [
      "a map that is not weak",
      keeper(`names = new Map<Pid, string>(); handleCast(m) { this.names.set(m.pid, m.name); }`),
      many,
    ],
  ]);
});

describe("a system tells a function when a process has ended", () => {
  const keeps = `pids = new Map<string, Pid>();`;
  cases([
    [
      "a monitor of the system",
      keeper(
        `${keeps} handleCast(m) { this.pids.set(m.key, m.pid); this.system.monitor(m.pid, this.wrap(() => this.pids.delete(m.key))); }`,
      ),
    ],
    [
      "in a helper",
      keeper(
        `${keeps} handleCast(m) { this.pids.set(m.key, m.pid); this.watch(m); } watch({ pid, key }) { this.system.monitor(pid, () => this.send(this.self, { gone: key })); } handleInfo(m) { this.pids.delete(m.gone); }`,
      ),
    ],
    [
      "one of its own tells by a message",
      keeper(`${keeps} handleCast(m) { this.pids.set(m.key, m.pid); this.monitor(m.pid); }`),
      ["missing-monitor dropsDown"],
    ],
  ]);
});
