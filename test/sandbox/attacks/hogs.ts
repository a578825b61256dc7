/** Loops that do not end, memory, floods: each must end in a sentence that names the process and its callback. */
import type { Attack } from "../attack.ts";

const inCallback = (callback: string, ...words: string[]): { sentence: RegExp } => {
  const parts = [...words, "attacker \\(<\\d+>\\)", callback];
  return { sentence: new RegExp(parts.map((part) => `(?=[\\s\\S]*(?:${part}))`).join("")) };
};
const loop = (callback = "handleInfo"): { sentence: RegExp } => inCallback(callback, "stopped answering");
const MODULE = { sentence: /the top level of the module/ };
const memory = (what: string): { sentence: RegExp } => inCallback("handleInfo", "MB|gigabyte", what);
const flood = (...words: string[]): { sentence: RegExp } => inCallback("handleInfo", "was stopped", ...words);

const hog = (
  name: string,
  code: string,
  must: Attack["must"],
  where?: Attack["where"],
  unlocked: Attack["unlocked"] = "escapes",
): Attack => ({ name, code, must, unlocked, ...(where === undefined ? {} : { where }) });

export const loops: Attack[] = [
  hog("a loop", "for (;;);", loop()),
  hog(
    "a loop that catches everything",
    "for (;;) { try { self.cast('nobody', 1); } catch {} }",
    inCallback("handleInfo", "was stopped"),
  ),
  hog("a loop at the top of the module", "for (;;);", MODULE, "module"),
  hog("a loop in init", "for (;;);", loop("init"), "init"),
  hog("a loop in handleContinue", "for (;;);", loop("handleContinue"), "handleContinue"),
  hog("a loop of promises", "for (;;) await null;", loop()),
  hog(
    "a loop of microtasks",
    "const again = () => queueMicrotask(again); again(); await null;",
    inCallback("handleInfo|its turn", "without any time passing|stopped answering"),
  ),
  hog(
    "a loop of timers without time",
    "const again = () => setTimeout(again, 0); again(); await self.sleep(10);",
    inCallback("handleInfo|its turn", "without any time passing|stopped answering"),
  ),
  hog("a regular expression that never comes back", "/^(a+)+$/.test('a'.repeat(60) + 'b');", loop()),
  hog("a comparison that never ends", "[3, 2, 1].sort(() => { for (;;); });", loop()),
  hog(
    "a getter that never returns, in a message",
    "self.cast('witness', { get value() { for (;;); } });",
    loop(),
  ),
  hog(
    "a field that never returns, when it is looked at",
    "Object.defineProperty(self, 'field', { enumerable: true, get() { for (;;); } });",
    "held",
    "handleInfo",
    { stopped: "looking runs no getter" },
  ),
  hog(
    "a proxy that never returns",
    "self.cast('witness', new Proxy({}, { getPrototypeOf() { for (;;); } }));",
    loop(),
  ),
  hog(
    "toString that never returns, in an error",
    "throw { get message() { for (;;); }, toString() { for (;;); } };",
    loop(),
  ),
  hog(
    "a deep stack that goes on",
    "const deep = () => { try { deep(); } catch { deep(); } }; deep();",
    loop(),
  ),
];

export const memories: Attack[] = [
  hog("repeat", "globalThis.kept = 'x'.repeat(2 ** 28);", memory("repeat")),
  hog("padStart", "globalThis.kept = 'x'.padStart(2 ** 28);", memory("padStart")),
  hog(
    "padEnd of a number in disguise",
    "globalThis.kept = 'x'.padEnd({ valueOf: () => 2 ** 28 });",
    memory("padEnd"),
  ),
  hog(
    "split",
    "let text = 'x'; for (let at = 0; at < 26; at++) text += text; globalThis.kept = text.split('');",
    memory("split"),
  ),
  hog(
    "replaceAll",
    "const text = 'x'.repeat(20000); globalThis.kept = text.replaceAll('x', text);",
    memory("replaceAll"),
  ),
  hog("Array(n).fill", "globalThis.kept = Array(30000000).fill(0);", memory("Array")),
  hog("new Array(n)", "globalThis.kept = new Array(30000000);", memory("Array")),
  hog("the constructor of an array", "globalThis.kept = new ([].constructor)(30000000);", memory("Array")),
  hog(
    "a subclass of Array",
    "class Own extends Array {} globalThis.kept = new Own(30000000);",
    memory("Array"),
  ),
  hog(
    "fill of a length that was set",
    "const list = []; list.length = 30000000; globalThis.kept = list.fill(0);",
    memory("fill"),
  ),
  hog("Array.from a length", "globalThis.kept = Array.from({ length: 30000000 });", memory("from")),
  hog(
    "join",
    "const text = 'x'.repeat(1000000); globalThis.kept = Array(100).fill(text).join('');",
    memory("join"),
  ),
  hog(
    "concat",
    "const list = Array(1000000).fill(0); globalThis.kept = list.concat(...Array(20).fill(list));",
    memory("concat"),
  ),
  hog(
    "flat",
    "const list = Array(1000000).fill(0); globalThis.kept = Array(20).fill(list).flat();",
    memory("flat"),
  ),
  hog("a buffer", "globalThis.kept = new ArrayBuffer(1e9);", memory("ArrayBuffer")),
  hog(
    "a buffer that may grow",
    "globalThis.kept = new ArrayBuffer(8, { maxByteLength: 1e9 });",
    memory("ArrayBuffer"),
  ),
  hog("a typed array", "globalThis.kept = new Float64Array(1e8);", memory("Float64Array")),
  hog(
    "Reflect.construct of a typed array",
    "globalThis.kept = Reflect.construct(Uint8Array, [1e9]);",
    memory("Uint8Array"),
  ),
  hog(
    "a typed array from a length",
    "globalThis.kept = new Uint8Array({ length: 1e9 });",
    memory("Uint8Array"),
  ),
  hog(
    "many buffers that are kept",
    "globalThis.kept = []; for (let at = 0; at < 100; at++) globalThis.kept.push(new ArrayBuffer(30000000));",
    memory("ArrayBuffer"),
  ),
  hog(
    "many strings in one turn",
    "globalThis.kept = []; for (let at = 0; at < 100; at++) globalThis.kept.push('xy'.repeat(10000000 + at));",
    memory("repeat"),
  ),
  hog(
    "a text of shared parts",
    "let value = ['some text of some length']; for (let at = 0; at < 22; at++) value = [value, value]; globalThis.kept = JSON.stringify(value);",
    inCallback("handleInfo", "JSON[\\s\\S]* MB|stopped answering"),
  ),
  hog(
    "a long text to be parsed",
    "const text = '[' + '[],'.repeat(7000000) + '0]'; globalThis.kept = JSON.parse(text);",
    memory("JSON"),
  ),
  hog(
    "structuredClone",
    "const list = Array(8000000).fill(0); globalThis.kept = structuredClone([list, 'x'.repeat(3000000)]);",
    memory("structuredClone"),
  ),
  hog(
    "an encoded text",
    "let text = 'x'; for (let at = 0; at < 27; at++) text += text; globalThis.kept = new TextEncoder().encode(text);",
    memory("encode"),
  ),
  hog("memory little by little", "globalThis.kept = []; for (;;) globalThis.kept.push([1]);", loop()),
];

