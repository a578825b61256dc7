import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AnalysisClient, AnalysisWorkerError, type WorkerLike } from "../../src/analysis/worker/client.ts";
import { applyDelta, deltaBetween, spliceBetween } from "../../src/analysis/worker/delta.ts";
import type { FromWorker, ToWorker } from "../../src/analysis/worker/protocol.ts";
import { remoteHost } from "../../src/analysis/worker/remote-host.ts";
import { type Check, serveSession } from "../../src/analysis/worker/server.ts";
import { startNodeWorker } from "../../src/analysis/worker/start-node.ts";
import { emptyModel, type Finding, type TreeModel } from "../../src/model/index.ts";
import { memoryHost } from "./memory-host.ts";

const SUP = (id: string): string =>
  `import { Supervisor } from "suptree";\nexport class Sup extends Supervisor { init() { return { children: [{ id: "${id}", start: [A] }] }; } }\n`;

/** A worker in the same thread: messages are cloned and arrive later, as between threads. */
function inThread(
  check?: Check,
  host = memoryHost({ "/w/sup.ts": SUP("a"), "/w/plain.ts": "" }),
): WorkerLike & { die(reason: string): void } {
  let toHost: ((message: FromWorker) => void) | undefined;
  const toServer: ((message: ToWorker) => void)[] = [];
  let exit: ((reason: string) => void) | undefined;
  let alive = true;
  const port = {
    postMessage: (message: FromWorker) => {
      const copy = structuredClone(message);
      setImmediate(() => alive && toHost?.(copy));
    },
    onMessage: (listener: (message: ToWorker) => void) => void toServer.push(listener),
  };
  serveSession(port, { host, ...(check === undefined ? {} : { check }) });
  return {
    postMessage: (message) => {
      const copy = structuredClone(message);
      setImmediate(() => {
        if (alive) for (const listener of toServer) listener(copy);
      });
    },
    onMessage: (listener) => {
      toHost = listener;
    },
    onExit: (listener) => {
      exit = listener;
    },
    terminate: () => {
      alive = false;
    },
    die: (reason) => {
      alive = false;
      exit?.(reason);
    },
  };
}

const ids = (model: TreeModel): (string | null)[] =>
  model.supervisors.flatMap(({ children }) => children.map(({ id }) => id));

describe("deltas", () => {
  it("turn one list into the other and touch no more than they must", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), fc.array(fc.nat(5)), (before, after) => {
        const splice = spliceBetween(before, after);
        if (splice === undefined) expect(after).toEqual(before);
        else {
          const { start, deleted, inserted } = splice;
          expect([...before.slice(0, start), ...inserted, ...before.slice(start + deleted)]).toEqual(after);
          expect(inserted.length).toBeLessThanOrEqual(after.length);
        }
      }),
    );
  });

  it("keep the identity of what did not change", () => {
    const one = { ...emptyModel(), roots: ["a", "b"] };
    const two = { ...one, roots: ["a", "c"] };
    const applied = applyDelta(one, deltaBetween(one, two));
    expect(applied).toEqual(two);
    expect(applied.edges).toBe(one.edges);
    expect(deltaBetween(one, { ...one })).toEqual({});
  });
});

