/** Programs as different people write them: what each says for certain is known, and nothing else. */
import { describe, expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import { analyze, check } from "./check.ts";

const HEAD = `import { GenServer, Supervisor } from "suptree";
class A extends GenServer {} class B extends GenServer {} class C extends GenServer {}
`;
const init = (body: string): string => `${HEAD}export class S extends Supervisor { init() { ${body} } }`;

describe("a list that only one branch changes", () => {
  test.each([
    [
      "at its beginning and at its end",
      `const children = [{ id: "a", start: [A] }];
      if (process.env.X) children.push({ id: "b", start: [B] });
      else if (process.env.Y) children.unshift({ id: "c", start: [C] });
      return { children };`,
      `
      S
        c: C maybe
        a: A
        b: B maybe
      `,
    ],
    [
      "by taking from it",
      `const children = [{ id: "a", start: [A] }, { id: "b", start: [B] }];
      if (process.env.X) children.pop();
      return { children };`,
      `
      S
        a: A
        b: B maybe
      `,
    ],
    [
      "by replacing an element",
      `const children = [{ id: "a", start: [A] }, { id: "b", start: [B] }];
      if (process.env.X) children[0] = { id: "a", start: [C], restart: "temporary" };
      return { children };`,
      `
      S
        a: C maybe temporary
        a: A maybe
        b: B
      `,
    ],
    [
      "by turning it round: the order is not known",
      `const children = [{ id: "a", start: [A] }, { id: "b", start: [B] }];
      if (process.env.X) children.reverse();
      return { children };`,
      `
      S
        ! children: depends on a condition: process.env.X
      `,
    ],
  ])("%s", (_, body, expected) => {
    check(init(body), expected);
  });
});

test("what Object.assign takes from something unknown may replace what was there", () => {
  check(
    init(`const limits = Object.assign({ intensity: 3 }, JSON.parse(process.env.LIMITS ?? "{}"), { period: 9 });
      return { ...limits, children: [Object.assign({}, { id: "a", start: [A] }, process.env.X ? { restart: "temporary" } : {})] };`),
    `
    S null null in 9s null
      a: A null !restart: "restart" may be absent;
      ! intensity: ...JSON.parse(...) is not known: computed at run time: JSON.parse(...)
      ! autoShutdown: ...JSON.parse(...) is not known: computed at run time: JSON.parse(...)
      ! strategy: ...JSON.parse(...) is not known: computed at run time: JSON.parse(...)
    `,
  );
});

test("CommonJS: classes that are exports, several in one, Object.assign, spreads of other modules", () => {
  check(
    `// FILE limits.js
    const limits = { period: 30 };
    Object.assign(exports, { limits, STRATEGY: "rest_for_one" });
    // FILE specs.js
    const { GenServer } = require("suptree");
    exports.W = exports.Worker = class Worker extends GenServer {};
    exports.spec = (id) => ({ id, start: [exports.Worker] });
    // FILE parts.js
    exports = module.exports = { ...require("./limits"), ...require("./specs"), ids: { first: "one" } };
    exports.more = (n) => n + 1;
    // FILE root.js
    const { Supervisor } = require("suptree");
    const parts = require("./parts");
    const { W, STRATEGY } = parts;
    module.exports.Root = class Root extends Supervisor {
      init() { return { strategy: STRATEGY, period: parts.limits.period, intensity: parts.more(4), children: [{ id: parts.ids.first, start: [W] }] }; }
    };
    module.exports.more = { Other: class extends Supervisor { init() { return { children: [{ id: "root", start: [module.exports.Root] }] }; } } };`,
    `
    Root rest_for_one 5 in 30s
      one: Worker
    `,
  );
});

describe("processes that a process starts", () => {
  test("a linked one may be kept without a monitor", () => {
    const model = analyze(`import { GenServer, Supervisor } from "suptree";
      class Helper extends GenServer {}
      class W extends GenServer { helper; async init() { this.helper = await this.startLink(Helper); } }
      class V extends GenServer { helper; async init() { this.helper = await this.start(Helper); } handleCall() { return this.call(this.helper, "go"); } }
      class S extends Supervisor { init() { return { children: [{ id: "w", start: [W] }, { id: "v", start: [V] }] }; } }`);
    const monitors = lint(model).filter((finding) => finding.rule === "missing-monitor");
    expect(monitors.map((finding) => finding.message.split(" ")[0])).toEqual(["`V`"]);
    // Of two that run the same code it is the one that was started there.
    expect(model.edges.map((edge) => [edge.from, edge.to])).toEqual([["main.ts#S/v", "main.ts#Helper~2"]]);
  });

  test("under a supervisor that is an argument of the start", () => {
    check(
      `import { GenServer, Supervisor, DynamicSupervisor } from "suptree";
      class Conn extends GenServer { init(url) {} }
      class ConnSup extends DynamicSupervisor { init() { return { child: { start: [Conn] } }; } }
      class Rooms extends DynamicSupervisor { init() { return {}; } }
      class Reg extends GenServer {
        #sup; rooms;
        init({ via, rooms }) { this.#sup = via; this.rooms = rooms; }
        async handleCall(r) { this.monitor(await this.startChild(this.#sup, [r.url])); }
        async handleCast(m) { await this.startChild(this.rooms, { id: "lobby", start: [Conn, m] }); }
      }
      class S extends Supervisor { init() { return { children: [
        { id: "conns", name: "conns", start: [ConnSup] }, { id: "rooms", name: "rooms", start: [Rooms] },
        { id: "reg", start: [Reg, { via: "conns", rooms: "rooms" }] } ] }; } }`,
      `
      ConnSup simple_one_for_one
        Conn: Conn many dynamic
      Rooms one_for_one
        lobby: Conn many dynamic
      S
        conns: ConnSup ▸ as conns
        rooms: Rooms ▸ as rooms
        reg: Reg
      S/reg start S/conns in later (argument 1 of its start.via)
      S/reg monitor ConnSup/Conn in later (the process started here)
      S/reg start S/rooms in later (argument 1 of its start.rooms)
      `,
    );
  });
});
