/** Processes of this machine: which are another's children, and where their inspectors listen. */
import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { targetsAt } from "./endpoint.ts";

/** Milliseconds between attempts to find the inspector of a process that has just begun. */
const ATTEMPTS = [50, 150, 400, 1_000, 2_000];

const run = async (command: string, args: readonly string[]): Promise<string> => {
  try {
    return (await promisify(execFile)(command, [...args])).stdout;
  } catch {
    return "";
  }
};

const read = (file: string): Promise<string> => readFile(file, "utf8").catch(() => "");

/** Numbers of the processes that a process has started and that live. */
export async function childrenOf(pid: number): Promise<number[]> {
  if (process.platform === "win32") return [];
  if (process.platform !== "linux") {
    const listed = await run("ps", ["-A", "-o", "pid=,ppid="]);
    return listed.split("\n").flatMap((line) => {
      const [child, parent] = line.trim().split(/\s+/).map(Number);
      return parent === pid && child !== undefined ? [child] : [];
    });
  }
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((each) => read(`/proc/${pid}/task/${each}/children`)));
  return lists.flatMap((list) => list.trim().split(/\s+/).filter(Boolean).map(Number));
}

/** Of a Node process: its debugger's WebSocket, or why there is none. Null for any other program. */
export async function inspectorOf(
  pid: number,
): Promise<{ url: string; title: string } | { url: null; why: string } | null> {
  let node = false;
  for (const wait of ATTEMPTS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const command = await commandOf(pid);
    if (command === null) return null;
    // Between fork and exec it still is its parent.
    if (!/^node(js)?$/.test(basename(command[0] ?? ""))) continue;
    node = true;
    if (!(await wantsInspector(pid, command))) break;
    for (const port of await portsOf(pid)) {
      const target = (await targetsAt({ host: "127.0.0.1", port }))?.find(({ kind }) => kind === "node");
      const script = command.slice(1).find((part) => !part.startsWith("-")) ?? "";
      if (target !== undefined) return { url: target.url, title: basename(script) };
    }
  }
  return node
    ? {
        url: null,
        why: `Process ${pid}, which the program has started, has no inspector: suptree attach ${pid} looks at it.`,
      }
    : null;
}

/** Only then its ports are its inspector's, or soon will be. */
async function wantsInspector(pid: number, command: readonly string[]): Promise<boolean> {
  if (command.some((part) => part.startsWith("--inspect"))) return true;
  return (
    process.platform === "linux" && /NODE_OPTIONS=[^\0]*--inspect/.test(await read(`/proc/${pid}/environ`))
  );
}

/** The program and its arguments; null when there is no such process. */
async function commandOf(pid: number): Promise<string[] | null> {
  if (process.platform !== "linux") {
    const line = (await run("ps", ["-o", "command=", "-p", String(pid)])).trim();
    return line === "" ? null : line.split(/\s+/);
  }
  try {
    const exe = (await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, "");
    return [exe, ...(await read(`/proc/${pid}/cmdline`)).split("\0").slice(1)];
  } catch {
    return null;
  }
}

/** Ports on which a process listens at this machine's own address. */
async function portsOf(pid: number): Promise<number[]> {
  if (process.platform !== "linux") {
    const listed = await run("lsof", ["-nP", "-a", "-p", String(pid), "-iTCP", "-sTCP:LISTEN", "-Fn"]);
    return [...listed.matchAll(/^n(?:127\.0\.0\.1|\[::1\]|localhost):(\d+)$/gm)].map(([, port]) =>
      Number(port),
    );
  }
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  // local address 127.0.0.1 in the kernel's order of bytes, state 0A: it listens.
  const lines = (await read(`/proc/${pid}/net/tcp`)).split("\n");
  return lines.flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [address, port = ""] = local.split(":");
    return state === "0A" && address === "0100007F" && own.has(inode) ? [Number.parseInt(port, 16)] : [];
  });
}
