/** `--config FILE`: what the editor takes from its settings, for the command line. */
import type { SpecObjectConfig } from "../analysis/index.ts";
import type { SessionSettings } from "../analysis/session/index.ts";
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
  if (!isRecord(value)) throw new UsageError(`${file}: is not a JSON object`);
  const settings: SessionSettings = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = key.replace(/^suptree\./, "");
    switch (name) {
      case "specObjects":
        if (!Array.isArray(entry) || !entry.every(isSpecObject)) {
          throw new UsageError(`${file}: "${key}" is a list of objects with name, module and callee`);
        }
        settings.specObjects = entry;
        break;
      case "exclude":
      case "testFiles":
        if (!Array.isArray(entry) || !entry.every((glob): glob is string => typeof glob === "string")) {
          throw new UsageError(`${file}: "${key}" is a list of globs`);
        }
        settings[name] = entry;
        break;
      default:
        throw new UsageError(`${file}: "${key}" is no setting; there are specObjects, exclude and testFiles`);
    }
  }
  return settings;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSpecObject = (value: unknown): value is SpecObjectConfig =>
  isRecord(value) && [value.name, value.module, value.callee].every((text) => typeof text === "string");
