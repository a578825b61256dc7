/** Runs a function's body with the interpreter, and with the engine. */
import { analyzeSources } from "../../src/analysis/index.ts";
import { outsideOf } from "../../src/simulation/interpret/globals.ts";
import { Machine } from "../../src/simulation/interpret/machine.ts";
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
filled.set("k", 1);
for (const n of [2]) later = n;
`;

/** `imports`: what the file imports besides. */
export const codeOf = (body: string, imports = "", isAsync = false) =>
  analyzeSources(
    new Map([
      [
        "app.ts",
        `import { GenServer, Supervisor } from "suptree";
${imports}
${AROUND}
class W extends GenServer { ${isAsync ? "async " : ""}compute() { ${body} } }
export class S extends Supervisor { init() { return { children: [{ id: "w", start: [W] }] }; } }`,
      ],
    ]),
  ).code;

export const obstacleOf = (body: string, imports = "") =>
  new Readable(new Map(codeOf(body, imports).map((file) => [file.file, file]))).process("app.ts", "W")
    .obstacle;

/** Timers of the interpreted code ring at once, in the order of their times. */
export function interpreted(body: string, imports = "", isAsync = false): unknown {
  const timers = new Set<{ at: number; ring(): void }>();
  let now = 0;
  const ringNext = (): void => {
    const next = [...timers].sort((a, b) => a.at - b.at)[0];
    if (next === undefined) return;
    timers.delete(next);
    now = next.at;
    next.ring();
    setImmediate(ringNext);
  };
  setImmediate(ringNext);
  const machine = new Machine(
    codeOf(body, imports, isAsync),
    outsideOf(
      () => 5_000,
      () => 0.5,
      (ms, ring) => {
        const timer = { at: now + ms, ring };
        timers.add(timer);
        setImmediate(ringNext);
        return () => timers.delete(timer);
      },
    ),
  );
  machine.begin();
  const cls = machine.classNamed("app.ts", "W");
  if (cls === null) throw new Error("no class");
  const made = machine.make(cls, []);
  return (made.get("compute") as (this: unknown) => unknown).call(made);
}

/** The same by the engine; an enumeration is what TypeScript makes of it. */
export function real(body: string): unknown {
  const enumeration = `const Level = { Low: 0, 0: "Low", High: 5, 5: "High", Top: 6, 6: "Top" };`;
  const around = AROUND.replace(/enum Level.*/, enumeration);
  return new Function(`"use strict"; ${around}; return (function () { ${body} })();`)();
}
