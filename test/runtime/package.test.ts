/**
 * The library as its users get it: an empty folder with the package in node_modules, as ES module, CommonJS, bundled
 * for browsers and in a Web Worker. What `npm test` calls packages tries the tarballs in every runtime.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmFolder } from "../../scripts/npm.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "suptree-package-"));
  cpSync(npmFolder("suptree"), join(folder, "node_modules", "suptree"), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
class Echo extends GenServer {
  init() { return timeout(1); }
  handleCall(request) { return reply(request, "echo " + request.text); }
  handleInfo(message) { told(message.type); }
}
class Sup extends Supervisor {
  init() { return { children: [{ id: "echo", start: [Echo], name: "echo" }] }; }
}
let told = () => {};
const timedOut = new Promise((resolve) => { told = resolve; });
const main = async () => {
  const system = new System({ logger: null });
  await system.start(Sup);
  const first = await timedOut;
  system.kill("echo");
  await system.idle();
  const answer = await system.call("echo", { text: "again" });
  await system.stop();
  return first + ", " + answer;
};
`;
const NAMES = "GenServer, reply, Supervisor, System, timeout";
const EXPECTED = "timeout, echo again";

function run(file: string, text: string): Promise<string> {
  writeFileSync(join(folder, file), text);
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { cwd: folder }, (_, out, err) => resolve((out + err).trim()));
  });
}

async function browserBundle(format: "iife" | "esm") {
  writeFileSync(
    join(folder, "browser.js"),
    `import { ${NAMES} } from "suptree";${PROGRAM}main().then((text) => globalThis.done(text), (e) => globalThis.done(String(e)));`,
  );
  const result = await build({
    absWorkingDir: folder,
    entryPoints: ["browser.js"],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: "browser",
    format,
  });
  return {
    text: (result.outputFiles[0] as { text: string }).text,
    inputs: Object.keys(result.metafile.inputs),
  };
}

const executablePath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

describe("the package", () => {
  it("works as an ES module", async () => {
    const text = `import { ${NAMES} } from "suptree";${PROGRAM}console.log(await main());`;
    expect(await run("main.mjs", text)).toBe(EXPECTED);
  });

  it("works as CommonJS", async () => {
    const text = `const { ${NAMES} } = require("suptree");${PROGRAM}main().then(console.log);`;
    expect(await run("main.cjs", text)).toBe(EXPECTED);
  });

  it("refuses a class of another copy by name, at the start and as a child", async () => {
    const text = `import { System, Supervisor } from "suptree";
      const { GenServer: Other } = await import("./node_modules/suptree/lib/index.js");
      class Foreign extends Other {}
      class Sup extends Supervisor { init() { return { children: [{ id: "f", start: [Foreign] }] }; } }
      const system = new System({ logger: null });
      for (const cls of [Foreign, Sup]) await system.start(cls).catch((error) => console.log(error.message));
      await system.stop();`;
    const told = (await run("copies.mjs", text)).split("\n");
    expect(told.length).toBe(2);
    for (const line of told) expect(line).toContain("Foreign extends a class of another copy of suptree");
  });

  it("bundles for browsers: nothing but itself, nothing of the editor, nothing of Node", async () => {
    const { text, inputs } = await browserBundle("esm");
    expect(inputs.map((path) => relative("node_modules/suptree", path)).sort()).toEqual([
      relative("node_modules/suptree", "browser.js"),
      "lib/index.js",
    ]);
    expect(text).not.toMatch(/from\s*"node:|require\(|vscode|ts-morph/);
    // Growth is to be noticed.
    expect(text.length).toBeLessThan(121_000);
  });

  it.runIf(executablePath !== undefined)(
    "works on a page and in a Web Worker",
    async () => {
      const { text } = await browserBundle("iife");
      const browser = await chromium.launch({
        executablePath: executablePath as string,
        args: ["--no-sandbox"],
      });
      try {
        const page = await browser.newPage();
        const onPage = await page.evaluate(`new Promise((done) => { globalThis.done = done; ${text} })`);
        const inWorker = await page.evaluate(`new Promise((done) => {
          const code = "globalThis.done = (text) => postMessage(text);" + ${JSON.stringify(text)};
          const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
          worker.onmessage = (event) => done(event.data);
          worker.onerror = (event) => done(event.message);
        })`);
        expect([onPage, inWorker]).toEqual([EXPECTED, EXPECTED]);
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
