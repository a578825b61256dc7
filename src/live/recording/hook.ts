/**
 * What runs in a program that is recorded, in each of its threads: it is loaded before the program, finds its systems as any tool
 * does, and writes what they tell into files of a folder. Files, so that nothing is lost where a program ends at once, and so that
 * there is no port. It must not use anything of this module: it goes there as text.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface HookOptions {
  folder: string;
  /** The process that reads; without it nothing is written. */
  reader: number;
  detail: "structure" | "all";
  /** Milliseconds between two portions of events. */
  every: number;
  /** Bytes of one file: the reader deletes those that are full. */
  segment: number;
  /** After so many bytes of events, or milliseconds with any, there is a keyframe: the first soon. */
  keyframe: { bytes: number; first: number; later: number };
}

type Require = (name: string) => unknown;

/** Makes a folder of one's own with the module to be loaded. Whoever asks takes it away again. */
export async function layHook(detail: HookOptions["detail"]): Promise<{ folder: string; hook: string }> {
  const folder = await mkdtemp(join(tmpdir(), "suptree-record-"));
  const options: HookOptions = {
    folder,
    reader: process.pid,
    detail,
    every: 20,
    segment: 8_000_000,
    keyframe: { bytes: 4_000_000, first: 1_000, later: 30_000 },
  };
  const path = join(folder, "hook.cjs");
  await writeFile(path, `(${hook.toString()})(require, ${JSON.stringify(options)});\n`, { mode: 0o600 });
  return { folder, hook: path };
}

/*
 * Each line of a file begins with what it is: "h" how the program introduces itself, "m" a message of the live protocol, "w" the answer
 * to watching, "e" how it ends.
 */
function hook(require: Require, options: HookOptions): void {
  const fs = require("node:fs") as typeof import("node:fs");
  const { threadId } = require("node:worker_threads") as typeof import("node:worker_threads");
  const { join, basename } = require("node:path") as typeof import("node:path");
  const { setTimeout } = require("node:timers") as typeof import("node:timers");
  const { process } = globalThis;
  const name = `${process.pid}-${threadId}-${Date.now().toString(36)}`;
  let segment = 0;
  let file: number | null = null;
  let written = 0;
  let over = false;
  let checked = Date.now();
  let failure: string | null = null;
  type Connection = { ask(text: string): string };
  let connection: Connection | null = null;

  const stop = (): void => {
    over = true;
    connection?.ask('{"ask":"close"}');
  };
  const write = (line: string): void => {
    if (over) return;
    try {
      const now = Date.now();
      if (now - checked > 1_000) {
        checked = now;
        process.kill(options.reader, 0);
      }
      if (file === null || written > options.segment) {
        if (file !== null) fs.closeSync(file);
        segment += 1;
        file = fs.openSync(
          join(options.folder, `${name}-${String(segment).padStart(6, "0")}.spool`),
          "ax",
          0o600,
        );
        written = 0;
      }
      const bytes = Buffer.from(`${line}\n`);
      for (let done = 0; done < bytes.length; ) done += fs.writeSync(file, bytes, done);
      written += bytes.length;
    } catch {
      // Nobody reads any more, or there is no room: the program goes on as if nobody had ever looked.
      stop();
    }
  };

  /** Bytes of events since the last keyframe of a system, and what that was. */
  const since = new Map<number, number>();
  const last = new Map<number, { size: number; time: number; again: number }>();
  const due = new Set<number>();
  const watch = (system: number): void => {
    const { detail } = options;
    const answer = connection?.ask(JSON.stringify({ ask: "watch", system, detail }));
    if (answer === undefined) return;
    since.set(system, 0);
    const { first, later } = options.keyframe;
    last.set(system, { size: answer.length, time: Date.now(), again: last.has(system) ? later : first });
    write(`w${system} ${answer}`);
  };
  const told = (text: string): void => {
    write(`m${text}`);
    // How a message begins is part of the protocol's text: what is not found there only costs a keyframe.
    const found = /^\{"type":"(system|events)","system":(?:\{"system":)?(\d+)/.exec(text);
    if (found === null) return;
    const system = Number(found[2]);
    if (found[1] === "system") {
      watch(system);
      return;
    }
    const sum = (since.get(system) ?? 0) + text.length;
    since.set(system, sum);
    const before = last.get(system);
    if (before === undefined || due.has(system)) return;
    const much = sum > Math.max(options.keyframe.bytes, 4 * before.size);
    if (!much && Date.now() - before.time < before.again) return;
    due.add(system);
    // Not in the midst of whatever happens now.
    setTimeout(() => {
      due.delete(system);
      watch(system);
    }, 0).unref();
  };

  type Live = {
    protocol: { oldest: number; newest: number };
    library: string;
    open(tell: (text: string) => void, every: number): Connection;
  };
  const key = Symbol.for("suptree.tools");
  const scope = globalThis as unknown as Record<symbol, unknown>;
  const tools = (scope[key] ?? []) as unknown[];
  scope[key] = tools;
  tools.push(({ live }: { live?: Live }) => {
    if (connection !== null || over) return;
    write(
      `h${JSON.stringify({
        pid: process.pid,
        thread: threadId,
        title: basename(process.argv[1] ?? "node"),
        host: `Node ${process.version}`,
        ...(live === undefined ? {} : { ...live.protocol, library: live.library }),
      })}`,
    );
    if (live !== undefined) connection = live.open(told, options.every);
  });
  process.on("uncaughtExceptionMonitor", (error: unknown) => {
    failure = String(error);
  });
  process.on("exit", (code) => {
    if (connection === null) return;
    connection.ask('{"ask":"flush"}');
    for (const system of since.keys()) watch(system);
    write(`e${JSON.stringify({ code, failure })}`);
  });
}
