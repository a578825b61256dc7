/** The analysis over time: whatever happens to the files and however scans are cancelled, it ends where a fresh look ends. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin } from "../../src/analysis/discover/paths.ts";
import { type AnalysisSession, createSession } from "../../src/analysis/session/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { type MemoryHost, memoryHost } from "./memory-host.ts";

const SUP = (name: string, children: string, head = ""): string =>
  `import { Supervisor } from "suptree";\n${head}export class ${name} extends Supervisor { init() { return { children: [${children}] }; } }\n`;

/** Contents that lean on each other: base classes, barrels, constants, a library of one's own, and plain files. */
const TEXTS: readonly string[] = [
  SUP("Base", '{ id: "a", start: [A] }'),
  SUP(
    "Sup",
    "{ id: name, start: [W], shutdown }",
    'import { W, name } from "./b";\nimport { shutdown } from "./lib";\n',
  ),
  'export { W, name } from "./lib/c";\nexport * from "./lib";\n',
  'import { GenServer } from "suptree";\nexport class W extends GenServer { init() { this.call("a", 1); } }\nexport const name = "w";\n',
  'import { Base } from "./a";\nexport class Derived extends Base {}\n',
  'import { Base } from "../a";\nexport class Derived extends Base { init() { return { children: [] }; } }\n',
  'export * from "suptree";\n',
  'import { Supervisor } from "./lib";\nexport class Own extends Supervisor { init() { return { strategy: "one_for_all", children: [] }; } }\n',
  "export const shutdown = 1_000;\n",
  "console.log(1);\n",
  "",
];
const PATHS = [
  "/w/a.ts",
  "/w/b.ts",
  "/w/lib/index.ts",
  "/w/lib/c.ts",
  "/w/lib/deep/d.ts",
  "/w/dist/a.ts",
  "/w/gen/e.ts",
];
const CONFIGS: Record<string, readonly string[]> = {
  "/w/tsconfig.json": ["{}", '{ "exclude": ["lib/deep"] }', '{ "extends": "./base.json" }'],
  "/w/base.json": ['{ "include": ["*.ts"] }', "{}"],
  "/w/.gitignore": ["gen/\n", "/b.ts\n", ""],
  "/w/package.json": ['{ "name": "suptree" }', '{ "name": "app" }'],
};
const FOLDERS = ["/w/lib", "/w/lib/deep", "/w/other", "/w/gen"];

async function fresh(host: MemoryHost, documents: ReadonlyMap<string, string>): Promise<TreeModel> {
  const session = createSession({ host, roots: ["/w"] });
  for (const [path, text] of documents) void session.update(path, text);
  return (await session.scan()).model;
}

interface World {
  host: MemoryHost;
  session: AnalysisSession;
  documents: Map<string, string>;
}

type Step =
  | {
      kind: "disk";
      writes: [string, string][];
      removes: string[];
      moves: [string, string][];
      reversed: boolean;
    }
  | { kind: "typed"; file: string; content: string }
  | { kind: "closed"; file: string }
  | { kind: "cancelled"; moment: number };

const content = fc.constantFrom(...TEXTS);
const file = fc.constantFrom(...PATHS);
const folder = fc.constantFrom(...FOLDERS);
const config = fc
  .constantFrom(...Object.entries(CONFIGS))
  .chain(([path, texts]) => fc.tuple(fc.constant(path), fc.constantFrom(...texts)));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("disk" as const),
      writes: fc.array(fc.oneof({ arbitrary: fc.tuple(file, content), weight: 6 }, config), { maxLength: 5 }),
      removes: fc.array(fc.oneof(file, folder), { maxLength: 2 }),
      moves: fc.array(fc.tuple(folder, folder), { maxLength: 1 }),
      reversed: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("typed" as const), file, content }),
  fc.record({ kind: fc.constant("closed" as const), file }),
  fc.record({ kind: fc.constant("cancelled" as const), moment: fc.nat(60) }),
);

async function take({ host, session, documents }: World, next: Step): Promise<void> {
  switch (next.kind) {
    case "disk": {
      // The watcher tells in one go, as it likes: folders without their contents, in any order.
      const changes: { path: string; removed: boolean }[] = [];
      for (const path of next.removes) {
        host.remove(path);
        changes.push({ path, removed: true });
      }
      for (const [from, to] of next.moves) {
        if (isWithin(from, to) || isWithin(to, from)) continue;
        host.move(from, to);
        changes.push({ path: from, removed: true }, { path: to, removed: false });
      }
      for (const [path, text] of next.writes) {
        host.write(path, text);
        changes.push({ path, removed: false });
      }
      await session.watched(next.reversed ? changes.reverse() : changes);
      return;
    }
    case "typed":
      documents.set(next.file, next.content);
      await session.update(next.file, next.content);
      return;
    case "closed":
      documents.delete(next.file);
      await session.close(next.file);
      return;
    case "cancelled": {
      const controller = new AbortController();
      let asked = 0;
      host.before = () => {
        if (asked++ === next.moment) controller.abort(new Error("cancelled"));
      };
      const before = session.model();
      await session.scan({ signal: controller.signal }).catch((error: Error) => {
        expect(error.message).toBe("cancelled");
        expect(session.model()).toBe(before);
      });
      host.before = undefined;
    }
  }
}

