/** What a finding says will happen is run: the simulation must show it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";

const pages = fileURLToPath(new URL("../../docs/rules/", import.meta.url));

const cases = readdirSync(pages)
  .filter((file) => file !== "README.md")
  .map((file) => {
    const page = readFileSync(pages + file, "utf8");
    const fires = page.slice(page.indexOf("### This fires"), page.indexOf("### This does not"));
    const code = /```ts\n([\s\S]*?)```/.exec(fires)![1]!;
    return { rule: file.replace(/\.md$/, ""), model: analyzeSources(new Map([["app.ts", code]])) };
  })
  .flatMap(({ rule, model }) =>
    lint(model)
      .filter((finding) => finding.rule === rule && finding.demonstration)
      .map((finding) => ({ name: `${rule} ${finding.messageId}`, model, finding })),
  );

test("some rules have a demonstration", () => {
  expect(cases.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["child-order bootFails", "restart-budget oneCrashIsTooMuch"]),
  );
});

test.each(cases)("$name is shown by running it", async ({ model, finding }) => {
  const outcome = await demonstrate(model, finding.demonstration!);
  expect(outcome).toMatchObject({ verdict: "shown" });
});
