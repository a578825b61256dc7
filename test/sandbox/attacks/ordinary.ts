/** Ordinary programs, which must work where everything is locked. */
import type { Attack } from "../attack.ts";

const works = (name: string, code: string): Attack => ({
  name,
  code: `"use strict"; ${code} escaped("fine");`,
  must: "works",
  unlocked: { stopped: "it is no attack" },
});
const check = (condition: string): string =>
  `if (!(${condition})) throw new Error(${JSON.stringify(`not so: ${condition}`)});`;

export const ordinary: Attack[] = [
  works(
    "an error class that assigns this.name",
    `class Own extends Error { constructor(m) { super(m); this.name = "Own"; this.message = m + "!"; } } ${check('String(new Own("x")) === "Own: x!" && new Own("x") instanceof Error')}`,
  ),
  works(
    "an error class of the old kind",
    `function Own(m) { this.message = m; } Own.prototype = Object.create(Error.prototype); Own.prototype.constructor = Own; Own.prototype.name = "Own"; ${check('String(new Own("x")) === "Own: x" && new Own("x").constructor === Own')}`,
  ),
  works(
    "a class that assigns toString on its prototype",
    `class Own {} Own.prototype.toString = function () { return "own"; }; Own.prototype.valueOf = () => 7; Own.prototype.hasOwnProperty = () => true; ${check('String(new Own()) === "own" && new Own() * 1 === 7 && {}.toString() === "[object Object]"')}`,
  ),
  works(
    "an object that assigns what it inherits",
    `const own = {}; own.toString = () => "own"; own.constructor = 1; own.valueOf = 2; own.isPrototypeOf = 3; ${check('Object.keys(own).join() === "toString,constructor,valueOf,isPrototypeOf" && JSON.stringify(own) === \'{"constructor":1,"valueOf":2,"isPrototypeOf":3}\'')}`,
  ),
  works(
    "subclasses of Map, Array, Promise and Date that assign methods",
    `class M extends Map {} M.prototype.get = () => 1; class A extends Array {} A.prototype.push = () => 2; A.prototype.map = () => 3; class P extends Promise {} P.prototype.catch = () => 4; class D extends Date {} D.prototype.getTime = () => 5; ${check("new M().get() === 1 && new A().push() === 2 && new A().map() === 3 && P.resolve(1).catch() === 4 && new D().getTime() === 5")}`,
  ),
  works(
    "instances that assign methods",
    `const list = []; list.push = () => "own"; const map = new Map(); map.get = () => "own"; const fn = () => {}; fn.call = () => "own"; fn.toString = () => "own"; fn.apply = 1; const e = new TypeError("x"); e.name = "Own"; e.toString = () => "own"; e.message = "y"; ${check('list.push() === "own" && map.get() === "own" && fn.call() === "own" && String(fn) === "own" && String(e) === "own" && e.message === "y" && [].push(1) === 1')}`,
  ),
  works(
    "statics of subclasses",
    `class A extends Array {} A.from = () => "own"; A.isArray = () => 1; class E extends Error {} E.captureStackTrace = () => "own"; class O extends Object {} O.keys = () => "own"; ${check('A.from() === "own" && E.captureStackTrace() === "own" && O.keys() === "own" && Array.isArray([])')}`,
  ),
  works(
    "a subclass that assigns its iterator",
    `class M extends Map {} M.prototype[Symbol.iterator] = function* () { yield 1; }; const it = Object.create(Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))); it.next = () => ({ done: true }); it.return = () => ({}); ${check('[...new M()].join() === "1" && [...it].length === 0')}`,
  ),
  works(
    "generators of the regenerator",
    `const proto = {}; const Gp = Object.create(proto); proto[Symbol.iterator] = function () { return this; }; Gp.next = Gp.throw = Gp.return = function () { return { done: true }; }; Gp.constructor = 1; Gp[Symbol.toStringTag] = "Generator"; Gp.toString = () => "[object Generator]"; ${check("[...Gp].length === 0")}`,
  ),
  works(
    "stacks, limits and a hook that is set",
    `Error.stackTraceLimit = 50; Error.prepareStackTrace = (e, frames) => frames; Error.prepareStackTrace = undefined; const own = {}; Error.captureStackTrace(own); ${check('typeof own.stack === "string" && typeof new Error("x").stack === "string" && Error.stackTraceLimit === 50')}`,
  ),
  works(
    "a console and globals of one's own",
    `const { log } = console; console.log = (...args) => log(...args); console.log("x"); globalThis.fetch = () => "mine"; globalThis.window = globalThis; globalThis.process = { env: {} }; globalThis.setTimeout = globalThis.setTimeout; ${check('fetch() === "mine" && typeof process.env === "object"')}`,
  ),
  works(
    "subclasses keep their kind",
    `class A extends Array { own() { return 1; } } const a = A.from([1, 2]).map((x) => x * 2).filter(Boolean).slice(); class P extends Promise {} const p = P.resolve(1).then((x) => x); class B extends Uint8Array {} ${check("a instanceof A && a.own() === 1 && p instanceof P && A.of(1) instanceof A && new B(3).map((x) => x) instanceof B && new A(3).length === 3")}`,
  ),
  works(
    "what arrays are",
    `${check('[].constructor === Array && [1,2].map(String) instanceof Array && Array(3).length === 3 && new Array(1, 2).length === 2 && Array.from("abc").length === 3 && Array.from(new Set([1, 2]), (x) => x + 1).join() === "2,3" && Array.isArray(new Array(2)) && Object.getPrototypeOf(Array.prototype) === Object.prototype && Array.name === "Array" && Array.length === 1 && [3,1,2].toSorted().join() === "1,2,3" && [[1],[2]].flat().join() === "1,2" && [1].concat([2], 3).join("-") === "1-2-3"')}`,
  ),
  works(
    "what functions are",
    `const kinds = [() => {}, async () => {}, function* () {}, async function* () {}].map((fn) => fn.constructor.name).join(); ${check('kinds === "Function,AsyncFunction,GeneratorFunction,AsyncGeneratorFunction" && (() => {}) instanceof Function && typeof Function === "function" && Function.prototype.call.call((x) => x, null, 7) === 7')}`,
  ),
  works(
    "buffers and texts",
    `const bytes = new TextEncoder().encode("héllo"); ${check('new TextDecoder().decode(bytes) === "héllo" && new Uint8Array([1, 2, 3]).slice(1).join() === "2,3" && Uint8Array.from([1, 2]).length === 2 && new Uint16Array(new ArrayBuffer(4)).length === 2 && new DataView(new ArrayBuffer(8)).byteLength === 8 && new ArrayBuffer(8) instanceof ArrayBuffer && new Uint8Array(2).constructor === Uint8Array && "ab".padStart(4, "x") === "xxab" && "a,b".split(",").length === 2 && "x".repeat(3) === "xxx" && "aXa".replace(/a/g, (m) => m + m) === "aaXaa" && "abc".replaceAll("b", "-") === "a-c" && btoa(atob("YQ==")) === "YQ=="')}`,
  ),
  works(
    "copies and texts of data",
    `const data = { list: [1, { a: "x" }], map: new Map([[1, 2]]), date: new Date(5) }; const copy = structuredClone(data); const round = { self: null }; round.self = round; let cyclic = ""; try { JSON.stringify(round); } catch (e) { cyclic = e.name; } ${check('copy.map.get(1) === 2 && copy.date.getTime() === 5 && copy.list[1].a === "x" && structuredClone(round).self.self && cyclic === "TypeError" && JSON.stringify({ a: [1], b: undefined }, null, 1) === \'{\\n "a": [\\n  1\\n ]\\n}\' && JSON.parse("[1]", (k, v) => v)[0] === 1')}`,
  ),
  works(
    "time that the run gives",
    `const order = []; const interval = setInterval((x) => { order.push(x); if (order.length === 3) clearInterval(interval); }, 10, "tick"); await self.sleep(100); const begin = Date.now(); await new Promise((done) => setTimeout(done, 1000)); ${check('order.join() === "tick,tick,tick" && Date.now() - begin === 1000 && new Date(0).toISOString() === "1970-01-01T00:00:00.000Z" && typeof Date() === "string" && Date.UTC(2020, 0) === 1577836800000 && new Date(2020, 1, 3) instanceof Date && Object.prototype.toString.call(new Date()) === "[object Date]"')}`,
  ),
  works(
    "chance that the seed decides",
    `const id = crypto.randomUUID(); const bytes = crypto.getRandomValues(new Uint8Array(8)); ${check("/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id) && bytes.some(Boolean) && Math.random() < 1")}`,
  ),
  works(
    "events and signals",
    `class Own extends EventTarget {} const target = new Own(); let heard = 0; target.addEventListener("x", () => heard++, { once: true }); target.dispatchEvent(new CustomEvent("x")); target.dispatchEvent(new Event("x")); const controller = new AbortController(); controller.signal.onabort = () => heard++; controller.abort(new Error("why")); const late = AbortSignal.timeout(20); await self.sleep(30); ${check('heard === 2 && controller.signal.reason.message === "why" && late.aborted && late.reason.name === "TimeoutError"')}`,
  ),
  works(
    "the library as ever",
    `class Own extends suptree.GenServer { count = 0; handleCall() { return suptree.reply({}, ++this.count); } } Own.prototype.handleCast = function () { this.count = 10; }; const pid = await self.start(Own); const one = await self.call(pid, {}); self.cast(pid, {}); const two = await self.call(pid, {}); ${check("one === 1 && two === 11")}`,
  ),
  works(
    "private fields, async generators, big integers, proxies, symbols",
    `class Own { #x = 1; static { this.y = 2; } get x() { return this.#x; } } async function* many() { yield 1; yield 2; } let sum = 0; for await (const each of many()) sum += each; const proxy = new Proxy({}, { get: (t, k) => k }); ${check('new Own().x === 1 && sum === 3 && 2n ** 70n > 1n && proxy.hello === "hello" && Symbol("x").description === "x" && [1, 2, 3].values().map((x) => x * 2).toArray().join() === "2,4,6"')}`,
  ),
  works(
    "weak references and maps",
    `const key = {}; const ref = new WeakRef(key); const registry = new FinalizationRegistry(() => {}); registry.register(key, 1); ${check("ref.deref() === key && new WeakMap([[key, 1]]).get(key) === 1")}`,
  ),
  works(
    "listeners and promises that fail, and nobody catches",
    `const target = new EventTarget(); target.addEventListener("x", () => { throw new Error("in a listener"); }); target.dispatchEvent(new Event("x")); Promise.reject(new Error("in a promise")); setTimeout(() => { throw new Error("in a timer"); }, 1); queueMicrotask(() => { throw new Error("in a microtask"); }); await self.sleep(50);`,
  ),
];
