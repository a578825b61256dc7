import { expect, test } from "vitest";
import { project, SHOP, suptree } from "./cli.ts";

test("says of every value what it is and where it comes from, and who it has to do with", async () => {
  const { code, out, err } = await suptree(project({ ...SHOP, "package.json": "{}" }), [
    "explain",
    "src/shop-sup.ts:11",
  ]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe(`child "db" of ShopSup  src/shop-sup.ts:11
  recognised as suptree: src/shop-sup.ts:1 imports "suptree"
  id           "db"
  start        Db (src/db.ts:2)
  restart      permanent  (default of suptree)
  shutdown     4000 ms
  type         worker  (default of suptree)
  significant  false  (default of suptree)
  its key is src/shop-sup.ts#ShopSup/db
  registered as "db"
  src/shop-sup.ts#ShopSup/api calls it in init, found by name "db" (src/api.ts:4)

supervisor ShopSup  src/shop-sup.ts:5
  recognised as suptree: src/shop-sup.ts:1 imports "suptree"
  strategy      rest_for_one
  intensity     1 restart  (default of suptree)
  period        5 s  (default of suptree)
  autoShutdown  never  (default of suptree)
  its key is src/shop-sup.ts#ShopSup
  children, in start order: api, db
  no other supervisor starts it: it is a root
`);
});

test("knows the whole project: the children that run a class, from its own file and from a folder below", async () => {
  const folder = project({ ...SHOP, "package.json": "{}" });
  const { out } = await suptree(`${folder}/src`, ["explain", "api.ts:2"]);
  expect(out).toBe(`process Api  api.ts:2
  recognised as suptree: api.ts:1 imports "suptree"
  runs as src/shop-sup.ts#ShopSup/api (shop-sup.ts:10)
  calls src/shop-sup.ts#ShopSup/db in init, found by name "db" (api.ts:4)
`);
});

test("an application that only names others starts nothing, which is no unknown", async () => {
  const folder = project({
    ...SHOP,
    "package.json": "{}",
    "main.ts": `import { defineApplication } from "suptree";
import { ShopSup } from "./src/shop-sup.ts";
const shop = defineApplication({ name: "shop", start: [ShopSup] });
export const all = defineApplication({ name: "all", applications: [shop] });
export const what = (start: never) => defineApplication({ name: "what", start });
what(JSON.parse("[]"));
`,
  });
  expect((await suptree(folder, ["explain", "main.ts:4"])).out).toBe(`application all  main.ts:4
  recognised: main.ts:1 imports "suptree"
  starts after shop
  has no process of its own
`);
  const { out } = await suptree(folder, ["tree", "."]);
  expect(out).toContain("application all after shop: no process of its own  main.ts:4\n");
  expect(out).toContain("application what: top supervisor unknown  main.ts:5\n  ? start: ");
});

test("applications, and processes outside any tree", async () => {
  const folder = project({
    ...SHOP,
    "package.json": "{}",
    "main.ts": `import { defineApplication, System } from "suptree";
import { Db } from "./src/db.ts";
import { ShopSup } from "./src/shop-sup.ts";
export const shop = defineApplication({ name: "shop", applications: [], start: [ShopSup] });
await new System().start(Db);
`,
  });
  expect((await suptree(folder, ["explain", "main.ts:4"])).out).toBe(`application shop  main.ts:4
  recognised: main.ts:1 imports "suptree"
  needs no other application
  its top supervisor is src/shop-sup.ts#ShopSup
`);
  expect(
    (await suptree(folder, ["explain", "main.ts:5"])).out,
  ).toBe(`Db, a process outside any tree  main.ts:5
  recognised: main.ts:1 imports "suptree"
  started outside any supervisor; nothing restarts it
`);
});

const HOMEMADE = {
  "package.json": "{}",
  "otp/index.ts": 'export * from "./lib.ts";\n',
  "otp/lib.ts": '// ours\nexport { Supervisor } from "suptree";\n',
  "app.ts": `import { Supervisor } from "./otp/index.ts";
class Worker {}
export class App extends Supervisor {
  init() {
    return { children: [{ id: makeId(), start: [Worker] }, { id: "b", start: [Worker] }] };
  }
}
export class Sub extends App {}
`,
};

test("by which imports a definition was recognised, also through other files", async () => {
  const { out } = await suptree(project(HOMEMADE), ["explain", "app.ts:3"]);
  expect(out).toContain(
    '  recognised as suptree: app.ts:1 imports "./otp/index.ts", which imports "./lib.ts" (otp/index.ts:1), which imports "suptree" (otp/lib.ts:2)\n',
  );
});

test("a library of one's own, a package or a file of the workspace, is named as the settings name it", async () => {
  const files = {
    "package.json": "{}",
    "lib/supervise.ts": "export function supervise(spec: unknown) { return spec; }\n",
    "app.ts": `import { supervise } from "./lib/supervise.ts";
export const app = supervise({ strategy: "rest_for_one", children: [] });
`,
    "suptree.json": JSON.stringify({
      specObjects: [{ name: "ours", module: "lib/supervise", callee: "supervise" }],
    }),
  };
  const { out } = await suptree(project(files), ["explain", "app.ts:2", "--config", "suptree.json"]);
  expect(out).toContain(
    '  recognised as ours: app.ts:1 imports "./lib/supervise.ts", which is lib/supervise\n',
  );
  expect(out).toMatch(/\n {2}intensity +\? /);
});

test("why something is unknown, and where; a column chooses among what is on the line", async () => {
  const folder = project(HOMEMADE);
  const first = await suptree(folder, ["explain", "app.ts:5:30"]);
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/^a child of App {2}app\.ts:5\n/);
  expect(first.out).toMatch(/\n {2}id +\? computed at run time: makeId\(\) \(app\.ts:5\)\n/);
  expect(first.out).not.toContain('child "b"');
  const second = await suptree(folder, ["explain", "app.ts:5:70"]);
  expect(second.out).toMatch(/^child "b" of App/);
  const line = await suptree(folder, ["explain", "app.ts:5"]);
  expect(line.out).toContain("a child of App");
  expect(line.out).toContain('child "b" of App');
});

