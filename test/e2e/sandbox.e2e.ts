/** The attacks of test/sandbox inside a real webview of a real VS Code. */
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ATTACKS } from "../sandbox/attacks/index.ts";
import { type AttackBundles, buildAttacks } from "../sandbox/build.ts";
import { openCanary } from "../sandbox/canary.ts";
import { carryOut } from "../sandbox/carry-out.ts";
import { judge } from "../sandbox/judge.ts";
import { type Editor, gateway, openEditor } from "./harness/editor.ts";
import { packProbe } from "./harness/probe.ts";

let editor: Editor | undefined;
let webview: Frame;
let built: AttackBundles;
let canary: Awaited<ReturnType<typeof openCanary>>;

beforeAll(async () => {
  built = await buildAttacks();
  canary = await openCanary();
  editor = await openEditor({
    folder: gateway,
    extensions: [await packProbe()],
    env: { SUPTREE_PROBE_ATTACKS: "1" },
  });
  webview = await attackPage(editor);
});

afterAll(async () => {
  await editor?.close();
  await canary?.close();
  await built?.close();
});

/** The frame of the probe's webview, once its script has run. */
async function attackPage({ page, output }: Editor): Promise<Frame> {
  for (let attempt = 0; attempt < 600; attempt++) {
    for (const frame of page.frames()) {
      const there = await frame.evaluate(() => "attack" in globalThis).catch(() => false);
      if (there) return frame;
    }
    await page.waitForTimeout(200);
  }
  throw new Error(`the page of the attacks did not open:\n${output()}`);
}

for (const [group, attacks] of Object.entries(ATTACKS)) {
  describe(group, () => {
    it.each(attacks.map((attack) => [attack.name, attack] as const))("%s", async (_, attack) => {
      // User code comes as it does in life: bundled.
      const manner = attack.where === "engine" ? "locked" : "program";
      expect(judge(attack, await carryOut(webview, attack, manner, { built, canary }))).toBeNull();
    });
  });
}

it("the page of the attacks has the editor's interface, and the sandbox did not", async () => {
  expect(await webview.evaluate(() => typeof Reflect.get(globalThis, "acquireVsCodeApi"))).toBe("function");
});
