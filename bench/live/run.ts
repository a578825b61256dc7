/**
 * `npm run bench:live`: what watching costs the program that is watched. Synthetic: one program of 10,000 processes, most of them idle,
 * and one pair that calls without end. Rates are compared within one run of the program, watched and not watched in turns, so that what
 * else the machine does falls on both.
 */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { SessionMessage } from "../../src/live/index.ts";
import { LiveTrace, openProgram, urlAt } from "../../src/live/index.ts";
import type { LiveDetail } from "../../src/runtime/live-protocol.ts";
import { atLeast, atMost, conclude } from "../shared/targets.ts";
import { inTurns, median, stopwatch, timed } from "../shared/timing.ts";
import { recordings } from "./recording.ts";

const ROUNDS = 4;
const WINDOW = 1_500;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class Watched {
  readonly child: ChildProcess;
  calls = 0;
  #printed = "";

  constructor(pace: number) {
    const file = path.join(import.meta.dirname, "program.ts");
    this.child = spawn(process.execPath, ["--inspect=127.0.0.1:0", file, String(pace)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stderr?.on("data", (data) => {
      this.#printed += data;
    });
    this.child.stdout?.on("data", (data) => {
      const text = String(data);
      if (text.includes("up")) this.#printed += " up";
      this.calls = Number(text.trim().split("\n").at(-1)) || this.calls;
    });
  }

  async up(): Promise<string> {
    for (;;) {
      const port = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(this.#printed)?.[1];
      if (port !== undefined && this.#printed.includes(" up"))
        return urlAt({ host: "127.0.0.1", port: Number(port) });
      await wait(20);
    }
  }

  /** Calls a second over a window. */
  async rate(): Promise<number> {
    const from = this.calls;
    const took = await timed(() => wait(WINDOW));
    return ((this.calls - from) * 1_000) / took;
  }
}

async function watched(pace: number, detail: LiveDetail, least: number): Promise<void> {
  const program = new Watched(pace);
  try {
    let events = 0;
    let left = 0;
    const heard = (message: SessionMessage): void => {
      if (message.type !== "events") return;
      events += message.events.length;
      left += message.left;
    };
    const session = await openProgram(await program.up(), { heard, ended: () => {} });
    const [system] = await session.systems();
    if (system === undefined) throw new Error("no system");
    const since = stopwatch();
    const snapshot = await session.watch(system.system, "none");
    const took = since();
    const trace = new LiveTrace().begin(snapshot);
    if (detail === "structure")
      atMost(
        `snapshot of ${snapshot.list.length.toLocaleString("en")} processes`,
        took,
        500,
        "ms",
        `${trace.length.toLocaleString("en")} events`,
      );
    const heardPerSecond: number[] = [];
    const { alone, followed } = await inTurns(ROUNDS, {
      alone: async () => {
        await session.watch(system.system, "none");
        return program.rate();
      },
      followed: async () => {
        await session.watch(system.system, detail);
        const before = events + left;
        const rate = await program.rate();
        heardPerSecond.push(((events + left - before) * 1_000) / WINDOW);
        return rate;
      },
    });
    const perSecond = Math.max(...heardPerSecond);
    atLeast(
      `${pace === 0 ? "as fast as it can" : `${pace.toLocaleString("en")} calls a second`}, watching ${detail}: of its speed`,
      median(followed.map((rate, round) => rate / alone[round]!)),
      least,
      "x",
      `${Math.round(perSecond).toLocaleString("en")} events a second, ${left.toLocaleString("en")} left out`,
    );
    await session.close();
  } finally {
    program.child.kill("SIGKILL");
  }
}

await watched(0, "structure", 0.9);
await watched(5_000, "all", 0.8);
await recordings();
conclude();
