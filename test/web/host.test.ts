import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { connect as connectTo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RelatedLocation } from "../../src/model/index.ts";
import { PROTOCOL_VERSION, parseHostMessage } from "../../src/protocol/index.ts";
import { type Analysed, type ModelProvider, startWebHost, type WebHost } from "../../src/web/index.ts";
import { sampleFinding, sampleModel } from "../protocol/samples.ts";

const TOKEN = "secret-token";
let folder: string;
let host: WebHost;
/** More places that findings name. */
let extra: RelatedLocation[];
let logged: string[];
let listeners: Set<(analysed: Analysed) => void>;

function provider(): ModelProvider {
  const base = path.join(folder, "project");
  listeners = new Set();
  return {
    current: () => ({
      model: sampleModel,
      findings: [sampleFinding, ...extra.map((related) => ({ ...sampleFinding, related: [related] }))],
      base,
    }),
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
  await writeFile(path.join(folder, "dist", "sandbox-guard.js"), "/* guard */");
  await writeFile(path.join(folder, "dist", "webview.js"), "1");
  await writeFile(path.join(folder, "secret.txt"), "outside");
  const source = Array.from({ length: 40 }, (_, n) => `line ${n + 1}`).join("\n");
  await writeFile(path.join(folder, "project", "src", "app.ts"), source);
  await symlink(path.join(folder, "secret.txt"), path.join(folder, "project", "link.ts"));
  extra = [];
  logged = [];
  host = await startWebHost({
    provider: provider(),
    assets: path.join(folder, "dist"),
    token: TOKEN,
    log: (_, message) => void logged.push(message),
  });
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

  it.each([
    "GET // HTTP/1.1",
    "GET //evil.example/ HTTP/1.1",
    "GET http://evil.example/ HTTP/1.1",
    "GET * HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "GET /\\\\evil.example HTTP/1.1",
    "GET /%ff%00%zz HTTP/1.1",
    "GET /http://[ HTTP/1.1",
    "GET ?token= HTTP/1.1",
    "GET \u0001 HTTP/1.1",
    "GET / HTTP/9.9",
    "CONNECT evil.example:80 HTTP/1.1",
    "CONNECT // HTTP/1.1",
    "TRACE / HTTP/1.1",
    "PRI * HTTP/2.0",
    "nonsense",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
    `GET /${"a".repeat(20_000)} HTTP/1.1`,
  ])("answers %j with a plain refusal, and goes on", async (line) => {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connectTo(host.port, "127.0.0.1", () =>
        socket.write(`${line}\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\n\r\n`),
      );
      socket.on("data", (chunk) => (text += chunk)).on("close", () => resolve(text));
      socket.on("error", reject);
    });
    // Without an answer it was never more than a connection that was closed: CONNECT asks for a tunnel.
    if (!line.startsWith("CONNECT")) expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain(" 500 ");
    expect(logged).toEqual([]);
    expect((await ask(`/?token=${TOKEN}`)).status).toBe(200);
  });

  it("takes the address with the token from a link, and from nowhere else", async () => {
    const link = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect((await ask(`/?token=${TOKEN}`, { headers: link })).status).toBe(200);
    expect((await ask("/", { headers: link })).status).toBe(401);
    expect((await ask(`/events?token=${TOKEN}&client=c`, { headers: link })).status).toBe(403);
    const frame = { ...link, "sec-fetch-dest": "iframe" };
    expect((await ask(`/?token=${TOKEN}`, { headers: frame })).status).toBe(403);
    const form = { method: "POST", headers: link };
    expect((await ask(`/?token=${TOKEN}`, form)).status).toBe(403);
    const locked = await ask("/");
    expect(locked.body).toContain("open the address that was printed");
    expect(locked.body).not.toContain(TOKEN);
    expect(locked.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'nonce-/);
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

  it("shows the source of what is selected, in the page", async () => {
    const page = await connect("a");
    const [supervisor] = sampleModel.supervisors;
    await page.post({ type: "selected", key: "nobody" });
    await page.post({ type: "selected", key: supervisor!.key });
    const { message } = await page.next();
    expect(parseHostMessage(message)).toMatchObject({
      type: "excerpt",
      key: supervisor!.key,
      excerpt: { marked: { from: supervisor!.location.line } },
    });
    page.close();
  });

  it("shows files of the model only, whole text files of a size that a person reads", async () => {
    const project = path.join(folder, "project");
    await writeFile(path.join(project, ".env"), "PASSWORD=1");
    await writeFile(path.join(project, "huge.ts"), "");
    await truncate(path.join(project, "huge.ts"), 2 ** 31);
    execFileSync("mkfifo", [path.join(project, "fifo.ts")]);
    await symlink("/dev/zero", path.join(project, "zero.ts"));
    const odd = `a\tb\u202e\u001b[2J\n${"x".repeat(5000)}\n`;
    await writeFile(path.join(project, "odd.ts"), Buffer.from(`\uFEFF${odd}`, "utf16le"));
    const location = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const named = ["link.ts", "../secret.txt", "huge.ts", "fifo.ts", "zero.ts", "odd.ts", "src"];
    extra = named.map((file) => ({ message: "", location: { file, ...location } }));
    const page = await connect("a");
    const show = async (file: string) => {
      await page.post({ type: "reveal", location: { file, ...location } });
      return page.next();
    };
    for (const [file, why] of [
      [".env", ".env is not part of the trees."],
      ["link.ts", "link.ts is outside what is served and is not shown."],
      ["../secret.txt", "../secret.txt is outside what is served and is not shown."],
      ["huge.ts", "huge.ts cannot be read: it is larger than 8 MB."],
      ["fifo.ts", "fifo.ts cannot be read: it is not a regular file."],
      ["zero.ts", "zero.ts is outside what is served and is not shown."],
      ["src", "src cannot be read: it is a folder."],
    ] as const)
      expect((await show(file)).message, file).toEqual({ type: "error", message: why });
    const { lines } = (await show("odd.ts")).excerpt as { lines: string[] };
    expect(lines).toEqual(["a\tb\\u{202e}\\u{1b}[2J", `${"x".repeat(1000)}…`, ""]);
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
