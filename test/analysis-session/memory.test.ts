/** Memory is bounded by facts: no syntax tree outlives its use, but for those of open editors. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type * as morph from "ts-morph";
import { expect, it, vi } from "vitest";
import { createSession } from "../../src/analysis/session/index.ts";
import { memoryHost } from "./memory-host.ts";

const trees = vi.hoisted(() => new Set<WeakRef<object>>());

/** The compiler, telling of every tree it makes. */
vi.mock("ts-morph", async (original) => {
  const { ts, ...rest } = await original<typeof morph>();
  const keep = <T extends object>(tree: T): T => {
    trees.add(new WeakRef(tree));
    return tree;
  };
  const made: Partial<typeof ts> = {
    createSourceFile: (...all) => keep(ts.createSourceFile(...all)),
    updateSourceFile: (...all) => keep(ts.updateSourceFile(...all)),
  };
  return {
    ...rest,
    ts: new Proxy(ts, { get: (on, name) => Reflect.get(made, name) ?? Reflect.get(on, name) }),
  };
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Trees that are still reachable. */
async function alive(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    // A WeakRef that was made or looked at lives until the turn ends.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
  }
  return [...trees].filter((tree) => tree.deref() !== undefined).length;
}

const SUP = (name: string, id: string): string =>
  `import { Supervisor } from "suptree";\nexport class ${name} extends Supervisor { init() { return { children: [{ id: "${id}", start: [A] }] }; } }\n`;

it("holds the syntax trees of open editors and no others", async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`/w/s${n}.ts`, SUP(`S${n}`, "a")]));
  const host = memoryHost(files);
  const session = createSession({ host, roots: ["/w"] });
  await session.scan();
  expect(trees.size).toBeGreaterThanOrEqual(200);
  expect(await alive()).toBe(0);
  for (let edit = 0; edit < 50; edit++) {
    for (let n = 0; n < 3; n++) await session.update(`/w/s${n}.ts`, SUP(`S${n}`, `e${edit}`));
  }
  const open = await alive();
  expect(open).toBeGreaterThan(0); // the test sees trees that are kept
  expect(open).toBeLessThanOrEqual(3);
  for (let n = 0; n < 3; n++) await session.close(`/w/s${n}.ts`);
  for (const [file, text] of Object.entries(files)) host.write(file, `${text} `);
  await session.watched(Object.keys(files).map((path) => ({ path, removed: false })));
  expect(await alive()).toBe(0);
  expect(session.model().supervisors).toHaveLength(200);
});
