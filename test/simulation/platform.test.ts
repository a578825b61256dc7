/** What the platform has for services, as interpreted code gets it: the same that Node computes, and nothing of the machine. */
import assert from "node:assert";
import strict from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import { setTimeout as delay, setInterval as every } from "node:timers/promises";
import { format, inspect, isDeepStrictEqual, promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { NotInterpreted } from "../../src/simulation/interpret/not-interpreted.ts";
import { interpreted, obstacleOf } from "./interpreted.ts";

const IMPORTS = `import assert from "node:assert"; import strict from "assert/strict"; import * as crypto from "node:crypto";
import { createHash, createHmac, timingSafeEqual } from "crypto"; import EventEmitter, { once } from "events";
import { AsyncLocalStorage } from "node:async_hooks"; import path from "node:path"; import { setTimeout as delay, setInterval as every } from "node:timers/promises";
import { format, inspect, isDeepStrictEqual, promisify } from "util";`;
const NAMES = {
  AsyncLocalStorage,
  assert,
  strict,
  createHash,
  createHmac,
  timingSafeEqual,
  EventEmitter,
  once,
  path,
  delay,
  every,
  format,
  inspect,
  isDeepStrictEqual,
  promisify,
};

const real = (body: string): unknown =>
  new Function(...Object.keys(NAMES), `"use strict"; return (async () => { ${body} })();`)(
    ...Object.values(NAMES),
  );

/** As text: the same of whatever made it. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each)) ?? "undefined";

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: code as text
const CASES = {
  bytes: [
    "const b = new Uint8Array([1, 2, 300]); b[1] = 7; b[9] = 1; return [b[0], b[1], b[2], b[9], b.length, [...b.subarray(1)], Array.from(b, (n) => n * 2), b.at(-1), b.indexOf(7), String(b), b instanceof Uint8Array, ArrayBuffer.isView(b)]",
    "const v = new DataView(new ArrayBuffer(8)); v.setUint16(0, 513, true); v.setInt32(4, -5); return [v.getUint8(0), v.getUint8(1), v.getInt32(4), v.byteLength, v instanceof DataView]",
    "const c = new Uint16Array(3); ++c[1]; c[1] += 65535; const f = Float64Array.of(1.5, 2); return [c[1], c.BYTES_PER_ELEMENT, Uint16Array.BYTES_PER_ELEMENT, f.map((x) => x * 2).join(), new Float32Array([0.1])[0], JSON.stringify(Int8Array.from([200]))]",
    "const t = new TextEncoder().encode('añ€'); const s = structuredClone({ t }); s.t[0] = 98; return [t.length, new TextDecoder().decode(t.subarray(1)), new TextDecoder('utf-8', { fatal: false }).decode(s.t), t[0]]",
    "try { new TextDecoder('utf8', { fatal: true }).decode(new Uint8Array([255])); } catch (e) { return e instanceof TypeError }",
    "const a = new Uint8Array(4); a.set([1, 2], 2); a.fill(9, 0, 1); return [[...a.toReversed()], [...a.slice(1, 3)], new Set(a).size, Math.max(...a), [...a.entries()].length, a.buffer.byteLength, new Uint8Array(a.buffer, 2)[0]]",
    "return ['', 'a', 'ab', 'abc', 'abcd', 'ü€'].map((s) => { const b = Buffer.from(s); return [b.toString('hex'), b.toString('base64'), b.toString('base64url'), b.toString('latin1'), Buffer.from(b.toString('base64'), 'base64').toString(), Buffer.from(b.toString('hex'), 'hex').equals(b), Buffer.byteLength(s)] })",
    "const b = Buffer.alloc(12); b.writeUInt16BE(258, 0); b.writeUInt32LE(7, 2); b.writeInt8(-1, 6); b.write('xyz', 7); return [b, b.readUInt16BE(0), b.readUint32LE(2), b.readInt8(6), b.toString('utf8', 7, 10), b.subarray(7, 9).toString(), Buffer.isBuffer(b.subarray(1)), Buffer.isBuffer(new Uint8Array(1)), b.indexOf('yz'), b.includes('q')]",
    "try { Buffer.alloc(1).readUInt16BE(0); } catch (e) { return [e instanceof RangeError, e.code] }",
    "const all = Buffer.concat([Buffer.from('a'), Buffer.from([98, 99])]); const s = all.slice(1); s[0] = 120; return [all.toString(), `${all}`, all.length, Buffer.compare(all, Buffer.from('b')), [...all.toString('hex').matchAll(/../g)].length, all.readDoubleLE === undefined]",
    "return [btoa('hé'), atob('aGk='), Buffer.from('aGk', 'base64').toString()]",
  ],
  hashes: [
    "return ['', 'abc', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'ü'.repeat(1000)].flatMap((s) => ['sha256', 'sha1', 'md5', 'sha384', 'sha512', 'ripemd160'].map((h) => createHash(h).update(s).digest('hex')))",
    "const h = createHash('sha256').update('a').update(Buffer.from('b')); return [h.copy().digest('base64'), h.digest('base64url')]",
    "return ['k', 'k'.repeat(100)].flatMap((k) => ['sha256', 'sha1', 'md5', 'sha512'].map((h) => createHmac(h, k).update('hello').digest('hex')))",
    "const a = createHash('md5').update('x').digest(); return [a.length, timingSafeEqual(a, Buffer.from(a)), a.readUInt8(0)]",
    "const h = createHash('sha1'); h.digest(); try { h.update('x'); } catch (e) { return e instanceof Error }",
  ],
  events: [
    "const e = new EventEmitter(); const log = []; const f = (x) => log.push(['f', x]); e.on('a', f).once('a', (x, y) => log.push([x, y])); e.prependListener('a', () => log.push('first')); const r = [e.emit('a', 1, 2), e.emit('a', 3), e.emit('b')]; e.off('a', f); return [log, r, e.listenerCount('a'), e.eventNames(), e.listeners('a').length]",
    "const e = new EventEmitter(); try { e.emit('error', new RangeError('x')); } catch (error) { return [error instanceof RangeError, e.on('error', () => {}).emit('error', 1)] }",
    "class Bus extends EventEmitter { n = 0; constructor() { super(); this.on('x', () => { this.n++; }); } emit(name, ...args) { this.n += 10; return super.emit(name, ...args); } } const b = new Bus(); b.emit('x'); return [b.n, b instanceof EventEmitter, b instanceof Bus, b.listenerCount('x'), b.on('y', () => {}) === b]",
    "const e = new EventEmitter(); const p = once(e, 'ready'); e.emit('ready', 1, 2); const q = once(e, 'x'); e.emit('error', new Error('no')); return [await p, await q.catch((error) => error.message), e.listenerCount('error')]",
    "const t = new EventTarget(); const log = []; const h = { handleEvent(ev) { log.push(ev.type, ev.detail); } }; t.addEventListener('x', h); t.addEventListener('x', h); t.addEventListener('x', (ev) => ev.preventDefault(), { once: true }); const r = [t.dispatchEvent(new CustomEvent('x', { detail: 5, cancelable: true })), t.dispatchEvent(new Event('x'))]; t.removeEventListener('x', h); t.dispatchEvent(new Event('x')); return [log, r]",
    "const c = new AbortController(); const log = []; c.signal.addEventListener('abort', () => log.push(c.signal.aborted)); c.signal.onabort = () => log.push('on'); c.abort(); c.abort('again'); try { c.signal.throwIfAborted(); } catch (e) { return [log, e.name, e === c.signal.reason, e instanceof Error, c.signal instanceof AbortSignal] }",
    "const a = new AbortController(); const any = AbortSignal.any([a.signal, AbortSignal.timeout(5)]); a.abort('mine'); return [any.aborted, any.reason, AbortSignal.abort().reason.name, AbortSignal.abort(3).reason]",
    "const s = AbortSignal.timeout(2); await delay(20); return [s.aborted, s.reason.name]",
  ],
  timers: [
    "const log = []; const t = setTimeout(() => log.push('never'), 3); clearTimeout(t); clearTimeout(undefined); setTimeout((a, b) => log.push(a + b), 40, 1, 2); setTimeout(() => log.push('soon'), 0).unref(); queueMicrotask(() => log.push('micro')); log.push('now'); await delay(90); return log",
    "let n = 0; const i = setInterval(() => { if (++n === 3) clearInterval(i); }, 2); while (n < 3) await delay(5); await delay(20); return [n, i.hasRef()]",
    "let n = 0; for await (const v of every(1, 'v')) { if (v !== 'v' || ++n === 3) break; } const log = []; setImmediate((x) => log.push(x), 1); clearImmediate(setImmediate(() => log.push(2))); await delay(10); return [n, log]",
    "const c = new AbortController(); const p = delay(10000, 1, { signal: c.signal }); c.abort('why'); try { await p; } catch (e) { return [e.name, await delay(1, 'v')] }",
    "const log = []; process.nextTick((x) => log.push(x), 'tick'); await new Promise((r) => setTimeout(r, 1)); return [log, typeof performance.now(), typeof process.hrtime.bigint()]",
    "const race = (p, ms) => { let t; return Promise.race([p, new Promise((_, no) => { t = setTimeout(() => no(new Error('late')), ms); })]).finally(() => clearTimeout(t)); }; return [await race(Promise.resolve(1), 5), await race(new Promise(() => {}), 2).catch((e) => e.message)]",
  ],
  paths: [
    "return [path.join('/a', '..', 'b/', './c'), path.join('', ''), path.normalize('a//b/../../..'), path.resolve('/a', 'b', '/c', '../d'), path.basename('/x/y.tar.gz', '.gz'), path.dirname('/a/b/'), path.dirname('/a'), path.dirname('a'), path.relative('/a/b/c', '/a/d'), path.isAbsolute('a'), path.sep]",
    "return ['a.b', '.a', 'a.', '..a', 'x/.y.z', 'a.b.c', '', '..', 'x/..y.z'].map((p) => [path.extname(p), path.parse(p)])",
  ],
  util: [
    "return [format('%s=%d %i %j %%', 'a', 1.5, '7x', { a: 1 }, 'more', { b: [1, 'x'] }), format({ a: 1 }, 2), format('%s'), format('100%'), format('%s', null, undefined, 5n)]",
    `return [inspect('it"s'), inspect([1, 'a', { b: null }]), inspect({ 'a-b': 1, c: [] }), inspect({}), inspect(-0), inspect(3n)]`,
    "return [isDeepStrictEqual({ a: [1, new Map([['x', { y: 1 }]])] }, { a: [1, new Map([['x', { y: 1 }]])] }), isDeepStrictEqual([1], ['1']), isDeepStrictEqual(new Set([1]), new Set([2])), isDeepStrictEqual(NaN, NaN), isDeepStrictEqual({ a: 1 }, { a: 1, b: undefined })]",
    "const f = promisify((a, done) => (a > 1 ? done(null, a * 2) : done(new Error('small')))); return [await f(3), await f(1).catch((e) => e.message)]",
  ],
  assertions: [
    "const told = []; for (const f of [() => assert(1), () => assert(0, 'zero'), () => assert.equal(1, '1'), () => strict.equal(1, '1'), () => assert.deepStrictEqual([{ a: 1 }], [{ a: 1 }]), () => assert.throws(() => { throw new TypeError('x'); }, TypeError), () => assert.throws(() => {}), () => assert.match('abc', /b/), () => assert.fail('f')]) try { f(); told.push('ok'); } catch (e) { told.push([e.name, e.code, e instanceof assert.AssertionError, e instanceof Error]); } return told",
    "await assert.rejects(Promise.reject(new RangeError('r')), RangeError); try { await assert.rejects(async () => 1); } catch (e) { return e.code }",
  ],
  international: [
    "return [new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(1234.5), new Intl.PluralRules('en-US', { type: 'ordinal' }).select(2), new Intl.ListFormat('en', { type: 'conjunction' }).format(['a', 'b', 'c']), new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'short' }).format(new Date(0)), [10, 9].sort(new Intl.Collator('en', { numeric: true }).compare)]",
  ],
  added: [
    "const e = Object.assign(new EventEmitter(), { topics: new Map([['a', 1]]), size() { return this.topics.size; } }); e.topics.set('b', 2); e.left ??= 3; e.left++; const log = []; e.on('x', function (n) { log.push(n, this === e, this.left); }); e.emit('x', 5); return ['topics' in e, 'emit' in e, e.topics.get('b'), e.size(), e.left, e.right, log]",
    "const c = new AbortController(); c.signal.label = 'mine'; const t = new EventTarget(); t.tag = { n: 1 }; t.tag.n += 1; return [c.signal.label, t.tag.n, t.other]",
  ],
  contexts: [
    "const s = new AsyncLocalStorage(); const f = async () => { const a = s.getStore(); await null; await delay(1); return [a, s.getStore()]; }; return [await Promise.all([s.run('a', f), s.run({ id: 2 }, f)]), s.run(1, (...x) => [s.getStore(), x, s.run(2, () => s.getStore()), s.exit(() => s.getStore()), s.getStore()], 7, 8)]",
    "const s = new AsyncLocalStorage(), t = new AsyncLocalStorage(); const e = new EventEmitter(); const log = []; s.run('then', () => e.on('x', () => log.push(s.getStore()))); s.run('now', () => e.emit('x')); await s.run(1, () => t.run(2, () => new Promise((r) => setTimeout(() => queueMicrotask(() => { log.push([s.getStore(), t.getStore()]); r(); }), 1)))); await s.run(3, () => Promise.reject(new Error('x')).catch(() => log.push(s.getStore()))); return log",
    "const s = new AsyncLocalStorage(); try { s.run('a', () => { throw new RangeError('out'); }); } catch (error) { return s.run('b', () => [error.message, s.getStore()]); }",
    "const s = new AsyncLocalStorage(); async function* each() { for (const x of [1, 2]) { await null; yield [x, s.getStore()]; } } return s.run('g', async () => { const all = []; for await (const x of each()) all.push(x); return all; })",
    "class Context extends AsyncLocalStorage { get id() { return this.getStore().id; } } const c = new Context(); return c.run({ id: 4 }, () => c.id)",
  ],
  reflection: [
    "const log = []; const p = new Proxy({ a: 1, m() { return this.a; } }, { get(t, k, r) { log.push(`get ${String(k)}`); return Reflect.get(t, k, r); }, set(t, k, v) { log.push(`set ${k}`); t[k] = v; return k !== 'no'; }, has: (t, k) => k === 'x' || k in t, deleteProperty(t, k) { delete t[k]; return true; } }); p.b = p.a + 1; p.b++; delete p.a; try { p.no = 1; } catch (e) { log.push(e instanceof TypeError); } return [log, 'x' in p, 'y' in p, Object.keys(p), JSON.stringify(p), { ...p }.b]",
    "const f = new Proxy((a) => a * 2, { apply: (t, self, [a]) => t(a) + 1 }); class A { #x = 1; get x() { return this.#x; } static make() { return new A(); } } const a = A.make(); return [f(4), Reflect.has({ a: 1 }, 'a'), Reflect.ownKeys({ a: 1, b: 2 }), Reflect.apply((...x) => x.length, null, [1, 2]), a.x]",
    "class E extends Error { constructor(m, code) { super(m); Object.setPrototypeOf(this, new.target.prototype); Error.captureStackTrace?.(this, E); this.code = code; } } class F extends E {} const f = new F('m', 3); const { stack } = f; return [f instanceof F, f.message, f.code, Object.getPrototypeOf(f) === F.prototype, F.prototype === E.prototype]",
    "const o = { a: 1 }; Object.defineProperty(o, 'hidden', { value: 2, enumerable: false }); Object.defineProperty(o, 'twice', { get() { return this.a * 2; }, enumerable: true }); return [Object.keys(o), o.hidden, o.twice, Object.getOwnPropertyNames(o), JSON.stringify(o), Object.isFrozen(Object.freeze({})), Object.isFrozen({ a: 1 })]",
    "class T { constructor(v) { this.v = v; } [Symbol.toPrimitive](hint) { return hint === 'number' ? this.v : `T${this.v}`; } get [Symbol.toStringTag]() { return 'Tee'; } } class Even { static [Symbol.hasInstance](n) { return n % 2 === 0; } } class U { get [Symbol.toStringTag]() { return 'You'; } } return [+new T(4), `${new T(5)}`, 4 instanceof Even, 5 instanceof Even, String(new U())]",
    "class Lru extends Map { constructor(max) { super(); this.max = max; } set(k, v) { if (this.size >= this.max) this.delete(this.keys().next().value); return super.set(k, v); } get last() { return [...this.keys()].at(-1); } } const l = new Lru(2); l.set('a', 1).set('b', 2).set('c', 3); const seen = []; for (const [k, v] of l) seen.push(k + v); return [seen, l.size, l.last, l.has('a'), l.get('b'), l instanceof Map, [...l.values()], new Map(l).size]",
    "class Tags extends Set { addAll(...xs) { for (const x of xs) this.add(x); return this; } } return [[...new Tags(['a']).addAll('b', 'b')], new Tags().addAll(1).has(1)]",
    "function f() { const inner = () => arguments[0]; return [arguments.length, inner(9), [...arguments].join(), Array.from(arguments).length]; } const o = { m(a) { return arguments.length + a; } }; return [f(1, 2, 3), o.m(1, 2)]",
    "const w = new WeakRef({ a: 1 }); const c = structuredClone(new TypeError('t', { cause: { k: 1 } })); return [w.deref()?.a, c.message, c.cause, c instanceof TypeError, await Promise.try((x) => x + 1, 1), await Array.fromAsync([Promise.resolve(1), 2])]",
  ],
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: code as text

describe("the platform as services use it", () => {
  for (const [what, cases] of Object.entries(CASES))
    it.for(cases)(`${what}: %s`, async (body) => {
      expect(obstacleOf(body, IMPORTS)).toBeNull();
      expect(shown(await interpreted(body, IMPORTS, true))).toBe(shown(await real(body)));
    });

  it.for([
    "const b = Buffer.from('a'); return b.swap32()",
    "return new EventEmitter().rawListeners('x')",
    "return Buffer.poolSize",
    "return new AsyncLocalStorage().getStore()",
    "const e = new EventEmitter(); e._events = {}; return e",
    "const e = Object.assign(new EventEmitter(), { a: 1 }); return Object.keys(e)",
    "const e = Object.assign(new EventEmitter(), { a: 1 }); return { ...e }",
    "const e = Object.assign(new EventEmitter(), { a: 1 }); return 'b' in e",
    "const e = Object.assign(new EventEmitter(), { a: 1 }); delete e.a; return e.a",
    "const e = Object.assign(new EventEmitter(), { a: 1 }); return Object.hasOwn(e, 'a')",
    "const e = Object.assign(new EventEmitter(), { a: 1 }); return JSON.stringify(e)",
    "return new AsyncLocalStorage().enterWith(1)",
    "return new AbortController().constructor",
    "return path.matchesGlob('a', 'b')",
    "return path.resolve('a')",
    "return assert.ifError(null)",
    "return createHash('blake2b512')",
    "return crypto.getRandomValues(new Uint8Array(1))",
    "return Buffer.from('a', 'utf16le')",
    "return inspect(new Map())",
    "return inspect({ a: 1 }, { depth: 0 })",
    "return new Uint8Array(1e9)",
    "return Buffer.alloc(1e9)",
    "return new Proxy(new Map(), {}).size",
    "return [...new Proxy({}, {})]",
    "return new Proxy({}, { getPrototypeOf: () => null })",
    "return String(new Proxy({}, {}))",
    "return new Event('x').timeStamp",
    "return new Intl.NumberFormat().format(1.5)",
    "return new Intl.NumberFormat(undefined, { style: 'percent' }).format(1)",
    "return new Intl.DateTimeFormat('en-US').format(0)",
    "return Uint8Array.prototype",
    "class A extends Uint8Array {} return new A(1).subarray(0).constructor.constructor",
  ])("says what of it is not there: %s", async (body) => {
    await expect((async () => await interpreted(body, IMPORTS))()).rejects.toThrow(NotInterpreted);
  });

  it.for([
    "return new Intl.Segmenter('en')",
    "return process.cwd()",
    "return new Worker('x')",
    "return process.exit(1)",
  ])("sees from the text what is the machine's: %s", (body) => {
    expect(obstacleOf(body, IMPORTS)).not.toBeNull();
  });
});
