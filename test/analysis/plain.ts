/** Summaries as plain data, to be compared. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Plain data of a summary: everything that was promised is looked at. */
export function plain(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(plain);
  if (typeof x !== "object" || x === null) return x;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(x)) if (key !== "later") out[key] = plain(value);
  const getters = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(x) ?? {});
  if (Object.getPrototypeOf(x) === Object.prototype) return out;
  for (const [key, { get }] of Object.entries(getters)) if (get !== undefined) out[key] = plain(get.call(x));
  return out;
}

/** The TypeScript files below a folder. */
export function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
