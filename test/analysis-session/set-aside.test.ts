/** A document that ends the worker is left out after the second time, and the others stay analysed: with real threads. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compilerOnly } from "../../scripts/targets.ts";
import {
  AnalysisClient,
  type AnalysisWorkerError,
  startNodeWorker,
} from "../../src/analysis/worker/index.ts";
import { Suspects } from "../../src/analysis/worker/suspects.ts";

const SUP = (id: string): string =>
  `import { Supervisor } from "suptree";\nexport class Sup extends Supervisor { init() { return { children: [{ id: "${id}", start: [A] }] }; } }\n`;
const HEAP_MB = 96;

describe("who is set aside", () => {
  it("is the document at which the worker died twice, the first time unseen", () => {
    const suspects = new Suspects();
    expect(suspects.careful).toBe(false);
    expect(suspects.died()).toBe(null);
    expect(suspects.careful).toBe(true);
    suspects.turns("/w/a.ts");
    suspects.turns("/w/b.ts");
    expect(suspects.died()).toBe("/w/b.ts");
    suspects.turns("/w/a.ts");
    expect(suspects.died()).toBe(null);
    suspects.turns("/w/a.ts");
    expect(suspects.died()).toBe("/w/a.ts");
    expect(suspects.all).toEqual(["/w/b.ts", "/w/a.ts"]);
    suspects.changed("/w/b.ts");
    expect(suspects.all).toEqual(["/w/a.ts"]);
    suspects.turns("/w/b.ts");
    expect(suspects.died()).toBe("/w/b.ts");
    suspects.changed("/w");
    expect(suspects.all).toEqual([]);
  });

  it("is the text that was sent last, when the worker dies at the whole", () => {
    const suspects = new Suspects();
    suspects.sent("/w/a.ts");
    suspects.lives();
    suspects.sent("/w/b.ts");
    expect(suspects.died()).toBe(null);
    suspects.turns("/w/a.ts");
    suspects.turns(null);
    expect(suspects.died()).toBe("/w/b.ts");
  });

  it("is nobody when the worker died at nothing in particular", () => {
    const suspects = new Suspects();
    for (let n = 0; n < 5; n++) {
      suspects.turns("/w/a.ts");
      suspects.turns(null);
      expect(suspects.died()).toBe(null);
    }
    expect(suspects.all).toEqual([]);
  });
});

describe("a real worker that is really killed", () => {
  let built = "";
  let root = "";
  let client: AnalysisClient;
  let crashes: AnalysisWorkerError[] = [];
  const file = (name: string): string => join(root, "src", name);
  const ids = (): (string | null)[] =>
    client.model.supervisors.flatMap(({ children }) => children.map(({ id }) => id)).sort();
  const asides = (): string[] =>
    client.model.problems.filter(({ kind }) => kind === "set_aside").map((problem) => problem.file);
  async function until(what: () => boolean): Promise<void> {
    while (!what()) await sleep(5);
  }

  beforeAll(async () => {
    built = mkdtempSync(join(tmpdir(), "suptree-deadly-worker-"));
    await build({
      entryPoints: [fileURLToPath(new URL("./deadly/worker.ts", import.meta.url))],
      outfile: join(built, "worker.cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      plugins: [compilerOnly],
    });
  }, 60_000);
  afterAll(() => rmSync(built, { recursive: true, force: true }));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "suptree-deadly-"));
    mkdirSync(join(root, "src"));
    writeFileSync(file("good.ts"), SUP("good"));
    writeFileSync(file("other.ts"), SUP("other"));
    crashes = [];
    client = new AnalysisClient({
      start: () => startNodeWorker(join(built, "worker.cjs"), HEAP_MB),
      patience: 8000,
      onCrash: (error) => crashes.push(error),
    });
  });
  afterEach(() => {
    client.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  const dying = (how: string): string => `${SUP("deadly")}// DIE: ${how}\n`;

  it.each(["loop", "memory", "exit"])(
    "by %s: leaves the file on disk out, says so, and tries it again when it changes",
    { timeout: 120_000 },
    async (how) => {
      const deadly = dying(how);
      writeFileSync(file("bad.ts"), deadly);
      await expect(client.open({ roots: [root] })).rejects.toThrow("The analysis stopped");
      await until(() => ids().length > 0);
      expect(crashes.map(({ setAside }) => setAside)).toEqual([null, file("bad.ts")]);
      expect(crashes.every(({ restarted }) => restarted)).toBe(true);
      expect(crashes[1]!.message).toContain("bad.ts is left out until it changes");
      expect(ids()).toEqual(["good", "other"]);
      expect(asides()).toEqual(["src/bad.ts"]);
      // The others are followed as ever.
      await client.update(file("good.ts"), SUP("better"));
      expect(ids()).toEqual(["better", "other"]);
      expect(asides()).toEqual(["src/bad.ts"]);
      // It changes, but is as bad as before: one death, not two.
      writeFileSync(file("bad.ts"), `${deadly}\n`);
      await client.watched([{ path: file("bad.ts"), removed: false }]).catch(() => undefined);
      await until(() => crashes.length === 3);
      expect(crashes[2]!.setAside).toBe(file("bad.ts"));
      await until(() => asides().length > 0 && ids().includes("better"));
      writeFileSync(file("bad.ts"), SUP("mended"));
      await client.watched([{ path: file("bad.ts"), removed: false }]);
      expect(asides()).toEqual([]);
      expect(ids()).toEqual(["better", "mended", "other"]);
      expect(crashes.length).toBe(3);
    },
  );

  it("at an unsaved text: leaves it out, and keeps following the others", { timeout: 120_000 }, async () => {
    writeFileSync(file("bad.ts"), SUP("innocent"));
    await client.open({ roots: [root] });
    expect(ids()).toEqual(["good", "innocent", "other"]);
    await expect(client.update(file("bad.ts"), dying("memory"))).rejects.toThrow("The analysis stopped");
    await until(() => asides().length > 0);
    expect(asides()).toEqual(["src/bad.ts"]);
    expect(ids()).toEqual(["good", "other"]);
    await client.update(file("bad.ts"), SUP("mended"));
    expect(ids()).toEqual(["good", "mended", "other"]);
    expect(asides()).toEqual([]);
  });

  it("also several of them", { timeout: 120_000 }, async () => {
    for (const name of ["b1.ts", "b2.ts", "b3.ts", "b4.ts"])
      writeFileSync(file(name), `${SUP("bad")}// DIE: exit\n`);
    await client.open({ roots: [root] }).catch(() => undefined);
    await until(() => ids().length > 0);
    expect(asides().sort()).toEqual(["src/b1.ts", "src/b2.ts", "src/b3.ts", "src/b4.ts"]);
    expect(ids()).toEqual(["good", "other"]);
  });
});
