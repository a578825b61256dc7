/** Has the page of the attacks carry one out, wherever that page is. */
import type { Frame, Page } from "playwright-core";
import { type Attack, patienceFor, scriptOf } from "./attack.ts";
import type { AttackBundles } from "./build.ts";
import type { Canary } from "./canary.ts";
import type { Witnessed } from "./judge.ts";
import { attackedTree } from "./model.ts";
import type { AttackOrder, Observed } from "./page.ts";

/** Beside the engine, locked or not; or as somebody's program comes, bundled. */
export type Manner = "locked" | "unlocked" | "program";

let number = 0;

export async function carryOut(
  page: Page | Frame,
  attack: Attack,
  manner: Manner,
  { built, canary }: { built: AttackBundles; canary: Canary },
): Promise<Witnessed> {
  const address = `${canary.address}/${manner}-${++number}`;
  const unlocked = manner === "unlocked";
  const order: AttackOrder = {
    guard: built.guard,
    patience: patienceFor(attack),
    script: manner === "program" ? built.shipped : scriptOf(built[manner], attack, address),
    code: manner === "program" ? await built.program(attack, address) : null,
    model: attackedTree,
    unlocked,
    linger: unlocked ? 150 : 15,
  };
  const before = canary.count();
  const seen = await page.evaluate(
    (given) => (globalThis as unknown as { attack(order: unknown): Promise<Observed> }).attack(given),
    order,
  );
  return { ...seen, hits: canary.count() - before };
}
