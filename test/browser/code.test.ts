/** Real code in the sandbox of a real Chromium: the same trace as in Node's thread, which has that of the program by itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderPage } from "../../src/protocol/index.ts";
import type { CodeOrder, CodeRan } from "../code/page.ts";
import {
  DIST,
  examples,
  guide,
  HORIZON,
  inThread,
  loadOf,
  type Program,
  scriptOf,
} from "../code/programs.ts";
import { launch } from "./harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join("test", "code", "page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  });
  const html = renderPage({
    nonce: "dGVzdC1ub25jZS10ZXN0",
    cspSource: "'self'",
    scripts: ["/page.js"],
    styles: [],
    workers: {
      sandbox: readFileSync(join(DIST, "sandbox.js"), "utf8"),
      guard: readFileSync(join(DIST, "sandbox-guard.js"), "utf8"),
    },
    title: "code",
  });
  browser = await launch();
  page = await browser.newPage();
  await page.route("**/*", (route) =>
    new URL(route.request().url()).pathname === "/page.js"
      ? route.fulfill({ contentType: "text/javascript", body: outputFiles[0]?.text ?? "" })
      : route.fulfill({ contentType: "text/html", body: html }),
  );
  await page.goto("http://suptree.test/");
});

afterAll(() => browser?.close());

async function inSandbox(program: Program, script: string): Promise<CodeRan> {
  const order: CodeOrder = {
    code: script,
    load: loadOf(program, 1),
    horizon: HORIZON,
    crash: program.root !== null,
  };
  return page.evaluate(
    (given) => (globalThis as unknown as { runCode(order: unknown): Promise<CodeRan> }).runCode(given),
    order,
  );
}

const programs = [...(await examples()), ...(await guide())].map((program) => ({
  program,
  name: program.root ?? `${program.base.split("/").at(-1)}/${program.file}`,
}));

describe("real code in the sandbox", () => {
  it.for(programs)("$name gives the same trace as in Node", async ({ program }) => {
    const script = await scriptOf(program);
    const [sandbox, thread] = [await inSandbox(program, script), await inThread(program, 1, script)];
    expect(sandbox.stopped).toBeNull();
    expect(sandbox.events.length).toBeGreaterThan(3);
    expect(sandbox.events.map((event) => JSON.stringify(event))).toEqual(
      thread.events.map((event) => JSON.stringify(event)),
    );
    expect(sandbox.console).toEqual(thread.console);
  });
});
