/** What processes leave to helpers in files that import no dialect, read from a folder as an editor does. */
import { describe, expect, test } from "vitest";
import { analyzeOn } from "../../src/analysis/session/index.ts";
import { lint } from "../../src/lint/index.ts";
import type { ProcessFacts } from "../../src/model/index.ts";
import { memoryHost } from "../analysis-session/memory-host.ts";

const SUP = `import { Supervisor } from "suptree"; import { W, Owner } from "./w";
export class Sup extends Supervisor { init() { return { children: [{ id: "owner", start: [Owner], name: "owner" }, { id: "w", start: [W] }] }; } }`;
const worker = (
  head: string,
  body: string,
): string => `import { GenServer, type Info, type Pid } from "suptree"; ${head}
export class Owner extends GenServer {}
export class W extends GenServer { peers = new Map<string, Pid>();
  handleCast(m: { pid: Pid }) { this.peers.set("x", m.pid); this.monitor(m.pid); }
  ${body} }`;

async function read(
  files: Record<string, string>,
  folder = "/w",
): Promise<{ w: ProcessFacts; rules: string[]; uses: string[] }> {
  const host = memoryHost({ "/w/.git/HEAD": "", ...files });
  const { model, sources } = await analyzeOn([folder], { host, cwd: folder });
  const w = model.supervisors.flatMap(({ children }) => children).find(({ id }) => id === "w");
  if (!w?.process) throw new Error(`nothing is known of the worker: ${JSON.stringify(model)}`);
  const uses = model.edges
    .filter(({ from }) => from === w.key)
    .map(({ kind, to, phase }) => `${kind} ${to.replace(/.*\//, "")} in ${phase}`);
  return { w: w.process, rules: lint(model, { sources }).map(({ rule }) => rule), uses };
}

const FORGET = '(map: Map<string, unknown>, m: { type: string }) { if (m.type === "DOWN") map.delete("x"); }';

describe("a helper that handles DOWN", () => {
  const handle = (call: string): string => `handleInfo(m: Info) { ${call}(this.peers, m); }`;
  test.each<[string, Record<string, string>, string, string]>([
    [
      "a function",
      { "util.ts": `export function forget${FORGET}` },
      'import { forget } from "./util";',
      "forget",
    ],
    [
      "a default export",
      { "util.ts": `export default function${FORGET}` },
      'import drop from "./util";',
      "drop",
    ],
    [
      "of an object",
      { "util.ts": `export const pids = { forget${FORGET} };` },
      'import { pids } from "./util";',
      "pids.forget",
    ],
    [
      "of a module",
      { "util.ts": `export function forget${FORGET}` },
      'import * as util from "./util";',
      "util.forget",
    ],
    [
      "a static method",
      { "util.ts": `export class Pids { static forget${FORGET} }` },
      'import { Pids } from "./util";',
      "Pids.forget",
    ],
    [
      "a helper of a helper, through a barrel",
      {
        "deep/forget.ts": `export function forget${FORGET}`,
        "deep/index.ts": 'export * from "./forget";',
        "util.ts":
          'import { forget } from "./deep"; export const tidy = (map: any, m: any) => forget(map, m);',
      },
      'import { tidy } from "./util";',
      "tidy",
    ],
    [
      "by a path alias",
      {
        "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
        "lib/util.ts": `export function forget${FORGET}`,
      },
      'import { forget } from "@lib/util";',
      "forget",
    ],
    [
      "of a package of the workspace with TypeScript sources",
      {
        "package.json": '{ "name": "app", "private": true, "workspaces": ["packages/*"] }',
        "packages/pids/package.json": '{ "name": "@app/pids", "exports": "./src/index.ts" }',
        "packages/pids/src/index.ts": 'export { forget } from "./forget.ts";',
        "packages/pids/src/forget.ts": `export function forget${FORGET}`,
      },
      'import { forget } from "@app/pids";',
      "forget",
    ],
  ])("%s", async (_name, files, head, call) => {
    const all = Object.fromEntries(Object.entries(files).map(([file, text]) => [`/w/${file}`, text]));
    const { w, rules } = await read({ "/w/a-sup.ts": SUP, "/w/w.ts": worker(head, handle(call)), ...all });
    expect(w.handlesDown).toBe(true);
    expect(rules).not.toContain("missing-monitor");
    // The same where it handles something else.
    const other = Object.fromEntries(
      Object.entries(all).map(([file, text]) => [file, text.replace('"DOWN"', '"UP"')]),
    );
    const without = await read({ "/w/a-sup.ts": SUP, "/w/w.ts": worker(head, handle(call)), ...other });
    expect(without.w.handlesDown).toBe(false);
    expect(without.rules).toContain("missing-monitor");
  });
});

test("a client class that calls for its owner", async () => {
  const { uses } = await read({
    "/w/a-sup.ts": SUP,
    "/w/w.ts": worker(
      'import { Client } from "./client";',
      "async handleCall() { return new Client(this).size(); }",
    ),
    "/w/client.ts":
      'export class Client { constructor(private readonly owner: any) {} async size() { return this.owner.call("owner", { type: "size" }); } }',
  });
  expect(uses).toEqual(["call owner in later"]);
});

test("a fetch that a helper awaits", async () => {
  const { w, rules } = await read({
    "/w/a-sup.ts": SUP,
    "/w/w.ts": worker('import { load } from "./http";', "async init() { await load(); }"),
    "/w/http.ts": 'export async function load() { return await fetch("http://localhost/"); }',
  });
  expect(w.initAwaits.map(({ what }) => what)).toContain("fetch(...)");
  expect(rules).toContain("blocking-init");
});
