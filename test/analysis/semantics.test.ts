/**
 * Definitions are run: what JavaScript makes of each `init` must be what the analysis says, or the analysis says that it does
 * not know.
 */
import { expect, test } from "vitest";
import { analyze } from "./check.ts";

const HEAD = `class W extends GenServer {}
const spec = (id, over = {}) => ({ id: String(id), start: [W], ...over });
`;

/** The body of `init`, and whether the analysis knows all of it. */
const BODIES: [name: string, body: string, known?: "partly"][] = [
  [
    "each turn of a loop has a variable of its own",
    `const fs = []; for (let i = 0; i < 3; i++) fs.push(() => spec(i)); return { children: fs.map((f) => f()) };`,
  ],
  [
    "var is one for all turns",
    `var fs = []; for (var i = 0; i < 2; i++) fs.push(() => spec("v" + i)); if (i) { var last = spec("last"); } return { children: [...fs.map((f) => f()), last] };`,
  ],
  [
    "i++ is what it was",
    `let i = 0; const kids = []; for (;;) { if (i >= 2) break; kids.push(spec(\`i\${i++}\`)); } kids.push(spec(++i), spec(i--), spec(i)); return { intensity: i, children: kids };`,
  ],
  [
    "while and do",
    `const n = { a: 1 }; const kids = []; do { kids.push(spec("k" + n.a)); n.a++; } while (n.a < 4); let j = 0; while (j < 3) { j += 1; if (j === 2) continue; kids.push(spec("w" + j, { shutdown: j * 100 })); } return { intensity: j, children: kids };`,
  ],
  [
    "delete",
    `const o = { a: 1, b: 2, c: 3 }; delete o.b; const kids = []; for (const k in o) kids.push(spec(k)); return { intensity: "b" in o ? 1 : 2, children: kids };`,
  ],
  [
    "call, apply, bind and this",
    `const make = function (id) { return spec(\`\${this.p}-\${id}\`); }; return { children: [make.call({ p: "c" }, "1"), make.bind({ p: "b" })("2"), make.apply({ p: "a" }, ["3"])] };`,
  ],
  [
    "characters of a text",
    `let acc = ""; for (const c of "abc") acc = c + acc; return { children: [spec(acc), spec([..."xy"].reverse().join("")), ...Array.from("pq", (c) => spec(c))] };`,
  ],
  [
    "typeof",
    `return { children: [spec("a"), false, null, "text"].filter((x) => typeof x === "object" && x !== null) };`,
  ],
  [
    "a queue",
    `const q = [1]; const kids = []; while (q.length) { const n = q.shift(); kids.push(spec(n)); if (n < 3) q.push(n + 1); } return { children: kids };`,
  ],
  [
    "labels",
    `const kids = []; outer: for (const a of ["x", "y"]) { for (const b of [1, 2, 3]) { if (b === 3) continue outer; kids.push(spec(a + b)); } } return { children: kids };`,
    "partly",
  ],
  [
    "aliases",
    `const a = [1, 2]; const b = a; b.push(3); const c = a.slice(); c.push(4); const o = { n: 1 }; const p = o; p.n = 5; const q = { ...o }; q.n = 9; return { intensity: a.length, period: o.n, children: c.map((n) => spec(n)) };`,
  ],
  [
    "groups",
    `const groups = {}; for (const [k, v] of Object.entries({ a: "g1", b: "g2", c: "g1" })) { groups[v] ??= []; groups[v].push(k); } return { children: Object.keys(groups).map((g) => spec(\`\${g}=\${groups[g].join("+")}\`)) };`,
  ],
  [
    "a map of lists",
    `const m = new Map(); for (const [g, id] of [["x", "1"], ["y", "2"], ["x", "3"]]) { if (!m.has(g)) m.set(g, []); m.get(g).push(id); } return { children: [...m].map(([g, is]) => spec(\`\${g}:\${is.join("")}\`)) };`,
  ],
  [
    "swaps and rests",
    `let a = 1, b = 2; [a, b] = [b, a]; const [x, , y = "dy", ...z] = ["x", "s", undefined, "p"]; return { intensity: a, period: b, children: [x, y, ...z].map((id) => spec(id)) };`,
  ],
  [
    "a switch falls through",
    `const kids = []; switch (3) { case 1: kids.push(spec("one")); case 3: kids.push(spec("three")); case 4: kids.push(spec("four")); break; default: kids.push(spec("d")); } return { children: kids };`,
  ],
  [
    "finally",
    `const f = () => { try { return "t"; } finally { void 0; } }; const g = () => { try { throw new Error("x"); } catch { return "c"; } }; return { children: [spec(f()), spec(g())] };`,
  ],
  [
    "composition",
    `const compose = (...fs) => (x) => fs.reduce((v, f) => f(v), x); const r = (restart) => (s) => ({ ...s, restart }); return { children: [compose(r("transient"), (s) => ({ ...s, shutdown: 7 }))(spec("c"))] };`,
  ],
  [
    "two loop variables",
    `let s = 0; for (let i = 0, j = 10; i < j; i += 3, j--) s += j - i; return { intensity: s, children: [] };`,
  ],
  [
    "objects are shared",
    `const w = { id: "w", start: [W] }; const kids = [w, w]; kids[0].id = "changed"; return { children: kids.map((x, i) => ({ ...x, id: x.id + i })) };`,
  ],
  [
    "a name that is computed may be any",
    `const o = { a: 1, b: 2 }; o[["a", "b"][Math.min(1, 0)]] = 7; return { intensity: o.a, period: o.b, children: [] };`,
  ],
  [
    "a loop of unknown length changes an object",
    `const o = { n: 1 }; for (const x of globalThis.nothing ?? [1, 2]) o.n += 1; return { intensity: o.n, children: [spec("a" + o.n)] };`,
    "partly",
  ],
];

interface Spec {
  strategy?: string;
  intensity?: number;
  period?: number;
  children: { id: string; restart?: string; shutdown?: number }[];
}

test.each(BODIES)("%s", (_, body, known) => {
  const real = new Function("GenServer", `${HEAD} return (function init() { ${body} })();`)(class {}) as Spec;
  const s = analyze(
    `import { GenServer, Supervisor } from "suptree";\n${HEAD}\nexport class A extends Supervisor { init() { ${body} } }`,
  ).supervisors[0]!;
  const agrees = (got: unknown, want: unknown): void => {
    if (known === undefined || got !== null) expect(got).toEqual(want);
  };
  agrees(s.strategy, real.strategy ?? "one_for_one");
  agrees(s.intensity, real.intensity ?? 1);
  agrees(s.period, real.period ?? 5);
  if (known === "partly" && (s.unknown.length > 0 || s.children.some((c) => c.cardinality !== "one"))) return;
  expect(s.children.map((c) => [c.id, c.restart, c.shutdown])).toEqual(
    real.children.map((c) => [
      known === "partly" ? (s.children.find((k) => k.id === c.id)?.id ?? null) : c.id,
      c.restart ?? "permanent",
      c.shutdown ?? 5000,
    ]),
  );
  expect(s.children.every((c) => c.cardinality === "one")).toBe(true);
});
