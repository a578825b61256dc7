/** Bounds that must not be there: of the stack, of quadratic time; and those that must: of waiting. */
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  type CallError,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
} from "../../src/runtime/index.ts";

const quiet = { logger: null };

describe("a chain of linked starts", () => {
  class Link extends GenServer {
    override async init(left: number): Promise<void> {
      if (left > 0) await this.startLink(Link, left - 1);
    }
  }
  class Careless extends GenServer {
    override init(left: number): void {
      if (left > 0) void this.startLink(Careless, left - 1);
    }
  }
  class Nest extends Supervisor {
    override init(left: number): SupervisorSpec {
      return { children: left === 0 ? [] : [{ id: "inner", start: [Nest, left - 1] }] };
    }
  }
  it.each([
    ["awaited in init", Link],
    ["not awaited", Careless],
    ["of supervisors", Nest],
  ])("%s is bounded by memory only, and so is its end", async (_, cls) => {
    const system = new System(quiet);
    const first = await system.start(cls, 20_000);
    await system.idle();
    expect(system.processCount).toBe(20_001);
    system.sendExit(first, cls === Nest ? "kill" : "boom");
    await system.stop();
    expect(system.processCount).toBe(0);
  });
});

/**
 * How much dearer it is to have `n` of something in one place than to have them in many; a few times when it takes linear
 * time, hundreds of times when it takes quadratic time. CPU time, the best of some runs each.
 */
async function crowding(of: (groups: number) => Promise<number>): Promise<number> {
  const best = async (groups: number) => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) times.push(await of(groups));
    return Math.max(1, Math.min(...times));
  };
  return (await best(1)) / (await best(400));
}

describe("linear time", () => {
  const N = 40_000;
  class Member extends GenServer {
    override init(registry: Pid<Registry>, key: number): void {
      Registry.register(this, registry, key);
    }
  }
  class Idle extends GenServer {}
  class Sup extends Supervisor {
    override init(children: SupervisorSpec["children"]): SupervisorSpec {
      return { children };
    }
  }

  it("for the members of one registry key that leave", async () => {
    const ratio = await crowding(async (groups) => {
      const system = new System(quiet);
      const registry = await system.start(Registry, { keys: "duplicate" });
      const members: Pid[] = [];
      for (let i = 0; i < N; i++) members.push(await system.start(Member, registry, i % groups));
      expect(Registry.lookup(system, registry, 0)).toHaveLength(N / groups);
      const begin = process.cpuUsage().user;
      for (const member of members) system.kill(member);
      const time = process.cpuUsage().user - begin;
      expect(Registry.count(system, registry)).toBe(0);
      await system.stop();
      return time;
    });
    expect(ratio).toBeLessThan(20);
  });

  it.each(["stop one after the other", "have died already"])(
    "for temporary children that %s",
    async (how) => {
      const ratio = await crowding(async (groups) => {
        const system = new System(quiet);
        const spec = (id: string) => ({ id, start: [Idle] as const, restart: "temporary" as const });
        const children = Array.from({ length: N / groups }, (_, i) => spec(String(i)));
        const sups = await Promise.all(Array.from({ length: groups }, () => system.start(Sup, children)));
        const pids = system.processes().filter(({ label }) => label === "Idle");
        const begin = process.cpuUsage().user;
        if (how === "have died already") {
          system.pause();
          for (const { pid } of pids) system.kill(pid);
        }
        const stopping = sups.map((sup) => system.stopProcess(sup));
        system.resume();
        await Promise.all(stopping);
        const time = process.cpuUsage().user - begin;
        expect(system.processCount).toBe(0);
        return time;
      });
      expect(ratio).toBeLessThan(20);
    },
  );
});

