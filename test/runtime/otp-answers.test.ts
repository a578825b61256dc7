/**
 * The questions of `test/otp/oracle/answers.erl`, which ask of timers, start timeouts and via names what the scenarios do not,
 * asked here in their order; what OTP 25 has answered is in `test/otp/answers.txt`.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  type Call,
  type CallError,
  GenServer,
  Registry,
  type RootOptions,
  reply,
  type StartError,
  Supervisor,
  type SupervisorSpec,
  System,
  type TimerRef,
  via,
} from "../../src/runtime/index.ts";

const otp = fileURLToPath(new URL("../otp/", import.meta.url));
const parse = (text: string): Map<string, string> =>
  new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(/ (.*)/) as [string, string]),
  );
const recorded = parse(readFileSync(join(otp, "answers.txt"), "utf8"));

/** Whoever asks: a process that notes what it gets. */
class Asker extends GenServer {
  readonly got: string[] = [];
  override handleInfo(message: { type: string }): void {
    this.got.push(message.type);
  }
}
class Idle extends GenServer<{ calls: Call<object, string>; infos: { type: "forward"; to: Asker["self"] } }> {
  override handleCall(request: object) {
    return reply(request as Call<object, string>, "hello");
  }
  override handleInfo(message: { type: string; to?: Asker["self"] }): void {
    if (message.to !== undefined) this.send(message.to, { type: "tick" });
  }
}
class Slow extends GenServer {
  override async init(ms: number): Promise<void> {
    await this.sleep(ms);
  }
}
class Sup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "slow", start: [Slow, 5000], startTimeout: 20 }] };
  }
}

const number = (value: number | false): string => (value === false ? "false" : "integer");
const TICK = { type: "tick" };

/** What the asker has got within `ms`, at least one word. */
class World {
  readonly system = new System({ clock: "virtual", logger: null });
  asker!: Asker;
  async begin(): Promise<this> {
    this.asker = await this.system.getState(await this.system.start(Asker));
    return this;
  }
  async got(ms: number): Promise<string> {
    for (let passed = 0; passed < ms && this.asker.got.length === 0; passed++) await this.system.advance(1);
    return this.asker.got.shift() ?? "nothing";
  }
  after(ms: number): TimerRef {
    return this.asker.sendAfter(ms, this.asker.self, TICK);
  }
  /** Starts a server whose `init` takes that long. */
  async slow(options: RootOptions, ms = 5000): Promise<string> {
    const { system } = this;
    const outcome = system.start([Slow, ms], options).then(
      () => "ok:pid",
      (error: StartError) => `error:${String(error.reason)}`,
    );
    await system.advance(50);
    return outcome;
  }
}

const registry = async ({ system }: World): Promise<void> => {
  await system.start([Registry, { keys: "unique" }], { name: "global" });
};
const named = (world: World, key: string) =>
  world.system.start([Idle], { name: via("global", key) }).then(
    () => "ok:pid",
    (error: StartError) => Object.keys(error.reason as object)[0] as string,
  );

