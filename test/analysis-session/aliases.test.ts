/** A library under another name, and packages that lead to one another in all the ways that there are. */
import { describe, expect, test } from "vitest";
import { createSession } from "../../src/analysis/session/index.ts";
import { memoryHost } from "./memory-host.ts";

const tree = (from: string, more = "", start = "W"): string =>
  `import { Supervisor, GenServer } from "${from}"; ${more} class W extends GenServer {}
  export class Root extends Supervisor { init() { return { children: [{ id: "w", start: [${start}] }] }; } }`;

async function analyse(files: Record<string, string>, root = "/w", async = false): Promise<string[]> {
  const session = createSession({ host: memoryHost(files, { async }), roots: [root], settings: {} });
  const { model } = await session.scan();
  return model.supervisors.map((s) => {
    const children = s.children.map((c) => `${c.id}:${c.start.symbol}@${c.start.file}`);
    return `${s.location.file} ${s.dialect} ${children.join(" ")}`;
  });
}

const tsconfig = (paths: object): string => JSON.stringify({ compilerOptions: { baseUrl: ".", paths } });

describe.each([false, true])("with a host that answers with promises: %s", (async) => {
  test.each<[string, Record<string, string>, string]>([
    [
      "npm:",
      { "/w/package.json": '{"dependencies":{"otp":"npm:suptree@^1.2"}}', "/w/a.ts": tree("otp") },
      "a.ts suptree w:W@a.ts",
    ],
    [
      "npm: of a subpath",
      { "/w/package.json": '{"dependencies":{"otp":"npm:suptree"}}', "/w/a.ts": tree("otp/node") },
      "a.ts suptree w:W@a.ts",
    ],
    [
      "said by the package above",
      {
        "/w/package.json": '{"name":"mono","devDependencies":{"@x/otp":"workspace:suptree@*"}}',
        "/w/app/package.json": '{"name":"app"}',
        "/w/app/a.ts": tree("@x/otp"),
      },
      "app/a.ts suptree w:W@app/a.ts",
    ],
    [
      "file: and link:",
      {
        "/w/app/package.json": '{"name":"app","dependencies":{"otp":"link:../vendor/otp"}}',
        "/w/vendor/otp/package.json": '{"name":"suptree"}',
        "/w/app/a.ts": tree("otp"),
      },
      "app/a.ts suptree w:W@app/a.ts",
    ],
    [
      "imports of a package",
      {
        "/w/package.json":
          '{"name":"app","imports":{"#otp":{"node":"suptree","default":"suptree"},"#ids/*":"./ids/*.ts"}}',
        "/w/a.ts": tree("#otp", 'import { V } from "#ids/v";', "V"),
        "/w/ids/v.ts": 'import { GenServer } from "#otp"; export class V extends GenServer {}',
      },
      "a.ts suptree w:V@ids/v.ts",
    ],
    [
      "paths into node_modules",
      { "/w/tsconfig.json": tsconfig({ otp: ["node_modules/suptree"] }), "/w/a.ts": tree("otp") },
      "a.ts suptree w:W@a.ts",
    ],
    [
      "paths into the library's sources",
      {
        "/w/tsconfig.json": tsconfig({ "otp/*": ["lib/src/*"] }),
        "/w/lib/package.json": '{"name":"suptree"}',
        "/w/lib/src/index.ts": "export class Supervisor {} export class GenServer {}",
        "/w/a.ts": tree("otp/index"),
      },
      "a.ts suptree w:W@a.ts",
    ],
    [
      "its own name, exports of another package that are not built",
      {
        "/w/own/package.json":
          '{"name":"own","exports":{".":"./src/index.ts","./inner/*":"./src/inner/*.ts"}}',
        "/w/own/src/index.ts": tree(
          "suptree",
          'import { V } from "own/inner/v"; import { B } from "@acme/lib/b";',
          "V",
        ).replace("children: [", 'children: [{ id: "b", start: [B] }, '),
        "/w/own/src/inner/v.ts": 'import { GenServer } from "suptree"; export class V extends GenServer {}',
        "/w/lib/package.json":
          '{"name":"@acme/lib","exports":{"./*":{"types":"./dist/*.d.ts","import":"./dist/*.js"}}}',
        "/w/lib/src/b.ts": 'import { GenServer } from "suptree"; export class B extends GenServer {}',
      },
      "own/src/index.ts suptree b:B@lib/src/b.ts w:V@own/src/inner/v.ts",
    ],
  ])("%s", async (_, files, expected) => {
    expect(await analyse(files, "/w", async)).toEqual([expected]);
  });

  test("another package under that name is none", async () => {
    const files = { "/w/package.json": '{"dependencies":{"otp":"npm:other-otp@1"}}', "/w/a.ts": tree("otp") };
    expect(await analyse(files, "/w", async)).toEqual([]);
  });

  test("an example with a package.json of its own inside the library's repository", async () => {
    const files = {
      "/w/package.json": '{"name":"@hamicek/noex"}',
      "/w/src/index.ts":
        "export const Supervisor = { start(o) { return o; } }; export const GenServer = { start(b) { return b; } };",
      "/w/examples/shop/package.json": '{"name":"shop"}',
      "/w/examples/shop/index.ts": `import { Supervisor, GenServer } from "../../dist/index.js";
        const clock = { init: () => 0, handleCall: (m, s) => [0, s] };
        let sup; async function main() { sup = await Supervisor.start({ children: [{ id: "c", start: () => GenServer.start(clock) }] }); }
        main();`,
    };
    const expected = "noex c:clock@";
    for (const root of ["/w", "/w/examples/shop"])
      expect((await analyse(files, root, async)).map((line) => line.slice(line.indexOf("noex")))).toEqual([
        expect.stringContaining(expected),
      ]);
  });
});