/** Keeps the event loop from going round. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe("after the event loop was blocked, an answer that was due before a timeout counts", () => {
  class Server extends GenServer {
    #from: From | null = null;
    override async handleCall(request: { type: string }, from: From) {
      switch (request.type) {
        case "timer":
          this.#from = from;
          this.sendAfter(10, this.self, { type: "now" });
          return noReply;
        case "sleep":
          await this.sleep(10);
          return reply(request, "answer");
        case "input":
          await stat(new URL(import.meta.url));
          return reply(request, "answer");
        case "turns":
          for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
          return reply(request, "answer");
        case "file":
          // Opened, measured, read, closed: each takes a turn.
          await readFile(new URL(import.meta.url));
          return reply(request, "answer");
        case "http": {
          const http = createServer((_, response) => response.end("answer")).listen(0);
          await once(http, "listening");
          const { port } = http.address() as AddressInfo;
          const answer = await (await fetch(`http://127.0.0.1:${port}`)).text();
          http.close();
          return reply(request, answer);
        }
        case "chain":
          return reply(request, await this.call("other", { type: "timer" }));
        default:
          return noReply;
      }
    }
    override handleInfo(message: Info<{ type: "now" }>): void {
      if (message.type === "now" && this.#from !== null) this.reply(this.#from, "answer");
    }
  }
  it.each(["timer", "sleep", "input", "turns", "file", "http", "chain"])("%s", async (type) => {
    const system = new System(quiet);
    const server = await system.start(Server);
    await system.start([Server], { name: "other" });
    // The first of its kind is slow.
    await system.call(server, { type });
    const call = system.call(server, { type }, 40);
    block(400);
    expect(await call).toBe("answer");
    // And what was not due still times out.
    const late = system.call(server, { type: "never" }, 5);
    block(20);
    await expect(late).rejects.toMatchObject({ reason: "timeout" });
    await system.stop();
  });

  it("limits that have passed are over together, and what nobody answers is over soon", async () => {
    const system = new System(quiet);
    const server = await system.start(Server);
    const ends = Array.from({ length: 50 }, (_, i) =>
      system.call(server, { type: "never" }, 5 + i).catch((error: CallError) => error.reason),
    );
    block(100);
    // The time that was lost is waited for once, not once for each of them.
    const later = new Promise<string[]>((resolve) => setTimeout(() => resolve(["too late"]), 2_000));
    expect(new Set(await Promise.race([Promise.all(ends), later]))).toEqual(new Set(["timeout"]));
    await system.stop();
  });

  it("many limits of the same moment are over together", async () => {
    const system = new System(quiet);
    const servers = await Promise.all(Array.from({ length: 500 }, () => system.start(Server)));
    const calls = servers.map((server) =>
      system.call(server, { type: "never" }, 5).catch((error) => error.reason),
    );
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["timeout"]));
    await system.stop();
  });
});

describe.each(["real", "virtual"] as const)("%s clock", (clock) => {
  class Echo extends GenServer {
    readonly seen: unknown[] = [];
    override handleCall(request: object) {
      this.seen.push(request);
      return reply(request, "echo");
    }
    override handleInfo(message: unknown): void {
      this.seen.push(message);
    }
  }

  it("a call with timeout 0 times out, and its request arrives", async () => {
    const system = new System({ clock, ...quiet });
    const echo = await system.start(Echo);
    const outside = system.call(echo, { from: "outside" }, 0).catch((error: CallError) => error.reason);
    class Caller extends GenServer {
      override async handleCall(request: object) {
        return reply(
          request,
          await this.call(echo, { from: "inside" }, 0).catch((error: CallError) => error.reason),
        );
      }
    }
    expect(await outside).toBe("timeout");
    expect(await system.call(await system.start(Caller), {})).toBe("timeout");
    await system.idle();
    expect((await system.getState(echo)).seen).toEqual([{ from: "outside" }, { from: "inside" }]);
    system.kill(echo);
    await expect(system.call(echo, {}, 0)).rejects.toMatchObject({ reason: "noproc" });
    await system.stop();
  });

  it("a hung process is not waited for", async () => {
    const system = new System({ clock, ...quiet });
    const echo = await system.start(Echo);
    system.hang(echo);
    const asked = [
      system.getState(echo, 20),
      system.suspendProcess(echo, 20),
      system.resumeProcess(echo, 20),
      system.getState(echo, 0),
    ].map((promise) => promise.catch((error: CallError) => error.reason));
    if (clock === "virtual") await system.settle();
    expect(await Promise.all(asked)).toEqual(["timeout", "timeout", "timeout", "timeout"]);
    if (clock === "virtual") {
      const byDefault = system.getState(echo).catch((error: CallError) => error.reason);
      const before = system.now();
      await system.settle();
      expect(await byDefault).toBe("timeout");
      expect(system.now() - before).toBe(5000);
    }
    await system.stop();
  });

  it("a suspended process shows its mailbox", async () => {
    const system = new System({ clock, ...quiet });
    const echo = await system.start([Echo], { name: "echo" });
    await system.suspendProcess(echo);
    system.send("echo", { n: 1 });
    system.send("echo", { n: 2 });
    await system.idle();
    system.send("echo", { n: 3 });
    expect(system.processInfo(echo)).toMatchObject({
      mailboxLength: 3,
      mailbox: ["{ n: 1 }", "{ n: 2 }", "{ n: 3 }"],
    });
    await system.resumeProcess(echo);
    await system.idle();
    expect(system.processInfo(echo)).toMatchObject({ mailboxLength: 0, mailbox: [] });
    await system.stop();
  });

  it("a supervisor shows no dead process as running", async () => {
    const system = new System({ clock, ...quiet });
    const NAME = processName<Echo>("echo");
    class Loner extends Echo {
      override init(): void {
        if (this.parent !== null) this.unlink(this.parent);
      }
    }
    class Sup extends Supervisor {
      override init(): SupervisorSpec {
        return { children: [{ id: "loner", start: [Loner], name: NAME }] };
      }
    }
    const sup = await system.start(Sup);
    system.kill(NAME);
    await system.idle();
    expect(system.processInfo(sup)?.supervision?.children).toMatchObject([
      { id: "loner", pid: null, state: "undefined" },
    ]);
    await system.stop();
  });
});
