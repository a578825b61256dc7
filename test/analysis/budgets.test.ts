/** How much of a program is followed: never more than its budgets, and the same whatever was asked first. */
import fc from "fast-check";
import { ts } from "ts-morph";
import { describe, expect, it, test } from "vitest";
import { analyzeSources, Linker, sourceResolver, summarize } from "../../src/analysis/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { expectValid } from "./check.ts";

const HEAD = `import { Supervisor, GenServer } from "suptree"; class A extends GenServer {}\n`;
const OK = `\nexport class Ok extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }\n`;
/** A supervisor with these children, one below it that must stay whole, and what they need. */
const sup = (children: string, more = ""): string =>
  `${HEAD}${more}\nexport class Sup extends Supervisor { init() { return { strategy: "rest_for_one", children: ${children} }; } }${OK}`;
const numbers = (n: number): string => Array.from({ length: n }, (_, i) => i).join(",");
const each = (n: number, text: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => text(i)).join("\n");
const FIB = "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }";

/** Valid programs of a few lines that take an interpreter very long, or need much memory or stack. */
const PROGRAMS: Record<string, string> = {
  "loops in loops": sup(
    "f()",
    "function f() { const l = []; for (let i = 0; i < 60; i++) for (let j = 0; j < 60; j++) for (let k = 0; k < 60; k++) l.push({ id: `w${i}${j}${k}`, start: [A] }); return l; }",
  ),
  "a map over a long list": sup(`[${numbers(10_000)}].map((i) => ({ id: \`w\${i}\`, start: [A] }))`),
  "maps in maps": sup(
    "xs.flatMap((i) => xs.flatMap((j) => xs.map((k) => ({ id: `w${i}${j}${k}`, start: [A] }))))",
    `const xs = [${numbers(400)}];`,
  ),
  fibonacci: sup("[{ id: String(fib(40)), start: [A] }]", FIB),
  "fibonacci many times": sup(
    `[${each(200, (i) => `{ id: k${i}, start: [A] },`)}]`,
    `${FIB}${each(200, (i) => `const k${i} = "k" + fib(${20 + i});`)}`,
  ),
  permutations: sup(
    "all([1,2,3,4,5,6,7,8,9]).map((p) => ({ id: p.join(''), start: [A] }))",
    "function all(xs) { return xs.length === 0 ? [[]] : xs.flatMap((x, i) => all([...xs.slice(0, i), ...xs.slice(i + 1)]).map((r) => [x, ...r])); }",
  ),
  "spreads in spreads": sup(
    "a25.map((i) => ({ id: i, start: [A] }))",
    `const a0 = [1,2,3,4,5,6,7,8];${each(25, (i) => `const a${i + 1} = [...a${i}, ...a${i}];`)}`,
  ),
  "texts in texts": sup(
    "[{ id: u, start: [A] }]",
    `const s = "x".repeat(1000); const t = s.replaceAll("x", s); const u = t.replaceAll("x", t).concat(t, t);`,
  ),
  "a text that grows": sup(
    "[{ id: f(), start: [A] }]",
    'function f(u) { let s = "a"; for (let i = 0; i < 60; i++) s = s + u + s; return s; }',
  ),
  "a map that grows": sup(
    "[...m.values()]",
    `const m = new Map(); for (const i of xs) m.set(i, { id: \`w\${i}\`, start: [A] }); const xs = [${numbers(5000)}];`,
  ),
  "an object that grows": sup(
    "Object.values(o)",
    `const o = {}; for (const i of xs) o[i] = { id: \`w\${i}\`, start: [A] }; const xs = [${numbers(5000)}];`,
  ),
  "an object that is copied": sup(
    "Object.keys(o)",
    `const xs = [${numbers(3000)}]; const o = xs.reduce((a, i) => ({ ...a, [i]: 1 }), {});`,
  ),
  generators: sup(
    "[...g(9)]",
    "function* g(n) { if (n === 0) { yield { id: 'a', start: [A] }; return; } for (let i = 0; i < 60; i++) yield* g(n - 1); }",
  ),
  "mutual recursion": sup(
    "[{ id: even(60), start: [A] }]",
    "const even = (n) => n === 0 ? 'a' : odd(n - 1) + odd(n - 1); const odd = (n) => n === 0 ? 'b' : even(n - 1) + even(n - 1);",
  ),
  "getters of each other": sup(
    "[n0.g1.g2.g3.g4]",
    each(30, (i) => `const n${i} = {${each(30, (j) => `get g${j}() { return n${j}; },`)}};`),
  ),
  "loops of unknown length": sup(
    "f(u)",
    `function f(u) { const l = []; ${"for (const a of u.x) { ".repeat(20)} l.push({ id: 'q', start: [A] }); ${"}".repeat(20)} return l; }`,
  ),
  "a long way down": sup(
    "[{ id: c3000, start: [A] }]",
    `const c0 = "a";${each(3000, (i) => `const c${i + 1} = c${i} + "b";`)}`,
  ),
  "ways out": sup("f()", `function f(x) { ${"if (x.a) return [];".repeat(2000)} return []; }`),
  "statics that need themselves": sup(
    "[{ id: X.x, start: [A] }]",
    "class X { static x = X.x; static y = X.z + X.x; static z = X.y; static { X.w = X.w; X.q = X.y; } }",
  ),
  "statics that need each other": sup(
    "[{ id: X.x, start: [A] }]",
    "class X { static x = Y.y; } class Y { static get y() { return X.x + Y.y; } } class Z extends Z.base {}",
  ),
  "statics twice as long each": sup(
    "[{ id: X.s40, start: [A] }]",
    `class X { static s0 = "a"; ${each(40, (i) => `static s${i + 1} = X.s${i} + X.s${i};`)} }`,
  ),
  "fields that need themselves": sup(
    "[{ id: new Q().a, start: [A] }]",
    "class Q { a = new Q().a; b = this.b; static c = new Q().d; d = Q.c; get e() { return this.e; } }",
  ),
  "constants that need themselves": sup(
    "[{ id: a, start: [A] }, ...p]",
    "const a = a + b; const b = a; const p = [...q]; const q = [...r, ...p]; const r = [...q];",
  ),
  "many busy processes": `${HEAD}${FIB}${each(60, (i) => `class P${i} extends GenServer { handleCall(m) { ${"for (const x of m.xs) ".repeat(12)} this.q(x); } q(...x) { return fib(30); } }`)}${OK}`,
  "a process with many ways out": `${HEAD}class B extends GenServer { x = 0; handleInfo(m) { ${each(800, (i) => `if (m.a${i}) { this.x = ${i}; this.v${i} = 1; return; }`)} } }${OK}`,
};

