/** Runs the command line in this process, on files made for the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { type Io, wantsColours } from "../../src/cli/io.ts";
import { runProgram } from "../../src/cli/program.ts";

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Makes a folder with these files; it goes away with the test. */
export function project(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "suptree-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

export async function suptree(cwd: string, argv: string[], more: Partial<Io> = {}): Promise<Outcome> {
  let out = "";
  let err = "";
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    cwd,
    colours: { out: wantsColours({}, {}), err: wantsColours({}, {}) },
    interactive: false,
    columns: 80,
    signal: new AbortController().signal,
    ...more,
  };
  const code = await runProgram(argv, io);
  return { code, out, err };
}

/** A small application with one mistake: `api` calls `db`, which starts later. */
export const SHOP = {
  "src/db.ts": `import { type CallResult, GenServer, reply } from "suptree";
export class Db extends GenServer {
  override handleCall(request: object): CallResult {
    return reply(request, { pages: 3 });
  }
}
`,
  "src/api.ts": `import { GenServer } from "suptree";
export class Api extends GenServer {
  override async init() {
    await this.call("db", { type: "settings" });
  }
}
`,
  "src/shop-sup.ts": `import { Supervisor, type SupervisorSpec } from "suptree";
import { Api } from "./api.ts";
import { Db } from "./db.ts";

export class ShopSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "api", start: [Api] },
        { id: "db", start: [Db], name: "db", shutdown: 4_000 },
      ],
    };
  }
}
`,
};
