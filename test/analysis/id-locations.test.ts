import { describe, expect, test } from "vitest";
import type { SpecObjectConfig } from "../../src/analysis/index.ts";
import type { Location } from "../../src/model/index.ts";
import { analyze } from "./check.ts";

/** What stands at the ids of all children, in a file of one dialect. */
function ids(text: string, specObjects: SpecObjectConfig[] = []): (string | null)[] {
  const lines = text.split("\n");
  const at = ({ line, column, endLine, endColumn }: Location): string => {
    expect(endLine).toBe(line);
    return lines[line - 1]!.slice(column - 1, endColumn - 1);
  };
  return analyze(text, { specObjects })
    .supervisors.flatMap(({ children }) => children)
    .map(({ idLocation }) => (idLocation === undefined ? null : at(idLocation)));
}

describe("where a child's id stands", () => {
  test("in a spec of Suptree, also over several lines and beside a spread", () => {
    expect(
      ids(`import { GenServer, Supervisor } from "suptree";
      class A extends GenServer {}
      const often = { restart: "permanent" };
      const shared = { id: "shared", start: [A] };
      const ID = "constant";
      export class Sup extends Supervisor { init() { return { children: [
        { id: "one", start: [A] },
        {
          start: [A],
          id: "two",
          restart: "transient",
        },
        { ...often, id: ID, start: [A] },
        { ...shared, restart: "temporary" },
        shared,
        { start: [A] },
      ] }; } }`),
    ).toEqual(['id: "one"', 'id: "two"', "id: ID", null, null, null]);
  });

  test("in the spec that a helper makes others of", () => {
    expect(
      ids(`import { GenServer, Supervisor } from "suptree";
      class A extends GenServer {}
      const given = (specs) => specs.map((spec) => ({ ...spec, shutdown: 1 }));
      function* slow(specs) { for (const spec of specs) yield { ...spec, shutdown: 2 }; }
      const named = (id) => ({ id, start: [A] });
      export class Sup extends Supervisor { init() { return { children: [
        ...given([{ id: "one", start: [A] }, { id: "two", start: [A] }]),
        ...slow([{ id: "three", start: [A] }, { id: "four", start: [A] }]),
        ...["five", "six"].map(named),
        { id: "seven", start: [A] },
      ] }; } }`),
    ).toEqual(['id: "one"', 'id: "two"', 'id: "three"', 'id: "four"', "id", "id", 'id: "seven"']);
  });

  test("in a spec of noex", () => {
    expect(
      ids(`import { GenServer, Supervisor } from "@hamicek/noex";
      const server = { init: () => 0, handleCall: (m, n) => [n, n], handleCast: (m, n) => n };
      await Supervisor.start({ children: [
        { id: "cache", start: () => GenServer.start(server) },
      ] });`),
    ).toEqual(['id: "cache"']);
  });

  test("in what the settings describe, under its own key", () => {
    const config: SpecObjectConfig = {
      name: "home-made",
      module: "supervise",
      callee: "createSupervisor",
      keys: { id: "name", start: "run" },
    };
    expect(
      ids(
        `import { createSupervisor } from "supervise";
      function run() {}
      createSupervisor({ strategy: "one_for_one", children: [{ name: "cache", run }] });`,
        [config],
      ),
    ).toEqual(['name: "cache"']);
  });

  test("among the arguments of a spawn", () => {
    expect(
      ids(`import { start, spawn, spawnStateless } from "nact";
      const system = start();
      spawnStateless(system, (msg, ctx) => console.log(msg), "logger");
      spawn(system, (s, m) => s, \`room\`, { onCrash: (msg, error, ctx) => ctx.reset });
      spawn(system, (s, m) => s);`),
    ).toEqual(['"logger"', "`room`", null]);
    expect(
      ids(`import { Actor, ActorSystem } from "actor-ts";
      class Poller extends Actor { onReceive() {} }
      const system = ActorSystem.create("app");
      system.spawn(Poller, "poller");
      system.spawnAnonymous(Poller);`),
    ).toEqual(['"poller"', null]);
  });
});
