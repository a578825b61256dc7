/** What the build has made and the command line hands on: the page, the sandbox, what stands for Node's modules. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./io.ts";

/** `dist`, beside the bundled command line or, in a checkout, at the top of the project. */
export function assetsFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = path.dirname(folder)) {
    for (const candidate of [folder, path.join(folder, "dist")]) {
      if (existsSync(path.join(candidate, "webview.js"))) return candidate;
    }
    if (folder === path.dirname(folder)) break;
  }
  throw new UsageError("the page is not built; in a checkout, `npm run build` builds it");
}
