import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parseFault } from "../../src/cli/faults.ts";
import { project, SHOP, suptree } from "./cli.ts";

/** The shop with its children in the right order. */
const GOOD = {
  ...SHOP,
  "src/shop-sup.ts": SHOP["src/shop-sup.ts"].replace(
    /( +\{ id: "api".*\n)( +\{ id: "db".*\n)/,
    (_, api: string, db: string) => db + api,
  ),
};
const TREE = "src/shop-sup.ts#ShopSup";

test("starts the tree and tells a crash: who, what the strategy did, what it cost", async () => {
  const { code, out, err } = await suptree(project(GOOD), ["run", TREE, "--crash", "db=out of disk"]);
  expect(err).toBe("");
  expect(code).toBe(0);
  const lines = out.split("\n");
  expect(lines[0]).toMatch(/^00:00\.000 {2}ShopSup started db, api\.$/);
  expect(lines[1]).toContain("db crashed (out of disk). rest_for_one: ");
  expect(lines[1]).toContain("db #2, api #2");
  expect(lines[1]).toContain("1 of 1 restart in 5 s");
  expect(out).toContain("In the end 3 processes run.");
});

test("--steps tells under each incident what happened in it, in order", async () => {
  const { out } = await suptree(project(GOOD), ["run", TREE, "--crash", "db=out of disk", "--steps"]);
  const steps = out.split("\n").filter((line) => / of \d+: /.test(line));
  expect(steps[0]).toMatch(/ 1 of \d+: Injected a crash \(out of disk\) into db$/);
  expect(steps.at(-1)).toMatch(/ShopSup has started api #2$/);
});

test("a tree that does not start, or ends, is exit code 1", async () => {
  const boot = await suptree(project(SHOP), ["run", TREE]);
  expect(boot.code).toBe(1);
  expect(boot.out).toContain("api failed to start (call to db failed: noproc). ShopSup did not start");
  const twice = await suptree(project(GOOD), ["run", TREE, "--crash", "db", "--crash", "db"]);
  expect(twice.code).toBe(1);
  expect(twice.out).toContain("In the end nothing runs any more.");
  const apart = await suptree(project(GOOD), ["run", TREE, "--crash", "db", "--crash", "db@6000"]);
  expect(apart.code).toBe(0);
});

test("faults of different kinds come in the order of the command line", async () => {
  const { out } = await suptree(project(GOOD), [
    "run",
    TREE,
    "--kill",
    "api",
    "--exit",
    "db=shutdown@9000",
    "--json",
  ]);
  const { run } = JSON.parse(out);
  expect(
    run.inputs.map(({ action, at }: { action: { kind: string }; at: number }) => [action.kind, at]),
  ).toEqual([
    ["kill", 0],
    ["exit", 9000],
  ]);
});

test("the same seed and inputs give the same output; a saved run replays to it", async () => {
  const folder = project(GOOD);
  const argv = ["run", TREE, "--crash", "api", "--seed", "7", "--json"];
  const first = await suptree(folder, [...argv, "--save", "run.json"]);
  expect((await suptree(folder, argv)).out).toBe(first.out);
  expect(JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8"))).toMatchObject({
    format: 1,
    seed: 7,
  });
  const replayed = await suptree(folder, ["run", TREE, "--replay", "run.json", "--for", "0", "--json"]);
  expect(JSON.parse(replayed.out).events).toEqual(JSON.parse(first.out).events);
});

test("names: paths, ids and classes; several of one name must be told apart", async () => {
  const pool = {
    "app.ts": `import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
class Pool extends Supervisor {
  init() { return { children: [{ id: "w", start: [Worker] }] }; }
}
export class App extends Supervisor {
  init() { return { children: [{ id: "a", start: [Pool] }, { id: "b", start: [Pool] }] }; }
}
`,
  };
  const folder = project(pool);
  expect((await suptree(folder, ["run", "app.ts", "--crash", "b/w"])).out).toContain("w crashed");
  const both = await suptree(folder, ["run", "app.ts", "--crash", "w"]);
  expect([both.code, both.err]).toEqual([
    2,
    "suptree: --crash w: 2 processes are called so: App/a/w, App/b/w\n",
  ]);
});

test.each([
  [["run", "src/missing.ts#A"], "src/missing.ts: no such file or folder"],
  [["run", "src/shop-sup.ts#Nope"], "no supervisor or application Nope; there are ShopSup"],
  [["run", "src/db.ts"], "it has no supervisor or application"],
  [["run", TREE, "--crash", "nobody"], "no such process at 0 ms; there run ShopSup, db, api"],
  [["run", TREE, "--exit", "db"], "give a reason too, e.g. --exit db=shutdown"],
  [["run", TREE, "--kill", "db=x"], "takes no reason"],
  [["run", TREE, "--seed", "x"], "Give a whole number"],
  [["run", TREE, "--replay", "none.json"], "none.json: no such file"],
  [["run", TREE, "--replay", "src/db.ts"], "src/db.ts: is not JSON"],
  [["run", TREE, "--replay", "package.json"], "package.json: is not a saved run"],
])("bad usage %j", async (argv, message) => {
  const { code, err } = await suptree(project({ ...GOOD, "package.json": "{}" }), argv);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("the shapes of a fault", () => {
  expect(parseFault("crash", "db")).toEqual({ kind: "crash", child: "db", reason: null, at: null });
  expect(parseFault("crash", "db=a=b@c@20")).toEqual({ kind: "crash", child: "db", reason: "a=b@c", at: 20 });
  expect(parseFault("kill", "pool/w@2")).toEqual({ kind: "kill", child: "pool/w", reason: null, at: 2 });
});

test("a folder stands for the trees of its files", async () => {
  const folder = project({
    ...GOOD,
    "src/other.ts": GOOD["src/shop-sup.ts"].replaceAll("ShopSup", "OtherSup"),
  });
  const alone = await suptree(project(GOOD), ["run", "src", "--crash", "db"]);
  expect(alone.err).toBe("");
  expect(alone.out).toContain("ShopSup started db, api.");
  const several = await suptree(folder, ["run", "."]);
  expect(several.err).toContain(
    ".: which tree? Add #NAME; there are src/other.ts#OtherSup, src/shop-sup.ts#ShopSup",
  );
  expect((await suptree(folder, ["run", ".#OtherSup"])).out).toContain("OtherSup started db, api.");
  const same = { ...GOOD, "src/other.ts": GOOD["src/shop-sup.ts"] };
  expect((await suptree(project(same), ["run", "src#ShopSup"])).err).toContain(
    "src: which ShopSup? there are src/other.ts#ShopSup, src/shop-sup.ts#ShopSup",
  );
});

test("an id with slashes is a child's name, and nobody's place below another", async () => {
  const folder = project({
    "app.ts": `import { GenServer, Supervisor, ok } from "suptree";
class Page extends GenServer { init() { return ok({}); } }
class Inner extends Supervisor { init() { return { children: [{ id: "b", start: [Page] }] }; } }
export class Crawler extends Supervisor {
  init() { return { children: [{ id: "https://a.example/", start: [Page] }, { id: "a", start: [Inner] }, { id: "a/b", start: [Page] }] }; }
}`,
  });
  const { out, err } = await suptree(folder, ["run", "app.ts", "--crash", "https://a.example/"]);
  expect(err).toBe("");
  expect(out).toContain("https://a.example/ crashed");
  const both = await suptree(folder, ["run", "app.ts", "--crash", "Crawler/a/b", "--crash", "a/b"]);
  expect(both.out.match(/^.* crashed/gm)?.join("\n")).toMatch(/ b crashed\n.* a\/b crashed/);
});

test("what starts itself for ever is cut off, and says so; what its code lets end is not", async () => {
  const folder = project({
    "app.ts": `import { GenServer, Supervisor } from "suptree";
class A extends GenServer {}
export class Loop extends Supervisor {
  init() { return { children: [{ id: "a", start: [A] }, { id: "again", start: [Loop] }] }; }
}
const tree = { id: "top", below: [{ id: "left", below: [] }, { id: "right", below: [{ id: "leaf", below: [] }] }] };
class Group extends Supervisor {
  init({ below }) { return { children: below.map((each) => ({ id: each.id, start: [Group, each] })) }; }
}
export class Top extends Supervisor { init() { return { children: [{ id: "group", start: [Group, tree] }] }; } }
`,
  });
  const loop = await suptree(folder, ["run", "app.ts#Loop"]);
  expect(loop.out).toContain("Loop is started below itself; the run stops at again.");
  const top = await suptree(folder, ["run", "app.ts#Top"]);
  expect(top.out).toContain("In the end 5 processes run.");
  expect(top.out).not.toContain("below itself");
});

test("two of one name in one file are told apart, and either can be run", async () => {
  const text = `const { start, spawn } = require("nact");
spawn(start(), (s = 0, m) => s, "a");
spawn(start(), (s = 0, m) => s, "b");
`;
  const dir = project({ "two.js": text });
  const { err } = await suptree(dir, ["run", "two.js"]);
  expect(err).toContain("which tree? Add #NAME; there are system, system~2");
  const started = async (name: string) => (await suptree(dir, ["run", `two.js#${name}`])).out.split("\n")[0];
  expect([await started("system"), await started("system~2")]).toEqual([
    "00:00.000  system started a.",
    "00:00.000  system started b.",
  ]);
});
