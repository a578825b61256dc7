/** What is said of a program in memory, whichever of its files are named, and in whichever order its folders list them. */
import { expect } from "vitest";
import { analyzeOn } from "../../src/analysis/session/index.ts";
import { lint } from "../../src/lint/index.ts";
import { type MemoryHost, memoryHost } from "./memory-host.ts";

export const ROOT = "/w";
export const at = (file: string): string => `${ROOT}/${file}`;

/** A disk whose folders list their entries in an order of its own. */
export function diskOf(files: ReadonlyMap<string, string>, order?: (name: string) => number): MemoryHost {
  const host = memoryHost({ "/w/.git/HEAD": "" });
  for (const [file, text] of files) host.write(at(file), text);
  if (order === undefined) return host;
  const list = host.readDirectory;
  host.readDirectory = (path) => {
    const entries = list(path);
    return Array.isArray(entries) ? entries.sort((a, b) => order(a.name) - order(b.name)) : entries;
  };
  return host;
}

/** What is said of a disk by a look that knows nothing yet. `named` are looked at besides the folder. */
export async function cold(host: MemoryHost, named: readonly string[] = []): Promise<string> {
  const { model, sources } = await analyzeOn([...named.map(at), ROOT], { host, cwd: ROOT, base: ROOT });
  return JSON.stringify({ model, findings: lint(model, { sources }) }, null, 1);
}

const orders = (files: ReadonlyMap<string, string>): ((name: string) => number)[] => {
  const names = [...files.keys()].flatMap((file) => file.split("/")).sort();
  return [(name) => -names.indexOf(name), (name) => (names.indexOf(name) * 7919) % 101];
};

/** Whatever is named, in whatever order. */
export async function isTheSameHoweverNamed(files: ReadonlyMap<string, string>): Promise<void> {
  const whole = await cold(diskOf(files));
  for (const order of orders(files)) expect(await cold(diskOf(files, order))).toBe(whole);
  const named = [...files.keys()].filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.endsWith(".d.ts"));
  for (const file of named) expect(await cold(diskOf(files), [file]), `${file} named as well`).toBe(whole);
  expect(await cold(diskOf(files), named.reverse()), "all named").toBe(whole);
}
