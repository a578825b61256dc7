/** Programs that look known and are not, and the other way round: a wrong fact is worse than an unknown one. */
import { describe, expect, test } from "vitest";
import { explain } from "../../src/analysis/index.ts";
import { analyze, check } from "./check.ts";

const HEAD = `import { Supervisor, GenServer } from "suptree";
class A extends GenServer {}
class B extends GenServer {}
`;
const init = (body: string): string => `${HEAD}class S extends Supervisor { init() { ${body} } }`;

describe("changes are followed", () => {
  test.each([
    [
      "through another name",
      `const l = [{ id: "a", start: [A] }]; const m = l; m.push({ id: "b", start: [B] }); return { children: l };`,
      "S\n  a: A\n  b: B",
    ],
    [
      "of properties, and their removal",
      `const s: any = { intensity: 9, period: 9, children: [{ id: "a", start: [A] }] }; s.intensity = 7; delete s.period; s.children[0].restart = "temporary"; return s;`,
      "S 7 in\n  a: A temporary",
    ],
    [
      "by break and continue",
      `const c = []; for (const n of ["a", "b", "c", "d"]) { if (n === "b") continue; if (n === "d") break; c.push({ id: n, start: [A] }); } return { children: c };`,
      "S\n  a: A\n  c: A",
    ],
    [
      "by a break that may come",
      `const c = []; for (const n of ["a", "b"]) { if (Math.random() > 0) break; c.push({ id: n, start: [A] }); } return { children: c };`,
      "S\n  a: A maybe\n  b: A maybe",
    ],
    [
      "by a callback that may run",
      `let n = 1; later(() => { n = 7; }); return { intensity: n, children: [] };`,
      "S null in\n  ! intensity: changed by a callback",
    ],
    [
      "by what may fail",
      `let n = 1; try { n = load(); } catch { n = 3; } return { intensity: n, children: [] };`,
      "S null in\n  ! intensity: computed at run time: load()",
    ],
    [
      "by sorting",
      `return { children: [{ id: "b", start: [A] }, { id: "a", start: [A] }].sort() };`,
      "S\n  ! children: computed at run time: [...].sort()",
    ],
    [
      "by two specs",
      `if (Math.random() > 0) return { strategy: "one_for_all", children: [] }; return { children: [{ id: "a", start: [A] }] };`,
      "S null\n  a: A maybe\n  ! strategy: init returns different values",
    ],
  ])("%s", (_name, body, expected) => void check(init(body), expected));

  test("a static member, a field", () => {
    check(
      `${HEAD}class S extends Supervisor { static N = 2; init() { return { intensity: S.N, children: [] }; } }\nS.N = 5;`,
      "S 5 in",
    );
    check(
      `${HEAD}class S extends Supervisor { static N = 2; init() { return { intensity: S.N, children: [] }; } }\nexport function more() { S.N = 5; }`,
      'S null in\n  ! intensity: "S" is changed after its definition (line 5)',
    );
    check(
      `${HEAD}class S extends Supervisor { n = 2; init() { return { intensity: this.n, children: [] }; } more() { this.n = 7; } }`,
      "S 2 in",
    );
    check(
      `${HEAD}class S extends Supervisor { n: number; constructor() { super(); this.n = 4; } init() { return { intensity: this.n, children: [] }; } }`,
      "S 4 in",
    );
  });

  test("one of two classes is not known, and which is not guessed", () => {
    const child = analyze(init(`return { children: [{ id: "a", start: [Math.random() > 0 ? A : B] }] };`))
      .supervisors[0]!.children[0]!;
    expect(child).toMatchObject({ start: { symbol: null }, type: "worker", shutdown: 5000 });
    expect(child.unknown.find((u) => u.field === "start")!.reason).toBe(
      "depends on a condition: Math.random() > 0",
    );
  });
});

test("JavaScript with CommonJS and JSDoc", () => {
  check(
    `
    // FILE a.js
    const { Supervisor, GenServer } = require("suptree");
    const { size } = require("./c.js");
    /** @extends {GenServer} */
    class W extends GenServer {}
    class S extends Supervisor { init() { return { intensity: size, children: [{ id: "w", start: [W] }] }; } }
    module.exports = { S };
    // FILE c.js
    exports.size = 4;
    // FILE d.js
    const { S } = require("./a.js");
    const st = require("suptree");
    exports.T = class extends st.Supervisor { init() { return { children: [{ id: "s", start: [S] }] }; } };
    const U = class extends st.Supervisor { init() { return { children: [{ id: "s", start: [S] }] }; } };
    `,
    `
    S 4 in
      w: W
    T
      s: S ▸
    U
      s: S ▸
    `,
  );
});

test("classes without a name are called after the variable, or default", () => {
  const model = analyze(`${HEAD}
    const Named = class extends Supervisor { init() { return { children: [] }; } };
    export default class extends Supervisor { init() { return { children: [] }; } }`);
  expect(model.supervisors.map((s) => s.key)).toEqual(["main.ts#Named", "main.ts#default"]);
});

describe("explain", () => {
  const text = `${HEAD}class S extends Supervisor {
  init() {
    return { children: [
      { id: "a", start: [A], restart: load(), name: "a" },
    ] };
  }
}`;
  test("the innermost definition first, defaults and reasons", () => {
    const found = explain(analyze(text), "main.ts", 7);
    expect(found.map((e) => e.subject.kind)).toEqual(["child", "supervisor"]);
    expect(found[0]).toMatchObject({ title: 'child "a" of S', dialect: "suptree" });
    expect(found[0]!.facts).toContain("its key is main.ts#S/a");
    expect(found[0]!.fields).toContainEqual({ name: "shutdown", value: "5000 ms", from: "default" });
    expect(found[0]!.fields).toContainEqual({ name: "id", value: '"a"', from: "definition" });
    expect(found[0]!.fields).toContainEqual(
      expect.objectContaining({
        name: "restart",
        value: null,
        from: "unknown",
        reason: "computed at run time: load()",
      }),
    );
    expect(found[1]!.fields).toContainEqual({ name: "strategy", value: "one_for_one", from: "default" });
  });
  test("a process, by its class", () => {
    expect(explain(analyze(text), "main.ts", 2)[0]).toMatchObject({
      title: "process A",
      facts: ["runs as main.ts#S/a (main.ts:7)"],
    });
  });
  test("nothing where nothing is", () => {
    expect(explain(analyze(text), "main.ts", 1)).toEqual([]);
  });
});
