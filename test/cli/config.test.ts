import { expect, test } from "vitest";
import { project, suptree } from "./cli.ts";

const FILES = {
  "app.ts": `import { supervise } from "our-supervisor";
export const app = supervise({ strategy: "rest_for_one", children: [{ id: "db", start: startDb }] });
`,
  "lib/other.ts": `import { supervise } from "our-supervisor";
export const other = supervise({ children: [] });
`,
  "suptree.json": JSON.stringify({
    "suptree.specObjects": [{ name: "ours", module: "our-supervisor", callee: "supervise" }],
    exclude: ["lib/**"],
  }),
};

test("a home-made library is described in a file; globs leave files out", async () => {
  const folder = project(FILES);
  expect((await suptree(folder, ["tree", "."])).err).toBe("No supervisors found in .\n");
  const { code, out } = await suptree(folder, ["tree", ".", "--config", "suptree.json"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^app {2}rest_for_one/m);
  expect(out).toContain("db");
  expect(out).not.toContain("other");
});

test.each([
  ["none.json", "none.json: no such file"],
  ["app.ts", "app.ts: cannot be read"],
  ["a.json", "a.json: is not a JSON object"],
  ["b.json", 'b.json: "specObjects" is a list of objects with name, module and callee'],
  ["c.json", 'c.json: "colour" is no setting'],
])("%s", async (file, message) => {
  const folder = project({
    ...FILES,
    "a.json": "[]",
    "b.json": '{"specObjects":[{}]}',
    "c.json": '{"colour":1}',
  });
  const { code, err } = await suptree(folder, ["tree", ".", "--config", file]);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
