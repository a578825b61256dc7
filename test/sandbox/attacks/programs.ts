/** Attacks on what only a program of one's own meets: its host, doubles, console, stacks, fields, the library it is given. */
import type { Attack } from "../attack.ts";

const program = (
  name: string,
  code: string,
  more: Partial<Pick<Attack, "imports" | "must" | "where">> = {},
): Attack => ({
  name,
  code,
  must: "held",
  imports: "",
  unlocked: { stopped: "it runs as a program only" },
  ...more,
});

const tried = (statements: readonly string[]): string =>
  statements.map((each) => `try { ${each} } catch {}`).join("\n");
const NODE =
  'import fs from "node:fs"; import net from "node:net"; import { AsyncLocalStorage } from "node:async_hooks";';

export const programs: Attack[] = [
  program(
    "the host, changed and asked for code",
    tried([
      "__host.double = () => escaped('double')",
      "Object.defineProperty(__host, 'given', { value: () => escaped('given') })",
      "if (__host.given.constructor('return 42')() === 42) escaped('constructor')",
      "if (__host.globals.constructor('return 42')() === 42) escaped('globals')",
      "__host.exports({ AppSup: class { constructor() { escaped('exports'); } } })",
      "Object.setPrototypeOf(__host, { escaped })",
    ]),
  ),
  program(
    "the library, changed",
    tried([
      "__suptree.GenServer = class {}",
      "__suptree.System.prototype.step = () => { escaped('step'); }",
      "Object.defineProperty(suptree.GenServer.prototype, 'call', { value: () => escaped('call') })",
      "Reflect.construct(suptree.System, [], class extends suptree.System { step() { escaped('step'); } })",
    ]),
  ),
  program(
    "the run's own System, with methods put before its own",
    tried([
      "for (const name of ['step', 'now', 'note', 'advanceTo', 'nextDeadline', 'processes', 'after']) { try { system[name] = () => { escaped(name); }; } catch {} try { Object.defineProperty(system, name, { value: () => { escaped(name); } }); } catch {} }",
      "Object.setPrototypeOf(system, new Proxy({}, { get: () => escaped('prototype') }))",
    ]),
    { imports: "const system = new suptree.System();" },
  ),
  program(
    "a System of one's own with the engine's options",
    tried([
      "let seen = 0; const other = new suptree.System({ clock: 'virtual', observer: () => { seen++; }, guard: { entering() {}, waiting() {} } }); void other.start(suptree.GenServer); while (other.step());",
      "const third = new suptree.System({ clock: 'real' }); for (let at = 0; at < 100; at++) void third.start(suptree.GenServer).catch(() => {});",
    ]),
  ),
  program(
    "the door, once more",
    tried([
      "suptreeCode(new Error(), async () => escaped('door'), '')",
      "globalThis.suptreeCode(new Error(), async () => escaped('door'), '')",
      "Object.defineProperty(globalThis, 'suptreeCode', { get: () => escaped('asked'), configurable: true })",
    ]),
  ),
  program(
    "doubles: what they lead to",
    tried([
      "if (fs.readFileSync.constructor('return 42')() === 42) escaped('constructor')",
      "if (Object.getPrototypeOf(fs.readFileSync).constructor('return 42')() === 42) escaped('constructor')",
      "Object.getPrototypeOf(net).connect = () => escaped('connect')",
      "Object.setPrototypeOf(fs, Function.prototype)",
      "fs.readFileSync('/etc/passwd'); escaped('a file')",
      "new net.Socket(); escaped('a socket')",
      "new AsyncLocalStorage(); escaped('a context')",
      "class Own extends net.Socket {}; new Own(); escaped('a socket')",
    ]),
    { imports: NODE },
  ),
  program(
    "doubles: the error that they throw",
    `try { fs.readFileSync("x"); } catch (error) {
      const made = error.constructor;
      ${tried([
        "Object.defineProperty(made.prototype, 'message', { set() { escaped('message'); }, get() { escaped('message'); return 'x'; } })",
        "made.prototype.toString = () => escaped('toString')",
        "Object.defineProperty(made, Symbol.hasInstance, { value: () => { escaped('instance'); } })",
        "if (made.constructor('return 42')() === 42) escaped('constructor')",
      ])}
      setTimeout(() => fs.readFileSync("y"), 1);
      await self.sleep(5);
    }`,
    { imports: NODE },
  ),
  program(
    "modules by names that are made at run time",
    tried([
      "require(['child', 'process'].join('_')).execSync('true'); escaped('a process')",
      "(await import(['node:child', 'process'].join('_'))).execSync('true'); escaped('a process')",
      "await import(['data:text/javascript', 'globalThis.hit()'].join(',')); escaped('data')",
      "await import([CANARY, 'x.js'].join('/')); escaped('the network')",
      "process.binding('fs'); escaped('a binding')",
      "process.mainModule.require('fs').readFileSync('/etc/passwd'); escaped('a file')",
      "process.dlopen({}, 'x'); escaped('native')",
    ]),
  ),
  program(
    "a stack of one's own: getters, bombs, endless numbers of frames",
    `const stacks = [
      "    at " + "(".repeat(900), ("    at " + "( ".repeat(400) + "\\n").repeat(20), "@".repeat(19000), "at (" + "1:".repeat(9000) + ")",
      "x".repeat(5e6), "\\n".repeat(1e6), {}, null, Symbol("s"), 1n,
    ];
    for (const stack of stacks) setTimeout(() => { const error = new Error("x"); Object.defineProperty(error, "stack", { value: stack }); throw error; }, 1);
    setTimeout(() => { throw Object.defineProperty(new Error("x"), "stack", { get() { throw new Error("no"); } }); }, 1);
    setTimeout(() => { throw new Proxy(new Error("x"), { get() { throw 1; }, has() { throw 2; }, getPrototypeOf() { throw 3; } }); }, 1);
    await self.sleep(5);`,
  ),
  program(
    "stacks without a limit",
    "Error.stackTraceLimit = Infinity; Error.prepareStackTrace = (_, sites) => { escaped('sites'); return sites; }; const deep = (n) => { if (n > 0) return deep(n - 1) + 1; throw new Error('x'.repeat(1e6)); }; try { deep(3000); } catch (error) { void error.stack; setTimeout(() => { throw error; }, 1); } await self.sleep(5);",
  ),
  program(
    "the console, with what does not want to be written",
    `const refusing = new Proxy({}, new Proxy({}, { get() { throw new Error("no"); } }));
    const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
    class Long extends Map { get size() { throw 1; } [Symbol.iterator]() { throw 2; } }
    const named = { ["x".repeat(1e6)]: class { static name = "y".repeat(1e6); } };
    const cycle = {}; cycle.cycle = cycle;
    let deep = []; for (let at = 0; at < 1e5; at++) deep = [deep];
    const many = { get [Symbol.toStringTag]() { throw 3; }, toString() { throw 4; }, toJSON() { throw 5; } };
    const length = { length: 1e15 }; const array = []; array.length = 2 ** 32 - 1;
    for (const value of [refusing, proxy, new Long(), named, cycle, deep, many, length, array, 10n ** 1000n, Symbol("z".repeat(1e6)), () => {}, new (class { constructor() { return refusing; } })()])
      console.log(value, [value], { value });
    console.log(...new Array(1000).fill("x".repeat(1000)));
    console.error("%s %o %c", "x".repeat(3e6), refusing);
    console.table(refusing); console.dir(many); console.assert(false, refusing); console.group("\\u0000\\ud800\\u202e");`,
  ),
  program(
    "very long names of everything",
    `const long = "n".repeat(1e6);
    const named = { [long]: class extends suptree.GenServer {} }[long];
    try { await self.start(named); } catch {}
    try { await self.startLink(named); } catch {}
    try { self.register(long); } catch {}
    try { await self.call(long, "x"); } catch {}
    try { self.cast("witness", { [long]: long }); } catch {}
    self[long] = { [long]: long };
    setTimeout(function longest() { throw Object.assign(new Error(long), { name: long }); }, 1);
    await self.sleep(5);`,
  ),
  program(
    "fields that would run when they are looked at",
    `const tells = (what) => new Proxy({}, { get() { escaped(what); }, has() { escaped(what); }, ownKeys() { escaped(what); return []; }, getPrototypeOf() { escaped(what); return null; }, getOwnPropertyDescriptor() { escaped(what); } });
    self.proxy = tells("a proxy");
    self.below = Object.create(tells("a prototype"));
    self.map = new Map([[{ get key() { escaped("a key"); } }, 1], [tells("a key"), 2]]);
    self.error = Object.defineProperties(new Error("x"), { message: { get() { escaped("a message"); } }, name: { get() { escaped("a name"); } } });
    self.date = Object.assign(new Date(0), { toISOString() { escaped("a date"); } });
    self.fn = class { static get name() { escaped("the name of a class"); } };
    self.pidlike = new (class { get alive() { escaped("alive"); } get id() { escaped("id"); } })();
    self.like = Object.defineProperty({}, Symbol.toStringTag, { get() { escaped("a tag"); } });
    self.iter = Object.assign(new Map([[1, 1]]), { entries() { escaped("entries"); }, [Symbol.iterator]() { escaped("iterator"); } });
    Object.defineProperty(self, "get", { enumerable: true, get() { escaped("a getter"); } });
    for (const of_ of [self]) for (const symbol of Object.getOwnPropertySymbols(Object.getPrototypeOf(of_.self))) self.marked = { [symbol]: () => escaped("a symbol") };`,
  ),
  program(
    "a Proxy that pretends to be none",
    tried([
      "Proxy.prototype = 1",
      "if (Proxy.constructor('return 42')() === 42) escaped('constructor')",
      "Proxy(self, {}); escaped('without new')",
      "class Own extends Proxy {}; escaped('inherited')",
      "WeakSet.prototype.has = () => false; WeakSet.prototype.add = () => escaped('add')",
      "Reflect.construct(Proxy, [{}, {}], Object)",
    ]),
  ),
  program(
    "built-ins that the engine's own tables stand on",
    tried([
      ...["get", "set", "has", "delete", "clear", "forEach", "entries"].map(
        (name) => `Map.prototype.${name} = function () { escaped("Map.${name}"); }`,
      ),
      ...["add", "has", "delete", "values"].map(
        (name) => `Object.defineProperty(Set.prototype, "${name}", { value() { escaped("Set.${name}"); } })`,
      ),
      "Object.defineProperty(Map.prototype, 'size', { get: () => escaped('size') })",
      "Map.prototype[Symbol.iterator] = function* () { escaped('iterator'); }",
      "Array.prototype[Symbol.iterator] = function* () { escaped('iterator'); }",
      "Object.getPrototypeOf(new Map().entries()).next = () => { escaped('next'); return { done: true }; }",
      "Object.getPrototypeOf([][Symbol.iterator]()).next = () => { escaped('next'); return { done: true }; }",
      "JSON.stringify = () => { escaped('stringify'); return '[]'; }",
      "JSON.parse = () => escaped('parse')",
      "globalThis.structuredClone = () => escaped('clone'); globalThis.JSON = { stringify: () => escaped('JSON') }; globalThis.Map = globalThis.Set = globalThis.Promise = class { constructor() { escaped('a class'); } }",
      "Object.prototype.toJSON = () => { escaped('toJSON'); }",
      "String.prototype.toJSON = () => { escaped('toJSON'); }",
      "Array.prototype.toJSON = () => { escaped('toJSON'); }",
      "Object.setPrototypeOf(Array.prototype, new Proxy({}, { get() { escaped('above'); } }))",
      "Object.setPrototypeOf(globalThis, new Proxy({}, { get() { escaped('above'); } }))",
      "RegExp.prototype.exec = () => escaped('exec'); RegExp.prototype[Symbol.split] = () => escaped('split')",
      "String.prototype.split = () => escaped('split'); String.prototype.slice = () => escaped('slice')",
      "console.log({ a: 1 }); setTimeout(() => { throw new Error('x'); }, 1); await self.sleep(5);",
    ]),
  ),
  program(
    "events that are no plain data on their way out",
    `const text = "\\ud800\\u2028\\u0000\\"}],\\"kind\\":\\"event\\"" + "\\\\".repeat(1000);
    self.cast("witness", text); self.cast("witness", { [text]: text }); self.cast("witness", -0); self.cast("witness", NaN);
    try { await self.sleep(Infinity > 1 ? 1 : 0); } catch {}
    try { self.sendAfter(NaN, self.self, text); } catch {}
    try { self.sendAfter(Infinity, self.self, text); } catch {}
    try { self.sendAfter(-1, self.self, text); } catch {}
    console.log(text);`,
  ),
  program(
    "waiting and sharing outside the run",
    tried([
      "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e9); escaped('waited')",
      "new SharedArrayBuffer(8); escaped('shared memory')",
      "new globalThis.BroadcastChannel('suptree attack').postMessage('x'); escaped('a channel')",
      "new globalThis.Worker('data:text/javascript,0'); escaped('a worker')",
      "new globalThis['Work' + 'er'](URL.createObjectURL(new Blob(['0']))); escaped('a worker')",
      "new globalThis['Web' + 'Assembly'].Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); escaped('wasm')",
      "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); escaped('wasm')",
      "let ended = false; new FinalizationRegistry(() => { ended = true; }).register({}, 1); for (let at = 0; at < 100; at++) new ArrayBuffer(1e5); await self.sleep(1); if (ended) escaped('garbage')",
      "await new globalThis.AsyncContext.Variable().run(1, () => escaped('a context'))",
      "structuredClone(self, { transfer: [globalThis] }); escaped('a clone')",
      "new AsyncFunction('return 1')(); escaped('a function')",
    ]),
  ),
  program(
    "thenables wherever something is waited for",
    `const once = (what) => ({ get then() { return (done) => { done({ then: (again) => again(what) }); done(1); throw new Error(what); }; } });
    try { await once("x"); } catch {}
    try { await self.call("witness", once("y"), 1); } catch {}
    for (const start of [class extends suptree.GenServer { init() { return once("init"); } handleCall() { return once("reply"); } handleInfo() { return once("info"); } }])
      try { const pid = await self.start(start); self.send(pid, "x"); await self.call(pid, "x", 5); } catch {}
    await self.sleep(10);`,
  ),
  program(
    "exports that do things when they are looked for",
    `export const then = (done) => { done({ then: (again) => again({ AppSup: class { constructor() { escaped("then"); } } }) }); };
    export const hostile = new Proxy(class {}, { get(target, name) { if (name === "name") throw new Error("no"); return target[name]; } });
    export default new Proxy(function () {}, { get(target, name) { return name === "name" ? { toString() { throw 1; } } : target[name]; } });`,
    { where: "module" },
  ),
  program("an endless export", "export default new Proxy(function () {}, { get() { for (;;); } });", {
    where: "module",
    must: "held",
  }),
  program(
    "a module that empties the global object",
    "for (const name of Reflect.ownKeys(globalThis)) { try { delete globalThis[name]; } catch {} }",
    { where: "module" },
  ),
  program(
    "a module that replaces every global",
    "for (const name of Reflect.ownKeys(globalThis)) { if (name === 'Proxy') continue; try { globalThis[name] = new Proxy(function () {}, { get() { escaped(name); }, apply() { escaped(name); }, construct() { escaped(name); return {}; } }); } catch {} }",
    { where: "module" },
  ),
  program(
    "processes that are started while it is loaded, without end",
    "const system = new suptree.System(); for (;;) void system.start(suptree.GenServer).catch(() => {});",
    {
      where: "module",
      must: { sentence: /processes|events|did not return|stopped/ },
    },
  ),
  program("a module that waits for ever", "await new Promise(() => {});", {
    where: "module",
    // It has no process that could be sent anything.
    must: { sentence: /does not run now/ },
  }),
];
