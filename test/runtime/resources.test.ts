/** What a process owns ends with it, however it ends; and what goes wrong in its listeners crashes it and nobody else. */
import { EventEmitter, once } from "node:events";
import net from "node:net";
import { describe, expect, it } from "vitest";
import {
  type ExitReason,
  formatReason,
  GenServer,
  type Info,
  Supervisor,
  type SupervisorSpec,
  System,
  stop,
  Task,
} from "../../src/runtime/index.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
let log: string[] = [];
const note = (text: string) => {
  log.push(text);
};

/** Owns three things: synchronous, asynchronous, and a function. */
class Owner extends GenServer {
  override init(prepare?: (owner: Owner) => void): void {
    this.own({ [Symbol.dispose]: () => note("first") });
    this.own({
      [Symbol.asyncDispose]: async () => {
        note("second begins");
        await tick();
        note("second ends");
      },
    });
    this.onExit((reason) => note(`third: ${formatReason(reason)}`));
    const { signal } = this;
    signal.addEventListener("abort", () => note(`signal: ${formatReason(signal.reason)}`));
    prepare?.(this);
  }
  override handleCast(act: (owner: Owner) => never): never {
    return act(this);
  }
  override handleInfo(message: Info<{ type: string }>): void {
    note(`info: ${message.type}`);
  }
  override terminate(): void {
    note("terminate");
  }
}
class Sup extends Supervisor {
  override init(children: SupervisorSpec["children"]): SupervisorSpec {
    return { children, intensity: 100 };
  }
}

const quiet = { logger: null };
const released = (reason: string) => [
  `signal: ${reason}`,
  `third: ${reason}`,
  "second begins",
  "second ends",
  "first",
];

