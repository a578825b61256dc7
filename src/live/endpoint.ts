/** Where a program's inspector is: at an address, or of a process that is asked to open it. */
import { execFile } from "node:child_process";
import { readlink } from "node:fs/promises";
import { get } from "node:http";
import { connect } from "node:net";
import { basename } from "node:path";
import { promisify } from "node:util";
import { LiveError } from "./session.ts";

/** Where Node's inspector listens unless told otherwise. */
const DEFAULT_ENDPOINT: Address = { host: "127.0.0.1", port: 9229 };

export interface Address {
  host: string;
  port: number;
}

export type Target = { kind: "address"; address: Address } | { kind: "pid"; pid: number };

/** Milliseconds that a process has to open its inspector. */
const PATIENCE = 5_000;
/** Characters of a list of targets. */
const MOST_LISTED = 1_000_000;

/**
 * Reads `HOST:PORT`, `:PORT` or a pid. A bare number is a pid, but for the inspector's own port.
 * @throws LiveError for anything else
 */
export function parseTarget(text: string | undefined): Target {
  if (text === undefined) return { kind: "address", address: DEFAULT_ENDPOINT };
  const address = /^(?:ws:\/\/)?(\[[0-9a-fA-F:]+\]|[\w.-]*):(\d{1,5})\/?$/.exec(text);
  if (address !== null) {
    const port = Number(address[2]);
    if (port > 0 && port < 65_536)
      return { kind: "address", address: { host: address[1] || DEFAULT_ENDPOINT.host, port } };
  } else if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number === DEFAULT_ENDPOINT.port) return { kind: "address", address: DEFAULT_ENDPOINT };
    if (number > 0 && number < 2 ** 31) return { kind: "pid", pid: number };
  }
  throw new LiveError(
    `${text} is no target: give HOST:PORT of a program under --inspect, or the pid of a Node program.`,
  );
}

/** Something that an inspector lists. */
export interface InspectorTarget {
  url: string;
  title: string;
  /** "node" is a process, "page" one of a browser's. */
  kind: "node" | "page";
}

/**
 * The debugger's WebSocket of the process at an address, or those of a browser's pages.
 * @throws LiveError with what to do
 */
export async function urlsAt(address: Address): Promise<string[]> {
  const { host, port } = address;
  const targets = await targetsAt(address);
  if (targets === null)
    throw new LiveError(
      (await answers(address))
        ? `What listens at ${host}:${port} does not say what can be debugged there, as Node, Deno and Chromium do. (Bun's inspector speaks another protocol, which is not supported.)`
        : `Nothing answers at ${host}:${port}: start the program with node --inspect, or give its pid.`,
    );
  const processes = targets.filter(({ kind }) => kind === "node");
  const found = processes.length > 0 ? processes.slice(0, 1) : targets;
  if (found.length === 0)
    throw new LiveError(`${host}:${port} has nothing to attach to: no process, no page.`);
  return found.map(({ url }) => url);
}

/** The first of them. @throws LiveError with what to do */
export async function urlAt(address: Address): Promise<string> {
  return (await urlsAt(address))[0] as string;
}

/** What the inspector at an address has; null when there is none. */
export async function targetsAt(address: Address): Promise<InspectorTarget[] | null> {
  const list = await listAt(address);
  return (
    list?.flatMap((each): InspectorTarget[] => {
      const { webSocketDebuggerUrl: url, type, title, url: page } = Object(each) as Record<string, unknown>;
      if (typeof url !== "string" || (type !== "node" && type !== "page")) return [];
      // A browser's own pages, as its settings and its tools, are nobody's program.
      if (/^(devtools|chrome|edge|brave|chrome-extension):/.test(String(page))) return [];
      return [{ url, title: typeof title === "string" ? title : "", kind: type }];
    }) ?? null
  );
}

/** Whether anything listens there. */
function answers({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port, timeout: 1_000 });
    const tell = (heard: boolean) => {
      socket.destroy();
      resolve(heard);
    };
    socket.on("connect", () => tell(true));
    socket.on("timeout", () => tell(false));
    socket.on("error", () => tell(false));
  });
}

/** What the inspector at an address lists; null when there is none. */
function listAt({ host, port }: Address): Promise<unknown[] | null> {
  return new Promise((resolve) => {
    const none = () => resolve(null);
    // Without an agent: a connection that is kept would keep the inspector open.
    const request = get({ host, port, path: "/json/list", agent: false, timeout: 3_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
        if (text.length > MOST_LISTED) request.destroy();
      });
      response.on("error", none);
      response.on("close", none);
      response.on("end", () => {
        try {
          const list: unknown = JSON.parse(text);
          resolve(Array.isArray(list) ? list : null);
        } catch {
          none();
        }
      });
    });
    request.on("timeout", () => request.destroy());
    request.on("error", none);
  });
}

/**
 * Asks a Node process to open its inspector (SIGUSR1) on the loopback address, as Node does by itself.
 * @returns the debugger's WebSocket
 * @throws LiveError when it is no Node process, or the port is somebody else's
 */
export async function openInspectorOf(pid: number): Promise<string> {
  if (process.platform === "win32")
    throw new LiveError(
      `A process of Windows cannot be asked: run node -e "process._debugProcess(${pid})", then attach to its port.`,
    );
  const name = await executableOf(pid);
  if (name === null) throw new LiveError(`There is no process ${pid}, or it is somebody else's.`);
  // The signal ends whatever does not know it.
  if (!/^node(js)?$/.test(name))
    throw new LiveError(`Process ${pid} is ${name}, not Node: it is left alone.`);
  if ((await listAt(DEFAULT_ENDPOINT)) !== null)
    throw new LiveError(
      `Another inspector is open on port ${DEFAULT_ENDPOINT.port}, where process ${pid} would open its own: attach to :${DEFAULT_ENDPOINT.port}, or end that one first.`,
    );
  if (await answers(DEFAULT_ENDPOINT))
    throw new LiveError(
      `Port ${DEFAULT_ENDPOINT.port}, where process ${pid} would open its inspector, is taken by something that is no inspector: end that first, or start the program with node --inspect=127.0.0.1:0 and attach to the port that it prints.`,
    );
  try {
    process.kill(pid, "SIGUSR1");
  } catch (error) {
    throw new LiveError(`Process ${pid} cannot be asked: ${error instanceof Error ? error.message : error}`);
  }
  const until = Date.now() + PATIENCE;
  while (Date.now() < until) {
    if ((await listAt(DEFAULT_ENDPOINT)) !== null) return urlAt(DEFAULT_ENDPOINT);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new LiveError(`Process ${pid} has not opened its inspector within ${PATIENCE / 1000} s.`);
}

/** The name of a process's executable; null when it is not there, or is not to be seen. */
async function executableOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === "linux") return base(await readlink(`/proc/${pid}/exe`));
    const { stdout } = await promisify(execFile)("ps", ["-o", "comm=", "-p", String(pid)]);
    return base(stdout.trim()) || null;
  } catch {
    return null;
  }
}

const base = (path: string): string => basename(path).replace(/ \(deleted\)$/, "");

/** Has the program close its inspector when nobody is attached any more. An expression to be evaluated in it. */
export const CLOSE_INSPECTOR = `(() => {
  const inspector = process.getBuiltinModule?.("node:inspector");
  if (inspector !== undefined) setTimeout(() => inspector.close(), 200);
})()`;
