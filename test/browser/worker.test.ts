/** The analysis in a real web worker: the same source as the Node worker, on files that the page lends it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { targets } from "../../scripts/targets.ts";
import { AnalysisClient } from "../../src/analysis/worker/client.ts";
import { startNodeWorker } from "../../src/analysis/worker/start-node.ts";
import { launch } from "./harness.ts";
import type { Driver, Result } from "./worker-page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ORIGIN = "http://suptree.test";

/** Minified, as it is shipped. The compiler is nine tenths of it. */
const MOST_BYTES = 4_200_000;

let browser: Browser;
let worker: string;
let script: string;
let page: Page;

async function bundled(entry: string, options: (typeof targets)[number]["options"]): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

beforeAll(async () => {
  const target = targets.find(({ name }) => name === "analysis-worker-web")!;
  worker = await bundled(target.entry, target.options);
  script = await bundled("test/browser/worker-page.ts", { platform: "browser", format: "iife" });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  onTestFinished(() => page.close());
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.route("**/*", (route) => {
    const { pathname } = new URL(route.request().url());
    const javascript = (body: string) => route.fulfill({ contentType: "text/javascript", body });
    if (pathname === "/analysis-worker-web.js") return javascript(worker);
    if (pathname === "/page.js") return javascript(script);
    if (pathname === "/missing.js") return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: "text/html", body: '<script src="/page.js"></script>' });
  });
  await page.goto(`${ORIGIN}/`);
  onTestFinished(() => expect(problems.filter((text) => !text.includes("404"))).toEqual([]));
});

/** Runs in the page. */
async function drive<T, A>(act: (driver: Driver, argument: A) => T, argument?: A): Promise<Awaited<T>> {
  const given = JSON.stringify(argument) ?? "undefined";
  return (await page.evaluate(`(${act.toString()})(globalThis.driver, ${given})`)) as Awaited<T>;
}

function examples(): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (folder: string, prefix: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (!statSync(path).isDirectory()) files[prefix + name] = readFileSync(path, "utf8");
      else if (name !== "node_modules" && name !== "dist") visit(path, `${prefix}${name}/`);
    }
  };
  visit(join(root, "examples"), "");
  return files;
}

const mounted = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [`/w/${file}`, text]));

/** The Node worker on the same files on disk. */
function nodeWorker(files: Record<string, string>): { client: AnalysisClient; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "suptree-web-worker-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const client = new AnalysisClient({
    start: () => startNodeWorker(new URL("../../src/extension/worker/node.ts", import.meta.url)),
  });
  onTestFinished(() => {
    client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  return { client, folder };
}

const told = ({ model, findings }: Pick<Result, "model" | "findings">): string =>
  JSON.stringify({ model, findings }, null, 1);

it("is small enough to be loaded into a page", () => {
  expect(Buffer.byteLength(worker)).toBeLessThan(MOST_BYTES);
});

it("gives the model and the findings of the Node worker, byte for byte, also after edits", async () => {
  const files = examples();
  const { client, folder } = nodeWorker(files);
  await client.open({ roots: [folder], base: folder, checkSettings: { severities: {}, options: {} } });
  await drive((driver, given) => driver.start(given), mounted(files));
  const opened = await drive((driver) => driver.open());
  expect(opened.model.supervisors.length).toBeGreaterThan(10);
  expect(opened.findings.length).toBeGreaterThan(0);
  // Fixes and comments that silence a rule need the texts, which come as promises here.
  expect(opened.findings.some(({ fixes }) => fixes.length > 0)).toBe(true);
  expect(told(opened)).toBe(told(client));

  const file = "gateway/src/gateway-sup.ts";
  const edits = [
    files[file]!.replace("rest_for_one", "one_for_all"),
    files[file]!.replace("children: [", 'children: [ { id: "new", start: [Nobody] },'),
    files[file]!.slice(0, files[file]!.indexOf("children: [") + 20),
    `// suptree-disable-file\n${files[file]!}`,
  ];
  for (const text of edits) {
    await client.update(join(folder, file), text);
    const edited = await drive(({ update }, { path, now }) => update(path, now), {
      path: `/w/${file}`,
      now: text,
    });
    expect(told(edited)).not.toBe(told(opened));
    expect(told(edited)).toBe(told(client));
  }
  const closed = await drive((driver, path) => driver.close(path), `/w/${file}`);
  expect(told(closed)).toBe(told(opened));
});

it("follows the disk", async () => {
  const files = mounted(examples());
  await drive((driver, given) => driver.start(given), files);
  const before = await drive((driver) => driver.open());
  const text =
    'import { Supervisor } from "suptree";\nexport class Late extends Supervisor { init() { return { children: [] }; } }\n';
  const more = await drive((driver, given) => driver.write(given), { "/w/gateway/src/late.ts": text });
  expect(more.model.supervisors.map(({ key }) => key)).toContain("gateway/src/late.ts#Late");
  const less = await drive((driver, given) => driver.write(given), { "/w/gateway/src/late.ts": null });
  expect(told(less)).toBe(told(before));
});

it("says how far it is, and can be cancelled in every phase and go on", async () => {
  const source = (n: number): string =>
    `import { Supervisor } from "suptree";\nexport class S${n} extends Supervisor { init() { return { children: [{ id: "a", start: [X] }, { id: "b", start: [X] }] }; } }\n`;
  const files = Object.fromEntries(
    Array.from({ length: 1200 }, (_, n) => [`/w/d${n % 70}/s${n}.ts`, source(n)] as const),
  );
  await drive((driver, given) => driver.start(given), files);
  for (const phase of ["walk", "scan", "parse"])
    expect(await drive((driver, given) => driver.cancelled(given), phase)).toBe(`cancelled in ${phase}`);
  const { model, progress } = await drive((driver) => driver.open());
  expect(model.supervisors).toHaveLength(1200);
  expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(["walk", "scan", "parse"]);
  for (const phase of ["scan", "parse"]) {
    const steps = progress.filter((step) => step.phase === phase);
    // How many there are is a matter of how quick the machine is; that they come meanwhile is what the cancelling shows.
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).sort((a, b) => a - b));
    expect(steps.at(-1)).toMatchObject({ done: 1200, total: 1200 });
  }
});

it("survives what is nested deeper than a browser's stack, and says when it cannot start", async () => {
  const good =
    'import { Supervisor } from "suptree";\nexport class Good extends Supervisor { init() { return { children: [] }; } }\n';
  const deep = (text: string): string => `import { Supervisor } from "suptree";\nconst x = ${text};\n`;
  const files = {
    "/w/good.ts": good,
    "/w/a.ts": deep("[".repeat(50_000) + "]".repeat(50_000)),
    "/w/b.ts": deep("f(".repeat(50_000)),
    "/w/c.ts": deep("`${".repeat(50_000)),
    "/w/d.ts": deep(`x${".a".repeat(50_000)}`),
    "/w/e.ts": `import "suptree";\n${"if (a) {} else ".repeat(50_000)};`,
  };
  await drive((driver, given) => driver.start(given), files);
  const { model } = await drive((driver) => driver.open());
  expect(model.supervisors.map(({ name }) => name)).toEqual(["Good"]);
  expect(await drive((driver) => driver.crashes)).toEqual([]);

  const gone = await drive((driver) => {
    driver.start({}, "/missing.js");
    return driver.open().then(
      () => "opened",
      (error: Error) => error.message,
    );
  });
  expect(gone).toContain("its script could not be loaded");
});