test("where nothing is defined: what is nearest, or that the file has nothing", async () => {
  const folder = project(SHOP);
  const nothing = await suptree(folder, ["explain", "src/shop-sup.ts:2"]);
  expect([nothing.code, nothing.out]).toEqual([
    0,
    "src/shop-sup.ts:2: no supervisor, child, application or process is defined here. The nearest is the supervisor ShopSup: suptree explain src/shop-sup.ts:5\n",
  ]);
  const plain = await suptree(project({ "a.ts": "export const a = 1;\n" }), ["explain", "a.ts:1"]);
  expect([plain.code, plain.out]).toEqual([0, expect.stringContaining("Nothing in this file is one")]);
});

test.each([
  [["explain", "src/shop-sup.ts:900"], "src/shop-sup.ts has 16 lines, there is no line 900"],
  [["explain", "src/shop-sup.ts:0"], "there is no line 0"],
  [["explain", "src/shop-sup.ts"], "expected FILE:LINE or FILE:LINE:COLUMN"],
  [["explain", "src/none.ts:1"], "src/none.ts: no such file or folder"],
  [["explain", "src:1"], "is a folder"],
])("bad usage %j", async (argv, message) => {
  const { code, err, out } = await suptree(project(SHOP), argv);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
});

test("a broken file elsewhere is not its business, in the file itself it is", async () => {
  const folder = project({ ...SHOP, "package.json": "{}", "src/broken.ts": 'import "suptree"; class {' });
  expect(await suptree(folder, ["explain", "src/shop-sup.ts:11"])).toMatchObject({ code: 0, err: "" });
  const own = await suptree(folder, ["explain", "src/broken.ts:1"]);
  expect([own.code, own.err]).toEqual([2, expect.stringContaining("syntax error")]);
});
