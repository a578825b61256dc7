import { expect, test } from "vitest";
import { project, SHOP, suptree } from "./cli.ts";

test("text: start order, settings, restart types, findings", async () => {
  const { code, out, err } = await suptree(project(SHOP), ["tree", "."]);
  expect(err).toBe("");
  expect(out).toBe(`ShopSup  rest_for_one · 1 restart in 5 s  src/shop-sup.ts:5
├─ 1 api  Api  permanent  ▲ 1 error (child-order)
└─ 2 db  Db  permanent · 4 s to shut down

1 error: suptree lint .
`);
  expect(code).toBe(0);
});

test("an empty id is shown as one, in the tree and in sentences", async () => {
  const files = {
    "app.ts": `import { GenServer, Supervisor } from "suptree";
class A extends GenServer { init() { return this.call("b", 1); } }
class B extends GenServer {}
export class App extends Supervisor {
  init() { return { children: [{ id: "", start: [A] }, { id: "b", start: [B], name: "b" }] }; }
}
`,
  };
  const folder = project(files);
  expect((await suptree(folder, ["tree", "app.ts"])).out).toContain('├─ 1 ""  A  permanent');
  const { out } = await suptree(folder, ["lint", "app.ts"]);
  expect(out).toContain('`""` calls `b` in its init');
  expect(out).toContain('{failed_to_start_child, "", …}');
  const run = await suptree(folder, ["run", "app.ts"]);
  expect(run.out).toContain('"" failed to start (call to b failed: noproc).');
  expect(run.out).toContain('failed to start child ""');
});

