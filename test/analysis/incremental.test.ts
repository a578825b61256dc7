import fc from "fast-check";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import { analyzeSources, Linker, sourceResolver, summarize } from "../../src/analysis/index.ts";
import type { TreeModel } from "../../src/model/index.ts";

class Workspace {
  readonly files = new Map<string, string>();
  readonly linker = new Linker({ resolve: sourceResolver((file) => this.files.has(file)) });

  set(file: string, text: string): void {
    this.files.set(file, text);
    this.linker.set(file, summarize(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false)));
  }

  delete(file: string): void {
    this.files.delete(file);
    this.linker.delete(file);
  }

  /** The kept-up model must be what a fresh analysis says. */
  check(): TreeModel {
    const model = this.linker.model();
    const fresh = analyzeSources(new Map([...this.files].sort(([a], [b]) => (a < b ? -1 : 1))));
    expect(canonical(model)).toEqual(canonical(fresh));
    return model;
  }
}

function canonical(model: TreeModel): TreeModel {
  const text = (x: unknown): string => JSON.stringify(x);
  return {
    ...model,
    roots: model.roots.toSorted(),
    edges: model.edges.toSorted((a, b) => (text(a) < text(b) ? -1 : 1)),
  };
}

const NAMES = `import { processName } from "suptree"; export const DB = processName("db"); export const SIZE = 2;`;
const DB = `import { GenServer } from "suptree"; export class Db extends GenServer {}`;
const WEB = `import { GenServer } from "suptree"; import { DB } from "./names.ts"; export class Web extends GenServer { async init() { await this.call(DB, 1); } }`;
const POOL = `import { Supervisor } from "suptree"; import { Web } from "./web.ts"; import { SIZE } from "./names.ts";
export class Pool extends Supervisor { init(o: { n: number }) { return { children: Array.from({ length: SIZE * o.n }, (_, i) => ({ id: "w" + i, start: [Web] })) }; } }`;
const APP = `import { Supervisor } from "suptree"; import { Db } from "./db.ts"; import { Pool } from "./pool.ts"; import { DB } from "./names.ts";
export class App extends Supervisor { init() { return { children: [{ id: "db", start: [Db], name: DB }, { id: "pool", start: [Pool, { n: 1 }] }] }; } }`;

function workspace(): Workspace {
  const w = new Workspace();
  w.set("names.ts", NAMES);
  w.set("db.ts", DB);
  w.set("web.ts", WEB);
  w.set("pool.ts", POOL);
  w.set("app.ts", APP);
  return w;
}

describe("edits", () => {
  test("a constant in another file, an argument in another, a name", () => {
    const w = workspace();
    expect(w.check().supervisors[1]!.children.map((c) => c.id)).toEqual(["w0", "w1"]);
    w.set("names.ts", NAMES.replace("SIZE = 2", "SIZE = 3"));
    expect(w.check().supervisors[1]!.children).toHaveLength(3);
    w.set("app.ts", APP.replace("n: 1", "n: 2"));
    expect(w.check().supervisors[1]!.children).toHaveLength(6);
    w.set("names.ts", NAMES.replace('"db"', '"database"'));
    expect(w.check().edges.every((e) => e.to === "app.ts#App/db")).toBe(true);
    w.set("app.ts", APP.replace("name: DB", "name: 'other'"));
    expect(w.check().edges).toEqual([]);
    w.set("app.ts", APP);
    expect(w.check().edges).toHaveLength(2);
  });

  test("files that vanish and come back", () => {
    const w = workspace();
    w.check();
    w.delete("pool.ts");
    expect(w.check().supervisors[0]!.children[1]!.start.symbol).toBeNull();
    w.set("pool.ts", POOL);
    expect(w.check().supervisors[0]!.children[1]!.supervisor).toBe("pool.ts#Pool");
    w.delete("names.ts");
    w.check();
    w.set("names.ts", NAMES);
    expect(w.check().edges).toHaveLength(2);
  });

  test("what did not change is the same object", () => {
    const w = workspace();
    w.set(
      "far.ts",
      `import { Supervisor, GenServer } from "suptree"; class X extends GenServer {} export class Far extends Supervisor { init() { return { children: [{ id: "x", start: [X] }] }; } }`,
    );
    const before = w.linker.model();
    expect(w.linker.model()).toBe(before);
    w.set("web.ts", `// a comment\n${WEB}`);
    const after = w.check();
    const find = (m: TreeModel, name: string) => m.supervisors.find((s) => s.name === name);
    expect(find(after, "Far")).toBe(find(before, "Far"));
    expect(find(after, "Pool")).not.toBe(find(before, "Pool"));
  });

  test("any sequence of edits ends where a fresh analysis begins", () => {
    const variants: Record<string, (string | null)[]> = {
      "names.ts": [
        NAMES,
        NAMES.replace("2", "1"),
        NAMES.replace('"db"', '"pool"'),
        null,
        "export const SIZE =",
      ],
      "db.ts": [
        DB,
        DB.replace(
          "{}",
          `{ init() { this.register("db2"); this.startLink(Helper); } } class Helper extends GenServer {}`,
        ),
        null,
        `\n\n${DB}`,
      ],
      "web.ts": [
        WEB,
        WEB.replace("this.call(DB, 1)", `this.startChild(DB, { id: "x", start: [Web] })`),
        WEB.replace("DB, 1", '"db2", 1'),
        null,
      ],
      "pool.ts": [POOL, POOL.replace("o.n", "1"), null, `const x = 1;\n${POOL}`],
      "app.ts": [
        APP,
        APP.replace("n: 1", "n: 2"),
        APP.replace("[Db]", "[Pool, { n: 1 }]"),
        null,
        `${APP}\n${APP.replaceAll("App", "Bpp").replace(/^import.*$/gm, "")}`,
      ],
    };
    const edit = fc
      .constantFrom(...Object.keys(variants))
      .chain((file) => fc.tuple(fc.constant(file), fc.constantFrom(...variants[file]!)));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const w = workspace();
        for (const [file, text] of edits) {
          if (text === null) w.delete(file);
          else w.set(file, text);
          w.check();
        }
      }),
      { numRuns: 60 },
    );
  });
});