describe("a program that is too much to follow", () => {
  const facts = (text: string) =>
    summarize("main.ts", ts.createSourceFile("main.ts", text, ts.ScriptTarget.Latest, false));

  it.each(Object.entries(PROGRAMS))("%s", (_, text) => {
    const linker = new Linker({ resolve: sourceResolver(() => false) });
    linker.set("main.ts", facts(text));
    const model = linker.model();
    expectValid(model);
    // One value is lost, not the file.
    expect(model.problems).toEqual([]);
    const ok = model.supervisors.find(({ name }) => name === "Ok")!;
    expect(ok.children.map(({ id, unknown }) => [id, unknown])).toEqual([["a", []]]);
    if (text.includes("class Sup "))
      expect(model.supervisors.find(({ name }) => name === "Sup")?.strategy).toBe("rest_for_one");
    // An edit looks at everything in it again: that is so much work at most, whatever the machine.
    const before = linker.followed;
    linker.set("main.ts", facts(`${text} `));
    linker.model();
    expect(linker.followed - before).toBeLessThan(400_000);
    for (const { reason } of model.supervisors.flatMap((s) => [
      ...s.unknown,
      ...s.children.flatMap((c) => c.unknown),
    ]))
      expect(reason.length).toBeLessThan(400);
  });

  it("says so", () => {
    const { supervisors } = analyzeSources(new Map([["main.ts", PROGRAMS["loops in loops"]!]]));
    expect(supervisors[0]!.unknown).toContainEqual(
      expect.objectContaining({
        field: "children",
        reason: "too much to follow: more than 20,000 steps",
      }),
    );
  });

  it("loses what follows, not what came before", () => {
    const { supervisors } = analyzeSources(
      new Map([
        [
          "main.ts",
          sup(
            "[{ id: 'first', start: [A] }, ...f()]",
            "function f() { const l = []; for (let i = 0; i < 60; i++) for (let j = 0; j < 60; j++) for (let k = 0; k < 60; k++) l.push({}); return l; }",
          ),
        ],
      ]),
    );
    expect(supervisors[0]!.children.map(({ id }) => id)).toEqual(["first"]);
    expect(supervisors[0]!.unknown.map(({ field, reason }) => `${field}: ${reason}`)).toEqual([
      "children: too much to follow: more than 20,000 steps",
    ]);
  });

  it("is never taken for complete: what was put together halfway is open", () => {
    const text = sup(
      "l",
      "const l = []; l.push({ id: 'a', start: [A] }); for (let i = 0; i < 60; i++) for (let j = 0; j < 60; j++) for (let k = 0; k < 60; k++) l.push({ id: `w${i}${j}${k}`, start: [A] });",
    );
    const { supervisors } = analyzeSources(new Map([["main.ts", text]]));
    expect(supervisors[0]!.unknown.map(({ field }) => field)).toContain("children");
  });

  it("claims nothing of the branch that it left", () => {
    const loops =
      "for (let i = 0; i < 60; i++) for (let j = 0; j < 60; j++) for (let k = 0; k < 60; k++) q();";
    const text = sup(
      "f(u)",
      `function f(u) { if (u.x) return []; ${loops} return [{ id: 'b', start: [A] }]; }`,
    );
    const { supervisors } = analyzeSources(new Map([["main.ts", text]]));
    expect(supervisors[0]!.unknown.map(({ field }) => field)).toContain("children");
  });

  it("does not take the steps of what stands below it in the module", () => {
    const text = `import { Supervisor } from "@hamicek/noex";
${FIB}
let total = 0;
for (let i = 0; i < 60; i++) for (let j = 0; j < 60; j++) for (let k = 0; k < 60; k++) total = total + fib(9);
export const sup = await Supervisor.start({ strategy: "one_for_all", children: [{ id: "a", start: () => x.start() }] });
`;
    const { supervisors } = analyzeSources(new Map([["main.ts", text]]));
    expect(supervisors.map(({ strategy, children }) => [strategy, children.map(({ id }) => id)])).toEqual([
      ["one_for_all", ["a"]],
    ]);
  });

  it("reads a long literal to its end all the same", () => {
    const text = sup(`[${each(5000, (i) => `{ id: "w${i}", start: [A] },`)}]`);
    const { supervisors } = analyzeSources(new Map([["main.ts", text]]));
    expect(supervisors[0]!.children.length).toBe(5000);
    expect(supervisors[0]!.children.every(({ unknown }) => unknown.length === 0)).toBe(true);
  });
});

