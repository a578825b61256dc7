/** The interpreter computes what JavaScript computes, and nothing leads out of it. */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { Simulation } from "../../src/simulation/index.ts";
import { outsideOf } from "../../src/simulation/interpret/globals.ts";
import { Machine } from "../../src/simulation/interpret/machine.ts";
import { NotInterpreted } from "../../src/simulation/interpret/not-interpreted.ts";
import { Readable } from "../../src/simulation/interpret/readable.ts";
import { codeOf, interpreted, obstacleOf, real } from "./interpreted.ts";

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: code as text
const CASES = [
  "const curry = (f, ...a) => a.length >= f.length ? f(...a) : (...b) => curry(f, ...a, ...b); return [curry((a, b, c) => a + b + c)(1)(2, 3), ((a, b = 1, c) => a).length, ((...a) => a).length, (function (x, { y }, z) {}).length]",
  "return [(1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' }), (12345n).toLocaleString('de-DE'), new Date(0).toLocaleDateString('en-GB', { timeZone: 'UTC' })]",
  "const last = new Proxy([1, 2, 3], { get: (of, k, r) => typeof k === 'string' && Number(k) < 0 ? of[of.length + Number(k)] : Reflect.get(of, k, r) }); last.push(4); return [last[-1], last.length, last.map((n) => n * 2), [...last], Array.isArray(last), [0].concat(last), last.indexOf(3), JSON.stringify({ last })]",
  "const seen = []; const list = new Proxy([], { set(of, k, v) { seen.push(k); of[k] = v; return true; } }); list.push('a', 'b'); list[5] = 'f'; const [first, ...rest] = list; for (const each of list) seen.push(each ?? '-'); return [seen, first, rest.length, Object.keys(list), list.join()]",
  "const fixed = new Proxy([3, 1, 2], { deleteProperty: () => false, has: (of, k) => k !== '1' && k in of }); const all = []; fixed.forEach((n) => all.push(n)); return [all, 2 in fixed, 1 in fixed, fixed.slice(1).length]",
  "const f = (filled) => filled; return [filled.size, f(1), ({ tags }).tags.length, later, ++later]",
  "const f = Object.assign((n) => n + 1, { title: 'x' }); f.calls = 1; f.calls++; return [f(1), f.title, f.calls, f.nothing, Object.keys(f)]",
  "function next() { next.count = (next.count ?? 0) + 1; return next.count; } next(); return next()",
  "const f = { C: /^a(?<n>\\d)/, p(s) { return this.C.exec(s)?.groups?.n; } }; return f.p('a7')",
  "return [String(2n ** 64n + 1n), String(-7n / 2n), typeof 1n, 5n > 3, 1n == 1, String(BigInt('12') << 3n), [3n, 1n].sort().join()]",
  "let n = 5n; n++; --n; n += 2n; const k = n++; return [String(n), String(k), n.toString(2)]",
  "try { return 1n + 1; } catch (e) { return e.name }",
  "try { return +1n; } catch (e) { return e.name }",
  "return [String(0x1fn), String(1_000n), String(BigInt.asUintN(8, 257n))]",
  "const K = Symbol('k'); const o = { [K]: 1, a: 2 }; const { [K]: x, ...rest } = o; return [x, Object.keys(rest), K in o, K.description, typeof K, JSON.stringify(o)]",
  "const K = Symbol('k'); class A { a = 1 } const a = new A(); a[K] = 3; return [a[K], Object.keys(a), Symbol.for('x') === Symbol.for('x'), { ...{ [K]: 4 } }[K]]",
  "return [...[1, 2][Symbol.iterator]()].concat([...new Set([3])[Symbol.iterator]()])",
  "const key = 'b'; const { [key]: b = 4, ['a' + 1]: a1, ...rest } = { a1: 1, c: 3 }; let z; ({ [key + 'x']: z } = { bx: 9 }); return [b, a1, rest, z]",
  "const tag = (s, ...v) => s.raw.join('|') + '/' + s.length + '/' + s[1] + '/' + v.join(); return tag`a${1}b\\n${2}c`",
  "const seen = []; const tag = (s) => { seen.push(s); return s; }; for (let i = 0; i < 2; i++) tag`x`; return [seen[0] === seen[1], String.raw`a\\t${1}`]",
  "class T { n = 2; tag(s, v) { return this.n + v + s.join('-'); } } return new T().tag`p${3}q`",
  "const o = { n: 1, get double() { return this.n * 2; }, set double(v) { this.n = v / 2; } }; o.double = 10; return [o.n, o.double, Object.entries(o), { ...o }, 'double' in o]",
  "const o = { get only() { return 1; } }; try { o.only = 2; } catch (e) { return [e.name, o.only] }",
  "const log = []; const own = (n) => ({ n, [Symbol.dispose]() { log.push(n); } }); { using a = own(1); using b = own(2); log.push(a.n + b.n); using none = null; } return log",
  "const log = []; class R { [Symbol.dispose]() { log.push('r'); } } try { using r = new R(); throw new Error('x'); } catch (e) { log.push(e.message); } return log",
  "const f = () => { using r = { [Symbol.dispose]: () => { throw new Error('d'); } }; return 1; }; try { f(); } catch (e) { return e.message }",
  "const { SUPTREE_SURELY_NOT_SET: x = 'd' } = process.env; return [x, process.env.SUPTREE_SURELY_NOT_SET ?? '2', 'SUPTREE_SURELY_NOT_SET' in process.env]",
  "const u = new URL('/a b?x=1&y=2&x=3#h', 'https://me@example.org:8080/z'); u.searchParams.append('z', '9'); u.port = '80'; return [u.href, u.host, u.pathname, u.hash, u.username, u.searchParams.getAll('x'), [...u.searchParams.keys()], u.toString(), JSON.stringify({ u }), u instanceof URL]",
  "try { return new URL('nowhere').href; } catch (e) { return [e instanceof TypeError, e.message, URL.canParse('http://a/')] }",
  "return [{ a: '1', n: 2 }, [['x', 'y z'], ['x', '&']], new Map([['m', '1']]), {}, new URLSearchParams({ q: 'v' })].map((of) => new URLSearchParams(of).toString())",
  "const p = new URLSearchParams('b=2&a=1'); p.sort(); p.delete('b'); const seen = []; for (const [k, v] of new URLSearchParams('x=1&y=2')) seen.push(k + v); return [String(p.get('a')), p.has('b'), p.size, p.toString(), seen]",
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
  "let n = 29; n %= 10; let m = 2; m **= 5; let b = 13; b &= 7; b |= 8; b ^= 2; b <<= 3; let c = -9; c >>= 1; let d = -9; d >>>= 28; return [n, m, b, c, d]",
  "let out = ''; outer: for (let i = 0; i < 4; i++) { for (const k of [0, 1, 2]) { if (k === 2) continue outer; if (i === 2) break outer; out += `${i}${k} `; } } return out",
  "let n = 0; out: { n = 1; if (n > 0) break out; n = 2; } a: b: while (true) { do { n++; if (n < 3) continue a; break b; } while (true); } return n",
  "let n = 0; walk: switch (1) { case 1: for (;;) { n++; break walk; } default: n = 9; } outer: for (const k in { a: 1, b: 2 }) { while (true) { n += 10; continue outer; } } return n",
  "function* upTo(n) { for (let i = 0; i < n; i++) yield i; return 'end'; } const g = upTo(3); return [[...upTo(4)], g.next(), g.next().value, [...g], g.next(), Math.max(...upTo(5)), new Map(Array.from(upTo(2), (n) => [n, n]))]",
  "const seen = []; function* lazy() { try { const got = yield 1; seen.push(got); yield 2; } finally { seen.push('left'); } } for (const n of lazy()) { seen.push(n); break; } const g = lazy(); g.next(); seen.push(g.next('sent').value, g.return(7)); return seen",
  "function* inner() { const x = yield 'a'; return x + '!'; } function* outer() { const r = yield* inner(); yield r; yield* [1, 2]; } const g = outer(); return [g.next(), g.next('x'), [...g]]",
  "function* fails() { try { yield 1; } catch (e) { yield e.message; } throw new Wrong('over'); } const g = fails(); g.next(); const said = g.throw(new Error('in')).value; try { g.next(); } catch (e) { return [said, e instanceof Wrong, g.next().done]; }",
  "const o = { *pairs(xs) { for (const [n, x] of xs.entries()) yield [n, x]; } }; const [[first]] = o.pairs(['z']); return [first, Object.fromEntries(o.pairs(['p', 'q']))]",
  "function* forever() { let n = 0; while (true) yield n++; } const xs = []; for (const n of forever()) { if (n % 2) continue; if (n > 6) break; xs.push(n); } const [a, b] = forever(); return [xs, a, b]",
  "const m = /^(\\w+)-(?<n>\\d+)$/.exec('ab-12'); return [m[0], m[1], m.groups.n, m.index, /x/.test('y'), /A/i.test('a'), 'no'.match(/z/), /a|b/.source, /q/gi.flags]",
  "return ['a1b22'.replace(/\\d+/g, (d) => `<${d}>`), 'x-y-z'.replaceAll(/-/g, '+'), 'a, b;c'.split(/[,;]\\s*/), [...'k=1 l=2'.matchAll(/(\\w)=(\\d)/g)].map(([, k, v]) => k + v), 'abc'.search(/c/), 'aXbX'.match(/X/g), 'John Smith'.replace(/(?<f>\\w+) (\\w+)/, '$2 $<f>')]",
  "const re = new RegExp(`^${'a.b'.replace(/[.*+?]/g, '\\\\$&')}$`, 'u'); const g = /o/g; const at = []; while (g.exec('foo') !== null) at.push(g.lastIndex); return [re.test('a.b'), re.test('axb'), at, re instanceof RegExp, `${re}`]",
  "const m = new Map([['k', [1, { d: new Point(1, 2) }]]]); const c = structuredClone(m); c.get('k')[1].d.x = 9; const o = { s: new Set([1]) }; o.self = o; const p = structuredClone(o); return [m.get('k')[1].d.x, c, p.self === p, p.s.has(1), p !== o, structuredClone([, 1]).length]",
  "class Bag { constructor(...xs) { this.xs = xs; } *[Symbol.iterator]() { yield* this.xs; } get size() { return this.xs.length; } } class Twice extends Bag { *[Symbol.iterator]() { for (const x of this.xs) { yield x; yield x; } } } const [a] = new Bag(7, 8); let n = 0; for (const x of new Twice(1, 2)) n += x; return [a, n, [...new Bag('x', 'y')], Array.from(new Twice(3)), Math.max(...new Bag(4, 5)), new Map(new Bag(['k', 1])).get('k'), new Set(new Bag(1, 1)).size]",
  "try { new RegExp('('); } catch (e) { return [e instanceof SyntaxError, e instanceof Error, e instanceof TypeError]; }",
  "class Bad extends SyntaxError { constructor(m) { super(m); this.name = new.target.name; } } class Worse extends Bad {} const f = function () { return new.target; }; try { throw new Worse('x'); } catch (e) { return [e.name, e instanceof SyntaxError, e.message, f()]; }",
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

it("says where a bound of children to come is not known, and goes on where a task cannot be followed", async () => {
  const text = `import { DynamicSupervisor, GenServer, Supervisor, Task } from "suptree";
    class Worker extends GenServer {}
    class Pool extends DynamicSupervisor { init() { return { maxChildren: process.pid, child: { start: [Worker] } }; } }
    class Boot extends GenServer {
      async init() { await this.startChild("jobs", { id: "job", start: [Task, (task) => task.toString.call(task)], restart: "temporary" }); }
    }
    class Jobs extends DynamicSupervisor { init() { return {}; } }
    export class Root extends Supervisor {
      init() {
        return { children: [
          { id: "pool", start: [Pool], name: "pool" },
          { id: "jobs", start: [Jobs], name: "jobs" },
          { id: "once", start: [Task, () => Symbol.for("x")], restart: "temporary" },
          { id: "boot", start: [Boot] },
        ] };
      }
    }`;
  const simulation = new Simulation(analyzeSources(new Map([["app.ts", text]])), "app.ts#Root", { seed: 1 });
  await simulation.start();
  await simulation.settle();
  const supposed = simulation.assumptions.map(({ about, field }) => `${about} ${field}`);
  expect(supposed).toContain("app.ts#Pool maxChildren");
  expect(simulation.targets.at("Root/boot")).not.toBeNull();
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

  it("gives what waits as JavaScript does, turn by turn", async () => {
    const body = `const seen = [];
      async function* ticks(n) {
        try {
          for (let i = 0; i < n; i++) { await null; seen.push("make " + i); yield twice(i); }
        } finally { seen.push("left"); await null; seen.push("closed"); }
      }
      const other = async () => { for (let i = 0; i < 12; i++) { seen.push("other " + i); await null; } };
      const fails = async function* () { yield Promise.resolve(1); throw new Wrong("late"); };
      return (async () => {
        const beside = other();
        for await (const n of ticks(5)) { seen.push(n); if (n === 4) break; }
        for await (const n of ticks(1)) seen.push(n);
        try { for await (const n of fails()) seen.push(n); } catch (e) { seen.push(e.message); }
        const one = ticks(2);
        seen.push(await one.next(), await one.return(9));
        await beside;
        return seen;
      })();`;
    expect(obstacleOf(body)).toBeNull();
    expect(await interpreted(body)).toEqual(await real(body));
  });

  it.for([
    "return [new Date(0).toISOString(), new Date(86400000).getUTCDay(), new Date('2024-02-29T12:00:00Z').getTime()]",
    "const d = new Date(Date.UTC(2020, 1, 3)); d.setUTCDate(30); return [d.toJSON(), d instanceof Date, +d, d > new Date(5), JSON.stringify({ d })]",
    "return [Number.isNaN(new Date('no').getTime()), Date.parse('2024-01-01T00:00:00.000Z')]",
  ])("knows dates: %s", (body) => {
    expect(obstacleOf(body)).toBeNull();
    expect(interpreted(body)).toEqual(real(body));
  });

  it("has the run's time as the present", () => {
    expect(interpreted("return [new Date().getTime(), Date.now()]")).toEqual([5_000, 5_000]);
  });

  it.for([
    "return ({}).constructor",
    "return [].map.constructor",
    "return 'x'.constructor",
    "return (() => 1).constructor",
    "return ({}).__proto__",
    "const k = 'const' + 'ructor'; return Math.max[k]",
    "return Object.getPrototypeOf([])",
    "return Object.getPrototypeOf({})",
    "return Reflect.getPrototypeOf(new Map())",
    "return Object.setPrototypeOf({}, null)",
    "return Reflect.ownKeys(Math.max)",
    "return Object.defineProperty([].map, 'x', { value: 1 })",
    "return Promise.prototype",
    "return new Point(1).__proto__",
    "return Point.prototype.constructor.constructor",
    "return Point.prototype.__proto__",
    "Point.prototype.hidden = 1",
    "return Point.constructor",
    "return new Point(1).constructor.constructor",
    "return new Error('x').stack + '!'",
    "return [].push.call(Map, 1)",
    "return [].push.call(new Point(1), 1)",
  ])("shows nothing behind a value: %s", (body) => {
    expect(() => interpreted(body)).toThrow(NotInterpreted);
  });

  it.for([
    "const f = (fetch) => fetch; return fetch('x')",
    "return (5).toExponential()",
    "return (1234.5).toLocaleString()",
    "return Math.log1p(1)",
    "return Number.prototype",
    "return Object.getOwnPropertyDescriptor({ a: 1 }, 'a')",
    "return Error.stackTraceLimit",
    "return Promise.prototype",
    "return {} instanceof Object",
    "return new Object()",
    "return `${twice}`",
    "const counts = {}; return counts['constructor']",
    "class A { constructor() { return {}; } } return new A()",
  ])("knows what it does not know of the language: %s", (body) => {
    expect(() => interpreted(body)).toThrow(NotInterpreted);
  });

  it.for([
    "const f = async () => { for (;;) await null; }; return f().catch(() => 'handled')",
    "const f = async () => { for (;;) await null; }; return Promise.allSettled([f()]).then(([end]) => end.status)",
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
    "return /(?:a|aa)*$/.test('a'.repeat(40) + '!')",
    "return 'a'.repeat(40).replace(/(a{1,3})+b/g, '')",
    "return /a/.test('b'.repeat(5000))",
    "return 'a'.repeat(1500).replace(/a/g, \"$'$'$'$'\").length",
    "const big = 'x'.repeat(900000); return 'a'.repeat(1500).replace(/a/g, () => big).length",
    "function* all() { for (;;) yield 1; } return [...all()]",
    "function* all() { for (;;) yield 1; } return new Set(all())",
    "function* all() { yield* all(); } return [...all()]",
    "function* all() { for (;;) yield 1; } for (const n of all()) {}",
    "process.env.MODE = 'test'; return process.env.MODE",
  ])("gives up what never ends, or is out of reach: %s", (body) => {
    expect(() => interpreted(body)).toThrow(NotInterpreted);
  });

  it.for([
    "return fetch('x')",
    "return process.pid",
    "process.on('exit', () => {})",
    "return globalThis",
    "return eval('1')",
    "return new.target, import.meta",
    "this.elsewhere()",
    "return Object.getOwnPropertyDescriptors({})",
    "return Promise.prototype",
    "return Number.prototype",
    "return new Worker('x')",
    "return crypto.subtle",
    "return Buffer.poolSize",
    "return import('x')",
  ])("says what it cannot follow: %s", (body) => {
    expect(obstacleOf(body)).not.toBeNull();
  });
});

describe("code of several files", () => {
  const MAKER = `import { GenServer } from "suptree";
export function maker(state) { return class Machine extends GenServer { state = state; handleInfo() { throw new Error(this.state); } }; }`;
  const analysed = (body: string) =>
    analyzeSources(
      new Map([
        ["maker.ts", MAKER],
        [
          "app.ts",
          `import { GenServer, Supervisor } from "suptree";
import { maker } from "./maker.ts";
${body}`,
        ],
      ]),
    );
  const definitionsOf = ({ code }: ReturnType<typeof analysed>) =>
    Object.fromEntries(code.map(({ file, definitions }) => [file, Object.keys(definitions)]));

  it("has a class that a function makes by the name that the other file gives it", () => {
    const model = analysed(`const Light = maker("red");
export class S extends Supervisor { init() { return { children: [{ id: "l", start: [Light] }] }; } }`);
    expect(model.supervisors[0]?.children[0]?.process?.madeIn).toBe("app.ts");
    expect(definitionsOf(model)).toEqual({ "app.ts": ["Light"], "maker.ts": ["maker"] });
    const readable = new Readable(new Map(model.code.map((file) => [file.file, file])));
    expect(readable.process("app.ts", "Light").obstacle).toBeNull();
  });

  it("has what is taken of what stands for all of a module", () => {
    const model = analyzeSources(
      new Map([
        ["kinds.ts", "export const every = { fast: 5 };\nexport const twice = (n) => 2 * n;"],
        ["list.ts", "export const a = 1;"],
        [
          "app.ts",
          `import * as otp from "suptree";
import * as kinds from "./kinds.ts";
import * as list from "./list.ts";
class Timer extends otp.GenServer { init() { return otp.timeout(kinds.twice(kinds.every.fast)); } }
class All extends otp.GenServer { init() { return otp.continueWith(Object.keys(list)); } }
export class S extends otp.Supervisor { init() { return { children: [{ id: "t", start: [Timer] }, { id: "a", start: [All] }] }; } }`,
        ],
      ]),
    );
    expect(definitionsOf(model)).toEqual({
      "app.ts": ["Timer", "All", "list"],
      "kinds.ts": ["every", "twice"],
      "list.ts": ["a"],
    });
    const readable = new Readable(new Map(model.code.map((file) => [file.file, file])));
    expect(readable.process("app.ts", "Timer").obstacle).toBeNull();
    expect(readable.process("app.ts", "All").obstacle).toBeNull();
  });

  const obstacle = (files: Record<string, string>): string | null => {
    const model = analyzeSources(new Map(Object.entries(files)));
    return new Readable(new Map(model.code.map((file) => [file.file, file]))).process("app.ts", "W").obstacle;
  };
  const process = (body: string): string => `import { GenServer, Supervisor } from "suptree";
class W extends GenServer { init() { ${body} } }
export class S extends Supervisor { init() { return { children: [{ id: "w", start: [W] }] }; } }`;

  it("has no object of a module whose variables change", () => {
    const app = `import * as all from "./all.ts"; ${process("return Object.keys(all).length > 9;")}`;
    expect(obstacle({ "app.ts": app, "all.ts": "export let a = 1; export const more = () => a++;" })).toBe(
      "it uses all",
    );
    expect(obstacle({ "app.ts": app, "all.ts": "export const a = 1; export type T = 1;" })).toBeNull();
  });

  /** What the process computes once the modules are loaded. */
  const computed = (files: Record<string, string>): unknown => {
    const { code } = analyzeSources(new Map(Object.entries(files)));
    const outside = outsideOf(
      () => 0,
      () => 0,
      () => () => {},
    );
    const machine = new Machine(code, outside);
    machine.begin();
    const made = machine.make(machine.classNamed("app.ts", "W")!, []);
    return (made.get("init") as (this: unknown) => unknown).call(made);
  };

  describe("does what modules do while they are loaded", () => {
    const table = "const table = new Map(); const add = (name) => table.set(name, table.size);";
    const uses = process("return [...table.keys()].join();");
    const registry = `export ${table} export const find = () => [...table.keys()].join(); export { add };`;
    const asks = `import { find } from "./registry.ts"; ${process("return find();")}`;
    const plugin = (...names: string[]) =>
      `import { add } from "./registry.ts"; ${names.map((name) => `add("${name}");`).join(" ")}`;
    const main = (...from: string[]) => from.map((file) => `import "./${file}";`).join(" ");

    it.for([
      { what: "by a function", files: { "app.ts": `${table} add("a"); ${uses}` }, is: "a" },
      { what: "nothing", files: { "app.ts": `${table} ${uses}` }, is: "" },
      { what: "for a variable", files: { "app.ts": `${table} const made = add("a"); ${uses}` }, is: "a" },
      {
        what: "for a variable that the process names, in the order of the file",
        files: {
          "app.ts": `${table} const b = add("b"); add("a"); ${process("return [...b.keys()].join();")}`,
        },
        is: "b,a",
      },
      {
        what: "in another file, which is loaded for nothing else",
        files: {
          "app.ts": `import "./plugin.ts"; ${asks}`,
          "plugin.ts": plugin("a", "b"),
          "registry.ts": registry,
        },
        is: "a,b",
      },
      {
        what: "in the order in which files are loaded",
        files: {
          "app.ts": `import "./z.ts"; import "./a.ts"; ${asks}`,
          "a.ts": plugin("a"),
          "z.ts": plugin("z"),
          "registry.ts": registry,
        },
        is: "z,a",
      },
      {
        what: "in the one file with which the program begins",
        files: {
          "app.ts": asks,
          "main.ts": `${main("app.ts")} ${plugin("a")}`,
          "registry.ts": registry,
        },
        is: "a",
      },
      {
        what: "by a function of another file, which the first file calls",
        files: {
          "app.ts": asks,
          "commands.ts": `import { add } from "./registry.ts"; export function commands() { add("a"); add("b"); }`,
          "main.ts": `import "./app.ts"; import { commands } from "./commands.ts"; commands();`,
          "registry.ts": registry,
        },
        is: "a,b",
      },
      {
        what: "not in a test of it",
        files: {
          "app.ts": asks,
          "app.test.ts": `${main("app.ts")} ${plugin("a")}`,
          "registry.ts": registry,
        },
        is: "",
      },
      {
        what: "in a list that its own objects fill",
        files: {
          "app.ts": `class Command { static all = []; constructor() { Command.all.push(this); } }
class Ping extends Command {} new Ping(); ${process("return String(Command.all.length);")}`,
        },
        is: "1",
      },
      {
        what: "in a list of a class that nobody makes objects of",
        files: {
          "app.ts": `class Command { static all = []; constructor() { Command.all.push(this); } }
${process("return String(Command.all.length);")}`,
        },
        is: "0",
      },
    ])("$what", ({ files, is }) => {
      expect(obstacle(files as Record<string, string>)).toBeNull();
      expect(computed(files as Record<string, string>)).toBe(is);
    });

    const book = "export const book = new Map(); export const limits = { most: 3 };";
    const ofBook = `import { book, limits } from "./book.ts"; ${process("book.set('a', limits.most++); return [...book.keys()].join();")}`;
    const fills = "import { book } from './book.ts'; export const fill = () => book.set('b', 1);";

    it.for([
      { what: "a process alone", files: { "app.ts": ofBook }, is: "a" },
      { what: "the file itself", files: { "app.ts": `${ofBook} book.set("b", 1);` }, is: "b,a" },
      {
        what: "a function of another file",
        files: { "app.ts": `import { fill } from "./fill.ts"; fill(); ${ofBook}`, "fill.ts": fills },
        is: "b,a",
      },
      {
        what: "a function that nobody calls yet",
        files: {
          "app.ts": `import { fill } from "./fill.ts"; class Other { fill() { fill(); } } ${ofBook}`,
          "fill.ts": fills,
        },
        is: "a",
      },
    ])("of what is changed from other files: by $what", ({ files, is }) => {
      const all = { "book.ts": book, ...(files as Record<string, string>) };
      expect(obstacle(all)).toBeNull();
      expect(computed(all)).toBe(is);
    });

    it.for([
      {
        what: "what a file does of which nobody knows who loads it",
        files: { "app.ts": asks, "plugin.ts": plugin("a"), "registry.ts": registry },
        why: "it uses table",
      },
      {
        what: "what such a file does to what it imports",
        files: { "app.ts": ofBook, "book.ts": book, "fill.ts": `${fills} fill();` },
        why: "book was not found",
      },
      {
        what: "one of two files with which programs begin",
        files: {
          "app.ts": asks,
          "one.ts": `${main("app.ts")} ${plugin("a")}`,
          "two.ts": `${main("app.ts")} ${plugin("b")}`,
          "registry.ts": registry,
        },
        why: "it uses table",
      },
      {
        what: "what cannot be followed",
        files: { "app.ts": `import { read } from "settings"; ${table} add(read()); ${uses}` },
        why: "it uses read of settings",
      },
    ])("but not $what", ({ files, why }) => {
      expect(obstacle(files as Record<string, string>)).toBe(why);
    });

    it("but not what fails on the way", () => {
      const files = { "app.ts": `${table} add(Object.create({ a: 1 })); ${uses}` };
      expect(() => computed(files)).toThrow(NotInterpreted);
    });
  });

  it("has for a class that a function makes none that is called the same", () => {
    const model = analysed(`export class Machine extends GenServer {}
export class S extends Supervisor { init() { return { children: [{ id: "l", start: [maker("red")] }] }; } }`);
    expect(model.supervisors[0]?.children[0]?.process).toMatchObject({ symbol: "Machine", madeIn: null });
    expect(definitionsOf(model)).toEqual({ "app.ts": ["S"], "maker.ts": ["maker"] });
  });
});
