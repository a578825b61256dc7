/**
 * The peers: JavaScript libraries that do the same job. Installed from the npm registry, on demand, into a
 * folder that git ignores. One that the registry does not have is reported, never silently left out.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const CACHE = fileURLToPath(new URL("../../.cache/bench-peers/", import.meta.url));

export interface Peer {
  package: string;
  /** What npm is asked for. */
  range: string;
}

export const PEERS: readonly Peer[] = [
  { package: "@hamicek/noex", range: "latest" },
  { package: "actor-ts", range: "latest" },
  { package: "nact", range: "7" },
  { package: "xstate", range: "5" },
];

export type PeerState = { ok: true; version: string } | { ok: false; why: string };

/** Installs what is missing. `again` also tries anew what the registry did not have the last time. */
export async function installPeers(): Promise<Map<string, PeerState>> {
  mkdirSync(CACHE, { recursive: true });
  const manifest = join(CACHE, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true, "type": "module" }\n');
  const states = new Map<string, PeerState>();
  for (const peer of PEERS) states.set(peer.package, await install(peer));
  return states;
}

async function install(peer: Peer): Promise<PeerState> {
  const present = installedVersion(peer.package);
  if (present !== undefined) return { ok: true, version: present };
  const asked = `${peer.package}@${peer.range}`;
  const failure = await npm(["install", "--no-audit", "--no-fund", "--ignore-scripts", asked]);
  const version = installedVersion(peer.package);
  if (version !== undefined) return { ok: true, version };
  return { ok: false, why: /\bE404\b/.test(failure) ? "not in the npm registry" : firstLine(failure) };
}

function installedVersion(name: string): string | undefined {
  try {
    const text = readFileSync(join(CACHE, "node_modules", name, "package.json"), "utf8");
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function npm(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile("npm", args, { cwd: CACHE, timeout: 120_000 }, (error, _out, err) => {
      resolve(error ? err || error.message : "");
    });
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] || "npm could not install it";
}

/**
 * The module of an installed peer, in the shape that its adapter states. The adapters state only what they
 * use: a peer's own types would have to be installed to check this repository.
 */
export async function importPeer<T>(name: string): Promise<T> {
  const folder = join(CACHE, "node_modules", name);
  const { main, module, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    main?: string;
    module?: string;
    exports?: unknown;
  };
  const entry = exportedEntry(exports) ?? module ?? main ?? "index.js";
  return (await import(pathToFileURL(join(folder, entry)).href)) as T;
}

/** `exports["."]` under the conditions that Node would take for `import`. */
function exportedEntry(exports: unknown): string | undefined {
  let at: unknown = exports;
  if (isRecord(at) && "." in at) at = at["."];
  while (isRecord(at)) at = at.import ?? at.node ?? at.default ?? at.require;
  return typeof at === "string" ? at : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export const here = dirname(fileURLToPath(import.meta.url));
