/** `--config FILE`: what the editor takes from its settings, for the command line. */
import path from "node:path";
import type { SessionSettings } from "../analysis/session/index.ts";
import { readSetting } from "../protocol/index.ts";
import { type Io, UsageError } from "./io.ts";
import { readOption } from "./products.ts";

/** Reads `{ "specObjects": [...], "exclude": [...], "testFiles": [...] }`; the keys may carry the editor's prefix `suptree.`. */
export async function readConfig(io: Io, file: string): Promise<SessionSettings> {
  const text = await readOption(io, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${file}: is not a JSON object`);
  const settings: SessionSettings = {};
  const problems: string[] = [];
  for (const [key, entry] of Object.entries(value)) {
    const name = key.replace(/^suptree\./, "");
    if (name !== "specObjects" && name !== "exclude" && name !== "testFiles")
      throw new UsageError(`${file}: "${key}" is no setting; there are specObjects, exclude and testFiles`);
    const setting = readSetting(name, entry, problems) ?? undefined;
    if (setting !== undefined) Object.assign(settings, { [name]: setting });
  }
  settings.moduleFolders = [io.cwd, path.dirname(path.resolve(io.cwd, file))];
  if (problems.length > 0) throw new UsageError(`${file}: ${problems.join("; ")}`);
  return settings;
}
