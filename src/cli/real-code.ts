/** The bundler of `run --code` and `serve --code`. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { typescriptRules } from "../bundle/elsewhere.ts";
import { CodeService } from "../bundle/index.ts";
import { assetsFolder } from "./assets.ts";
import { version } from "./version.ts";

/** `folder`: where the program's own esbuild is looked for first; then the installation's. */
export function codeService(base: string, folder: string): CodeService {
  const own = path.dirname(fileURLToPath(import.meta.url));
  return new CodeService({
    base,
    assets: assetsFolder(),
    folders: [folder, own],
    version,
    rules: typescriptRules,
  });
}