/** Definitions that need each other in every way, spread over files. */
const NAMES = ["a", "b", "c", "d", "e", "f"];
const name = fc.constantFrom(...NAMES);
/** Lists that hold each other's elements, in circles more often than not. */
const part = fc.oneof(
  { weight: 5, arbitrary: name.map((n) => `...${n}`) },
  { weight: 2, arbitrary: name.map((n) => `...K_${n}.s`) },
  { weight: 1, arbitrary: name.map((n) => `...(() => ${n})()`) },
  { weight: 1, arbitrary: name.map((n) => `...(u ? ${n} : [])`) },
  { weight: 1, arbitrary: name.map((n) => `...{ get g() { return ${n}; } }.g`) },
  { weight: 1, arbitrary: name.map((n) => `...${n}.map((x) => x + "'")`) },
  { weight: 1, arbitrary: name.map((n) => `String(${n}.length)`) },
  fc.constantFrom('"x"', "String(fib(25))", "u"),
);
const expression = fc.array(part, { maxLength: 3 });
const listOf = (own: string, parts: readonly string[] | undefined): string =>
  `[${[JSON.stringify(own), ...(parts ?? [])].join(", ")}]`;

const program = fc
  .tuple(
    fc.array(expression, { minLength: NAMES.length, maxLength: NAMES.length }),
    fc.array(expression, { minLength: NAMES.length, maxLength: NAMES.length }),
    fc.array(fc.nat(2), { minLength: NAMES.length, maxLength: NAMES.length }),
  )
  .map(([values, statics, places]) => {
    const files = new Map<string, string>();
    for (let file = 0; file < 3; file++) {
      const others = NAMES.filter((_, i) => places[i] !== file);
      const own = NAMES.map((n, i) => [n, i] as const).filter(([, i]) => places[i] === file);
      const imports = others
        .map((n) => `import { ${n}, K_${n} } from "./m${places[NAMES.indexOf(n)]}";`)
        .join("\n");
      const definitions = own
        .map(
          ([n, i]) =>
            `export const ${n} = ${listOf(n, values[i])};\nexport class K_${n} { static s = ${listOf(`s${n}`, statics[i])}; }`,
        )
        .join("\n");
      const supervisors = own
        .map(
          ([n]) =>
            `export class Sup_${n} extends Supervisor { init() { return { children: [...${n}, ...K_${n}.s].map((id) => ({ id, start: [A] })) }; } }`,
        )
        .join("\n");
      files.set(`m${file}.ts`, `${HEAD}${FIB}\n${imports}\n${definitions}\n${supervisors}\n`);
    }
    return files;
  });

