/** What is used of Node's `process`, where there is one. */
export interface NodeProcess {
  readonly pid: number;
  exitCode?: number | string | null | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
  removeAllListeners(event: string): void;
  kill(pid: number, signal: string): void;
  exit(code?: number | string | null): void;
}

interface Output {
  readonly writableLength: number;
  readonly destroyed: boolean;
  write(text: string, done: () => void): void;
}

export function nodeProcess(): NodeProcess | null {
  const found = (
    globalThis as unknown as { process?: Partial<NodeProcess> & { versions?: { node?: string } } }
  ).process;
  return found?.versions?.node !== undefined && typeof found.on === "function"
    ? (found as NodeProcess)
    : null;
}

/** A module of Node, for code that imports nothing; null elsewhere, and in a Node before 20.16. */
export function builtinModule<M>(name: string): M | null {
  try {
    const { process } = globalThis as { process?: { getBuiltinModule?(name: string): M | undefined } };
    return process?.getBuiltinModule?.(name) ?? null;
  } catch {
    return null;
  }
}

/** What a shell says of a program that a signal has ended. */
const EXIT_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Ends the program at once, as `signal` would if nobody listened to it. */
export function killSelf(node: NodeProcess, signal: string): void {
  // Whoever else listens would keep the program alive.
  node.removeAllListeners(signal);
  node.kill(node.pid, signal);
  // Still there: the first process of a container has no default action for signals, and some signals have none anywhere.
  node.exit(EXIT_CODES[signal] ?? 1);
}

/** Milliseconds that output gets to leave the program. */
const FLUSH = 5000;

/** Waits until what has been printed is out: `process.exit` does not. */
export async function flushOutput(node: NodeProcess): Promise<void> {
  const outputs = [node.stdout, node.stderr].filter(
    (output) => !output.destroyed && output.writableLength > 0,
  );
  const flushed = outputs.map(
    (output) =>
      new Promise<void>((resolve) => {
        output.write("", resolve);
      }),
  );
  if (flushed.length > 0) await Promise.race([Promise.all(flushed), after(FLUSH)]);
}

/** Waits `ms` milliseconds; nobody's program is kept alive by that. */
export function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: { unref?(): void } | number = setTimeout(resolve, Math.min(ms, 0x7fffffff));
    if (typeof timer === "object") timer.unref?.();
  });
}
