/** `suptree record [-o FILE] -- COMMAND`: runs a command, and writes down what the systems of its programs do. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import { layHook, RecordingWriter, Spool } from "../../live/index.ts";
import { printable } from "../../model/index.ts";
import type { Io } from "../io.ts";
import { UsageError } from "../io.ts";
import { complain, note } from "../say.ts";
import { version } from "../version.ts";

export interface RecordOptions {
  output?: string;
  /** Messages and timers too. */
  messages?: boolean;
}

/** How often what was written by the programs is looked at, and written down at the latest. Milliseconds. */
const LOOK = 100;
const WRITE = { first: 1_000, most: 10_000 };
/** What is passed on to the command. A terminal gives SIGINT and SIGQUIT to both by itself. */
const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR2", "SIGWINCH"] as const;
const OF_TERMINALS: readonly string[] = ["SIGINT", "SIGQUIT", "SIGWINCH"];

/** Its exit code is the command's; a shell's for one that a signal has ended. */
export async function recordCommand(
  io: Io,
  command: readonly string[],
  options: RecordOptions,
): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined)
    throw new UsageError("give the command after --: suptree record -- node server.js");
  const file = path.resolve(io.cwd, options.output ?? nameNow());
  if (existsSync(file))
    throw new UsageError(`${options.output ?? file}: it is there already, and is not overwritten`);
  const detail = options.messages === true ? "all" : "structure";
  const { folder, hook } = await layHook(detail);
  try {
    const recording = make(file, options.output);
    const spool = new Spool(folder, recording, detail, (text) => complain(io, printable(text)));
    let code: number;
    try {
      code = await follow(io, start(program, args, io.cwd, hook), spool, recording);
    } finally {
      recording.finish();
    }
    const { systems, events, size } = recording;
    const shown = printable(path.relative(io.cwd, file) || file);
    note(
      io,
      systems === 0
        ? `${shown}: no System of suptree was made; there is nothing in it`
        : `${shown}: ${count(events, "event")} of ${count(systems, "system")}, ${kilobytes(size)}`,
    );
    return code;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function make(file: string, named: string | undefined): RecordingWriter {
  try {
    return new RecordingWriter(file, `suptree ${version}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${named ?? file}: it cannot be written (${code ?? String(error)})`);
  }
}

function start(program: string, args: readonly string[], cwd: string, hook: string): ChildProcess {
  const quoted = `"${hook.replace(/["\\]/g, "\\$&")}"`;
  const before = process.env.NODE_OPTIONS;
  const NODE_OPTIONS = `--require ${quoted}${before === undefined || before === "" ? "" : ` ${before}`}`;
  // npm and its like are scripts on Windows.
  const shell = process.platform === "win32" && !/\.exe$/i.test(program) && program !== "node";
  return spawn(program, args, { cwd, stdio: "inherit", env: { ...process.env, NODE_OPTIONS }, shell });
}

/** Until the command ends. @returns its exit code */
async function follow(
  io: Io,
  child: ChildProcess,
  spool: Spool,
  recording: RecordingWriter,
): Promise<number> {
  const terminal = [0, 1, 2].some(
    (fd) => [process.stdin, process.stdout, process.stderr][fd]?.isTTY === true,
  );
  const passOn = (signal: NodeJS.Signals): void => {
    if (!(terminal && OF_TERMINALS.includes(signal))) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  const begun = Date.now();
  let flushed = begun;
  const looking = setInterval(() => {
    try {
      spool.read();
      const now = Date.now();
      if (now - flushed < Math.min(WRITE.most, Math.max(WRITE.first, (now - begun) / 100))) return;
      flushed = now;
      recording.flush();
    } catch (error) {
      clearInterval(looking);
      complain(io, `the recording ends here: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, LOOK);
  try {
    const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
      (resolve, reject) => {
        child.once("error", (error: NodeJS.ErrnoException) => {
          const why = error.code === "ENOENT" ? "there is no such command" : error.message;
          reject(new UsageError(`${child.spawnfile}: ${why}`));
        });
        child.once("exit", (code, signal) => resolve({ code, signal }));
      },
    );
    spool.read();
    spool.end(signal === null ? "did not say how it ended." : `was ended by ${signal}.`);
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    clearInterval(looking);
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}

const nameNow = (): string =>
  `suptree-${new Date().toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "")}.suprec`;

const count = (n: number, what: string): string => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1_000).toLocaleString("en")} kB`;
