/** What a command may touch of its surroundings; tests give their own. */

import type { SessionSettings } from "../analysis/session/index.ts";

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Absolute. */
  cwd: string;
  colours: { out: boolean; err: boolean };
  /** Stderr is a terminal: a progress bar may be drawn. */
  interactive: boolean;
  /** Width of the terminal on stderr. */
  columns: number;
  /** Aborted by Ctrl+C and by SIGTERM. */
  signal: AbortSignal;
  /** From `--config`. */
  settings?: SessionSettings;
}

/** A mistake of the user: one line on stderr, exit code 2. The message says what to do. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const EXIT = { clean: 0, findings: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Colours on a terminal, unless NO_COLOR asks for none; FORCE_COLOR asks for them anywhere (https://no-color.org). */
export function wantsColours(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "") return env.FORCE_COLOR !== "0";
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Ends the process quietly when the reader of a pipe (`suptree tree | head`) has gone. */
export function surviveBrokenPipes(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}

/** The real surroundings. */
export function processIo(): Io {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => interrupt.abort(new UsageError("interrupted")));
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    colours: {
      out: wantsColours(process.stdout, process.env),
      err: wantsColours(process.stderr, process.env),
    },
    interactive: process.stderr.isTTY === true && process.env.TERM !== "dumb" && !process.env.CI,
    // Some terminals say 0.
    columns: process.stderr.columns || 80,
    signal: interrupt.signal,
  };
}
