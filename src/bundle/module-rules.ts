/** What the bundler asks of TypeScript's own rules: hosts that must not load the compiler ask a thread that has it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Import {
  /** Absolute. */
  importer: string;
  specifier: string;
}

export interface ModuleRules {
  /** Where imports lead that lead nowhere by the rules of browsers' bundlers: absolute files, null where there is none. */
  find(imports: readonly Import[]): Promise<(string | null)[]>;
  /** The configuration whose options a file has, where it is one that the bundler does not look for. */
  configurationOf(file: string): Promise<string | null>;
}

/** Whether only one configuration may be about a file, the nearest `tsconfig.json`: then nobody needs to be asked. */
export function hasOneConfiguration(file: string): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const config = join(folder, "tsconfig.json");
    try {
      if (existsSync(config)) {
        const siblings = readdirSync(folder).some((name) => /^tsconfig\..+\.json$/.test(name));
        return !siblings && !readFileSync(config, "utf8").includes("references");
      }
      if (existsSync(join(folder, "jsconfig.json"))) return false;
    } catch {
      return false;
    }
    if (dirname(folder) === folder) return true;
  }
}
