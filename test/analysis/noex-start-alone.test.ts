/** noex: what a child's closure does is waited for by the supervisor, whoever waits for that; and one process is one. */
import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lintFiles } from "../lint/check.ts";

const HEAD = `import { GenServer, Registry, Supervisor } from "@hamicek/noex";
const b = { init: () => 0, handleCall: (m, s) => [s, s], handleCast: (m, s) => s };`;
const START = `Supervisor.start({ children: [
  { id: "a", start: async () => { const r = await GenServer.start(b); await GenServer.call(Registry.lookup("s"), 1); return r; } },
  { id: "s", start: () => GenServer.start(b, { name: "s" }) },
] })`;

describe("a child that calls one that starts after it fails the start", () => {
  test.each([
    ["awaited", `await ${START};`],
    ["not awaited", `void ${START};`],
    ["with a handler", `${START}.catch(console.error);`],
    [
      "in a function",
      `const go = () => ${START}; go().catch((e) => { console.error(e); process.exit(1); });`,
    ],
    ["caught", `async function go() { try { await ${START}; } catch (e) { console.error(e); } } go();`],
    ["on a condition", `if (process.argv[1]?.endsWith("app.ts")) void ${START};`],
  ])("of the supervisor, %s", (_, code) => {
    const found = lintFiles(new Map([["app.ts", `${HEAD}\n${code}`]]));
    expect(found.map(({ messageId, certainty }) => `${messageId} ${certainty}`)).toEqual(["bootFails exact"]);
  });

  test("unless its own closure catches that", () => {
    const caught = START.replace(
      `await GenServer.call(Registry.lookup("s"), 1);`,
      `try { await GenServer.call(Registry.lookup("s"), 1); } catch {}`,
    );
    const found = lintFiles(new Map([["app.ts", `${HEAD}\nawait ${caught};`]]));
    expect(found.map(({ messageId }) => messageId)).not.toContain("bootFails");
  });
});

describe("a process that another starts alone", () => {
  const APP = `${HEAD}
const mailer = { ...b };
const users = { init: () => 0, handleCall: (m, s) => [s, s], async handleCast(m, s) { GenServer.cast(await GenServer.start(b), 1); return s; } };
export const go = () => Supervisor.start({ children: [{ id: "u", start: () => GenServer.start(users) }] });`;
  const orphans = (files: Record<string, string>) =>
    analyzeSources(new Map(Object.entries(files))).orphans.map(({ key }) => key);

  test("is one, however many files start the tree", () => {
    expect(orphans({ "app.ts": `${APP}\ngo();` })).toEqual(["app.ts#b"]);
    expect(orphans({ "app.ts": APP, "main.ts": `import { go } from "./app"; go();` })).toEqual(["app.ts#b"]);
    expect(
      orphans({
        "app.ts": APP,
        "z.ts": `import { go } from "./app"; go();`,
        "a.ts": `import { go } from "./app"; go();`,
      }),
    ).toEqual(["app.ts#b"]);
  });

  test("is two where it is started in two places", () => {
    const twice = APP.replace("return s; } };", "await GenServer.start(b); return s; } };");
    expect(orphans({ "app.ts": twice, "main.ts": `import { go } from "./app"; go();` })).toEqual([
      "app.ts#b",
      "app.ts#b~2",
    ]);
  });
});
