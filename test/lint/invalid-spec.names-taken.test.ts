/** nact and actor-ts throw at a second child of one name; and what is one after the other is no clash. */
import { expect, test } from "vitest";
import { lintFiles } from "./check.ts";

const found = (code: string) =>
  lintFiles(new Map([["app.ts", code]]))
    .filter(({ messageId }) => messageId === "nameTaken")
    .map(({ location, certainty }) => `${location.line} ${certainty}`);

const nact = (code: string) =>
  found(`import { start, spawn, spawnStateless, stop } from "nact";\nconst f = (s: number) => s;\n${code}`);
const actorTs = (code: string) =>
  found(
    `import { Actor, ActorSystem } from "actor-ts";\nclass A extends Actor<string> { onReceive() {} }\n${code}`,
  );

test("nact: two of one name under one parent", () => {
  expect(nact(`const s = start();\nspawn(s, f, "x");\nspawnStateless(s, f, "x");`)).toEqual(["5 exact"]);
  // A helper that is called twice.
  expect(nact(`const s = start();\nconst make = () => spawn(s, f, "x");\nmake();\nmake();`)).toHaveLength(1);
  // In a function, whoever calls it.
  expect(nact(`export function boot() { const s = start();\nspawn(s, f, "x");\nspawn(s, f, "x"); }`)).toEqual(
    ["5 exact"],
  );
});

test("nact: other parents, other runs, on a condition, after a stop, in a try", () => {
  for (const code of [
    `const s = start();\nconst p = spawn(s, f, "x");\nspawn(p, f, "x");`,
    `const s = start(), t = start();\nspawn(s, f, "x");\nspawn(t, f, "x");`,
    `const s = start();\nexport function a() { spawn(s, f, "x"); }\nexport function b() { spawn(s, f, "x"); }`,
    `declare function it(n: string, f: () => void): void;\nconst s = start();\nit("a", () => { spawn(s, f, "x"); });\nit("b", () => { spawn(s, f, "x"); });`,
    `declare function it(n: string, f: () => void): void;\ndeclare function describe(n: string, f: () => void): void;\ndescribe("d", () => { const s = start();\nit("a", () => { spawn(s, f, "x"); });\nit("b", () => { spawn(s, f, "x"); }); });`,
    `declare function it(n: string, f: () => void): void;\ndeclare function beforeEach(f: () => void): void;\nlet s = start();\nbeforeEach(() => { s = start(); });\nit("a", () => { spawn(s, f, "x"); });\nit("b", () => { spawn(s, f, "x"); });`,
    `const s = start();\nif (process.env.A) spawn(s, f, "x");\nelse spawn(s, f, "x");`,
    `const s = start();\nconst a = spawn(s, f, "x");\nstop(a);\nspawn(s, f, "x");`,
    `const s = start();\nspawn(s, f, "x");\ntry { spawn(s, f, "x"); } catch {}`,
    `const s = start();\nspawn(s, f, "x1");\nspawn(s, f, "x2");\nspawn(s, f);\nspawn(s, f);`,
  ])
    expect(nact(code), code).toEqual([]);
});

test("actor-ts: two of one name under one system, or in one preStart", () => {
  expect(actorTs(`const s = ActorSystem.create("s");\ns.spawn(A, "x");\ns.spawn(A, "x");`)).toEqual([
    "5 exact",
  ]);
  const parent = (body: string) =>
    actorTs(
      `class P extends Actor<string> {\n override preStart() {\n${body}\n}\n override onReceive(m: string) { if (m === "a") this.context.spawn(A, "x"); else this.context.spawn(A, "x"); } }\nActorSystem.create("s").spawn(P, "p");`,
    );
  expect(parent(`this.context.spawn(A, "x");\nthis.context.spawn(A, "x");`)).toEqual(["6 exact"]);
  for (const body of [
    `this.context.spawn(A, "x");\nthis.context.spawn(A, "y");`,
    `this.context.spawnAnonymous(A);\nthis.context.spawnAnonymous(A);`,
    `const a = this.context.spawn(A, "x");\na.stop();\nthis.context.spawn(A, "x");`,
    `if (Math.random() > 0.5) { this.context.spawn(A, "x"); return; }\nthis.context.spawn(A, "x");`,
  ])
    expect(parent(body), body).toEqual([]);
});

test("loops: each turn takes the name again, under a parent of before the loop", () => {
  for (const loop of [
    `for (let i = 0; i < 3; i++) spawn(s, f, "x");`,
    `for (const n of [1, 2]) spawn(s, f, "x");`,
    `[1, 2].forEach(() => spawn(s, f, "x"));`,
    `const all = Array.from({ length: 4 }, () => spawn(s, f, "x"));`,
    `for (const n of ["a", "b"]) { const p = spawn(s, f, "p"); spawn(p, f, "x"); }`,
  ])
    expect(nact(`const s = start();\n${loop}`), loop).toEqual(["4 exact"]);
  for (const loop of [
    `for (let i = 0; i < 3; i++) spawn(s, f, "x" + i);`,
    `for (let i = 0; i < count; i++) spawn(s, f, "x");`,
    `for (const n of [1]) spawn(s, f, "x");`,
    `for (const n of [1, 2]) { spawn(s, f, "x"); break; }`,
    `for (const n of [1, 2]) { spawn(s, f, "x"); if (Math.random() > 0.5) break; }`,
    `for (const n of [1, 2]) { const t = start(); spawn(t, f, "x"); }`,
    `for (const n of [1, 2]) { const p = spawn(s, f); spawn(p, f, "x"); }`,
    `for (const n of ["a", "b"]) { const p = spawn(s, f, n); spawn(p, f, "x"); }`,
    `Array.from({ length: 4 }, () => { const p = spawn(s, f); return spawn(p, f, "x"); });`,
    `const all = [1, 2].map(() => start()); all.forEach((each) => spawn(each, f, "x"));`,
    `for (const n of [1, 2]) { const a = spawn(s, f, "x"); stop(a); }`,
    `for (const n of [1, 2]) { try { spawn(s, f, "x"); } catch {} }`,
    `(() => { for (const n of [1, 2]) { if (n > limit) return; spawn(s, f, "x"); } })();`,
  ])
    expect(nact(`const s = start();\n${loop}`), loop).toEqual([]);
  expect(
    actorTs(
      `class P extends Actor<string> {\n override preStart() {\nfor (let i = 0; i < 3; i++) this.context.spawn(A, "x");\n}\n override onReceive() {} }\nActorSystem.create("s").spawn(P, "p");`,
    ),
  ).toEqual(["5 exact"]);
});