const QUESTIONS: Record<string, (world: World) => Promise<string[]>> = {
  read_pending: async (w) => [number(w.asker.readTimer(w.after(5000)))],
  read_fired: async (w) => {
    const timer = w.after(1);
    return [await w.got(1000), number(w.asker.readTimer(timer))];
  },
  read_cancelled: async (w) => {
    const timer = w.after(5000);
    return [number(w.asker.cancelTimer(timer)), number(w.asker.readTimer(timer))];
  },
  cancel_twice: async (w) => {
    const timer = w.after(5000);
    return [number(w.asker.cancelTimer(timer)), number(w.asker.cancelTimer(timer))];
  },
  read_of_the_dead: async (w) => {
    const idle = await w.system.start(Idle);
    const timer = w.asker.sendAfter(5000, idle as never, TICK as never);
    w.system.kill(idle);
    return [number(w.asker.readTimer(timer))];
  },
  read_of_a_name: async (w) => {
    const idle = await w.system.start([Idle], { name: "holder" });
    const timer = w.asker.sendAfter(5000, "holder", TICK);
    w.system.kill(idle);
    return [number(w.asker.readTimer(timer))];
  },
  read_by_another: async (w) => {
    const other = await w.system.getState(await w.system.start(Asker));
    return [`read:${number(other.readTimer(w.after(5000)))}`];
  },
  outlives_starter: async (w) => {
    const other = await w.system.getState(await w.system.start(Asker));
    other.sendAfter(30, w.asker.self, TICK);
    w.system.kill(other.self);
    return ["started", await w.got(1000)];
  },
  interval_repeats: async (w) => {
    const timer = w.asker.sendInterval(5, w.asker.self, TICK);
    const seen = [await w.got(1000), await w.got(1000), await w.got(1000)];
    w.asker.cancelTimer(timer);
    return seen;
  },
  interval_cancelled: async (w) => {
    const timer = w.asker.sendInterval(5, w.asker.self, TICK);
    const first = await w.got(1000);
    w.asker.cancelTimer(timer);
    return [first, await w.got(50)];
  },
  interval_target_dies: async (w) => {
    const idle = await w.system.start(Idle);
    w.asker.sendInterval(5, idle, { type: "forward", to: w.asker.self });
    const first = await w.got(1000);
    w.system.kill(idle);
    return [first, await w.got(50)];
  },
  start_timeout: async (w) => [await w.slow({ startTimeout: 20 }), await w.got(50)],
  start_timeout_trapping: async (w) => {
    w.asker.trapExit(true);
    return [await w.slow({ startTimeout: 20 }), await w.got(50)];
  },
  start_timeout_name_free: async (w) => [
    await w.slow({ startTimeout: 20, name: "slow" }),
    String(w.system.whereis("slow")),
  ],
  start_timeout_unlinked: async (w) => [await w.slow({ startTimeout: 20 }), await w.got(50)],
  start_in_time: async (w) => [await w.slow({ startTimeout: 2000 }, 1), await w.got(50)],
  supervised_start_timeout: async (w) => {
    const failed = w.system.start(Sup).catch((error: StartError) => error.reason);
    await w.system.advance(50);
    const { shutdown } = (await failed) as { shutdown: { failed_to_start_child: [string, string] } };
    return [shutdown.failed_to_start_child.join(":")];
  },
  via_call: async (w) => {
    await registry(w);
    await named(w, "a");
    return [String(await (w.system.call(via("global", "a") as never, {} as never) as Promise<unknown>))];
  },
  via_taken: async (w) => {
    await registry(w);
    await named(w, "b");
    return [await named(w, "b")];
  },
  via_noproc: async (w) => {
    await registry(w);
    const failed = w.system.call(via("global", "nobody") as never, {} as never) as Promise<unknown>;
    return [String(await failed.catch((error: CallError) => error.reason))];
  },
  via_cast_nobody: async (w) => {
    await registry(w);
    w.system.cast(via("global", "nobody") as never, {} as never);
    return ["ok"];
  },
  via_free_after_death: async (w) => {
    await registry(w);
    await named(w, "c");
    w.system.kill(Registry.whereis(w.system, "global" as never, "c" as never) as never);
    await w.system.settle();
    return [await named(w, "c")];
  },
};

describe("what OTP answers", () => {
  it("is asked for everything that was recorded", () => {
    expect(Object.keys(QUESTIONS)).toEqual([...recorded.keys()]);
  });

  it.each(Object.entries(QUESTIONS))("%s", async (name, ask) => {
    const world = await new World().begin();
    expect((await ask(world)).join(" ")).toBe(recorded.get(name));
    await world.system.stop();
  });

  it.runIf(hasErlang())("is what the OTP that is installed answers", () => {
    const folder = mkdtempSync(join(tmpdir(), "suptree-answers-"));
    try {
      copyFileSync(join(otp, "oracle", "answers.erl"), join(folder, "answers.erl"));
      execFileSync("erlc", ["answers.erl"], { cwd: folder });
      const args = [
        "-noshell",
        "-kernel",
        "logger_level",
        "none",
        "-s",
        "answers",
        "main",
        "-s",
        "init",
        "stop",
      ];
      expect(parse(execFileSync("erl", args, { cwd: folder, encoding: "utf8" }))).toEqual(recorded);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function hasErlang(): boolean {
  try {
    execFileSync("sh", ["-c", "command -v erl && command -v erlc"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