describe("a session", () => {
  it("ends where a fresh look ends, whatever happened", { timeout: 120_000 }, async () => {
    const start = fc.array(fc.tuple(file, content), { minLength: 3, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(start, fc.boolean(), fc.array(step, { maxLength: 8 }), async (files, early, run) => {
        const host = memoryHost(
          Object.fromEntries([["/w/tsconfig.json", "{}"], ["/w/.git/HEAD", ""], ...files]),
        );
        const world: World = { host, session: createSession({ host, roots: ["/w"] }), documents: new Map() };
        if (early) await world.session.scan();
        for (const next of run) {
          await take(world, next);
          // Once there is a first model, every step leaves the true one.
          if (early) expect(world.session.model()).toEqual(await fresh(host, world.documents));
        }
        expect((await world.session.scan()).model).toEqual(await fresh(host, world.documents));
      }),
      { numRuns: Number(process.env.SUPTREE_FUZZ_RUNS ?? 400) },
    );
  });

  it("takes a change of branches as one: hundreds of files, read once each, one new model", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 600 }, (_, n) => [`/w/s${n}.ts`, SUP(`S${n}`, `{ id: "a${n}", start: [A] }`)]),
    );
    const host = memoryHost(files);
    const session = createSession({ host, roots: ["/w"] });
    await session.scan();
    const changes: { path: string; removed: boolean }[] = [];
    for (let n = 0; n < 300; n++) {
      if (n % 3 === 0) host.remove(`/w/s${n}.ts`);
      else
        host.write(
          `/w/${n % 3 === 1 ? `s${n}` : `new/t${n}`}.ts`,
          SUP(`T${n}`, `{ id: "b${n}", start: [B] }`),
        );
      changes.push({ path: n % 3 < 2 ? `/w/s${n}.ts` : `/w/new/t${n}.ts`, removed: n % 3 === 0 });
    }
    host.reads = [];
    const { model } = await session.watched(changes);
    expect(host.reads.filter((file) => file.endsWith(".ts")).length).toBeLessThanOrEqual(400);
    expect(model).toEqual(await fresh(host, new Map()));
  });

  it("believes the disk, not the order in which a watcher tells", async () => {
    const host = memoryHost({ "/w/src/a.ts": SUP("A", ""), "/w/src/b.ts": SUP("B", "") });
    const session = createSession({ host, roots: ["/w"] });
    await session.scan();
    // The folder was replaced: its removal is told last.
    host.remove("/w/src");
    host.write("/w/src/c.ts", SUP("C", ""));
    const { model } = await session.watched([
      { path: "/w/src/c.ts", removed: false },
      { path: "/w/src", removed: true },
    ]);
    expect(model.supervisors.map(({ name }) => name)).toEqual(["C"]);
    // A file becomes a folder of the same name.
    host.remove("/w/src/c.ts");
    host.write("/w/src/c.ts/d.ts", SUP("D", ""));
    const turned = await session.watched([{ path: "/w/src/c.ts", removed: false }]);
    expect(turned.model.supervisors.map(({ name }) => name)).toEqual([]);
    expect(turned.model.problems).toEqual([]);
    expect((await session.changed("/w/src/c.ts")).model.supervisors.map(({ name }) => name)).toEqual(["D"]);
  });

  it("keeps the last good facts of a file that does not parse, and says so, on disk as in an editor", async () => {
    const good = SUP("Good", '{ id: "a", start: [A] }, { id: "b", start: [B] }');
    const host = memoryHost({ "/w/a.ts": good });
    const session = createSession({ host, roots: ["/w"] });
    await session.scan();
    const broken = good.replace("children: [", "children: ");
    host.write("/w/a.ts", broken);
    for (const { model } of [
      await session.changed("/w/a.ts"),
      await session.update("/w/a.ts", `${broken} `),
    ]) {
      expect(model.supervisors[0]?.children.map(({ id }) => id)).toEqual(["a", "b"]);
      expect(model.problems).toMatchObject([
        { file: "a.ts", kind: "syntax", message: expect.stringContaining("showing what was known before") },
      ]);
    }
    // A scan of everything does not forget them either.
    await session.close("/w/a.ts");
    const again = await session.scan();
    expect(again.model.supervisors[0]?.children).toHaveLength(2);
    host.write("/w/a.ts", good);
    expect((await session.changed("/w/a.ts")).model).toEqual(await fresh(host, new Map()));
  });

  it("can be cancelled whenever the host is asked, and keeps what it has", async () => {
    const files = Object.fromEntries(TEXTS.map((content, n) => [PATHS[n % PATHS.length]!, content]));
    const host = memoryHost({ "/w/tsconfig.json": "{}", ...files });
    let total = 0;
    host.before = () => total++;
    const whole = await fresh(host, new Map());
    const calls = total;
    expect(calls).toBeGreaterThan(10);
    for (let moment = 0; moment <= calls; moment++) {
      const session = createSession({ host, roots: ["/w"] });
      const controller = new AbortController();
      let asked = 0;
      host.before = () => {
        if (asked++ === moment) controller.abort(new Error("stop"));
      };
      await session.scan({ signal: controller.signal }).catch(() => undefined);
      host.before = undefined;
      expect((await session.scan()).model).toEqual(whole);
    }
  });
});