export const floods: Attack[] = [
  hog(
    "2,200,000 casts in one turn",
    "for (let at = 0; at < 2200000; at++) self.cast('witness', at);",
    flood("10,000 messages", "mailbox of witness"),
  ),
  hog(
    "casts that go on after the refusal",
    "for (let at = 0; at < 2200000; at++) { try { self.cast('witness', at); } catch {} }",
    flood("10,000 messages"),
  ),
  hog(
    "casts to nobody",
    "for (let at = 0; at < 2200000; at++) self.cast('nobody', at);",
    flood("200,000 events"),
  ),
  hog(
    "1,000,000 processes in one turn",
    "for (let at = 0; at < 1000000; at++) self.start(class extends suptree.GenServer {}).catch(() => {});",
    flood("processes"),
  ),
  hog(
    "processes of processes",
    "class Bomb extends suptree.GenServer { init() { for (let at = 0; at < 3; at++) this.start(Bomb).catch(() => {}); } } self.start(Bomb).catch(() => {}); await self.sleep(10);",
    { sentence: /more than 20,000 processes.*was in init/ },
  ),
  hog(
    "1,000,000 timers of the run",
    "for (let at = 0; at < 1000000; at++) self.sendAfter(1e6, self.self, at);",
    flood("200,000 events"),
  ),
  hog(
    "1,000,000 timers of the platform",
    "for (let at = 0; at < 1000000; at++) setTimeout(() => {}, 1e6);",
    flood("timers"),
  ),
  hog(
    "1,000,000 sleeps",
    "for (let at = 0; at < 1000000; at++) self.sleep(1e6).catch(() => {});",
    flood("timers"),
  ),
  hog("monitors", "for (let at = 0; at < 1000000; at++) self.monitor('witness');", flood("200,000 events")),
  hog(
    "links, made and taken back",
    "const other = self.whereis('witness'); for (let at = 0; at < 1000000; at++) { self.link(other); self.unlink(other); }",
    flood("200,000 events"),
  ),
  hog(
    "names",
    "for (let at = 0; at < 1000000; at++) self.register('name' + at);",
    inCallback("handleInfo", "was stopped|stopped answering"),
  ),
  hog(
    "calls that nobody waits for",
    "for (let at = 0; at < 1000000; at++) self.call('witness', at, 1e6).catch(() => {});",
    flood("mailbox of witness"),
  ),
  hog(
    "the console",
    "for (let at = 0; at < 1000000; at++) console.log('line', at);",
    flood("10,000 lines on the console"),
  ),
  hog(
    "the console, with long lines",
    "const line = 'x'.repeat(1000000); for (let at = 0; at < 1000; at++) console.log(line + at);",
    "held",
    undefined,
    { stopped: "it asks for nothing that is closed" },
  ),
  hog("a name of 10 MB", "self.register('x'.repeat(10000000));", "held", undefined, {
    stopped: "it asks for nothing that is closed",
  }),
  hog(
    "events that are lost when the stack is full",
    "const deep = () => { try { deep(); } finally { self.cast('witness', 1); } }; for (let at = 0; at < 100; at++) { try { deep(); } catch {} }",
    { sentence: /was stopped.*attacker|not be recorded|mailbox/ },
  ),
  hog(
    "two that keep each other busy",
    "class Echo extends suptree.GenServer { handleInfo({ to }) { this.send(to, { to: this.self }); } } const a = await self.start(Echo), b = await self.start(Echo); self.send(a, { to: b }); await self.sleep(1);",
    { sentence: /200,000 (events|steps)/ },
  ),
];
