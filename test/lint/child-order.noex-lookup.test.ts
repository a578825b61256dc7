/** noex: `Registry.lookup` fails where nobody has the name, `Registry.whereis` gives nothing. */
import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { lintFiles } from "./check.ts";

const program = (init: string, first = "a") => {
  const child = (id: string) => `{ id: "${id}", start: () => GenServer.start(${id}, { name: "${id}" }) }`;
  return new Map([
    [
      "app.ts",
      `import { GenServer, Registry, Supervisor } from "@hamicek/noex";
const s = { init: () => 0, handleCall: (m, n) => [n, n], handleCast: (m, n) => n };
const find = () => Registry.lookup("s");
const a = { ...s, init: () => ${init} };
await Supervisor.start({ name: "top", strategy: "rest_for_one", children: [${[first, first === "a" ? "s" : "a"].map(child)}] });`,
    ],
  ]);
};

async function starts(files: ReturnType<typeof program>): Promise<boolean> {
  const simulation = new Simulation(analyzeSources(files), null, {});
  await simulation.start();
  await simulation.settle();
  return simulation.targets.all().length === 3;
}

describe("looking up who starts later, in init", () => {
  test.each([`({ s: Registry.lookup("s") })`, "{ const s = find(); GenServer.cast(s, 1); return 0; }"])(
    "%s fails the start",
    async (init) => {
      const files = program(init);
      expect(lintFiles(files).map(({ messageId, certainty }) => `${messageId} ${certainty}`)).toEqual([
        "bootFails exact",
      ]);
      expect(await starts(files)).toBe(false);
      expect(lintFiles(program(init, "s"))).toEqual([]);
      expect(await starts(program(init, "s"))).toBe(true);
    },
  );

  test.each([
    [`({ s: Registry.whereis("s") })`, "notFoundInInit"],
    [`{ try { return { s: find() }; } catch { return { s: null }; } }`, "guardedInInit"],
  ])("%s does not", async (init, messageId) => {
    const files = program(init);
    expect(lintFiles(files).map((each) => each.messageId)).toEqual([messageId]);
    expect(await starts(files)).toBe(true);
  });
});
