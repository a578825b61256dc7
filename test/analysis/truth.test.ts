/** Definitions that try to mislead: each gives the truth, or says what is not known. */
import { describe, expect, test } from "vitest";
import { analyze, check } from "./check.ts";

const HEAD = `import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
`;
const init = (body: string, parameters = ""): string =>
  `${HEAD}export class A extends Supervisor { init(${parameters}) { ${body} } }`;

describe("what changes on the way", () => {
  test.each([
    [
      "a list that grows in closures and loops",
      init(`const kids = [];
        const add = (id, n = 1) => { for (let i = 0; i < n; i++) kids.push({ id: \`\${id}-\${i}\`, start: [W] }); };
        add("x", 2);
        ["p", "q"].forEach(add); // forEach gives the index as n
        return { children: kids };`),
      `
      A
        x-0: W
        x-1: W
        q-0: W
      `,
    ],
    [
      "jumps that name a loop, and those out of a switch",
      init(`const kids = [];
        const add = (id) => kids.push({ id, start: [W] });
        outer: for (const a of ["a", "b", "c"]) {
          for (const n of [1, 2, 3]) { if (n === 2) continue outer; if (a === "c") break outer; add(a + n); }
          add("never");
        }
        for (const x of ["p", "q"]) { switch (x) { case "p": continue; default: add("x"); } add(x); }
        walk: { add("w"); if (kids.length > 0) break walk; add("none"); }
        return { children: kids };`),
      `
      A
        a1: W
        b1: W
        x: W
        q: W
        w: W
      `,
    ],
    [
      "NaN, and fields that a class says after its base has set them",
      init(`const none = Number("x");
        class Base { n = 0; constructor(n) { this.n = n; } }
        class Own extends Base { n = 4; }
        class Late extends Base { n = 5; constructor() { super(1); this.n += 1; } }
        const kids = [{ id: "n" + new Own(9).n + new Late().n, start: [W] }];
        if (none === none || [none].indexOf(none) === 0) kids.push({ id: "same", start: [W] });
        if ([none].includes(none)) kids.push({ id: "in", start: [W] });
        return { children: [...kids, ...[...(none ? "ab" : "c")].map((id) => ({ id, start: [W] }))] };`),
      `
      A
        n46: W
        in: W
        c: W
      `,
    ],
    [
      "break, continue and unshift",
      init(`const kids = [];
        for (let i = 0; i < 10; i++) { if (i === 3) break; if (i === 1) continue; kids.push({ id: "w" + i, start: [W] }); }
        kids.unshift({ id: "first", start: [W] });
        return { children: kids };`),
      `
      A
        first: W
        w0: W
        w2: W
      `,
    ],
    [
      "conditional spreads and filters",
      init(
        `return { ...(o.strict ? { intensity: 0 } : {}), children: [
          ...(o.x ? [{ id: "c", start: [W] }] : []), o.y && { id: "d", start: [W], restart: "transient" },
        ].filter(Boolean) };`,
        "o",
      ),
      `
      A null in
        c: W maybe
        d: W maybe transient
        ! intensity: "intensity" may be absent
      `,
    ],
    [
      "a module's variables that are changed later",
      `${HEAD}let strategy = "one_for_one";
      if (process.env.X) strategy = "one_for_all";
      export class A extends Supervisor {
        init() { let n = 3; n = 5; n++; return { strategy, intensity: n, children: [{ id: "a", start: [W] }] }; }
      }`,
      `
      A null 6 in
        a: W
        ! strategy: depends on a condition: process.env.X
      `,
    ],
  ])("%s", (_, text, expected) => {
    check(text, expected);
  });
});

describe("ways to write it", () => {
  test("computed keys, Object.assign, enums, satisfies", () => {
    check(
      `import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
      class W extends GenServer {}
      enum S { All = "one_for_all" } const enum R { T = "temporary" } enum Num { A, B = 7, C }
      const k = "strategy";
      export class A extends Supervisor {
        init() {
          return Object.assign(
            { [k]: S.All, intensity: Num.C },
            { period: 9, children: [{ ["id"]: "a", start: [W], ["re" + "start"]: R.T }] },
          ) satisfies SupervisorSpec;
        }
      }`,
      `
      A one_for_all 8 in 9s
        a: W temporary
      `,
    );
  });

  test("a cycle of barrels, default export, namespace", () => {
    check(
      `// FILE a.ts
      export * from "./b"; export { default as Sup } from "./sup";
      // FILE b.ts
      export * from "./a"; export { Supervisor as Base, GenServer } from "suptree";
      // FILE sup.ts
      import { Base } from "./a"; import * as ns from "./a";
      class W extends ns.GenServer {}
      export default class extends Base { init() { return { children: [{ id: "w", start: [W] }] }; } }`,
      `
      default
        w: W
      `,
    );
  });

  test("a local class hides the module's", () => {
    const model = analyze(init(`const W = class Other {}; return { children: [{ id: "a", start: [W] }] };`));
    expect(model.supervisors[0]!.children[0]).toMatchObject({ start: { symbol: "Other" }, type: null });
  });
});

describe("what is none", () => {
  test.each([
    [
      "another package",
      `import { GenServer, Supervisor } from "other-otp"; export class A extends Supervisor { init() { return { children: [] }; } }`,
    ],
    [
      "text and comments",
      `const t = \`import { Supervisor } from "suptree"; class X extends Supervisor {}\`; // class Y extends Supervisor {}`,
    ],
    [
      "an object of that shape",
      `export const supervisor = { strategy: "one_for_one", children: [{ id: "a", start: () => 1, restart: "permanent" }] };`,
    ],
    [
      "functions called start and spawn",
      `import { spawn } from "node:child_process"; import { start } from "./server"; start(); spawn("ls");`,
    ],
    [
      "its own Supervisor beside a library's server",
      `import { GenServer } from "@hamicek/noex"; const Supervisor = { start(o) { return o; } }; Supervisor.start({ children: [{ id: "a", start: () => 1 }] });`,
    ],
  ])("%s", (_, text) => {
    const model = analyze(text);
    expect([model.supervisors, model.orphans, model.edges]).toEqual([[], [], []]);
  });
});

test("a generated list is read to its end", () => {
  const children = Array.from(
    { length: 20_000 },
    (_, i) => `{ id: "w${i}", start: [W], restart: "permanent" }`,
  );
  const model = analyze(init(`return { children: [${children.join(",")}] };`));
  const { children: read } = model.supervisors[0]!;
  expect(read.length).toBe(20_000);
  expect(read.every((child) => child.type === "worker" && child.unknown.length === 0)).toBe(true);
});
