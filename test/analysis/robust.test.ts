import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { analyze, expectValid } from "./check.ts";

const HEAD = `import { Supervisor, GenServer } from "suptree"; class A extends GenServer {}\n`;
const sup = (children: string): string =>
  `${HEAD}class Sup extends Supervisor { init() { return { children: ${children} }; } }\nclass Ok extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }`;

/** Whatever else is in the file, the supervisor beside it is there. */
const survives = (text: string): void => {
  const model = analyze(text);
  expect(model.problems).toEqual([]);
  expect(model.supervisors.map((s) => s.name)).toContain("Ok");
};

describe("odd programs", () => {
  test.each([
    ["deep lists", sup("[".repeat(250) + "]".repeat(250))],
    ["deep objects", sup(`${'[{ id: "a", start: '.repeat(120)}1${" }]".repeat(120)}`)],
    ["deep calls", sup(`${"f(".repeat(250)}${")".repeat(250)}`)],
    ["deep functions", sup(`${"() => (".repeat(250)}1${")".repeat(250)}`)],
    ["brackets in texts", sup(`[${JSON.stringify("[(".repeat(600))}] /* ${"{".repeat(600)} */`)],
    ["long sums", sup(`[{ id: ${'"a" + '.repeat(5000)}"b", start: [A] }]`)],
    ["long chains", sup(`[]${".concat([])".repeat(600)}`)],
    ["deep conditions", sup(`${"x ? [] : ".repeat(400)}[]`)],
    ["deep blocks", `${sup("[]")}\nfunction f() ${"{ if (x) ".repeat(250)}{}${"}".repeat(250)}`],
    [
      "a class that extends itself",
      `${sup("[]")}\nclass X extends X {} class Y extends Z {} class Z extends Y {}`,
    ],
    [
      "functions that call themselves",
      `${sup("f()")}\nfunction f() { return [...f(), ...g()]; } function g() { return f(); }`,
    ],
    ["constants that need each other", `${sup("P")}\nconst P = [...Q]; const Q = [...P];`],
    [
      "getters that need themselves",
      `${HEAD}class Sup extends Supervisor { get k() { return this.k; } init() { return { children: this.k }; } }\nclass Ok extends Supervisor { init() { return {}; } }`,
    ],
    [
      "endless loops",
      `${sup("f()")}\nfunction f() { const l = []; while (true) { l.push({ id: 'x', start: [A] }); for (;;) { l.push(...l); } } return l; }`,
    ],
    ["a huge list", sup(`Array.from({ length: 1e9 }, (_, i) => ({ id: \`w\${i}\`, start: [A] }))`)],
    [
      "a half written index signature",
      `${sup("[]")}\ninterface Held { [name: string] } type Other = { [name: string] };`,
    ],
    [
      "odd names",
      `${sup(`[{ id: "__proto__", start: [A] }, { ["constructor"]: 1, id: "toString", start: [A] }]`)}\nexport { constructor } from './x'; import { toString } from './y';`,
    ],
    [
      "names that every object has, asked of a process and of a system",
      `${sup("[]")}
import { show } from "elsewhere"; import { GenServer, System } from "suptree"; import { ActorSystem } from "actor-ts";
class W extends GenServer { async init() { const w = await this.start(W); show(w.constructor.name, w.toString.name, w.__proto__.x, this.constructor.name, this.system.constructor.name); } }
const system = new System(); show(system.hasOwnProperty.name, system.constructor.name);
const actors = ActorSystem.create("a"); show(actors.dispatcher.constructor.name, actors.constructor.name, actors.valueOf.call.name);`,
    ],
    [
      "exponential calls",
      `${sup("f0()") + Array.from({ length: 30 }, (_, i) => `\nfunction f${i}() { return [...f${i + 1}(), ...f${i + 1}()]; }`).join("")}\nfunction f30() { return []; }`,
    ],
  ])("%s", (_name, text) => survives(text));

  // The limit is the same however much stack there is.
  test.each([
    ["calls", `${"f(".repeat(300)}${")".repeat(300)}`],
    ["lists", `${"[".repeat(300)}${"]".repeat(300)}`],
    ["blocks", `() => ${"{".repeat(300)}${"}".repeat(300)}`],
  ])("too deep %s are a problem of their file", (_name, code) => {
    const model = analyzeSources(new Map([["deep.ts", sup(code)]]));
    expect(model.problems).toEqual([
      { file: "deep.ts", kind: "syntax", message: "nested too deeply to be read" },
    ]);
  });

  const abyss = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;

  test("deeper than any stack: the file is a problem, the others are there", () => {
    const model = analyzeSources(
      new Map([
        ["deep.ts", sup(abyss)],
        ["ok.ts", sup("[]")],
      ]),
    );
    expect(model.supervisors.map((s) => s.key)).toEqual(["ok.ts#Sup", "ok.ts#Ok"]);
    expect(model.problems).toEqual([
      { file: "deep.ts", kind: "syntax", message: "nested too deeply to be read" },
    ]);
  });

  test("import cycles end", () => {
    const model = analyze(`
      // FILE a.ts
      export * from "./b"; export { x } from "./c"; import { Base } from "./b";
      export class Sup extends Base { init() { return { children: [{ id: x, start: [Sup] }] }; } }
      import { x } from "./b";
      // FILE b.ts
      export * from "./a"; export * from "./c"; import { Supervisor } from "suptree"; import { Sup } from "./a";
      export class Base extends Supervisor { other = Sup; }
      // FILE c.ts
      export * from "./b"; export { y as x } from "./a"; export { x as y } from "./c";
    `);
    expect(model.supervisors.map((s) => s.name)).toContain("Sup");
  });
});

describe("half-typed programs", () => {
  const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
  const files = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (name.endsWith(".ts")) files.set(path.slice(examples.length), readFileSync(path, "utf8"));
    }
  };
  walk(examples);
  const rich = [...files].filter(([, text]) => text.includes("Supervisor"));

  test("every prefix and every left-out token gives a valid model", () => {
    let variants = 0;
    for (const [file, text] of rich.slice(0, 3)) {
      const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
      for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
        const from = scanner.getTokenStart();
        const to = scanner.getTokenEnd();
        for (const variant of [text.slice(0, to), text.slice(0, from) + text.slice(to)]) {
          const model = analyzeSources(new Map([[file, variant]]));
          expect(model.problems).toEqual([]);
          variants++;
          if (variants % 25 === 0) expectValid(model);
        }
      }
    }
    expect(variants).toBeGreaterThan(300);
  });
});
