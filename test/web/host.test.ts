import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PROTOCOL_VERSION, parseHostMessage } from "../../src/protocol/index.ts";
import { type Analysed, type ModelProvider, startWebHost, type WebHost } from "../../src/web/index.ts";
import { sampleFinding, sampleModel } from "../protocol/samples.ts";

const TOKEN = "secret-token";
let folder: string;
let host: WebHost;
let listeners: Set<(analysed: Analysed) => void>;

function provider(): ModelProvider {
  const analysed = { model: sampleModel, findings: [sampleFinding], base: path.join(folder, "project") };
  listeners = new Set();
  return {
    current: () => analysed,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {},
  };
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "suptree-web-"));
  await mkdir(path.join(folder, "dist"));
  await mkdir(path.join(folder, "project", "src"), { recursive: true });
  await writeFile(path.join(folder, "dist", "sandbox.js"), "/* sandbox */ '</script>'");
  await writeFile(path.join(folder, "dist", "webview.js"), "1");
  await writeFile(path.join(folder, "secret.txt"), "outside");
  const source = Array.from({ length: 40 }, (_, n) => `line ${n + 1}`).join("\n");
  await writeFile(path.join(folder, "project", "src", "app.ts"), source);
  await symlink(path.join(folder, "secret.txt"), path.join(folder, "project", "link.ts"));
  host = await startWebHost({ provider: provider(), assets: path.join(folder, "dist"), token: TOKEN });
});

afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

function ask(
  target: string,
  more: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = more;
    const sent = request(
      { host: "127.0.0.1", port: host.port, path: target, method, headers },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Opens the stream of events; `next` waits for the next message. */
async function connect(client: string) {
  const messages: unknown[] = [];
  let wake: (() => void) | null = null;
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: host.port, path: `/events?token=${TOKEN}&client=${client}` },
      resolve,
    );
    sent.on("error", reject);
    sent.end();
  });
  let rest = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.startsWith("data: ")) messages.push(JSON.parse(part.slice(6)));
    wake?.();
  });
  const next = async (): Promise<Record<string, unknown>> => {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return messages.shift() as Record<string, unknown>;
  };
  const post = (message: unknown, headers: Record<string, string> = {}) =>
    ask("/message", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-suptree-token": TOKEN,
        "x-suptree-client": client,
        ...headers,
      },
      body: JSON.stringify(message),
    });
  return { next, post, close: () => stream.destroy() };
}

describe("the web host", () => {
  it("serves the page with a strict policy, and no other without the token", async () => {
    const page = await ask(`/?token=${TOKEN}`);
    expect(page.status).toBe(200);
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(page.body).toContain(`<script type="module" nonce="${nonce}" src="/webview.js">`);
    expect((await ask(`/?token=${TOKEN}`)).headers["content-security-policy"]).not.toContain(nonce);

    expect((await ask("/")).status).toBe(401);
    expect((await ask("/?token=wrong")).status).toBe(401);
    expect((await ask("/events?client=c")).status).toBe(401);
    expect((await ask("/message", { method: "POST", body: "{}" })).status).toBe(401);
    expect(page.headers["referrer-policy"]).toBe("no-referrer");
  });

  it("refuses other hosts and other pages, with the token too", async () => {
    const target = `/?token=${TOKEN}`;
    expect((await ask(target, { headers: { host: "evil.example" } })).status).toBe(403);
    expect((await ask(target, { headers: { host: `evil.example:${host.port}` } })).status).toBe(403);
    expect((await ask(target, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await ask(target, { headers: { origin: "null" } })).status).toBe(403);
    expect((await ask(target, { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
    expect((await ask("/webview.js", { headers: { host: "evil.example" } })).status).toBe(403);
    expect((await ask(target, { headers: { host: `localhost:${host.port}` } })).status).toBe(200);
  });

  it("serves what was built and nothing else", async () => {
    expect((await ask("/webview.js")).body).toBe("1");
    for (const target of ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/package.json"]) {
      expect((await ask(`${target}?token=${TOKEN}`)).status, target).toBe(404);
    }
    const missing = await ask("/webview.css");
    expect([missing.status, missing.body]).toEqual([404, "webview.css was not built: run npm run build."]);
  });

  it("answers ready with the whole state, and tells every change", async () => {
    const page = await connect("a");
    expect((await page.post({ type: "ready", protocol: PROTOCOL_VERSION })).status).toBe(204);
    const init = parseHostMessage((await page.next()).message);
    expect(init).toMatchObject({ type: "init", host: "web", model: sampleModel, findings: [sampleFinding] });
    for (const listener of listeners) listener({ model: sampleModel, findings: [], base: folder });
    expect(parseHostMessage((await page.next()).message)).toMatchObject({ type: "model", findings: [] });
    page.close();
  });

  it("answers only the page that asked", async () => {
    const [a, b] = [await connect("a"), await connect("b")];
    await a.post({ type: "ready", protocol: PROTOCOL_VERSION + 1 });
    expect((await a.next()).message).toMatchObject({ type: "error" });
    await b.post({ type: "help", rule: "child-order" });
    expect(await b.next()).toMatchObject({ to: "bridge", title: "child-order" });
    a.close();
    b.close();
  });

  it("shows source inside the project only", async () => {
    const page = await connect("a");
    const at = (file: string) => ({
      type: "reveal",
      beside: false,
      location: { file, line: 10, column: 3, endLine: 11, endColumn: 1 },
    });
    await page.post(at("src/app.ts"));
    const shown = await page.next();
    expect(shown).toMatchObject({ show: "source", excerpt: { first: 4, marked: { from: 10, to: 11 } } });
    const { lines, editor } = shown.excerpt as { lines: string[]; editor: string };
    expect(lines[0]).toBe("line 4");
    expect(lines.at(-1)).toBe("line 17");
    expect(editor).toMatch(/^vscode:\/\/file\/.*\/src\/app\.ts:10:3$/);
    for (const file of ["../secret.txt", "link.ts", "/etc/passwd", "src/gone.ts"]) {
      await page.post(at(file));
      expect((await page.next()).message, file).toMatchObject({ type: "error" });
    }
    page.close();
  });

  it("refuses what is no message", async () => {
    const page = await connect("a");
    expect((await page.post({ type: "nonsense" })).status).toBe(400);
    expect((await page.post({ type: "log" }, { "content-type": "text/plain" })).status).toBe(415);
    expect((await page.post({ type: "log" }, { "x-suptree-client": "stranger" })).status).toBe(409);
    page.close();
  });

  it("says that fixes are for the editor", async () => {
    const page = await connect("a");
    await page.post({
      type: "applyExperiment",
      id: 7,
      supervisor: "s",
      order: null,
      strategy: "one_for_all",
    });
    expect((await page.next()).message).toMatchObject({ type: "done", id: 7, ok: false });
    page.close();
  });
});
