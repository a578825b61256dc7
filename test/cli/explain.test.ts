import { expect, test } from "vitest";
import { project, SHOP, suptree } from "./cli.ts";

test("says what is known of a child and its supervisor", async () => {
  const { code, out, err } = await suptree(project(SHOP), ["explain", "src/shop-sup.ts:11"]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/db/);
  expect(out).toMatch(/rest_for_one/);
  expect(out.split("\n\n").length).toBeGreaterThan(1);
});

test("says why something is unknown, and where", async () => {
  const files = {
    "app.ts": `import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
export class App extends Supervisor {
  init() {
    return { children: [{ id: makeId(), start: [Worker] }] };
  }
}
`,
  };
  const { code, out } = await suptree(project(files), ["explain", "app.ts:5:20"]);
  expect(code).toBe(0);
  expect(out).toMatch(/\? id: .*makeId/);
});

test("a line without a definition, a line that is not there, a file that is not there", async () => {
  const folder = project(SHOP);
  const nothing = await suptree(folder, ["explain", "src/shop-sup.ts:2"]);
  expect([nothing.code, nothing.out]).toEqual([
    0,
    "src/shop-sup.ts:2: the analysis knows no supervisor, child, application or process here.\n",
  ]);
  const beyond = await suptree(folder, ["explain", "src/shop-sup.ts:900"]);
  expect([beyond.code, beyond.err]).toEqual([2, expect.stringContaining("there is no line 900")]);
  const missing = await suptree(folder, ["explain", "src/none.ts:1"]);
  expect([missing.code, missing.err]).toEqual([2, "suptree: src/none.ts: no such file or folder\n"]);
});