describe("the client", () => {
  it("keeps a model up to date, with what the check finds", async () => {
    const finding = (message: string): Finding => ({
      rule: "r",
      messageId: "m",
      severity: "info",
      message,
      location: { file: "sup.ts", line: 1, column: 1, endLine: 1, endColumn: 2 },
      related: [],
      certainty: "exact",
      supervisor: null,
      children: [],
      fixes: [],
      demonstration: null,
    });
    const check: Check = (model, sources, settings) =>
      model.supervisors.map(({ name }) =>
        finding(`${name} ${String(settings)} ${sources.get("sup.ts")?.length}`),
      );
    const seen: number[] = [];
    const client = new AnalysisClient({
      start: () => inThread(check),
      onModel: (model) => seen.push(model.supervisors.length),
    });
    const opened = await client.open({ roots: ["/w"], checkSettings: "strict" });
    expect(opened).toEqual({ base: "/w", stats: { files: 2, candidates: 1, summarised: 1 } });
    expect(ids(client.model)).toEqual(["a"]);
    expect(client.findings.map(({ message }) => message)).toEqual([`Sup strict ${SUP("a").length}`]);
    expect(await client.update("/w/sup.ts", SUP("edited"))).toEqual({ changed: true });
    expect(ids(client.model)).toEqual(["edited"]);
    expect(await client.update("/w/plain.ts", "const x = 1;")).toEqual({ changed: false });
    await client.configureCheck("lax");
    expect(client.findings.map(({ message }) => message)).toEqual([`Sup lax ${SUP("edited").length}`]);
    expect(await client.close("/w/sup.ts")).toEqual({ changed: true });
    expect(ids(client.model)).toEqual(["a"]);
    expect(seen).toEqual([1, 1, 1, 1]);
    client.dispose();
    await expect(client.rescan()).rejects.toThrow("closed");
  });

  it("tells one model of hundreds of files that change at once", async () => {
    const host = memoryHost({ "/w/sup.ts": SUP("a") });
    let models = 0;
    const client = new AnalysisClient({ start: () => inThread(undefined, host), onModel: () => models++ });
    await client.open({ roots: ["/w"] });
    const paths = Array.from({ length: 300 }, (_, n) => `/w/new/s${n}.ts`);
    for (const path of paths) host.write(path, SUP("b"));
    expect(await client.watched(paths.map((path) => ({ path, removed: false })))).toEqual({ changed: true });
    expect([models, client.model.supervisors.length]).toEqual([2, 301]);
    // The same from one look at the folder, since watchers may tell of nothing else.
    host.move("/w/new", "/w/other");
    await client.watched([
      { path: "/w/other", removed: false },
      { path: "/w/new", removed: true },
    ]);
    expect([models, client.model.supervisors.length]).toEqual([3, 301]);
    client.dispose();
  });

  it("says when the check fails, and goes on", async () => {
    const failed: string[] = [];
    const client = new AnalysisClient({
      start: () =>
        inThread(() => {
          throw new Error("rule is broken");
        }),
      onCheckError: (message) => failed.push(message),
    });
    await client.open({ roots: ["/w"] });
    expect(failed).toEqual(["rule is broken"]);
    expect(ids(client.model)).toEqual(["a"]);
    client.dispose();
  });

  it("cancels", async () => {
    const client = new AnalysisClient({ start: () => inThread() });
    const controller = new AbortController();
    const opening = client.open({ roots: ["/w"] }, { signal: controller.signal });
    controller.abort(new Error("not now"));
    await expect(opening).rejects.toThrow("not now");
    await expect(client.rescan({ signal: AbortSignal.abort(new Error("never")) })).rejects.toThrow("never");
    expect((await client.open({ roots: ["/w"] })).stats.files).toBe(2);
    client.dispose();
  });

  it("starts a new worker when one dies, brings it up to date, and says so", async () => {
    const workers: ReturnType<typeof inThread>[] = [];
    const crashes: AnalysisWorkerError[] = [];
    let models = 0;
    const client = new AnalysisClient({
      start: () => {
        const worker = inThread();
        workers.push(worker);
        return worker;
      },
      onCrash: (error) => crashes.push(error),
      onModel: () => models++,
    });
    await client.open({ roots: ["/w"] });
    await client.update("/w/sup.ts", SUP("unsaved"));
    const pending = client.rescan();
    workers[0]!.die("out of memory");
    await expect(pending).rejects.toThrow("The analysis stopped: out of memory. It was started again.");
    expect(crashes).toHaveLength(1);
    const before = models;
    while (models === before) await sleep(1);
    expect(workers).toHaveLength(2);
    expect(ids(client.model)).toEqual(["unsaved"]);
    for (let n = 1; n <= 3; n++) workers.at(-1)!.die("again");
    expect(crashes.at(-1)!.restarted).toBe(false);
    await expect(client.rescan()).rejects.toBeInstanceOf(AnalysisWorkerError);
    expect(ids(client.model)).toEqual(["unsaved"]);
    client.dispose();
  });

  it("counts silence as death", async () => {
    const crashes: string[] = [];
    const client = new AnalysisClient({
      start: () => ({
        postMessage: () => undefined,
        onMessage: () => undefined,
        onExit: () => undefined,
        terminate: () => undefined,
      }),
      patience: 5,
      onCrash: (error) => crashes.push(error.message),
    });
    await expect(client.open({ roots: ["/w"] })).rejects.toThrow("no answer for 0 s");
    client.dispose();
  });

  it("lends its files to a worker that has none", async () => {
    const files = memoryHost({ "/w/tsconfig.json": "{}", "/w/sup.ts": SUP("remote") }, { async: true });
    let toServer: ((message: ToWorker) => void)[] = [];
    let toHost: ((message: FromWorker) => void) | undefined;
    const client = new AnalysisClient({
      fileSystem: files,
      start: () => {
        toServer = [];
        const port = {
          postMessage: (message: FromWorker) => void setImmediate(() => toHost?.(structuredClone(message))),
          onMessage: (listener: (message: ToWorker) => void) => void toServer.push(listener),
        };
        serveSession(port, { host: remoteHost(port) });
        return {
          postMessage: (message) =>
            void setImmediate(() => {
              for (const listener of toServer) listener(structuredClone(message));
            }),
          onMessage: (listener) => {
            toHost = listener;
          },
          onExit: () => undefined,
          terminate: () => undefined,
        };
      },
    });
    await client.open({ roots: ["/w"] });
    expect(ids(client.model)).toEqual(["remote"]);
    expect((await client.open({ roots: ["/gone"] })).stats.files).toBe(0);
    expect(client.model.problems).toMatchObject([{ kind: "not_found" }]);
    client.dispose();
  });
});

