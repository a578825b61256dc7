/** nact: an actor that is reset stops its children, and only its own functions spawn some again. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { effectOn } from "../../src/model/index.ts";
import { crashMatrix } from "../../src/simulation/index.ts";

const text = `import { start, spawn, dispatch } from "nact";
const system = start();
const reset = { onCrash: (msg, error, ctx) => ctx.reset };
const top = spawn(system, (state, msg) => state, "top", reset);
const under = (parent, name) => spawn(parent, (state = 0) => state + 1, name, reset);
export const leaf = spawn(top, (state = 0) => state + 1, "leaf", reset);
export const byHelper = under(top, "by helper");
export const below = under(leaf, "below");
export const own = spawn(system, (state, msg) => state, "own", {
  ...reset,
  initialStateFunc: (ctx) => ({ mine: spawn(ctx.self, (state) => state, "mine", reset) }),
});
under(own, "added");`;

test("who is there again", async () => {
  const { rows, assumptions } = await crashMatrix(analyzeSources(new Map([["app.ts", text]])), null);
  const effects = (of: string, on: string[]) => {
    const row = rows.find(({ path }) => path === `system/${of}`) ?? null;
    expect(row).not.toBeNull();
    return on.map((path) => `${path} ${effectOn(row, `system/${path}`)}`);
  };
  expect(effects("top", ["top/leaf", "top/by helper", "top/leaf/below", "own/mine"])).toEqual([
    ...["top/leaf stopped", "top/by helper stopped", "top/leaf/below stopped"],
    "own/mine none",
  ]);
  expect(effects("top/leaf", ["top/leaf/below", "top/by helper"])).toEqual([
    "top/leaf/below stopped",
    "top/by helper none",
  ]);
  // It fails itself: its parent's policy starts it again.
  expect(rows.find(({ path }) => path === "system/top/by helper")?.recovered).toBe(true);
  expect(effects("own", ["own/mine", "own/added"])).toEqual(["own/mine restarted", "own/added stopped"]);
  expect(assumptions.filter(({ field }) => field === "dynamic children")).toEqual([]);
});
