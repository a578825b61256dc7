/** A package of a monorepo is the same tree whether the monorepo, the package or one of its files was named. */
import { describe, expect, test } from "vitest";
import { analyzeOn, createSession } from "../../src/analysis/session/index.ts";
import { memoryHost } from "./memory-host.ts";

const CORE = {
  "packages/core/package.json": `{ "name": "@acme/core", "exports": { ".": "./dist/index.js" }, "dependencies": { "suptree": "*" } }`,
  "packages/core/src/index.ts": `export * as otp from "suptree"; export { default as Db } from "./db.js"; export { worker } from "./spec.js";`,
  "packages/core/src/db.ts": `import * as otp from "suptree"; export default class Db extends otp.GenServer { override init() { return otp.ok({}); } }`,
  "packages/core/src/spec.ts": `export const worker = (id: string, cls: any) => ({ id, start: [cls], restart: "permanent" });`,
};
const BOT = {
  "packages/bot/package.json": `{ "name": "@acme/bot", "dependencies": { "@acme/core": "workspace:*" } }`,
  "packages/bot/src/sup.ts": `import { otp, Db, worker } from "@acme/core";
class Session extends otp.GenServer { override init() { return otp.ok({}); } }
export default class BotSup extends otp.Supervisor {
  override init() { return { strategy: "one_for_all" as const, children: [worker("db", Db), worker("session", Session)] }; }
}`,
};

async function trees(files: Record<string, string>, named: string): Promise<string[]> {
  const host = memoryHost({ "/home/package.json": `{ "workspaces": ["**"] }` });
  for (const [file, text] of Object.entries(files)) host.write(`/home/w/${file}`, text);
  const { model } = await analyzeOn([`/home/w/${named}`], { host, cwd: "/home/w", base: "/home/w" });
  return model.supervisors.map(
    ({ key, children }) => `${key}: ${children.map(({ id, start }) => `${id} ${start.symbol}`).join(", ")}`,
  );
}

const MARKS: Record<string, Record<string, string>> = {
  "npm, yarn, bun": { "package.json": `{ "workspaces": ["packages/*", "!packages/old"] }` },
  "yarn's older form": { "package.json": `{ "workspaces": { "packages": ["./packages/**"] } }` },
  pnpm: {
    "pnpm-workspace.yaml": `# all\npackages:\n  # ours\n  - 'apps/*'\n  - "packages/*" # core\n\ncatalog:\n  react: ^18\n`,
    "package.json": `{ "private": true }`,
  },
  lerna: { "lerna.json": `{ "packages": ["packages/*"] }` },
};

describe("a package of a monorepo", () => {
  for (const [name, marks] of Object.entries(MARKS))
    test(`${name}: uses what another defines`, async () => {
      const files = { ".git/HEAD": "", ...marks, ...CORE, ...BOT };
      const all = ["packages/bot/src/sup.ts#BotSup: db Db, session Session"];
      expect(await trees(files, "")).toEqual(all);
      expect(await trees(files, "packages/bot")).toEqual(all);
      expect(await trees(files, "packages/bot/src")).toEqual(all);
      expect(await trees(files, "packages/bot/src/sup.ts")).toEqual(all);
    });

  test("who depends on the library may stand in the package that is looked at, or in the root", async () => {
    const without = {
      ...CORE,
      ...BOT,
      "packages/core/package.json": `{ "name": "@acme/core", "main": "src/index.ts" }`,
      ".git/HEAD": "",
    };
    const list = { "package.json": `{ "workspaces": ["packages/*"] }` };
    expect(await trees({ ...without, ...list }, "packages/bot")).toEqual([]);
    const root = `{ "workspaces": ["packages/*"], "dependencies": { "suptree": "1" } }`;
    expect(await trees({ ...without, "package.json": root }, "packages/bot")).toHaveLength(1);
    const own = `{ "name": "@acme/bot", "dependencies": { "@acme/core": "*", "suptree": "*" } }`;
    expect(
      await trees({ ...without, ...list, "packages/bot/package.json": own }, "packages/bot"),
    ).toHaveLength(1);
  });

  test("what the list does not name, or takes out, is no neighbour", async () => {
    const named = "packages/bot";
    const away = { ...CORE, ...BOT, ".git/HEAD": "" };
    const listed = (...globs: string[]) => ({
      ...away,
      "package.json": JSON.stringify({ workspaces: globs }),
    });
    expect(await trees(listed("packages/bot"), named)).toEqual([]);
    expect(await trees(listed("packages/*", "!packages/core"), named)).toEqual([]);
    expect(await trees(listed("packages/core"), named)).toEqual([]);
    expect(await trees(away, named)).toEqual([]);
  });

  test("broken and odd lists name nobody", async () => {
    for (const text of [
      "{",
      `{ "workspaces": 3 }`,
      `{ "workspaces": [1, null, "", "/", "..", "../**"] }`,
      `[]`,
    ])
      expect(await trees({ ...CORE, ...BOT, ".git/HEAD": "", "package.json": text }, "packages/bot")).toEqual(
        [],
      );
  });
});

describe("a folder that comes to a library through files outside it", () => {
  const APP = (from: string): string => `import { Sup } from "${from}"; Sup.start({ name: "Main" });`;
  const OTP = {
    "src/lib/index.ts": `export * from "./more/otp.js"; export * from "./none.js";`,
    "src/lib/more/otp.ts": `export { Supervisor as Sup } from "@hamicek/noex";`,
    "src/lib/none.ts": `export const Sup = { start(options: unknown) { return options; } };`,
    "package.json": JSON.stringify({ name: "w", imports: { "#otp": "./src/lib/index.ts" } }),
    "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { "~/*": ["./src/*"] } } }),
  };

  test.each(["../lib/index.js", "../lib", "../lib/more/otp", "#otp", "~/lib/index", "./own.js"])(
    "by %s",
    async (from) => {
      const files = {
        ...OTP,
        "src/app/own.ts": `export * from "~/lib/index";`,
        "src/app/main.ts": APP(from),
      };
      const all = ["src/app/main.ts#Main: "];
      expect(await trees(files, "")).toEqual(all);
      expect(await trees(files, "src/app")).toEqual(all);
      expect(await trees(files, "src/app/main.ts")).toEqual(all);
    },
  );

  test("files that hand on nothing of a library make nobody a user of it", async () => {
    const files = { ...OTP, "src/app/main.ts": APP("../lib/none.js") };
    expect(await trees(files, "")).toEqual([]);
    expect(await trees(files, "src/app")).toEqual([]);
  });

  test("one that begins to name the library while the folder is open", async () => {
    const host = memoryHost({});
    for (const [file, text] of Object.entries(OTP)) host.write(`/w/${file}`, text);
    host.write("/w/src/app/main.ts", APP("../lib/none.js"));
    const session = createSession({ host, roots: ["/w/src/app"], base: "/w" });
    await session.scan();
    expect(session.model().supervisors).toEqual([]);
    host.write("/w/src/app/main.ts", APP("../lib/index.js"));
    await session.changed("/w/src/app/main.ts");
    expect(session.model().supervisors.map(({ name }) => name)).toEqual(["Main"]);
  });
});
