/**
 * Two more services as applications have them (service.test.ts has a chat), under faults: a durable job queue whose whole
 * program is killed, and a crawler over HTTP with so many requests at a time.
 */
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Call,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  seededRandom,
  type Task,
  TaskSupervisor,
} from "../../src/runtime/index.ts";
import { library, program } from "./real-program.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * What is acknowledged is on the disk, a job belongs to a worker until that says that it is done or goes down, and a job
 * that is done is not done again.
 */
const QUEUE = (folder: string, incarnation: number, first: number, seed: number) => `
import fs from "node:fs";
import { seededRandom, reply } from ${JSON.stringify(library)};
const random = seededRandom(${seed * 100 + incarnation});
const journal = ${JSON.stringify(join(folder, "journal"))};
const effects = ${JSON.stringify(join(folder, "effects"))};
class Journal extends GenServer {
  init() {
    const text = fs.existsSync(journal) ? fs.readFileSync(journal, "utf8") : "";
    // A line that was being written when the program was killed had not been acknowledged.
    const whole = text.slice(0, text.lastIndexOf("\\n") + 1);
    if (whole.length < text.length) fs.truncateSync(journal, whole.length);
    this.fd = this.own({ fd: fs.openSync(journal, "a") }, (it) => fs.closeSync(it.fd)).fd;
    this.waiting = new Set();
    this.taken = new Map();
    for (const line of whole.split("\\n")) {
      const [what, id] = line.split(" ");
      if (what === "add") this.waiting.add(id);
      else this.waiting.delete(id);
    }
  }
  write(line) {
    fs.writeSync(this.fd, line + "\\n");
    fs.fsyncSync(this.fd);
  }
  handleCall(request) {
    const { type, id, worker } = request;
    switch (type) {
      case "add":
        this.write("add " + id);
        this.waiting.add(id);
        return reply(request, true);
      case "take": {
        const [next] = this.waiting;
        if (next === undefined) return reply(request, null);
        this.waiting.delete(next);
        this.taken.set(this.monitor(worker), next);
        return reply(request, next);
      }
      case "done":
        for (const [ref, job] of this.taken) {
          if (job !== id) continue;
          this.write("done " + id);
          this.taken.delete(ref);
          this.demonitor(ref);
        }
        return reply(request, true);
      default:
        return reply(request, this.waiting.size + this.taken.size);
    }
  }
  handleInfo({ type, ref }) {
    if (type !== "DOWN") return;
    this.waiting.add(this.taken.get(ref));
    this.taken.delete(ref);
  }
}
class Worker extends GenServer {
  init() { this.send(this.self, { type: "next" }); }
  async handleInfo() {
    const id = await this.call("journal", { type: "take", worker: this.self });
    if (id === null) {
      this.sendAfter(5, this.self, { type: "next" });
      return;
    }
    const fault = random();
    if (fault < 0.05) throw new Error("before");
    fs.appendFileSync(effects, ${incarnation} + " " + id + "\\n");
    if (fault < 0.1) throw new Error("after");
    if (fault < 0.15) {
      this.sendExit(this.self, "kill");
      await this.sleep(0);
    }
    if (fault < 0.2) {
      setTimeout(() => system.kill(this.self), 1);
      await new Promise((resolve) => setTimeout(resolve, 3));
      throw new Error("late");
    }
    await this.call("journal", { type: "done", id });
    this.send(this.self, { type: "next" });
  }
}
class Queue extends Supervisor {
  init() {
    const worker = (n) => ({ id: "worker " + n, start: [Worker] });
    return { strategy: "rest_for_one", intensity: 100_000, period: 1, children: [
      { id: "journal", start: [Journal], name: "journal" }, ...[1, 2, 3, 4].map(worker),
    ] };
  }
}
const system = await run(defineApplication({ name: "queue", start: [Queue] }), { logger: null });
for (let id = ${first}; id < ${first} + ${incarnation < 3 ? 1000 : 0}; id++) {
  // What fails was not acknowledged, whether it is in the journal or not.
  await system.call("journal", { type: "add", id: String(id) }).then(() => say("ack " + id), () => {});
  if (random() < 0.05) system.kill("journal");
  if (random() < 0.1) await new Promise((resolve) => setTimeout(resolve, 1));
}
while ((await system.call("journal", { type: "left" }).catch(() => 1)) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
say("empty");
`;

describe("a job queue whose program is killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "suptree-queue-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("loses nothing that it has acknowledged, and does nothing again that was done", async () => {
    const read = (name: string): string[][] =>
      existsSync(join(folder, name))
        ? readFileSync(join(folder, name), "utf8")
            .split("\n")
            .slice(0, -1)
            .map((line) => line.split(" "))
        : [];
    const acknowledged = new Set<string>();
    const asked = 60;
    for (let incarnation = 0; incarnation <= 3; incarnation++) {
      const done = new Set(
        read("journal")
          .filter(([what]) => what === "done")
          .map(([, id]) => id),
      );
      let acks = 0;
      const end = await program(QUEUE(folder, incarnation, incarnation * 1000, 7), (line, kill) => {
        if (line === "empty") kill("SIGTERM");
        const [what, id] = line.split(" ");
        if (what !== "ack" || id === undefined) return;
        acknowledged.add(id);
        if (++acks === asked) kill("SIGKILL");
      });
      expect(end).toMatchObject(
        incarnation < 3
          ? { signal: "SIGKILL", errors: "" }
          : { code: 0, signal: null, errors: "", output: "empty\nexit 0\n" },
      );
      const again = read("effects").filter(([when, id]) => when === String(incarnation) && done.has(id));
      expect(again).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(3 * asked);
    const effects = new Set(read("effects").map(([, id]) => id));
    expect([...acknowledged].filter((id) => !effects.has(id))).toEqual([]);
    const added = new Set(
      read("journal")
        .filter(([what]) => what === "add")
        .map(([, id]) => id),
    );
    expect([...effects].filter((id) => !added.has(id))).toEqual([]);
  });
});