describe("a real thread", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "suptree-worker-"));
    mkdirSync(join(root, "src"));
    writeFileSync(join(root, "src/sup.ts"), SUP("a"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const script = new URL("../../src/analysis/worker/node.ts", import.meta.url);

  it("analyses, follows edits and the disk", async () => {
    const client = new AnalysisClient({ start: () => startNodeWorker(script) });
    try {
      await client.open({ roots: [root] });
      expect(ids(client.model)).toEqual(["a"]);
      await client.update(join(root, "src/sup.ts"), SUP("b"));
      expect(ids(client.model)).toEqual(["b"]);
      await client.close(join(root, "src/sup.ts"));
      writeFileSync(join(root, "src/more.ts"), SUP("more"));
      await client.watched([{ path: join(root, "src/more.ts"), removed: false }]);
      expect(ids(client.model).sort()).toEqual(["a", "more"]);
    } finally {
      client.dispose();
    }
  });

  it("survives a file that is nested deeper than its stack", { timeout: 60_000 }, async () => {
    for (const [name, text] of [
      ["a", "[".repeat(300_000)],
      ["b", "f(".repeat(300_000)],
      ["c", `x${".a".repeat(300_000)}`],
    ] as const)
      writeFileSync(join(root, `src/${name}.ts`), `import { Supervisor } from "suptree";\nconst x = ${text}`);
    const crashes: string[] = [];
    const client = new AnalysisClient({
      start: () => startNodeWorker(script),
      onCrash: (error) => crashes.push(error.message),
    });
    try {
      await client.open({ roots: [root] });
      expect(crashes).toEqual([]);
      expect(ids(client.model)).toEqual(["a"]);
      expect(client.model.problems.map(({ file }) => file)).toContain("src/a.ts");
    } finally {
      client.dispose();
    }
  });

  it("that ends by itself is reported with the reason", async () => {
    writeFileSync(join(root, "bad.mjs"), "setTimeout(() => { throw new Error('boom'); }, 20);");
    const crashed = new Promise<AnalysisWorkerError>((resolve) => {
      const client = new AnalysisClient({
        start: () => startNodeWorker(new URL(`file://${join(root, "bad.mjs")}`)),
        onCrash: (error) => {
          resolve(error);
          client.dispose();
        },
      });
      client.open({ roots: [root] }).catch(() => undefined);
    });
    expect((await crashed).message).toContain("boom");
  });
});
