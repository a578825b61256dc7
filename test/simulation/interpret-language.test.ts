/** What of the language long-running programs use beside the common, and in which order it does things. */
import { describe, expect, it } from "vitest";
import { NotInterpreted } from "../../src/simulation/interpret/not-interpreted.ts";
import { interpreted, obstacleOf, real } from "./interpreted.ts";

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: code as text
const CASES = [
  // var
  "var n = 1; if (n > 0) { var m = n + 1; } for (var i = 0; i < 3; i++) {} return [n, m, i, typeof later, later]; var later",
  "const seen = []; for (var k of ['a', 'b']) seen.push(() => k); var k; return seen.map((f) => f())",
  "function f(a, b = () => a) { var a = 2; return [a, b()]; } return f(1)",
  "var x = 1; var x; try { throw 5; } catch (e) { var e = 6; } return [x, e]",
  // loops
  "try { for (const x of [1, 2]) x = 3; } catch (e) { return e.message }",
  "try { for (const k in { a: 1 }) k = 3; } catch (e) { return e.message }",
  "let x = [1]; try { for (const x of x) return 0; } catch (e) { return e.name }",
  "const fs = []; for (let i = 0, f = () => i; i < 2; i++) { i += 0; fs.push(f, () => i); i; } return fs.map((f) => f())",
  "const fs = []; for (let i = 0; fs.push(() => i), i < 3; i++) {} return fs.map((f) => f())",
  "const fs = []; let n = 0; while (n < 3) { const m = n++; fs.push(() => m); } return fs.map((f) => f())",
  "switch (2) { case 1: function f() { return 1; } let y = 3; case 2: return f(); }",
  "switch (1) { case 0: let y = 3; default: try { return y; } catch (e) { return e.message; } }",
  // names that hold
  "const f = function g() { try { g = 1; } catch (e) { return e.message; } }; return f()",
  "class A { static f() { try { A = 1; } catch (e) { return e.message; } } } return A.f()",
  "try { class A extends A {} } catch (e) { return e.message }",
  "const f = ({ a, b = a }, [c = b] = []) => [a, b, c]; return f({ a: 1 })",
  "try { return (({ a = b, b }) => a)({ b: 1 }); } catch (e) { return e.name }",
  "const C = class {}; const o = { D: class {}, f() {}, g: () => 1, ['h' + 1]: function () {} }; let E; E ??= class {}; const { F = class {} } = {}; return [C.name, new C().constructor.name, o.D.name, o.f.name, o.g.name, o.h1.name, E.name, F.name, twice.name, sum.name, (() => 1).name, new Point(1).hidden.name]",
  // classes
  "const key = 'run'; class A { [key]() { return 1; } get [key + 'ning']() { return true; } static [key + 's'] = 3; ['a' + 1] = 5; [Symbol.for('s')] = 6; } const a = new A(); return [a.run(), a.running, A.runs, a.a1, a[Symbol.for('s')], Object.keys(a), a.run.name]",
  "const order = []; const k = (n) => (order.push(n), n); class A { [k('a')] = order.push('made'); static [k('b')] = order.push('static'); [k('c')]() {} } new A(); return order",
  "class A { x = 1; } class B extends A { x; } class C extends A { y = this.x; x = 2; } return [new B().x, 'x' in new B(), { ...new C() }]",
  "class A { constructor() { this.made = this.name(); } name() { return 'a'; } } class B extends A { label = 'b'; name() { return this.label; } } return [new B().made, new B().label]",
  "class A {} class B extends A { constructor() { try { this.x = 1; } catch (e) { super(); this.why = e.name; } } } return new B().why",
  "class A {} class B extends A { constructor() { const go = () => super(); go(); this.x = 2; } } return new B().x",
  "class A { get v() { return 'getter'; } } class B extends A { v() { return 'method'; } } class C extends B { v = 'field'; } return [new A().v, new B().v(), new C().v]",
  "class A { set v(n) { this.n = n * 2; } } class B extends A { v = 3; } const a = new A(); a.v = 4; const b = new B(); b.v = 5; return [a.n, a.v, b.n, b.v]",
  "class A { get v() { return 1; } } class B extends A { set v(n) {} } return [new B().v, new A().v]",
  "class A { get total() { return 10; } who() { return 'a'; } } class B extends A { get total() { return super.total + 1; } who() { return super.who() + 'b'; } } const b = new B(); return [b.total, b.who()]",
  "class A { #n = 1; get() { return this.#n; } } class B extends A { #n = 2; both() { return [this.get(), this.#n]; } } return new B().both()",
  "class A { #n = 1; static of(o) { try { return o.#n; } catch (e) { return e.name; } } static has(o) { return o?.#n; } } return [A.of(new A()), A.of({}), A.has(null)]",
  "class A { #f() { return 1; } set #w(v) {} go() { const said = []; try { this.#f = 2; } catch (e) { said.push(e.name); } try { said.push(this.#w); } catch (e) { said.push(e.name); } return [this.#f(), ...said]; } } return new A().go()",
  "class A { '#x' = 1; #x = 2; y() { return [this['#x'], this.#x]; } } return [new A().y(), Object.keys(new A())]",
  "class A { who() { return this.constructor.name; } static make() { return new this(); } again() { return new this.constructor(); } } class B extends A {} return [new B().who(), B.make().who(), new B().again() instanceof B]",
  "class A { f() { return 1; } f() { return 2; } get g() { return 1; } g() { return 3; } } return [new A().f(), new A().g()]",
  "class A { constructor() { return; } } class B { constructor() { return this; } } return [new A() instanceof A, new B() instanceof B]",
  "const o = Object.freeze(new (class { #n = 1; up() { return ++this.#n; } })()); return [o.up(), o.up()]",
  // chains
  "const o = { a: undefined }; try { return (o.a?.b).c; } catch (e) { return [e.name, o.a?.b.c]; }",
  "const o = { f() { return this.n; }, n: 4 }; return [(o?.f)(), (o?.f).call({ n: 5 }), o.g?.()?.x]",
  // iterating
  "const log = []; const it = (n) => ({ [Symbol.iterator]() { let i = 0; return { next: () => { log.push('next'); return { value: i++, done: i > n }; }, return() { log.push('return'); return {}; } }; } }); const [a, b] = it(5); const [c, ...d] = it(3); for (const x of it(9)) break; try { for (const x of it(9)) throw 1; } catch {} return [a, b, c, d, log]",
  "const log = []; function* g() { try { log.push('1'); yield undefined; log.push('2'); yield 5; } finally { log.push('end'); } } const f = (n) => (log.push(n), n); const [a = f('a'), b = f('b')] = g(); return [a, b, log]",
  "class It { n = 0; next() { return { value: this.n++, done: this.n > 3 }; } [Symbol.iterator]() { return this; } } return [[...new It()], Array.from(new It()), new Set(new It()).size, Math.max(...new It())]",
  "const log = []; function* g(n = log.push('called')) { log.push('begun'); } const it = g(); it.next(); return log",
  "function* g() { try { yield 1; } finally { yield 2; } } const it = g(); return [it.next(), it.return(9), it.next(), it.next()]",
  "function* g() { try { yield 1; } finally { return 8; } } const it = g(); it.next(); return it.return(9)",
  "function* g() { for (;;) { try { yield 1; } catch (e) { yield 'caught ' + e; } } } const it = g(); it.next(); return [it.throw('x'), it.next()]",
  "function* a() { try { return yield 1; } finally { yield 'a'; } } function* b() { const r = yield* a(); yield 'b' + r; } const it = b(); return [it.next(), it.next('s'), it.next(), it.next()]",
  "function* a() { try { yield 1; } finally { log.push('a'); } } const log = []; function* b() { try { yield* a(); } finally { log.push('b'); } } const it = b(); it.next(); return [it.return(7), log]",
  "function* g() { try { try { yield 1; } finally { throw 'f'; } } catch (e) { yield e; } return 'end'; } const it = g(); it.next(); return [it.return(7), it.next()]",
  "function* g() { for (;;) { try { yield 1; } finally { break; } } yield 'after'; } const it = g(); it.next(); return [it.return(7), it.next(), it.return(8)]",
  // values
  "const e = new Error('x'); e.code = 'E1'; const f = Object.assign(new TypeError('y'), { status: 4 }); return [e.code, f.status, { ...f }, Object.keys(e), e.constructor.name, TypeError.name, f.constructor === TypeError]",
  "try { return `${Symbol('x')}`; } catch (e) { return e.name }",
  "const K = Symbol('k'); return Object.assign({ a: 1 }, { [K]: 2, b: 3 })[K]",
  "class A { toJSON(key) { return 'A' + key; } } return [JSON.stringify({ x: new A(), y: [new A()] }), JSON.stringify({ n: 1, toJSON() { return this.n; } })]",
  "const K = Symbol('k'); const { a, ...rest } = { a: 1, [K]: 2 }; return [rest[K], Object.hasOwn(rest, K), Object.hasOwn([1], 0)]",
  "const o = { a: 1, get a() { return 2; } }; const p = { get a() { return 2; }, a: 3 }; return [o.a, p.a]",
  "return [encodeURIComponent('a b&c/ü'), decodeURIComponent('%C3%BC'), encodeURI('http://x/a b?c=ü'), new Set([1, 2]).isSubsetOf(new Set([1, 2, 3]))]",
  "try { decodeURIComponent('%'); } catch (e) { return e.name }",
  "try { null[{ toString() { throw new Error('read'); } }]; } catch (e) { return e.name }",
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: code as text

const LATER = [
  `try { await Promise.any([Promise.reject(new Error("a")), Promise.reject(new Error("b"))]); }
   catch (e) { return [e instanceof AggregateError, e.errors.map((each) => each.message)]; }`,
  `const { promise, resolve } = Promise.withResolvers(); resolve(3); return promise`,
  `async function* g() { try { yield 1; yield 2; } finally { yield "closing"; } }
   const it = g(); return [await it.next(), await it.return("r"), await it.next(), await it.next()]`,
  `async function* g() { try { yield 1; } finally { return "instead"; } }
   const it = g(); await it.next(); return it.return("r")`,
  `const seen = []; async function* g() { seen.push(yield 1); seen.push(yield 2); return 3; }
   const it = g(); const all = await Promise.all([it.next("a"), it.next("b"), it.next("c"), it.next("d")]);
   return [all, seen]`,
  `async function* g() { yield Promise.reject(new Error("first")); }
   const it = g(); try { await it.next(); } catch (e) { return [e.message, await it.next()]; }`,
  `async function* inner() { try { yield "a"; yield "b"; } finally { log.push("inner"); } } const log = [];
   async function* outer() { yield* [Promise.resolve("s")]; const r = yield* inner(); yield r; }
   for await (const x of outer()) { log.push(x); if (x === "a") break; } return log`,
  `class Feed { n = 0; async next() { return { value: this.n++, done: this.n > 3 }; } [Symbol.asyncIterator]() { return this; } }
   const seen = []; for await (const x of new Feed()) seen.push(x); return seen`,
  `const late = async (n = (() => { throw new Error("default"); })()) => n; return late().catch((e) => e.message)`,
  `const log = []; { await using r = { async [Symbol.asyncDispose]() { await null; log.push("gone"); } }; log.push("in"); } return log`,
  `const log = []; const res = []; for await (const p of [Promise.resolve(1), 2]) res.push(p);
   try { for await (const p of [Promise.reject(new Error("no"))]) log.push(p); } catch (e) { log.push(e.message); } return [res, log]`,
];

/** Each beside a row of turns, so that what takes another number of them shows. */
const inTurns = (body: string) => `
  const turns = [];
  const beside = (async () => { for (let n = 0; n < 25; n++) { turns.push(n); await null; } })();
  const main = (async () => { ${body} })().then((end) => { turns.push("end"); return end; });
  return (async () => { const end = await main; await beside; return [end, turns]; })();`;

describe("the language as the interpreter follows it", () => {
  it.for(CASES)("%s", (body) => {
    expect(obstacleOf(body)).toBeNull();
    expect(interpreted(body)).toEqual(real(body));
  });

  it.for(LATER)("in as many turns: %s", async (text) => {
    const body = inTurns(text);
    expect(obstacleOf(body)).toBeNull();
    expect(await interpreted(body)).toEqual(await real(body));
  });

  it("makes parameters fields after the class above is made, and before its own fields", () => {
    const body = `class A { base = 1; }
      class B extends A { twice = this.n * 2; constructor(private n: number) { super(); this.n++; } }
      class C { label = "c" + this.at; constructor(readonly at: string) {} }
      return JSON.stringify([new B(4), new C("x").label])`;
    expect(obstacleOf(body)).toBeNull();
    expect(interpreted(body)).toBe('[{"base":1,"n":5,"twice":8},"cx"]');
  });

  it.for([
    "class A { constructor() { return { x: 1 }; } } return new A()",
    "class A extends null {} return new A()",
    "class A {} const o = { get: 1 }; return 'log1p' in Math",
    "const f = function () {}; return {} instanceof f",
    "Math.sin = 1",
    "return Object.create(null, { a: { value: 1 } })",
    "return new URLSearchParams({ a: { toString: () => 1 } })",
    "return new URLSearchParams([[1]])",
    "class A { then(f) { f(1); } } return Promise.resolve(new A()).then((x) => x)",
    "class S { size = 1; has() { return true; } keys() { return [1].values(); } } return new Set([1]).union(new S())",
    "return { __proto__: { a: 1 } }.a",
  ])("gives up rather than guess: %s", async (body) => {
    await expect((async () => await interpreted(body))()).rejects.toThrow(NotInterpreted);
  });

  it.for([
    "@log class A {} return new A()",
    "class A { @memo f() { return 1; } } return new A().f()",
    "return globalThis.arguments",
  ])("sees from the text that it does not follow: %s", (body) => {
    expect(obstacleOf(`const log = (c) => c; const memo = () => () => 2; ${body}`)).not.toBeNull();
  });

  describe("takes what hides a name of the module's for what it is", () => {
    const imports = 'import { axios } from "axios"; const app = axios.create();';
    it.for([
      "return ((app) => app + 1)(1)",
      "const f = ({ app }, [axios] = []) => [app, axios]; return f({ app: 1 })",
      "const app = 2; return (() => app)()",
      "const out = []; for (const app of [1]) out.push(app); for (let axios = 0; axios < 1; axios++) out.push(axios); return out",
      "try { throw 1; } catch (app) { return app; }",
      "return ((app, more = app + 1, { axios = app } = {}) => [more, axios])(1)",
      "function f(app, more = app) { return more; } return f(1)",
      "{ function app() { return 1; } class axios {} return [app(), typeof axios]; }",
      "return { run(app) { return app.get(1); } }.run(new Map([[1, 2]]))",
    ])("%s", (body) => {
      expect(obstacleOf(body, imports)).toBeNull();
      expect(interpreted(body, imports)).toEqual(real(body));
    });

    it.for([
      "((app) => app)(1); return app",
      "{ const app = 1; } return app",
      "for (const app of [1]) {} return app",
      "try { app(); } catch (app) {}",
      "return ((a = app) => a)()",
      "return (({ app: other }) => app)({})",
      "return { app() { return app; } }.app()",
    ])("and where it does not hide it, not: %s", (body) => {
      expect(obstacleOf(body, imports)).not.toBeNull();
    });
  });

  describe("does not take what this engine lacks for a mistake of the program's", () => {
    it.for([
      ["return Promise.withResolvers()", Promise, "withResolvers"],
      ["return new Set([1]).union(new Set())", Set.prototype, "union"],
      ["return [1].toSorted()", Array.prototype, "toSorted"],
    ] as const)("%s", ([body, of, name]) => {
      expect(obstacleOf(body)).toBeNull();
      const own = Object.getOwnPropertyDescriptor(of, name) as PropertyDescriptor;
      Reflect.deleteProperty(of, name);
      try {
        expect(obstacleOf(body) !== null || throws(() => interpreted(body))).toBe(true);
      } finally {
        Object.defineProperty(of, name, own);
      }
    });

    const throws = (run: () => unknown): boolean => {
      try {
        run();
        return false;
      } catch (error) {
        return error instanceof NotInterpreted;
      }
    };
  });
});
