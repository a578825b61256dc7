/**
 * Fairness: whoever works without a pause keeps neither other processes nor the event loop waiting. Nothing here
 * measures time: each loop ends when the other side has had its turn, or, unfair, at a bound far beyond that.
 */
import { type Call, continueWith, GenServer, type Info, type Protocol, reply, System } from "suptree";
import { describe, expect, it } from "vitest";

interface EchoProtocol extends Protocol {
  calls: Call<{ type: "echo" }, string>;
  casts: "count";
}

class Echo extends GenServer<EchoProtocol> {
  casts = 0;
  override handleCall(request: EchoProtocol["calls"]) {
    return reply(request, "echo");
  }
  override handleCast() {
    this.casts++;
  }
}

const BOUND = 20_000_000;

describe("fairness", () => {
  it("lets the event loop turn while somebody outside calls without a pause", async () => {
    const system = new System({ logger: null });
    const echo = await system.start(Echo);
    let turned = false;
    setTimeout(() => {
      turned = true;
    }, 1);
    let calls = 0;
    while (!turned && calls < BOUND) {
      await system.call(echo, { type: "echo" });
      calls++;
    }
    expect(turned).toBe(true);
    await system.stop();
  });

  it("lets the event loop turn while processes keep each other busy", async () => {
    let hops = 0;
    class Ball extends GenServer {
      override handleInfo(message: Info<{ type: "hop" }>) {
        if (message.type === "hop" && ++hops < BOUND) this.send(this.self, { type: "hop" });
      }
    }
    const system = new System({ logger: null });
    system.send(await system.start(Ball), { type: "hop" });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(hops).toBeGreaterThan(0);
    expect(hops).toBeLessThan(BOUND);
    await system.stop();
  });

  for (const clock of ["real", "virtual"] as const)
    it(`lets the event loop turn while a process goes on by promises for ever, on the ${clock} clock`, async () => {
      const system = new System({ clock, logger: null });
      let turned = false;
      let rounds = 0;
      class Endless extends GenServer {
        override init() {
          return continueWith("on");
        }
        override async handleContinue() {
          return turned || ++rounds >= BOUND ? undefined : continueWith("on");
        }
      }
      setTimeout(() => {
        turned = true;
      }, 1);
      await system.start(Endless);
      while (!turned && rounds < BOUND) await new Promise((resolve) => setImmediate(resolve));
      expect(turned).toBe(true);
      expect(rounds).toBeLessThan(BOUND);
      await system.stop();
    });

  it("does not make one process wait for the backlog of another", async () => {
    class Sender extends GenServer {
      override handleInfo(message: Info<{ type: "flood" }>) {
        if (message.type === "flood") for (let i = 0; i < 200_000; i++) this.cast("busy", "count");
      }
    }
    class Busy extends Echo {
      // As long a piece of work as makes the backlog last for many turns of the loop.
      override handleCast() {
        for (let i = 0; i < 300; i++) worked = (worked * 31 + i) % 1_000_003;
        handled++;
      }
    }
    let handled = 0;
    let worked = 0;
    const system = new System({ logger: null });
    await system.start([Busy], { name: "busy" });
    const echo = await system.start(Echo);
    const sender = await system.start(Sender);
    system.send(sender, { type: "flood" });
    await Promise.resolve();
    expect(await system.call(echo, { type: "echo" })).toBe("echo");
    expect(handled).toBeLessThan(200_000);
    await system.stop();
  });

  it("handles a flood from outside while it comes in, as long as that is quick", async () => {
    const system = new System({ logger: null });
    const echo = await system.start(Echo);
    for (let i = 0; i < 1_000_000; i++) system.cast(echo, "count");
    expect(system.processInfo(echo)?.mailboxLength).toBeLessThan(500_000);
    await system.stop();
  });

  it("does not hold a sender outside until a slow receiver is done", async () => {
    let handled = 0;
    class Slow extends Echo {
      override handleCast() {
        handled++;
        for (const end = performance.now() + 0.1; performance.now() < end; );
      }
    }
    const system = new System({ logger: null });
    const slow = await system.start(Slow);
    for (let i = 0; i < 20_000; i++) system.cast(slow, "count");
    expect(handled).toBeLessThan(20_000);
    await system.stop();
  });
});
