/** The interpreter computes what JavaScript computes, and nothing leads out of it. */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { Machine } from "../../src/simulation/interpret/machine.ts";
import { NotInterpreted } from "../../src/simulation/interpret/not-interpreted.ts";
import { Readable } from "../../src/simulation/interpret/readable.ts";

/** What the class below has beside the case. */
const AROUND = `
const LIMITS = { low: 2, high: 7 };
const tags = ["a", "b"];
let shared = 40;
const seen = new Map();
enum Level { Low, High = 5, Top }
function twice(n) { return n * 2; }
const sum = (...all) => all.reduce((a, b) => a + b, 0);
class Point {
  static origin = new Point(0, 0);
  static #made = 0;
  static get made() { return Point.#made; }
  #hidden = 3;
  constructor(x, y = 1) { this.x = x; this.y = y; }
  get length() { return Math.hypot(this.x, this.y); }
  set both(v) { this.x = v; this.y = v; }
  hidden() { return this.#hidden; }
  static of(x) { return new this(x, x); }
  static twice(x) { return this.of(2 * x); }
}
class Dot extends Point {
  colour = "red";
  constructor(x) { super(x); this.z = super.hidden() + x; }
  hidden() { return super.hidden() + 1; }
}
const filled = new Map();
let later = 1;
class Wrong extends Error {}
class Kind extends RangeError {}
class Named extends Error { constructor(m) { super(m); this.name = this.constructor.name; } }
class Amount {
  constructor(n) { this.n = n; }
  valueOf() { return this.n; }
  toString() { return "n" + this.n; }
}
`;

const codeOf = (body: string) =>
  analyzeSources(
    new Map([
      [
        "app.ts",
        `import { GenServer, Supervisor } from "suptree";
${AROUND}
filled.set("k", 1);
for (const n of [2]) later = n;
class W extends GenServer { compute() { ${body} } }
export class S extends Supervisor { init() { return { children: [{ id: "w", start: [W] }] }; } }`,
      ],
    ]),
  ).code;

const obstacleOf = (body: string) =>
  new Readable(new Map(codeOf(body).map((file) => [file.file, file]))).process("app.ts", "W").obstacle;

function interpreted(body: string): unknown {
  const machine = new Machine(codeOf(body), new Map());
  machine.begin();
  const cls = machine.classNamed("app.ts", "W");
  if (cls === null) throw new Error("no class");
  const made = machine.make(cls, []);
  return (made.get("compute") as (this: unknown) => unknown).call(made);
}

