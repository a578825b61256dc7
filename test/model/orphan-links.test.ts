import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { orphanLinks } from "../../src/model/index.ts";

/** How `Probe`, which `Health` starts, is linked. */
function linked(health: string, probe = ""): boolean | null {
  const model = analyzeSources(
    new Map([
      [
        "app.ts",
        `import { GenServer, Supervisor } from "suptree";
import { given } from "elsewhere";
class Probe extends GenServer { ${probe} }
class Health extends GenServer { ${health} }
export class AppSup extends Supervisor {
  init() { return { children: [{ id: "health", start: [Health], name: "health" }] }; }
}`,
      ],
    ]),
  );
  expect(model.orphans.map(({ name }) => name)).toEqual(["Probe"]);
  return orphanLinks(model)(model.orphans[0]!);
}

describe("a process outside any tree is linked", () => {
  test.each([
    ["when it is started", "async init() { await this.startLink(Probe); }", "", true],
    ["by its starter, later", "async init() { const p = await this.start(Probe); this.link(p); }", "", true],
    ["by itself", "async init() { await this.start(Probe); }", 'init() { this.link("health"); }', true],
    ["to nobody", "async init() { await this.start(Probe); }", "", false],
    ["perhaps", "async init() { const p = await this.start(Probe); given(this); }", "", null],
    ["perhaps by itself", "async init() { await this.start(Probe); }", "init() { this.link(given); }", null],
  ])("%s", (_, health, probe, expected) => {
    expect(linked(health, probe)).toBe(expected);
  });
});
