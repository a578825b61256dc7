/** Code that processes share with others of their package is read, whatever package.json calls that. */
import { describe, expect, test } from "vitest";
import { analyzeOn } from "../../src/analysis/session/index.ts";
import { Readable } from "../../src/simulation/interpret/readable.ts";
import { memoryHost } from "./memory-host.ts";

const FILES = {
  "src/names.ts": `import { processName } from "suptree"; export const DB = processName("db"); export const twice = (n: number) => 2 * n;`,
  "src/client.ts": `import { GenServer } from "suptree"; import { DB, twice } from "./names.ts";
export class Client extends GenServer { override async handleCast(n: number) { await this.call(DB, { type: "add", n: twice(n) }); } }`,
  "src/sup.ts": `import { Supervisor } from "suptree"; import { Client } from "./client.ts";
export class Sup extends Supervisor { override init() { return { children: [{ id: "client", start: [Client] }] }; } }`,
};

/** Why the client's code cannot be followed; null where it can. */
async function obstacle(manifest: string | null): Promise<string | null> {
  const host = memoryHost(manifest === null ? {} : { "/w/package.json": manifest });
  for (const [file, text] of Object.entries(FILES)) host.write(`/w/${file}`, text);
  const { model } = await analyzeOn(["/w"], { host, cwd: "/w", base: "/w" });
  const code = new Map((model.code ?? []).map((file) => [file.file, file]));
  return new Readable(code).process("src/client.ts", "Client").obstacle;
}

describe("what a file imports of its own package is followed", () => {
  test.for([
    ["that has no manifest", null],
    ["that has no name", "{}"],
    ["that has a name", `{ "name": "my-bot" }`],
    ["that is called as the library", `{ "name": "suptree" }`],
  ] as const)("%s", async ([, manifest]) => expect(await obstacle(manifest)).toBeNull());
});
