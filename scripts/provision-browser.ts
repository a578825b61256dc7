/**
 * Finds or fetches a real Chromium for the tests, in this order: the executable that SUPTREE_CHROMIUM names, an
 * installed Chrome or Chromium, Debian's `chromium` where we are root and apt is there, else the npm package
 * `@sparticuz/chromium` (Linux x64; it carries the binary).
 *
 * `node scripts/provision-browser.ts` provisions and says on one line which one is used.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder, exists } from "./util/paths.ts";
import { aptInstall, run, which } from "./util/run.ts";

const SPARTICUZ = "@sparticuz/chromium@153";

export interface ProvisionedBrowser {
  executable: string;
  /** For Playwright's `args`: what a container and a closed network need. */
  args: string[];
  from: string;
}

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

const INSTALLED =
  process.platform === "darwin"
    ? [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
      ]
    : process.platform === "win32"
      ? [
          "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
          "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
        ]
      : [];

/** @throws Error whose message says what was tried and what to do. */
export async function provisionBrowser(say: (line: string) => void = () => {}): Promise<ProvisionedBrowser> {
  const named = process.env.SUPTREE_CHROMIUM;
  if (named) {
    if (!(await exists(named))) throw new Error(`SUPTREE_CHROMIUM names ${named}, which does not exist.`);
    return { executable: named, args: ARGS, from: `SUPTREE_CHROMIUM (${named})` };
  }
  const installed = await findInstalled();
  if (installed) return { executable: installed, args: ARGS, from: installed };
  const debian = (await aptInstall("chromium", say)) ? await which("chromium") : null;
  if (debian) return { executable: debian, args: ARGS, from: `${debian} (Debian package)` };
  return fromNpm(say);
}

async function findInstalled(): Promise<string | null> {
  for (const path of INSTALLED) if (await exists(path)) return path;
  if (process.platform === "win32") return null;
  for (const name of ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"]) {
    const path = await which(name);
    if (path) return path;
  }
  return null;
}

async function fromNpm(say: (line: string) => void): Promise<ProvisionedBrowser> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chrome or Chromium found. Install one, or name it in SUPTREE_CHROMIUM.");
  }
  const folder = join(cacheFolder, "chromium");
  const module = join(folder, "node_modules", "@sparticuz", "chromium");
  if (!(await exists(module))) {
    say(`installing ${SPARTICUZ} from the npm registry, once`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
    const { code, output } = await run("npm", ["install", "--no-audit", "--no-fund", SPARTICUZ], {
      cwd: folder,
      timeout: 300_000,
    });
    if (code !== 0) throw new Error(`No Chrome or Chromium found, and npm failed: ${output.trim()}`);
  }
  const resolved = createRequire(join(folder, "package.json")).resolve("@sparticuz/chromium");
  const loaded: { default: { executablePath(): Promise<string>; args: string[] } } = await import(
    pathToFileURL(resolved).href
  );
  const executable = await loaded.default.executablePath();
  return { executable, args: [...ARGS, "--headless=old", "--single-process"], from: SPARTICUZ };
}

if (import.meta.main) {
  const found = await provisionBrowser(console.log);
  console.log(`browser: ${found.from}`);
}