describe("what is known of a program", () => {
  const facts = (file: string, text: string) =>
    summarize(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false));
  /** In no order: the files are looked at in that of their names, which are given here. */
  const renamed = (files: ReadonlyMap<string, string>, order: readonly number[]): Map<string, string> =>
    new Map(
      [...files].map(([file, text]) => [
        file.replace(/m(\d)/, (_, n) => `m${order[Number(n)]}`),
        text.replace(/\.\/m(\d)/g, (_, n) => `./m${order[Number(n)]}`),
      ]),
    );
  const plain = (model: TreeModel, order: readonly number[]): string => {
    const back = (n: string): string => `m${order.indexOf(Number(n))}.ts`;
    const text = (v: unknown): string => JSON.stringify(v).replace(/m(\d)\.ts/g, (_, n) => back(n));
    return [...model.supervisors.map(text)].sort().join("\n");
  };

  test("does not depend on which file is looked at first", () => {
    fc.assert(
      fc.property(program, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (files, order) => {
        const same = [0, 1, 2];
        expect(plain(analyzeSources(renamed(files, order)), order)).toBe(plain(analyzeSources(files), same));
      }),
      { numRuns: 60 },
    );
  });

  test("does not depend on the edits before", () => {
    fc.assert(
      fc.property(
        program,
        program,
        fc.array(fc.tuple(fc.nat(2), fc.boolean(), fc.boolean()), { maxLength: 12 }),
        (files, others, edits) => {
          const linker = new Linker({ resolve: sourceResolver((file) => files.has(file)) });
          for (const [n, other, look] of edits) {
            const file = `m${n}.ts`;
            linker.set(file, facts(file, (other ? others : files).get(file)!));
            if (look) linker.model();
          }
          for (const [file, text] of files) linker.set(file, facts(file, text));
          expect(linker.model()).toEqual(analyzeSources(files));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test("whether functions lead to a library is asked of each module, not on each of the ways to it", () => {
  const wide = 8;
  const files = new Map<string, string>();
  for (let layer = 0; layer < 6; layer++)
    for (let n = 0; n < wide; n++) {
      const next = layer === 5 ? [] : Array.from({ length: wide }, (_, i) => `f${layer + 1}_${i}`);
      const imports = next.map((name) => `import { ${name} } from "./${name}.ts";`).join("\n");
      const calls = next.map((name) => `${name}();`).join(" ");
      files.set(`f${layer}_${n}.ts`, `${imports}\nexport function f${layer}_${n}() { ${calls} }`);
    }
  let asked = 0;
  const linker = new Linker({
    resolve: sourceResolver((file) => files.has(file)),
    // A described module has to be looked for in each place that an import leads to.
    specObjects: [{ name: "own", module: "own", callee: "supervise" }],
    namesOf: (file) => {
      asked++;
      return [file];
    },
  });
  for (const [file, text] of files)
    linker.set(file, summarize(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false)));
  expect(linker.model().supervisors).toEqual([]);
  expect(asked).toBeLessThan(50_000);
});

test("what one of many callbacks does is followed, however much the one before it does", () => {
  const text = `
    import { start, spawn } from "nact";
    declare const describe: any, it: any;
    const table = Array.from({ length: 60 }, (_, n) => n);
    const heavy = () => table.map((a) => table.map((b) => table.map((c) => a * b + c)));
    describe("all", () => {
      it("is heavy", () => { heavy(); });
      it("spawns", () => { const system = start(); spawn(system, (s: any) => s, "one"); });
      it("spawns more", () => { heavy(); const system = start(); spawn(system, (s: any) => s, "lost"); });
    });`;
  const model = analyzeSources(new Map([["main.ts", text]]));
  const children = model.supervisors.flatMap((each) => each.children.map(({ id }) => id));
  expect(children).toEqual(["one"]);
});
