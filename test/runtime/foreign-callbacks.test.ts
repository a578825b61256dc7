/** What a process does to itself in a callback that is not its own: a timer's, an emitter's, another process's. */
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ExitReason, GenServer, noReply, type Pid, reply, System } from "../../src/runtime/index.ts";

const escaped: unknown[] = [];
const catchIt = (error: unknown) => {
  escaped.push(error);
};
let system: System;
beforeEach(() => {
  process.on("uncaughtException", catchIt);
  process.on("unhandledRejection", catchIt);
  system = new System({ logger: null });
});
afterEach(async () => {
  await system.stop();
  await later();
  process.off("uncaughtException", catchIt);
  process.off("unhandledRejection", catchIt);
  expect(escaped.splice(0)).toEqual([]);
});

const later = () => new Promise<void>((resolve) => setTimeout(resolve, 2));

/** Its foreign callbacks are called while it is idle, suspended, or waits for a promise. */
class Owner extends GenServer {
  static act: (owner: Owner) => unknown = () => {};
  override handleCast(): Promise<void> {
    return new Promise(() => {});
  }
  override handleCall(request: object) {
    return reply(request, () => Owner.act(this));
  }
}
class Other extends GenServer {
  override handleCast(foreign: () => unknown): void {
    foreign();
  }
}

const STATES: [string, (pid: Pid) => unknown][] = [
  ["idle", () => {}],
  ["suspended", (pid) => system.suspendProcess(pid)],
  ["waiting", (pid) => system.cast(pid, {})],
];
const CALLERS: [string, (foreign: () => unknown) => unknown][] = [
  ["a timer", (foreign) => setTimeout(foreign, 0)],
  ["an emitter", (foreign) => new EventEmitter().on("event", foreign).emit("event")],
  ["a promise that nobody looks at", (foreign) => void Promise.resolve().then(foreign)],
  ["a microtask", (foreign) => queueMicrotask(foreign)],
];
const REASONS: ExitReason[] = ["kill", "boom", { shutdown: "enough" }];

describe.each(STATES)("a process that is %s and ends itself in a callback of", (_, bring) => {
  it.each(CALLERS)("%s harms nobody else", async (__, call) => {
    for (const reason of REASONS) {
      const pid = await system.start(Owner);
      Owner.act = (owner) => owner.sendExit(owner.self, reason);
      const foreign = (await system.call(pid, {})) as () => unknown;
      await bring(pid);
      call(foreign);
      await later();
      expect(system.processInfo(pid)).toBeUndefined();
    }
  });

  it("another process leaves that alone", async () => {
    const pid = await system.start(Owner);
    Owner.act = (owner) => owner.sendExit(owner.self, "kill");
    const foreign = (await system.call(pid, {})) as () => unknown;
    await bring(pid);
    const other = await system.start(Other);
    system.cast(other, foreign);
    await later();
    expect([system.processInfo(pid), system.processInfo(other)?.status]).toEqual([undefined, "idle"]);
  });
});

it("a process that dies before it has seen how its call failed never sees it", async () => {
  const seen: unknown[] = [];
  class Silent extends GenServer {
    override handleCall() {
      return noReply;
    }
  }
  class Caller extends GenServer {
    override async handleCast({ how, pid }: { how: string; pid: Pid }): Promise<void> {
      try {
        if (how === "call") await this.call(pid as Pid<Silent>, {});
        else if (how === "stop") await this.stopServer(pid);
        else await this.call("nobody", {});
      } catch (error) {
        seen.push(error);
      }
    }
  }
  for (const how of ["call", "stop", "nobody"]) {
    const pid = await system.start(Silent);
    const caller = await system.start(Caller);
    if (how !== "nobody") await system.suspendProcess(pid);
    system.cast(caller, { how, pid });
    if (how !== "nobody") await later();
    // Its failure is on the way.
    queueMicrotask(() => system.kill(caller));
    system.kill(pid);
    await later();
  }
  expect(seen).toEqual([]);
});

it("in its own callback nothing goes on after that, and after an await nothing that it does has an effect", async () => {
  const after: string[] = [];
  class Ends extends GenServer {
    override handleCast(how: string): void | Promise<void> {
      if (how === "at once") {
        this.sendExit(this.self, "kill");
        after.push("went on");
      } else return this.#late();
    }
    async #late(): Promise<void> {
      await later();
      this.sendExit(this.self, "kill");
      this.send("observer", { type: "from beyond" });
      await this.sleep(0);
      after.push("slept");
    }
  }
  class Observer extends GenServer {
    override handleInfo({ type }: { type: string }): void {
      after.push(type);
    }
  }
  await system.start([Observer], { name: "observer" });
  for (const how of ["at once", "later"]) {
    const pid = await system.start(Ends);
    system.cast(pid, how);
    await later();
    await later();
    expect(system.processInfo(pid)).toBeUndefined();
  }
  expect(after).toEqual([]);
});
