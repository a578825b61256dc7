/** Programs of more than one thread: real workers, real child processes. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { openProgram, type SessionMessage, type SessionSystem, urlsAt } from "../../src/live/index.ts";
import { endpoint, start } from "./program.ts";

async function open(address: string) {
  const heard: SessionMessage[] = [];
  let end: (reason: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const session = await openProgram(
    await urlsAt(endpoint(address)),
    { heard: (message) => void heard.push(message), ended: (reason) => end(reason) },
    { below: true },
  );
  onTestFinished(() => session.close());
  return { session, heard, ended };
}

const named = (systems: readonly SessionSystem[]) =>
  systems.map(({ name, thread }) => `${name} in ${thread ?? "main"}`).sort();

it("sees the systems of worker threads, those that came before and those that come later, until they end", async () => {
  const program = await start(`
    import { GenServer, System } from "suptree";
    import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
    class Counter extends GenServer { count = 1; }
    const system = new System({ name: isMainThread ? "front" : workerData, logger: null });
    await system.start(Counter);
    if (isMainThread) {
      const begin = (name) => new Promise((resolve) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: name, name });
        worker.once("message", () => resolve(worker));
      });
      const jobs = await begin("jobs");
      console.log("up");
      process.stdin.on("data", async (line) => {
        if (String(line).startsWith("more")) { await begin("late"); console.log("more"); }
        else if (String(line).startsWith("less")) { await jobs.terminate(); console.log("less"); }
        else process.exit(0);
      });
    } else { parentPort.postMessage("up"); setInterval(() => {}, 1000); }
  `);
  await program.says("up");
  const { session, heard, ended } = await open(program.address);
  await expect
    .poll(async () => named(await session.systems()))
    .toEqual(["front in main", "jobs in worker 1 (jobs)"]);
  const jobs = (await session.systems()).find(({ name }) => name === "jobs")?.system ?? 0;
  const snapshot = await session.watch(jobs, "structure");
  expect(snapshot).toMatchObject({ name: "jobs", system: jobs, processes: 1 });
  const counter = snapshot.list[0]?.id ?? 0;
  expect((await session.inspect(jobs, counter))?.state).toEqual({ count: "1" });
  await session.command(jobs, { do: "crash", pid: counter, reason: "asked" });
  await expect
    .poll(() => heard.flatMap((each) => (each.type === "events" ? each.events : [])).map(({ type }) => type))
    .toContain("exit");

  program.child.stdin?.write("more\n");
  await program.says("more");
  await expect
    .poll(() => heard)
    .toContainEqual({
      type: "system",
      system: expect.objectContaining({ name: "late", thread: "worker 2 (late)" }),
    });
  program.child.stdin?.write("less\n");
  await program.says("less");
  await expect
    .poll(() => heard)
    .toContainEqual({ type: "gone", system: jobs, reason: expect.stringContaining("ended") });
  await expect(session.watch(jobs, "none")).rejects.toThrow(`no system ${jobs} any more`);
  expect(named(await session.systems())).toEqual(["front in main", "late in worker 2 (late)"]);
  program.child.stdin?.write("end\n");
  expect(await ended).toMatch(/ended|closed/);
  expect(await program.exited).toBe(0);
});

it("sees the processes that the program starts, where they have an inspector, and says which have none", async () => {
  const program = await start(`
    import { fork } from "node:child_process";
    import { GenServer, System } from "suptree";
    class Counter extends GenServer {}
    const own = process.argv[2] ?? "front";
    const system = new System({ name: own, logger: null });
    await system.start(Counter);
    if (own === "front") {
      const begin = (name, execArgv) => new Promise((resolve) => {
        const child = fork(new URL(import.meta.url), [name], { execArgv });
        child.once("message", () => resolve(child));
        process.on("exit", () => child.kill("SIGKILL"));
      });
      await begin("first", ["--inspect=127.0.0.1:0"]);
      console.log("up");
      process.stdin.on("data", async (line) => {
        if (String(line).startsWith("second")) { await begin("second", ["--inspect=127.0.0.1:0"]); console.log("second"); }
        else { await begin("bare", []); console.log("bare"); }
      });
    } else { process.send("up"); setInterval(() => {}, 1000); }
  `);
  await program.says("up");
  const { session, heard, ended } = await open(program.address);
  await expect
    .poll(async () => named(await session.systems()), { timeout: 20_000 })
    .toEqual(["first in process", "front in main"].map((each) => expect.stringContaining(each)));
  program.child.stdin?.write("second\n");
  await program.says("second");
  await expect
    .poll(() => heard, { timeout: 20_000 })
    .toContainEqual({
      type: "system",
      system: expect.objectContaining({
        name: "second",
        thread: expect.stringMatching(/^process \d+ \(program\.mjs\)$/),
      }),
    });
  program.child.stdin?.write("bare\n");
  await program.says("bare");
  await expect
    .poll(() => heard, { timeout: 20_000 })
    .toContainEqual({ type: "remark", text: expect.stringContaining("has no inspector: suptree attach") });
  expect((await session.systems()).map(({ name }) => name).sort()).toEqual(["first", "front", "second"]);
  program.child.kill("SIGKILL");
  await ended;
});

it("says what is wrong where something else listens, and where nothing does", async () => {
  // As Bun's inspector: it listens, and does not know what is asked.
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await expect(urlsAt({ host: "127.0.0.1", port })).rejects.toThrow(
    "Bun's inspector speaks another protocol",
  );
  await new Promise((resolve) => server.close(resolve));
  await expect(urlsAt({ host: "127.0.0.1", port })).rejects.toThrow(`Nothing answers at 127.0.0.1:${port}`);
});
