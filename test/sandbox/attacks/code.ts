/** Ways to make code of text, and machine code. */
import type { Attack } from "../attack.ts";

export const newCode: Attack[] = [
  { name: "eval", code: "eval('escaped(1)');", must: "held", unlocked: "escapes" },
  {
    name: "indirect eval",
    code: "if ((0, eval)('6 * 7') === 42) escaped('eval');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "Function",
    code: "if (Function('return 42')() === 42) escaped('Function');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the constructor of a function",
    code: "if ((() => {}).constructor('return 42')() === 42) escaped('constructor');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the constructor of a method of the library",
    code: "if (suptree.System.prototype.step.constructor('return 42')() === 42) escaped('constructor');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the constructor of an async function",
    code: "if (await (async () => {}).constructor('return 42')() === 42) escaped('constructor');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the constructor of a generator",
    code: "if ([...(function* () {}).constructor('yield 42')()][0] === 42) escaped('constructor');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "what the constructor of a generator inherits from",
    code: "if (Object.getPrototypeOf((function* () {}).constructor)('return 42')() === 42) escaped('constructor');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "Reflect.construct with the constructor of a function",
    code: "if (Reflect.construct(Object.getPrototypeOf(class {}).constructor, ['return 42'])() === 42) escaped('construct');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a timer with text",
    code: "globalThis.hit = () => escaped('text'); setTimeout('hit()', 0); await self.sleep(5);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "import() of data",
    code: "globalThis.hit = () => escaped('data'); import(['data:text/javascript', 'hit()'].join(',')).catch(() => {}); await self.sleep(5);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "import() of a blob",
    code: "globalThis.hit = () => escaped('blob'); import(URL.createObjectURL(new Blob(['hit()'], { type: 'text/javascript' }))).catch(() => {}); await self.sleep(5);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "WebAssembly",
    code: "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); escaped('WebAssembly');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "memory of WebAssembly",
    code: "new WebAssembly.Memory({ initial: 100 }); escaped('WebAssembly');",
    must: "held",
    unlocked: "escapes",
  },
];