describe.each(["real", "virtual"] as const)("%s clock", (clock) => {
  const ends: [string, string, boolean, (system: System, pid: never) => void][] = [
    ["a kill", "killed", false, (system, pid) => system.kill(pid)],
    ["an exit signal", "boom", false, (system, pid) => system.sendExit(pid, "boom")],
    ["a crash", "Error: told", true, (system, pid) => system.crash(pid, "told")],
    [
      "a callback that throws",
      "Error: thrown",
      true,
      (system, pid) =>
        system.cast(pid, (() => {
          throw new Error("thrown");
        }) as never),
    ],
    [
      "a callback that stops",
      "normal",
      true,
      (system, pid) => system.cast(pid, (() => stop("normal")) as never),
    ],
    [
      "its own kill",
      "killed",
      false,
      (system, pid) => system.cast(pid, ((owner: Owner) => owner.sendExit(owner.self, "kill")) as never),
    ],
    [
      "its own shutdown",
      "shutdown",
      false,
      (system, pid) => {
        void system.stopProcess(pid);
      },
    ],
  ];
  it.each(ends)(
    "%s gives back what it owns, the last first, once, before its exit is known",
    async (_, reason, terminates, act) => {
      log = [];
      const system = new System({ clock, ...quiet });
      const pid = await system.start(Owner);
      class Watcher extends GenServer {
        override init(): void {
          this.monitor(pid);
        }
        override handleInfo(): void {
          note("known");
        }
      }
      await system.start(Watcher);
      act(system, pid as never);
      await system.idle();
      expect(pid.alive).toBe(false);
      expect(log).toEqual([...(terminates ? ["terminate"] : []), ...released(reason), "known"]);
      await system.stop();
      expect(log).toHaveLength(released("").length + 1 + (terminates ? 1 : 0));
    },
  );

  it("an init that fails gives back what it had", async () => {
    log = [];
    const system = new System({ clock, ...quiet });
    const failing = system.start(Owner, () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("Error: no");
    expect(log).toEqual(released("Error: no"));
  });

  it("a task and a supervisor own as well", async () => {
    log = [];
    const system = new System({ clock, ...quiet });
    await system.start(Task, (task: Task) => {
      task.onExit((reason) => note(formatReason(reason)));
    });
    class Owning extends Sup {
      override init(): SupervisorSpec {
        this.onExit(() => note("supervisor"));
        return { children: [{ id: "a", start: [Owner] }] };
      }
    }
    await system.idle();
    await system.start(Owning);
    await system.stop();
    expect(log).toEqual(["normal", ...released("shutdown"), "supervisor"]);
  });

  it("what fails is reported, what hangs is bounded in time, and the rest is given back all the same", async () => {
    log = [];
    const reports: string[] = [];
    const system = new System({ clock, logger: (report) => reports.push(`${report.kind} ${report.text}`) });
    const sup = await system.start(Sup, [
      {
        id: "owner",
        start: [
          Owner,
          (owner: Owner) => {
            owner.onExit(() => new Promise(() => {}));
            owner.onExit(() => {
              throw new Error("sync");
            });
            owner.onExit(() => Promise.reject(new Error("async")));
          },
        ],
        shutdown: 10,
      },
    ]);
    // Neither the shutdown of 10 ms nor anything else cuts it short, and nothing waits for ever.
    const terminated = system.terminateChild(sup, "owner");
    if (clock === "virtual") await system.settle();
    await terminated;
    if (clock === "virtual") expect(system.now()).toBe(1000);
    await tick();
    await tick();
    // When the time is over nobody waits for the rest.
    expect(log).toEqual(["signal: shutdown", "third: shutdown", "second begins", "first", "second ends"]);
    expect(reports.filter((text) => text.startsWith("error"))).toEqual([
      "error Owner <2> terminates in onExit: Error: async; state null",
      "error Owner <2> terminates in onExit: Error: sync; state null",
      "error Owner <2> terminates in onExit: Error: what it owns was not given back within 1000 ms; state null",
    ]);
    await system.stop();
    expect(system.processCount).toBe(0);
  });

  it("stop waits for what is being given back", async () => {
    log = [];
    const system = new System({ clock, ...quiet });
    await system.start(Owner);
    await system.stop();
    expect(log).toEqual(released("shutdown"));
  });

  it("what is acquired too late, by code that a killed process left running, is given back at once", async () => {
    log = [];
    const system = new System({ clock, ...quiet });
    let acquired = (): void => {};
    class Late extends GenServer {
      override async handleCast(): Promise<void> {
        await new Promise<void>((resolve) => {
          acquired = resolve;
        });
        this.own({ [Symbol.dispose]: () => note("given back") });
        this.onExit((reason) => note(`exited: ${formatReason(reason)}`));
        note(`aborted: ${this.signal.aborted} ${formatReason(this.signal.reason)}`);
        this.on(emitter, "x", () => ({ type: "x" }));
      }
    }
    const emitter = new EventEmitter();
    const pid = await system.start(Late);
    system.cast(pid, {});
    await system.idle();
    system.kill(pid);
    acquired();
    await tick();
    expect(log).toEqual(["given back", "exited: killed", "aborted: true killed"]);
    expect(emitter.listenerCount("x")).toBe(0);
    await system.stop();
  });

  it("is entered once, and can be taken back", async () => {
    log = [];
    const system = new System({ clock, ...quiet });
    const thing = { [Symbol.dispose]: () => note("thing") };
    const gone = new EventEmitter();
    class Once extends GenServer {
      override init(): void {
        expect(this.own(thing)).toBe(thing);
        this.own(thing);
        const other = this.own({}, () => note("never"));
        expect(this.disown(other)).toBe(true);
        expect(this.disown(other)).toBe(false);
        this.onExit(() => note("never"))();
        this.own(gone, () => note("never"));
        expect(() => this.own({})).toThrow("neither Symbol.dispose nor Symbol.asyncDispose");
      }
    }
    const pid = await system.start(Once);
    gone.emit("close");
    system.kill(pid);
    expect(log).toEqual(["thing"]);
  });
});

it("a supervised server's port is free for its next incarnation, however it ended", async () => {
  const system = new System(quiet);
  let port = 0;
  let starts = 0;
  class Listener extends GenServer {
    override async init(): Promise<void> {
      const server = this.own(net.createServer((socket) => socket.resume()));
      server.listen(port, "127.0.0.1");
      await once(server, "listening", { signal: this.signal });
      port = (server.address() as net.AddressInfo).port;
      starts++;
    }
  }
  await system.start(Sup, [{ id: "listener", start: [Listener], name: "listener" }]);
  for (let i = 1; i <= 5; i++) {
    if (i % 2 === 1) system.kill("listener");
    else system.crash("listener", "x");
    while (starts <= i || system.whereis("listener") === undefined) await tick();
  }
  const client = net.connect(port, "127.0.0.1");
  await once(client, "connect");
  client.destroy();
  await system.stop();
  await expect(once(net.connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
});

describe("listeners", () => {
  interface Hearing {
    casts: object;
    infos: { type: "heard"; what: unknown };
  }
  class Listener extends GenServer<Hearing> {
    override init(prepare: (listener: Listener) => void): void {
      prepare(this);
    }
    override handleInfo(message: Info<Hearing["infos"]>): void {
      if (message.type === "heard") note(`heard ${String(message.what)}`);
    }
    override terminate(reason: ExitReason): void {
      note(`terminate: ${formatReason(reason)}`);
    }
  }
  const bystander = new EventEmitter();

  it.each([
    [
      "an EventEmitter",
      () => new EventEmitter(),
      (source: never, value: unknown) => (source as EventEmitter).emit("x", value),
    ],
    [
      "an EventTarget",
      () => new EventTarget(),
      (source: never, value: unknown) =>
        (source as EventTarget).dispatchEvent(new CustomEvent("x", { detail: value })),
    ],
  ])("%s: its events become messages, until the process ends", async (_, make, emit) => {
    log = [];
    const system = new System(quiet);
    const source = make();
    let calls = 0;
    const pid = await system.start(Listener, (listener: Listener) => {
      listener.on(source, "x", (value: number | CustomEvent<number>) => {
        calls++;
        const what = typeof value === "number" ? value : value.detail;
        return what === 2 ? undefined : { type: "heard" as const, what };
      });
      listener.on(source, "x", async () => ({ type: "heard" as const, what: "later" }));
    });
    emit(source as never, 1);
    emit(source as never, 2);
    await system.idle();
    expect(log.sort()).toEqual(["heard 1", "heard later", "heard later"]);
    system.kill(pid);
    emit(source as never, 3);
    await system.idle();
    expect(calls).toBe(2);
    expect(log).toHaveLength(3);
  });

  const failures: [string, () => never][] = [
    [
      "throws",
      () => {
        throw new Error("bad event");
      },
    ],
    ["rejects", () => Promise.reject(new Error("bad event")) as never],
    ["rejects later", () => tick().then(() => Promise.reject(new Error("bad event"))) as never],
  ];
  it.each(failures)("a listener that %s crashes its process and nothing else", async (_, fail) => {
    for (const how of ["on", "wrap"] as const) {
      log = [];
      const system = new System(quiet);
      const source = new EventEmitter();
      const pid = await system.start(Listener, (listener: Listener) => {
        if (how === "on") listener.on(source, "x", fail);
        else source.on("x", listener.wrap(fail));
      });
      const others: string[] = [];
      source.on("x", () => others.push("told"));
      source.emit("x");
      await tick();
      await system.idle();
      expect(pid.alive).toBe(false);
      expect(log).toEqual(["terminate: Error: bad event"]);
      expect(others).toEqual(["told"]);
      source.emit("x");
      expect(log).toHaveLength(1);
    }
  });

  it("the errors of an emitter whose listening process has ended do not end the program", async () => {
    const system = new System(quiet);
    for (let i = 0; i < 20; i++) {
      const pid = await system.start(Listener, (listener: Listener) => {
        listener.on(bystander, "error", (error: Error) => ({ type: "heard" as const, what: error.message }));
      });
      system.kill(pid);
    }
    bystander.emit("error", new Error("nobody"));
    expect(bystander.listenerCount("error")).toBe(1);
  });

  it("wrap hands on arguments and value while the process lives", async () => {
    const system = new System(quiet);
    let add: (a: number, b: number) => number | undefined = () => 0;
    const pid = await system.start(Listener, (listener: Listener) => {
      add = listener.wrap((a: number, b: number) => a + b);
    });
    expect(add(1, 2)).toBe(3);
    system.kill(pid);
    expect(add(1, 2)).toBeUndefined();
  });

  it("the process may fail by an event of its own making, in the middle of a callback", async () => {
    log = [];
    const system = new System(quiet);
    const source = new EventEmitter();
    class Loud extends Listener {
      override async handleCast(): Promise<void> {
        source.emit("x");
        note("goes on");
        await new Promise(() => {});
      }
    }
    const pid = await system.start(Loud, (listener: Listener) => {
      listener.on(source, "x", () => {
        throw new Error("own event");
      });
    });
    system.cast(pid, {});
    await system.idle();
    expect(log).toEqual(["goes on", "terminate: Error: own event"]);
  });
});