describe("a crawler", () => {
  const PAGES = 150;
  const MAX = 6;
  let server: http.Server;
  let origin = "";
  /** How often each page was asked for. */
  let asked: number[] = [];
  const escaped: unknown[] = [];
  const catchIt = (error: unknown) => {
    escaped.push(error);
  };

  beforeEach(async () => {
    process.on("uncaughtException", catchIt);
    process.on("unhandledRejection", catchIt);
    asked = Array.from({ length: PAGES }, () => 0);
    server = http.createServer((request, response) => {
      const page = Number(request.url?.slice(1));
      const time = (asked[page] ?? 0) + 1;
      asked[page] = time;
      // What a page does the first times that somebody asks for it.
      if (time <= 2 && page % 11 === 3) request.socket.destroy();
      else if (time <= 2 && page % 13 === 5) response.writeHead(500).end();
      else if (time <= 1 && page % 17 === 7) response.write("never");
      else if (time <= 1 && page % 19 === 4) response.write("half", () => request.socket.destroy());
      else {
        const links = [2 * page + 1, 2 * page + 2].filter((link) => link < PAGES);
        setTimeout(() => response.end(JSON.stringify(links)), page % 4);
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    await turn();
    process.off("uncaughtException", catchIt);
    process.off("unhandledRejection", catchIt);
    expect(escaped.splice(0)).toEqual([]);
  });

  type Next = Call<{ type: "next" }, number[]>;
  type Found = Call<{ type: "found"; page: number; links: number[] }, boolean>;
  interface FrontierProtocol extends Protocol {
    calls: Next | Found;
  }
  const FRONTIER = processName<Frontier>("frontier");
  const TASKS = processName<TaskSupervisor>("tasks");
  /** What is known and what is done, apart from who crawls: it outlives the crawler's crashes. */
  class Frontier extends GenServer<FrontierProtocol> {
    readonly #open = new Set([0]);
    readonly #known = new Set([0]);
    override handleCall(request: FrontierProtocol["calls"]) {
      if (request.type === "next") return reply(request, [...this.#open]);
      this.#open.delete(request.page);
      for (const link of request.links) {
        if (this.#known.has(link)) continue;
        this.#known.add(link);
        this.#open.add(link);
      }
      return reply(request, true);
    }
  }
  let running = 0;
  let most = 0;
  class Crawler extends GenServer {
    override init() {
      this.send(this.self, { type: "crawl" });
    }
    override async handleInfo(_: Info<{ type: "crawl" }>): Promise<void> {
      const pages = await this.call(FRONTIER, { type: "next" });
      const ends = this.asyncStream(pages, (page, task) => this.#fetch(page, task), {
        max: MAX,
        ordered: false,
        timeout: 300,
        onTimeout: "kill",
        under: TASKS,
      });
      for await (const _end of ends);
      this.sendAfter(1, this.self, { type: "crawl" });
    }
    async #fetch(page: number, task: Task<void>): Promise<void> {
      most = Math.max(most, ++running);
      task.onExit(() => running--);
      const response = await fetch(`${origin}/${page}`, { signal: task.signal });
      if (!response.ok) throw new Error(`page ${page}: ${response.status}`);
      await task.call(FRONTIER, { type: "found", page, links: (await response.json()) as number[] });
    }
  }
  class CrawlerSup extends Supervisor {
    override init(): SupervisorSpec {
      return {
        strategy: "rest_for_one",
        intensity: 10_000,
        children: [
          { id: "frontier", start: [Frontier], name: FRONTIER },
          { id: "tasks", start: [TaskSupervisor], name: TASKS },
          { id: "crawler", start: [Crawler], name: "crawler" },
        ],
      };
    }
  }

  it.each([1, 2])(
    "reads every page, no more at a time than it may, whatever fails (seed %i)",
    async (seed) => {
      const random = seededRandom(seed);
      running = 0;
      most = 0;
      const system = new System({ logger: null });
      await system.start(CrawlerSup);
      while (
        asked.some((times) => times === 0) ||
        (await system.call(FRONTIER, { type: "next" })).length > 0
      ) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        const fault = random();
        if (fault < 0.05) system.kill(TASKS);
        else if (fault < 0.1) system.kill("crawler");
        else if (fault < 0.15) system.crash("crawler", "fault");
      }
      await system.stop();
      expect(most).toBe(MAX);
      expect(running).toBe(0);
      expect(system.processCount).toBe(0);
      // Nothing goes on after the stop.
      const before = asked.reduce((sum, times) => sum + times, 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(asked.reduce((sum, times) => sum + times, 0)).toBe(before);
    },
  );
});
