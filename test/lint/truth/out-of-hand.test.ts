/** Objects that a start gives and that other code changes, and fields that only methods set which nothing calls. */
import { describe } from "vitest";
import { app, cases } from "./program.ts";

const FAILS = ["child-order bootFails"];
const PERHAPS = ["child-order perhapsInInit?"];
const OPTIONS = "class Options { size = 3; to = 'carrier'; }";

const asks = (outside: string, use: string, inside = ""): string =>
  app(
    `${outside}
class Quota extends GenServer { async init(o) { ${use} } }
class Carrier extends GenServer { handleCall(q) { return reply(q, 1); } }`,
    `{ id: "quota", start: [Quota, options] }, { id: "carrier", start: [Carrier], name: "carrier" }`,
  ).replace("init() { return { ", `init() { ${inside} return { `);
const bySize = `if (o.size === 3) await this.call("carrier", {});`;

describe("an object that a package has as well may be changed by it", () => {
  cases([
    ["near miss: it is as it was made", asks(`${OPTIONS} const options = new Options();`, bySize), FAILS],
    [
      "given by its module",
      asks(`import { wrap } from "wraps"; ${OPTIONS} const options = new Options(); wrap(options);`, bySize),
      PERHAPS,
    ],
    [
      "in an object",
      asks(
        `import { Bus } from "wraps"; ${OPTIONS} const options = new Options(); export const bus = new Bus({ options });`,
        bySize,
      ),
      PERHAPS,
    ],
    [
      "by who starts it",
      asks(
        `import { wrap } from "wraps"; ${OPTIONS}`,
        bySize,
        "const options = new Options(); wrap(options);",
      ),
      PERHAPS,
    ],
    [
      "near miss: only a function of the program has it",
      asks(`${OPTIONS} const options = new Options(); const look = (o) => o.size; look(options);`, bySize),
      FAILS,
    ],
    [
      "near miss: it is only logged",
      asks(`${OPTIONS} const options = new Options(); console.log(options);`, bySize),
      FAILS,
    ],
  ]);
});

describe("what another file sets is not what it began with", () => {
  const files = (options: string, other: string): string =>
    `// file: options.ts
${options}
// file: other.ts
import { options } from "./options.ts";
${other}
// file: app.ts
${asks(`import { options } from "./options.ts"; import "./other.ts";`, "if (o.size === 3) await this.call(o.to, {});")}`;
  const object = `export const options = { size: 3, to: "carrier" };`;
  const made = `${OPTIONS} export const options = new Options();`;
  cases([
    ["a property", files(object, `options.to = "other";`)],
    ["in a function", files(object, `export const change = () => { options.to = "other"; };`)],
    ["a field", files(made, `options.to = "other";`)],
    ["a field, in a function", files(made, `export function change() { options.to = "other"; }`)],
    ["what decides", files(object, `export function change(n) { options.size = n; }`), PERHAPS],
    ["near miss: another property", files(object, `options.name = "quota";`), FAILS],
    ["near miss: it is only read", files(made, `export const to = options.to;`), FAILS],
    ["near miss: of another variable", files(made, `{ const options = {}; options.to = "other"; }`), FAILS],
  ]);
});

describe("what no code calls sets nothing", () => {
  const keeps = (strategy: string, members: string, base = ""): string =>
    app(
      `class Store extends GenServer { handleCast() {} }
abstract class Base extends GenServer { ${base} }
class Api extends Base { ${members} handleCast(m) { const p = this.peer; if (p) this.cast(p, m); } }`,
      `{ id: "store", start: [Store], name: "store" }, { id: "api", start: [Api] }`,
      `strategy: "${strategy}",`,
    );
  const field = "protected peer: Pid | undefined;";
  const attach = `attach(p: Pid) { this.peer = p; } detach() { this.peer = undefined; }`;
  const init = `init() { this.attach(this.whereis("store")!); }`;
  const found = `init() { this.peer = this.whereis("store")!; }`;
  const later = (by: string): string => `handleInfo(m) { ${by} }`;
  cases([
    ["of a base class", keeps("rest_for_one", init, field + attach)],
    ["of its own", keeps("rest_for_one", field + attach + found)],
    [
      "so the strategy decides",
      keeps("one_for_one", init, field + attach),
      ["strategy-mismatch keepsDeadPid"],
    ],
    [
      "near miss: it is called",
      keeps("rest_for_one", init + later("this.attach(m.pid);"), field + attach),
      ["missing-monitor keepsDeadPid"],
    ],
    [
      "near miss: by a name that is computed, it may be called",
      keeps("rest_for_one", init + later("this[m.name](m.pid);"), field + attach),
    ],
  ]);
});