test("unknown parts are shown with their reasons", async () => {
  const files = {
    "app.ts": `import { Supervisor } from "suptree";
import { Worker } from "elsewhere";
export class App extends Supervisor {
  init(strategy) {
    return { strategy, children: [{ id: makeId(), start: [Worker] }, ...more()] };
  }
}
`,
  };
  const { code, out } = await suptree(project(files), ["tree", "app.ts"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^App {2}strategy \? /m);
  expect(out).toMatch(/\? id: .*makeId/);
  expect(out).toMatch(/\? children\S*: .*more/);
});

test("a supervisor that starts itself ends", async () => {
  const files = {
    "app.ts": `import { Supervisor } from "suptree";
export class App extends Supervisor {
  init() {
    return { children: [{ id: "again", start: [App] }] };
  }
}
`,
  };
  const { code, out } = await suptree(project(files), ["tree", "."]);
  expect(code).toBe(0);
  expect(out).toContain("starts itself again");
});

test("json is the model, relative to the folder named", async () => {
  const folder = project({ ...SHOP });
  const { code, out } = await suptree(folder, ["tree", "src", "--json"]);
  expect(code).toBe(0);
  const model = JSON.parse(out);
  expect(model.schemaVersion).toBe(1);
  expect(model.roots).toEqual(["shop-sup.ts#ShopSup"]);
  expect(model.supervisors[0].children.map((child: { id: string }) => child.id)).toEqual(["api", "db"]);
});

test("mermaid and dot draw every place and every use, and nothing breaks out of a label", async () => {
  const evil = SHOP["src/shop-sup.ts"].replace('id: "api"', `id: 'a"]; x["\\\\<script>'`);
  const folder = project({ ...SHOP, "src/shop-sup.ts": evil });
  const mermaid = await suptree(folder, ["tree", ".", "--mermaid"]);
  expect(mermaid.out).toMatch(/^flowchart TD\n/);
  expect(mermaid.out).toContain("n2 -.->|call in init| n3");
  for (const line of mermaid.out.split("\n").filter((each) => /^ {2}n\d+\[/.test(each))) {
    expect(line.match(/"/g)).toHaveLength(2);
    expect(line).not.toContain("<script");
  }
  const dot = await suptree(folder, ["tree", ".", "--dot"]);
  expect(dot.out).toMatch(/^digraph supervision \{\n[\s\S]*\n\}\n$/);
  expect(dot.out).toContain('n2 -> n3 [label="call in init", style=dashed, constraint=false];');
  expect(dot.out).toContain('a\\"]; x[\\"\\\\<script>');
});

test("colours on a terminal only", async () => {
  const folder = project(SHOP);
  const plain = await suptree(folder, ["tree", "."]);
  expect(plain.out).not.toContain("\u001b");
  const colours = { out: true, err: true };
  const coloured = await suptree(folder, ["tree", "."], { colours });
  expect(coloured.out).toContain("\u001b[1mShopSup\u001b[22m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are
  expect(coloured.out.replace(/\u001b\[\d+m/g, "")).toBe(plain.out);
});

test("bad paths and broken files: one line each, and the rest goes on", async () => {
  const folder = project({
    ...SHOP,
    "half.ts":
      'import { Supervisor } from "suptree";\nclass A extends Supervisor { init() { return { children: [ { id: "x"',
    "notes.md": "# hi",
  });
  const { code, out, err } = await suptree(folder, ["tree", "src", "half.ts", "missing", "notes.md"]);
  expect(code).toBe(2);
  expect(out).toContain("ShopSup");
  const lines = err.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^suptree: half\.ts:2:\d+: syntax error: /);
  expect(lines[1]).toBe("suptree: missing: no such file or folder");
  expect(lines[2]).toBe("suptree: notes.md: is not a TypeScript or JavaScript source file");
});

test("a folder without supervisors says so", async () => {
  const { code, out, err } = await suptree(project({ "a.ts": "export const a = 1;\n" }), ["tree", "."]);
  expect([code, out, err]).toEqual([0, "", "No supervisors found in .\n"]);
});

const MANY = (ids: readonly string[], more = ""): Record<string, string> => ({
  "app.ts": `import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
export class App extends Supervisor {
  init() { return { children: [${ids.map((id) => `{ id: ${JSON.stringify(id)}, start: [Worker] }`).join(", ")}${more}] }; }
}
`,
});

test("many children in a row that are alike are told once, unless --all asks for each", async () => {
  const ids = Array.from({ length: 200 }, (_, n) => `worker-${n}`);
  const folder = project(MANY(ids, ', { id: "odd", start: [Worker], restart: "temporary" }'));
  const { out } = await suptree(folder, ["tree", "."]);
  expect(
    out.split("\n\n")[0],
  ).toBe(`App  one_for_one · 1 restart in 5 s  ▲ 1 warning (overloaded-supervisor)  app.ts:3
├─   1 worker-0  Worker  permanent
├─     … 198 more like it (--all shows them)
├─ 200 worker-199  Worker  permanent
└─ 201 odd  Worker  temporary`);
  const all = await suptree(folder, ["tree", ".", "--all"]);
  for (const id of ids) expect(all.out).toMatch(new RegExp(` ${id}  Worker  permanent$`, "m"));
});

test("wide names keep the branches in their columns", async () => {
  const ids = ["数据库", "データベース", "база", "🦆🦆", "e\u0301"];
  const { out } = await suptree(project(MANY(ids)), ["tree", "."]);
  const lines = out.split("\n").slice(1, 1 + ids.length);
  // What may be wider than its character count stands behind everything that has a column.
  expect(lines).toEqual(
    ids.map((id, n) => `${n === ids.length - 1 ? "└─" : "├─"} ${n + 1} ${id}  Worker  permanent`),
  );
});

test("names cannot command the terminal, nor break the line", async () => {
  const ids = ["\u001b[2J\u001b[31mred", "two\nlines", "\u202eturned", "bell\u0007"];
  const folder = project({ ...MANY(ids), "odd\nname.ts": 'import { Supervisor } from "suptree"; class {' });
  const colours = { out: true, err: true };
  for (const argv of [
    ["tree", "."],
    ["lint", "."],
    ["explain", "app.ts:4"],
  ]) {
    const { out, err } = await suptree(folder, argv, { colours });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours are allowed
    const rest = (out + err).replaceAll(/\u001b\[\d+m/g, "");
    expect(rest).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    if (argv[0] === "tree") expect(out).toContain("\\u{1b}[2J\\u{1b}[31mred");
  }
  const { out } = await suptree(folder, ["tree", ".", "--json"]);
  expect(JSON.parse(out).supervisors[0].children.map(({ id }: { id: string }) => id)).toEqual(ids);
});
