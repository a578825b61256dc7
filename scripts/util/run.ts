/** Child processes for scripts: output kept, and shown only when something went wrong. */
import { spawn } from "node:child_process";

export interface Outcome {
  code: number;
  /** Standard output and standard error, in the order in which they came. */
  output: string;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the process and its children are killed; none by default. */
  timeout?: number;
  /** Also write the output to our own standard output while it comes. */
  echo?: boolean;
}

/** Runs a command to its end. Never rejects: a command that cannot be started has code 127. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((done) => {
    let output = "";
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const take = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      if (options.echo) process.stdout.write(chunk);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            output += `\n${command}: stopped after ${options.timeout} ms\n`;
            if (child.pid !== undefined) killGroup(child.pid);
          }, options.timeout);
    child.on("error", (error) => {
      clearTimeout(timer);
      done({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      done({ code: code ?? 1, output });
    });
  });
}

/** Ends a process that was started `detached`, and everything that it started. */
export function killGroup(pid: number): void {
  try {
    if (process.platform === "win32") process.kill(pid);
    else process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Installs one of Debian's packages. False where that is not ours to do: not Debian, or not root. */
export async function aptInstall(name: string, say: (line: string) => void): Promise<boolean> {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !(await which("apt-get"))) return false;
  say(`installing Debian's ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { env, timeout: 180_000 });
  const { code } = await run("apt-get", ["install", "-yq", "--no-install-recommends", name], {
    env,
    timeout: 300_000,
  });
  return code === 0;
}

/** Where a command is on the PATH, null when it is not there. */
export async function which(command: string): Promise<string | null> {
  const { code, output } = await run(process.platform === "win32" ? "where" : "which", [command]);
  return code === 0 ? (output.split("\n")[0]?.trim() ?? null) : null;
}