/** The same by the engine; an enumeration is what TypeScript makes of it. */
function real(body: string): unknown {
  const enumeration = `const Level = { Low: 0, 0: "Low", High: 5, 5: "High", Top: 6, 6: "Top" };`;
  const around = AROUND.replace(/enum Level.*/, enumeration);
  return new Function(`"use strict"; ${around}; return (function () { ${body} })();`)();
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: code as text
const CASES = [
  "return 1 + 2 * 3 - 4 / 5 % 6 ** 2",
  "return [7 & 3, 7 | 8, 7 ^ 2, 1 << 4, -9 >> 1, -9 >>> 28, ~5]",
  'return ["1" + 2, "3" - 1, +"7", -"2", !0, typeof null, typeof "x", typeof twice, void 0]',
  "return [1 == '1', 1 === '1', null == undefined, null === undefined, NaN === NaN]",
  "return [0 || 'a', 0 ?? 'a', '' && 'b', 1 && 2, null ?? undefined ?? 3]",
  "const a = { b: { c: 1 } }; return [a?.b?.c, a.x?.y.z, a.x?.[0], a.x?.(), a.b?.['c']]",
  "const xs = [1, 2, 3, 4]; const [a, , b = 9, ...rest] = xs; return [a, b, rest]",
  "const { a, b: { c = 5, ...others }, ...rest } = { a: 1, b: { d: 2, e: 3 }, f: 4 }; return [a, c, others, rest]",
  "let [a, b] = [1, 2]; [a, b] = [b, a]; return [a, b]",
  "let n = 5; const xs = [n++, ++n, n--, --n, n += 3, n *= 2, n -= 1, n /= 3]; return [n, xs]",
  "const o = { n: 0 }; o.n ||= 4; o.n &&= 6; o.m ??= 7; o.n += o.m; return o",
  "const o = { a: 1, b: 2, ['c' + 1]: 3, ...{ d: 4, a: 9 } }; delete o.b; return [o, 'a' in o, 'b' in o, Object.keys(o)]",
  "let out = ''; for (let i = 0; i < 6; i++) { if (i === 2) continue; if (i === 5) break; out += i; } return out",
  "const fns = []; for (let i = 0; i < 3; i++) fns.push(() => i); return fns.map((f) => f())",
  "let i = 0; do { i += 2; } while (i < 7); while (true) { if (++i > 12) break; } return i",
  "const m = new Map([['a', 1]]); m.set('b', 2); let s = 0; for (const [k, v] of m) s += v + k.length; m.delete('a'); return [s, m.size, [...m.keys()], m.get('x')]",
  "const s = new Set([1, 2, 2]); s.add(5); return [[...s], s.has(2), s.size, Array.from(s, (x) => x * 2)]",
  "const seen = []; for (const k in { x: 1, y: 2 }) seen.push(k); return seen",
  "switch (twice(2)) { case 3: return 'three'; case 4: case 5: { let r = 'four'; r += '!'; return r; } default: return 'none'; }",
  "let r = ''; switch ('z') { default: r += 'd'; case 'a': r += 'a'; break; case 'b': r += 'b'; } return r",
  "try { null.x; } catch (e) { return [e instanceof TypeError, e instanceof Error]; } finally { tags.push('c'); }",
  "try { return 'a'; } finally { twice(1); }",
  "const f = () => { try { throw new Error('boom'); } catch { return 'caught'; } finally { } }; return f()",
  "try { throw new Wrong('no'); } catch (e) { return [e.message, e instanceof Wrong, e instanceof Error, e instanceof Kind]; }",
  "const f = (n) => (n <= 1 ? 1 : n * f(n - 1)); return f(6)",
  "return hoisted(3); function hoisted(n) { return n + LIMITS.high; }",
  "return [sum(1, 2, 3), sum(...[4, 5]), Math.max(...[1, 9, 2]), Math.round(2.5), Math.PI > 3]",
  "const p = new Point(3, 4); p.both = 6; return [p.x, p.y, Math.round(p.length), p.hidden(), Point.origin.x, Point.of(2).y]",
  "const d = new Dot(2); return [d.x, d.y, d.z, d.colour, d.hidden(), d instanceof Point, d instanceof Dot]",
  "return [Level.Low, Level[5], Level.Top]",
  "return `${1 + 1}-${[1, 2]}-${{}}-${null}-${tags[1]}`",
  "return ['a-b-c'.split('-'), 'abc'.at(-1), 'x'.padStart(3, '0'), 'hello'.slice(1, 3), 'A'.charCodeAt(0), [...'añ'], 'abc'.length, 'abc'[1]]",
  "return [[3, 1, 2].sort(), [3, 1, 10].sort((a, b) => b - a), [1, [2, [3]]].flat(2), [1, 2, 3].findLast((x) => x < 3), [1, 2].includes(2), [5, 6].entries().next().value]",
  "return [Number('12'), parseInt('7px', 10), (3.14159).toFixed(2), Number.isInteger(4), Number.MAX_SAFE_INTEGER, String(5), Boolean('')]",
  "return [JSON.stringify({ a: [1, null] }), JSON.parse('{\"b\":2}').b, Object.entries({ q: 1 }), Object.fromEntries([['z', 2]]), Object.assign({}, { k: 1 })]",
  "const counter = (() => { let n = 0; return { next: () => ++n, get: function () { return n; } }; })(); counter.next(); counter.next(); return counter.get()",
  "const o = { n: 4, f() { return this.n; } }; return o.f()",
  "const g = function (a, b) { return [this.k, a, b]; }.bind({ k: 1 }, 2); return g(3)",
  "const xs = [1, 2, 3]; xs.length = 1; xs[3] = 9; return [xs.length, xs[3], xs.indexOf(9), xs.at(-1)]",
  "return [1, 2, 3].map(twice).filter((x) => x > 2).reduce((a, b) => a + b)",
  "const groups = {}; for (const w of ['aa', 'b', 'cc']) (groups[w.length] ??= []).push(w); return groups",
  "const [x = 1, { y = 2 } = {}] = []; return [x, y]",
  "class Box { constructor() { this.a = 1; this.p = new Point(1, 2); } } return [JSON.stringify(new Box()), JSON.stringify([new Point(3)], null, 1)]",
  "const seen = []; for (const k in new Point(5)) seen.push(k); return seen",
  "return [isNaN('x'), isFinite('3'), ['1', '2'].map(Number), [1, [2]].map(String), [3, 20, 100].sort()]",
  "const f = (n) => (n === 0 ? 0 : 1 + f(n - 1)); return f(90)",
  "shared += 2; shared++; seen.set('k', shared); return [shared, seen.get('k'), seen.size]",
  "const keys = []; for (const [i, c] of ['p', 'q'].entries()) keys.push(`${i}${c}`); return keys.join()",
  "const f = function g(n) { return n ? 1 + g(n - 1) : 0; }; return f(3)",
  "const o = { twice(n) { return twice(n) + 1; } }; return o.twice(2)",
  "let s = '5'; const t = [s++, ++s, s--, s]; let u; u++; return [t, u]",
  "const xs = []; let i = 0; xs[i++] = i; xs[i++] = i; let o = { n: 1 }; const p = o; o.m = o = { n: 2 }; return [xs, p, o]",
  "return [`${new Amount(1)}`, new Amount(1) + 1, new Amount(2) < new Amount(3), Math.max(new Amount(4), 2), [new Amount(5)] + '', new Amount(6) == 6, +new Amount(7)]",
  "return [`${new Wrong('x')}`, String(new Kind('y')), `${new Named('z')}`, new Point(1) + '']",
  "return [new Wrong('x').name, new Kind('y').name, new Kind('y') instanceof Error, new Kind('z') instanceof RangeError, new Kind('a') instanceof TypeError]",
  "return [JSON.stringify(new Wrong('x')), Object.keys(new Named('x')), new Wrong('x', { cause: 5 }).cause, { ...new Kind('k') }]",
  "return [new Dot(1).constructor.name, new Dot(1).constructor === Dot, typeof Dot, JSON.stringify([Dot]), JSON.stringify(Dot)]",
  "return [Dot.of(3) instanceof Dot, Dot.twice(2).y, Dot.made, Point.made, new Dot(1).made]",
  "const f = new Point(1).hidden; try { return f(); } catch (e) { return e instanceof TypeError; }",
  "const made = new Point(3); return [1, 2].map((n) => made.hidden() + n)",
  "const made = new Point(3); made.f = made.hidden; return [made.f(), made.hidden === new Point(1).hidden]",
  "try { new Point(3).length = 1; } catch (e) { return e.message; }",
  "class A { static f() { return 1; } f() { return 9; } } class B extends A { static f() { return super.f() + 1; } } return B.f()",
  "class A { static x = 1; } class B extends A {} B.x = 2; return [A.x, B.x]",
  "const x = 1; { try { return x; const x = 2; } catch (e) { return e.message; } }",
  "const f = (x = (() => y)(), y = 2) => x; try { return f(); } catch (e) { return e.message; }",
  "const get = () => late; try { get(); } catch (e) { tags.push(e.message); } const late = 4; return [get(), tags]",
  "const c = 1; try { c = 2; } catch (e) { return [e.message, c]; }",
  "const o = Object.freeze({ a: 1 }); try { o.a = 2; } catch (e) { return [e.message, o.a]; }",
  "const o = Object.freeze({ a: 1 }); try { o.b = 2; } catch (e) { return [e.message, o]; }",
  "const o = Object.freeze([1]); try { o.push(2); } catch (e) { return [e instanceof TypeError, o]; }",
  "const o = Object.freeze(new Point(1)); try { o.x = 2; } catch (e) { return [e instanceof TypeError, o.x]; }",
  "const a = [1, , 3, undefined]; let n = 0; a.forEach(() => n++); return [n, a.length, 1 in a, 3 in a]",
  "let last; for (last of [1, 2, 3]) {} let k; for (k in { a: 1, b: 2 }) {} return [last, k]",
  "const seen = []; const o = { a: 1, b: 2, c: 3 }; for (const k in o) { seen.push(k); delete o.b; } return seen",
  "const told = []; for (const f of [() => Object.keys(null), () => Object.entries(undefined), () => Object.assign(null, {})]) try { f(); } catch (e) { told.push(e.message); } return told",
  "const p = new Point(1, 2); p[5] = 1; p[2] = 2; return [Object.keys(p), [5, 6]['01'], 'xy'['01']]",
  "const it = [1, 2, 3].values(); const [a] = it; return [a, [...it]]",
  "const o = { a: {} }; const told = []; for (const f of [() => o.f(), () => o.a.b.c, () => o.a.b(), () => o.a['b'](), () => new o.a(), () => Point(1), () => [...o.a.x]]) try { f(); } catch (e) { told.push(e.message); } return told.slice(0, 3)",
  "try { const { a } = null; } catch (e) { return e.message; }",
  "class B extends Point { constructor() { this.q = 1; } } try { new B(); return 0; } catch (e) { return e.message; }",
  "let a = 1; let b = 2; [a, b] = [b, a]; [a, b = 5, ...[b]] = [9]; return [a, b]",
  "let a; let b; let rest; ({ a, b = 4, c: { d: rest } } = { a: 1, c: { d: 3 } }); return [a, b, rest]",
  "const o = { at: {} }; ({ x: o.x, y: o.at.y = 7, ...o.others } = { x: 1, p: 2, q: 3 }); [o['a' + 1], ...o.list] = 'xyz'; return o",
  "const from = { x: 1 }; let x; const got = ({ x } = from); return [got === from, x]",
  "let x; try { ({ x } = null); } catch (e) { return e.message; }",
  "const { made, of } = Point; return [made, typeof of]",
  "const bare = Object.create(null); bare.k = 1; bare.toString = 2; return [bare.valueOf, bare.k, Object.keys(bare), 'k' in bare]",
  "return Object.groupBy([1, 2, 3], (n) => (n % 2 ? 'odd' : 'even'))",
  "return ['valueOf' in {}, 'x' in new Point(1), 'hidden' in new Point(1), 'length' in []]",
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: code as text

it("runs the script of who gets messages of what cannot be followed, outside any tree too", async () => {
  const text = `import { GenServer, System } from "suptree";
    class Store extends GenServer { handleCast(m) { this.last = m; } }
    class Feed extends GenServer {
      init() { this.send(this.self, "go"); }
      async handleInfo() { this.cast("store", await (await fetch("http://x/")).json()); }
    }
    const system = new System();
    await system.start(Store, { name: "store" });
    await system.start(Feed);`;
  const model = analyzeSources(new Map([["main.ts", text]]));
  const simulation = new Simulation(model, null, { seed: 1 });
  await simulation.start();
  await simulation.settle();
  expect(simulation.targets.all().map(({ path }) => path)).toEqual(["Store", "Feed"]);
});

it("tells of the program's own errors and objects as the program would", async () => {
  const text = `import { GenServer, Supervisor } from "suptree";
    class Wrong extends Error { constructor(sku) { super("no " + sku); this.name = "Wrong"; this.sku = sku; } }
    class Odd extends RangeError {}
    class Thing { n = 1; #own = 2; toString() { throw new Error("no text"); } }
    class Loop { me = this; }
    const throws = { wrong: () => new Wrong("apple"), odd: () => new Odd("odd"), thing: () => new Thing(), loop: () => new Loop() };
    class Thrower extends GenServer {
      init(what) { this.send(this.self, { type: what }); }
      handleInfo({ type }) { throw throws[type](); }
    }
    export class S extends Supervisor {
      init() {
        return { children: Object.keys(throws).map((id) => ({ id, start: [Thrower, id], restart: "temporary" })) };
      }
    }`;
  const model = analyzeSources(new Map([["main.ts", text]]));
  const reasons: string[] = [];
  const simulation = new Simulation(model, "main.ts#S", {
    seed: 1,
    observer: (event) => {
      if (event.type === "exit") reasons.push(event.reason);
    },
  });
  await simulation.start();
  await simulation.settle();
  expect(reasons).toEqual([
    "Wrong: no apple",
    "RangeError: odd",
    "bad return value: Thing { n: 1 }",
    "bad return value: Loop { me: Loop { me: Loop {…} } }",
  ]);
});

describe("the interpreter", () => {
  it.for(CASES)("%s", (body) => {
    expect(obstacleOf(body)).toBeNull();
    expect(interpreted(body)).toEqual(real(body));
  });

  it("waits as JavaScript does", async () => {
    const body = `const seen = [];
      const slow = async (n) => { await null; seen.push(n); return n; };
      const fails = async () => { await null; throw new Error("late"); };
      return (async () => {
        const first = slow(1);
        seen.push("between");
        const all = await Promise.all([first, slow(2), 3]);
        try { await fails(); } catch (e) { seen.push(e.message); }
        const ends = await Promise.allSettled([fails(), slow(4)]);
        return [seen, all, ends.map((end) => end.status)];
      })();`;
    expect(await interpreted(body)).toEqual(await real(body));
  });

  it.for([
    "return ({}).constructor",
    "return [].map.constructor",
    "return 'x'.constructor",
    "return (() => 1).constructor",
    "return ({}).__proto__",
    "const k = 'const' + 'ructor'; return Math.max[k]",
    "return Object.getPrototypeOf",
    "return Promise.prototype",
    "return new Point(1).__proto__",
    "return Point.prototype",
    "return Point.constructor",
    "return new Point(1).constructor.constructor",
    "return new Error('x').stack",
    "return [].push.call(Map, 1)",
    "return [].push.call(new Point(1), 1)",
  ])("shows nothing behind a value: %s", (body) => {
    expect(() => interpreted(body)).toThrow(NotInterpreted);
  });

  it.for([
    "const f = (fetch) => fetch; return fetch('x')",
    "const f = (filled) => filled; return filled.size",
    "return (5).toExponential()",
    "return (1234.5).toLocaleString()",
    "return Math.log1p(1)",
    "return Number.MIN_VALUE",
    "return Object.getOwnPropertyNames({})",
    "return Error.captureStackTrace({})",
    "return Promise.withResolvers()",
    "return {} instanceof Object",
    "return new Object()",
    "return `${twice}`",
    "return twice.name",
    "const counts = {}; return counts['constructor']",
    "class A { #n = 1; } class B extends A { #n = 2; } return new B()",
    "class A { ['x' + 1]() { return 1; } } return new A()",
    "class A { constructor() { return {}; } } return new A()",
  ])("knows what it does not know of the language: %s", (body) => {
    expect(() => interpreted(body)).toThrow(NotInterpreted);
  });

  it.for([
    "const f = async () => { for (;;) await null; }; return f().catch(() => 'handled')",
    "const f = async () => { for (;;) await null; }; return Promise.allSettled([f()])",
    "const f = async () => { for (;;) await null; }; return Promise.resolve().then(f).then(() => 1, () => 2)",
    "class T { then(r) { r(9); } } return (async () => await new T())()",
  ])("handles no failure of its own as the program's: %s", async (body) => {
    await expect(interpreted(body)).rejects.toThrow(NotInterpreted);
  });

  it("leaves no failure of a promise to the process around", async () => {
    const heard: unknown[] = [];
    const hear = (reason: unknown): void => void heard.push(reason);
    process.on("unhandledRejection", hear);
    try {
      interpreted(
        "Promise.reject(new Error('a')); new Promise((r, no) => no(1)); Promise.resolve().then(() => { throw 2; });",
      );
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    } finally {
      process.off("unhandledRejection", hear);
    }
    expect(heard).toEqual([]);
  });

  it("ends when all callbacks of a run take too long together", () => {
    const machine = new Machine(codeOf("let n = 0; while (n < 90000) n++; return n"), new Map());
    machine.begin();
    const made = machine.make(machine.classNamed("app.ts", "W")!, []);
    expect(() => {
      for (let callback = 0; callback < 1000; callback++) {
        machine.begin();
        (made.get("compute") as (this: unknown) => unknown).call(made);
      }
    }).toThrow(NotInterpreted);
  });

  it.for([
    "while (true) {}",
    "for (;;) {}",
    "const xs = new Array(1000000).fill(0); for (const a of xs) for (const b of xs) {}",
    "const xs = new Array(1000000).fill(0); for (;;) { const [a] = xs; }",
    "const s = 'x'.repeat(1000000); for (;;) for (const k in s) break;",
    "const xs = new Array(1000000).fill(['a', 1]); for (;;) Object.fromEntries(xs)",
    "const all = []; for (;;) all.push(Array(1000000))",
    "const xs = new Array(1e6).fill(1); for (;;) new Set(xs.values())",
    "return 'a'.repeat(1000000).indexOf('b' + 'a'.repeat(500000))",
    "return Math.max.apply(null, { length: 10000000 })",
    "const big = 'x'.repeat(1e6); return new Array(600).fill(big).join('').length",
    "const o = { toString: () => 'x'.repeat(1e6) }; return new Array(700).fill(o).join('').length",
    "const xs = new Array(100000).fill(Promise.resolve(1)); for (;;) Promise.all(xs)",
    "class T { f = new T(); } return new T()",
    "return 'x'.repeat(1e9)",
    "let s = 'x'; for (;;) s += s;",
    "return new Array(1e9)",
    "const o = {}; o['__proto__'] = { a: 1 }; return o.a",
    "return 'x'['repeat'](1e9)",
    "return 'x'.repeat.call('x', 1e9)",
    "return [1e9].map('x'.repeat, 'x')",
    "return Array.from({ length: 1e9 }).length",
    "const xs = []; xs.length = 1e9; return xs.fill(0).length",
    "const xs = []; xs[1e9] = 1; return xs.length",
    "const xs = Array(1e9); return xs.fill(0).length",
    "let xs = [1]; for (let i = 0; i < 30; i++) xs = xs.concat(xs); return xs.length",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return `${xs}`",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return xs + ''",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return xs == '1'",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return xs.join()",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return xs.flat(Infinity).length",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return [xs].map(String)",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return Math.max(xs)",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return new Error(xs)",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return 'a'.includes(xs)",
    "let xs = [1]; for (let i = 0; i < 40; i++) xs = [xs, xs]; return ({})[xs]",
    "let o = {}; for (let i = 0; i < 40; i++) o = { a: o, b: o }; return JSON.stringify(o)",
    "const xs = new Array(1000000).fill(1); return xs.map(xs.indexOf, xs).length",
    "const xs = new Array(900000).fill(1); let n = 0; for (let i = 0; i < 100000; i++) n += xs.indexOf(2); return n",
    "const f = (n) => f(n + 1); return f(0)",
    "const f = () => { try { for (;;) {} } finally { return 1; } }; return f()",
    "return 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.match('(a+)+$')",
  ])("gives up what never ends, or is out of reach: %s", (body) => {
    expect(() => interpreted(body)).toThrow(NotInterpreted);
  });

  it.for([
    "return fetch('x')",
    "return /x/.test('x')",
    "return process.env",
    "return globalThis",
    "return eval('1')",
    "return new Date()",
    "outer: for (;;) { for (;;) { break outer; } }",
    "const g = function* () { yield 1; }; return g",
    "this.elsewhere()",
    "return Object.getOwnPropertyNames({})",
    "return Promise.withResolvers()",
    "return Number.MIN_VALUE",
    "let x; ({ ['x' + 1]: x } = {}); return x",
    "setTimeout(() => {}, 1)",
    "var x = 1; return x",
    "return import('x')",
    "return filled.size",
    "return ({ tags }).tags && later",
    "class A { ['x' + 1]() { return 1; } } return new A()",
  ])("says what it cannot follow: %s", (body) => {
    expect(obstacleOf(body)).not.toBeNull();
  });
});
