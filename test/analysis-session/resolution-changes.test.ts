/** Imports that come to lead to other files: each step gives what a session gives that sees everything for the first time. */
import { expect, test } from "vitest";
import { createSession } from "../../src/analysis/session/session.ts";
import { memoryHost } from "./memory-host.ts";

type Step = readonly [does: "write", file: string, text: string] | readonly [does: "remove", file: string];

const HEAD = `import { GenServer, Supervisor } from "suptree";\n`;
const app = (name: string, module: string): string =>
  `${HEAD}import { W } from "${module}";\nexport class ${name} extends Supervisor { init() { return { children: [{ id: "w", start: [W] }] }; } }\n`;
const worker = (waits: number): string =>
  `${HEAD}export class W extends GenServer { async init() { ${"await fetch('http://localhost/');".repeat(waits)} } }\n`;

const NACT = `import { start, spawn } from "nact"; export const system = start();`;
const GO = "export const go = (name: string) => spawn(system, (s: any) => s, name);";

const programs: readonly [title: string, files: Record<string, string>, steps: readonly Step[]][] = [
  [
    "a source beside the JavaScript that is imported",
    { "app.ts": app("App", "./x.js"), "x.js": worker(1) },
    [
      ["write", "x.ts", worker(2)],
      ["remove", "x.ts"],
      ["write", "x.ts", worker(3)],
      ["remove", "x.js"],
    ],
  ],
  [
    "a file beside the folder",
    { "app.ts": app("App", "./x"), "x/index.ts": worker(1) },
    [
      ["write", "x.ts", worker(2)],
      ["write", "x.d.ts", "export {}"],
      ["remove", "x.ts"],
      ["remove", "x/index.ts"],
    ],
  ],
  [
    "a library's own source, whose user stays",
    { "app.ts": `export class App {}\n`, "package.json": "{}" },
    [
      [
        "write",
        "app.ts",
        `import { Supervisor } from "./lib";\nexport class App extends Supervisor { init() { return { children: [] }; } }\n`,
      ],
      ["write", "package.json", `{ "name": "suptree" }`],
      ["write", "lib/index.ts", app("Base", "./w")],
      ["remove", "lib"],
    ],
  ],
  [
    "a helper's source",
    {
      "app.ts": app("App", "./w"),
      "w.ts": `${HEAD}import { go } from "./h.js"; export class W extends GenServer { async init() { await go(); } }`,
      "h.js": "export const go = () => 1;",
    },
    [
      ["write", "h.ts", `export const go = () => fetch("http://localhost/");`],
      ["remove", "h.ts"],
    ],
  ],
  [
    "paths of a tsconfig that goes",
    {
      "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } }, "exclude": ["src/old"] }`,
      "src/app.ts": app("App", "@/w"),
      "src/w.ts": worker(1),
      "src/old/app.ts": app("Old", "../w"),
    },
    [
      ["remove", "tsconfig.json"],
      ["write", "tsconfig.base.json", `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`],
      ["write", "tsconfig.json", `{ "extends": "./tsconfig.base.json" }`],
      ["remove", "tsconfig.base.json"],
    ],
  ],
  [
    "functions that start something, and what passes them on",
    { "lib.ts": `${NACT}${GO}`, "a.ts": `import { go } from "./lib"; go("a");` },
    [
      ["write", "b.ts", `import { go } from "./lib"; export const b = go("b");`],
      ["write", "lib.ts", "export const go = (name: string) => name;"],
      ["write", "lib.ts", `${NACT}${GO}`],
      ["write", "c.ts", `import { x } from "./between"; x("c");`],
      ["write", "between.ts", `import { go } from "./lib"; export const x = (name: string) => go(name);`],
      ["remove", "between.ts"],
      ["write", "between.ts", `export * from "./lib"; export { go as x } from "./lib";`],
      ["remove", "lib.ts"],
    ],
  ],
  [
    "types of another file",
    {
      "app.ts": `${HEAD}import type { Members } from "./types";
class W extends GenServer { members: Members = new Map(); handleCast(m: any) { this.members.set(m.id, m.pid); } }
export class App extends Supervisor { init() { return { children: [{ id: "w", start: [W] }] }; } }`,
      "types.ts": `import type { Pid } from "suptree"; export type Members = Map<string, Pid>;`,
    },
    [
      ["write", "types.ts", "export type Members = Map<string, string>;"],
      ["remove", "types.ts"],
      ["write", "types.ts", `export * from "./more";`],
      [
        "write",
        "more.ts",
        `import type { Pid } from "suptree"; export type Members = Map<string, { pid: Pid }>;`,
      ],
    ],
  ],
];

test.each(programs)("%s", async (_, files, steps) => {
  const host = memoryHost({ "/w/.git/HEAD": "" });
  for (const [file, text] of Object.entries(files)) host.write(`/w/${file}`, text);
  const session = createSession({ host, roots: ["/w"], base: "/w" });
  await session.scan();
  for (const [does, file, text] of steps) {
    if (does === "write") {
      host.write(`/w/${file}`, text);
      await session.changed(`/w/${file}`);
    } else {
      host.remove(`/w/${file}`);
      await session.removed(`/w/${file}`);
    }
    const { model } = await createSession({ host, roots: ["/w"], base: "/w" }).scan();
    expect(JSON.stringify(session.model()), `${does} ${file}`).toBe(JSON.stringify(model));
  }
});
