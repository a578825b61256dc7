/** Changes of built-ins and of the library, to see or to be what the engine uses. */
import type { Attack } from "../attack.ts";

/** Puts a function in the place of a built-in one, lets the engine work, and tells whether it came by. */
const tapped = (owner: string, name: string, sees: string, more = ""): string => `
  const owner = ${owner};
  const native = owner[${name}];
  let seen = false;
  try {
    Object.defineProperty(owner, ${name}, { configurable: true, writable: true, value(...args) {
      if (${sees}) seen = true;
      return Reflect.apply(native, this, args);
    } });
  } catch {}
  self.cast("witness", "x");
  ${more}
  await self.sleep(5);
  try { Object.defineProperty(owner, ${name}, { configurable: true, writable: true, value: native }); } catch {}
  if (seen) escaped("the engine used it");`;

const tap = (name: string, owner: string, key: string, sees = "true", more = ""): Attack => ({
  name,
  code: tapped(owner, key, sees, more),
  must: "held",
  unlocked: "escapes",
});

/** Takes the engine's port where it speaks, and speaks with its voice. */
const forged = `try { port.postMessage({ kind: "event", event: { type: "bound", bound: "events", limit: 1, message: "ESCAPED by the engine's port", pid: null } }); } catch {}`;

export const prototypes: Attack[] = [
  {
    name: "the port, where the engine posts",
    code: `let port = null;
      const proto = typeof MessagePort === "function" ? MessagePort.prototype : null;
      const native = proto.postMessage;
      proto.postMessage = function (...args) { if (args[0] && args[0].kind) port = this; return native.apply(this, args); };
      await self.sleep(2000);
      ${forged}`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the port, where messages are read",
    code: `const own = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
      Object.defineProperty(MessageEvent.prototype, "data", { configurable: true, get() {
        const port = this.target; ${forged} return own.get.call(this);
      } });
      await self.sleep(2000);`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the port, through what every event inherits",
    code: `const own = Object.getOwnPropertyDescriptor(Event.prototype, "target");
      let port = null;
      Object.defineProperty(MessageEvent.prototype, "data", { configurable: true, get() { port = own.get.call(this); } });
      await self.sleep(2000);
      ${forged} if (port) escaped("port");`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a pong for every ping, and an endless loop",
    code: `const own = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
      let port = null;
      Object.defineProperty(MessageEvent.prototype, "data", { configurable: true, get() { port = this.target; return own.get.call(this); } });
      await self.sleep(2000);
      for (let id = 0; id < 100000; id++) port.postMessage({ kind: "pong", id });
      escaped("pongs");`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a setter on Object.prototype for what messages have",
    code: `let seen = false;
      for (const name of ["kind", "event", "seq", "id", "result"])
        try { Object.defineProperty(Object.prototype, name, { configurable: true, set() { seen = true; }, get() { seen = true; } }); } catch {}
      self.cast("witness", "x"); await self.sleep(2000);
      for (const name of ["kind", "event", "seq", "id", "result"]) delete Object.prototype[name];
      if (seen || "kind" in {}) escaped("setter");
      Object.defineProperty(Object.prototype, "kind", { configurable: true, value: 1 }); if ({}.kind) { delete Object.prototype.kind; escaped("property"); }`,
    must: "held",
    unlocked: "escapes",
  },
  tap(
    "Promise.prototype.then",
    "Promise.prototype",
    '"then"',
    "true",
    "self.call('witness', 'x', 10).catch(() => {});",
  ),
  tap("Array.prototype.push", "Array.prototype", '"push"', "args[0] && args[0].seq"),
  tap("Array.prototype.map", "Array.prototype", '"map"', "true", "await self.sleep(1000);"),
  tap("the iterator of arrays", "Array.prototype", "Symbol.iterator", "true", "await self.sleep(1000);"),
  tap(
    "next of array iterators",
    "Object.getPrototypeOf([][Symbol.iterator]())",
    '"next"',
    "true",
    "await self.sleep(1000);",
  ),
  tap("Map.prototype.get", "Map.prototype", '"get"'),
  tap("Map.prototype.set", "Map.prototype", '"set"', "true"),
  tap("Map.prototype.delete", "Map.prototype", '"delete"', "true"),
  tap("Set.prototype.add", "Set.prototype", '"add"', "true", "self.trapExit(true);"),
  tap("Object.keys", "Object", '"keys"', "true", "self.cast('witness', { deep: { value: [1] } });"),
  tap(
    "JSON.stringify",
    "JSON",
    '"stringify"',
    "true",
    "self.cast('witness', 'a text with spaces, to be quoted');",
  ),
  tap(
    "String.prototype.slice",
    "String.prototype",
    '"slice"',
    "true",
    "self.cast('witness', 'x'.repeat(5000));",
  ),
  tap(
    "RegExp.prototype.test",
    "RegExp.prototype",
    '"test"',
    "true",
    "self.cast('witness', { ['key' + 7]: 1 });",
  ),
  tap(
    "RegExp.prototype.exec",
    "RegExp.prototype",
    '"exec"',
    "true",
    "self.cast('witness', { ['key' + 8]: 1 });",
  ),
  {
    name: "Function.prototype.call, apply and bind",
    code: `let seen = false;
      for (const name of ["call", "apply", "bind"]) {
        const native = Function.prototype[name];
        try { Function.prototype[name] = function (...args) { seen = true; return Reflect.apply(native, this, args); }; } catch {}
        if (Function.prototype[name] !== native) { Function.prototype[name] = native; escaped(name); }
      }`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "species of arrays and promises",
    code: `let seen = false;
      for (const type of [Array, Promise, Map])
        try { Object.defineProperty(type, Symbol.species, { configurable: true, get() { seen = true; return this; } }); } catch {}
      await self.sleep(1000); [1].map(String);
      if (seen) escaped("species");`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the constructor of arrays, as methods read it",
    code: `class Spy extends Array {} let seen = false;
      try { Array.prototype.constructor = { get [Symbol.species]() { seen = true; return Array; } }; } catch {}
      await self.sleep(1000); [1].map(String);
      try { if (seen) Array.prototype.constructor = Array; } catch {}
      if (seen) escaped("constructor");`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "Error.prepareStackTrace, to see the engine's frames",
    code: `Error.prepareStackTrace = (error, frames) => frames;
      const frames = new Error("x").stack;
      Error.prepareStackTrace = undefined;
      if (Array.isArray(frames)) escaped("frames");`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the names of all errors",
    code: "try { Error.prototype.name = 'Owned'; } catch {} if (String(new RangeError('x')).includes('Owned') || new Error('x').name === 'Owned') { Error.prototype.name = 'Error'; escaped('name'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "toJSON for everything",
    code: "try { Object.prototype.toJSON = () => 'owned'; } catch {} const text = JSON.stringify({}); if (text === '\"owned\"') { delete Object.prototype.toJSON; escaped('toJSON'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "then for everything",
    code: "let seen = false; try { Object.defineProperty(Object.prototype, 'then', { configurable: true, get() { seen = true; } }); } catch {} await self.sleep(3000); delete Object.prototype.then; if (seen) escaped('then');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "async iterators",
    code: "const proto = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {}).prototype)); const native = proto.next; try { proto.next = () => { }; } catch {} if (proto.next !== native) { proto.next = native; escaped('next'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the prototype of everything",
    code: "try { Object.setPrototypeOf(Object.prototype, new Proxy({}, {})); } catch {} try { Object.setPrototypeOf(Array.prototype, new Proxy({}, { get() { } })); Object.setPrototypeOf(Array.prototype, Object.prototype); escaped('prototype'); } catch {}",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "every global, taken away from the engine",
    code: `const { getOwnPropertyNames, defineProperty } = Object;
      for (const name of getOwnPropertyNames(globalThis)) {
        try { defineProperty(globalThis, name, { value: undefined, writable: true, configurable: true }); } catch {}
      }
      self.cast("witness", { deep: [1, "a b", new (class {})()] });
      await self.sleep(2000);
      const pid = await self.start(class extends suptree.GenServer {});
      await self.call(pid, "x", 10).catch(() => {});`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the library's own classes",
    code: "const native = suptree.GenServer.prototype.cast; try { suptree.GenServer.prototype.cast = function () { }; } catch {} if (suptree.GenServer.prototype.cast !== native) { suptree.GenServer.prototype.cast = native; escaped('cast'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "what a pid inherits",
    code: "const proto = Object.getPrototypeOf(self.self); const native = proto.toString; try { proto.toString = () => 'owned'; } catch {} if (String(self.self) === 'owned') { proto.toString = native; escaped('pid'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "what all processes share behind a pid",
    code: "const { behaviour } = self.self; const native = behaviour.handle; try { behaviour.handle = function (...args) { escaped('handle'); return Reflect.apply(native, this, args); }; } catch {} self.cast('witness', 'x'); await self.sleep(5); try { behaviour.handle = native; } catch {}",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the platform's own classes",
    code: "const native = AbortController.prototype.abort; try { AbortController.prototype.abort = () => { }; } catch {} if (AbortController.prototype.abort !== native) { AbortController.prototype.abort = native; escaped('abort'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a value that does things when it is described",
    code: "let times = 0; self.cast('witness', { get value() { if (times++ < 3) self.cast('witness', 'in between'); return 1; }, [Symbol.toStringTag]: 'x' }); self.cast('witness', new Proxy({}, { ownKeys() { throw new Error('no'); } })); await self.sleep(5);",
    must: "held",
    unlocked: { stopped: "it asks for nothing that is closed" },
  },
  {
    name: "thenables as results",
    code: "const odd = { then(resolve) { resolve(odd2); } }, odd2 = { get then() { throw new Error('x'); } }; await self.call('witness', odd, 10).catch(() => {}); await Promise.race([odd, self.sleep(5)]).catch(() => {});",
    must: "held",
    unlocked: { stopped: "it asks for nothing that is closed" },
  },
  {
    name: "the watch, taken off the system behind a pid",
    code: `const { core } = self.self;
      const taken = [];
      for (const name of ["trace", "guard", "clock", "report"]) {
        const { [name]: native } = core;
        try { core[name] = null; } catch {}
        try { Object.defineProperty(core, name, { value: null }); } catch {}
        if (core[name] !== native) taken.push(name);
      }
      try { core.trace.send = core.trace.emit = () => {}; taken.push("send"); } catch {}
      try { core.current = null; taken.push("current"); } catch {}
      if (taken.length > 0) escaped(taken.join());`,
    must: "held",
    unlocked: { stopped: "the system itself keeps its watch, also in an unlocked worker" },
  },
  {
    name: "who called, and with what",
    code: `const seen = [];
      self.cast("witness", { get value() { try { seen.push((function own() { return own.caller; })(), arguments.callee.caller); } catch {} return 1; } });
      if (seen.some((each) => typeof each === "function")) escaped("caller");`,
    must: "held",
    unlocked: { stopped: "the engine's script is strict" },
  },
  {
    name: "a flood where the watch was to be blind",
    code: `try { self.self.core.trace = null; } catch {} try { delete self.self.core.guard; } catch {}
      for (let at = 0; at < 2200000; at++) self.cast("witness", at);`,
    must: { sentence: /10,000 messages.*attacker/ },
    unlocked: "escapes",
  },
];
