/** The fields of a process as rows: everything that a field may hold, and nothing of it run. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Proc } from "../../src/runtime/core/proc.ts";
import { fieldRows } from "../../src/runtime/fields.ts";

const text = (state: unknown): string[] =>
  fieldRows(state).map(({ depth, name, text }) => `${"  ".repeat(depth)}${name}: ${text}`);

test("shows plain values, and what is inside lists, maps, sets and objects", () => {
  class Session {
    user = "ann";
  }
  class Server {
    count = 3;
    names = ["a"];
    sessions = new Map([["x", new Session()]]);
    tags = new Set([1]);
    when = new Date(0);
    nothing = null;
  }
  expect(text(new Server())).toEqual([
    "count: 3",
    "names: Array(1)",
    '  0: "a"',
    "sessions: Map(1)",
    '  "x" →: Session {…}',
    '    user: "ann"',
    "tags: Set(1)",
    "  0: 1",
    expect.stringMatching(/^when: .*1970/),
    "nothing: null",
  ]);
});

test("runs no getter, follows no circle, and survives whatever refuses to be looked at", () => {
  let runs = 0;
  const circle: Record<string, unknown> = {
    get now() {
      runs += 1;
      return 1;
    },
  };
  circle.self = circle;
  circle.deep = { up: circle };
  const hostile = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  expect(text({ circle, hostile })).toEqual([
    "circle: {…}",
    "  now: (a getter, not run)",
    "  self: ↑ the same as further up",
    "  deep: {…}",
    "    up: ↑ the same as further up",
    "hostile: [unreadable]",
  ]);
  expect(runs).toBe(0);
});

test("bounds what is large, wide or deep, and says how much is left out", () => {
  const wide = fieldRows({ list: Array.from({ length: 1_000 }, (_, at) => at) });
  expect(wide.length).toBeLessThan(60);
  expect(wide.at(-1)).toMatchObject({ name: "…", text: "950 more" });
  let deep: object = {};
  for (let at = 0; at < 1_000; at++) deep = { deep };
  expect(fieldRows(deep).length).toBeLessThan(10);
  const much = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, new Array(40).fill(at)]));
  expect(fieldRows(much).length).toBeLessThanOrEqual(400);
});

test("looks at the beginning of what is large, and says that there is more than it shows", () => {
  const bytes = new Uint8Array(50_000_000).fill(7);
  const sparse: number[] = [];
  sparse[1_000_000_000] = 1;
  const rows = fieldRows({ bytes, sparse, view: new DataView(new ArrayBuffer(8)), rule: /a+/g });
  const named = (wanted: string) => rows.find(({ name }) => name === wanted)?.text;
  expect(named("bytes")).toBe("Uint8Array(50000000)");
  expect(rows[1]).toEqual({ depth: 1, name: "0", text: "7" });
  expect(rows.find(({ text }) => text === "49999950 more")).toBeDefined();
  expect(named("sparse")).toBe("Array(1000000001)");
  expect(rows.filter(({ text }) => text === "(empty)")).toHaveLength(50);
  expect(named("view")).toBe("DataView(0)");
  expect(named("rule")).toContain("a+");
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, new Array(40).fill(at)]));
  const cut = fieldRows(many);
  expect(cut.at(-1)).toEqual({ depth: 0, name: "…", text: "there is more than is shown" });
});

test("any data is shown within the bounds, its own fields in their order", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.anything({ withMap: true, withSet: true, withDate: true })),
      (state) => {
        const rows = fieldRows(state);
        expect(rows.length).toBeLessThanOrEqual(400);
        const own = rows.filter(({ depth, name }) => depth === 0 && name !== "…").map(({ name }) => name);
        expect(own).toEqual(Object.keys(state).slice(0, own.length));
      },
    ),
    { numRuns: 200 },
  );
});

test("runs nothing of what it shows: accessors behind errors, dates, maps' keys, classes and what looks like a pid", () => {
  const ran: string[] = [];
  const seen = (what: string) => ({
    get() {
      ran.push(what);
      return what;
    },
  });
  const symbols = Object.getOwnPropertySymbols(Proc.prototype);
  expect(symbols.length).toBeGreaterThan(0);
  const rows = text({
    error: Object.defineProperties(new Error("x"), { message: seen("message"), name: seen("name") }),
    sub: new (class extends Error {
      override get message() {
        ran.push("inherited");
        return "";
      }
    })(),
    plain: new TypeError("no"),
    date: Object.assign(new Date(0), { toISOString: () => ran.push("date") }),
    never: new Date(Number.NaN),
    keys: new Map([[Object.defineProperty({}, "a", { enumerable: true, ...seen("key") }), 1]]),
    fn: Object.defineProperty(() => {}, "name", seen("function")),
    like: Object.defineProperties({}, { alive: seen("alive"), id: seen("id") }),
    marked: Object.fromEntries(symbols.map((symbol) => [symbol, () => ran.push("symbol")])),
    tag: Object.defineProperty({}, Symbol.toStringTag, seen("tag")),
  });
  expect(ran).toEqual([]);
  expect(rows).toEqual([
    "error: Error: ",
    "sub: Error: ",
    "plain: TypeError: no",
    "date: 1970-01-01T00:00:00.000Z",
    "never: [invalid date]",
    "keys: Map(1)",
    "  {…} →: 1",
    "fn: [function]",
    "like: {}",
    "marked: {}",
    "tag: {}",
  ]);
});

test("what whoever asks calls opaque is not asked, and neither is what inherits from it", () => {
  const proxy = new Proxy(
    {},
    { getPrototypeOf: () => expect.fail("asked"), ownKeys: () => expect.fail("asked") },
  );
  const rows = fieldRows({ proxy, map: new Map([[proxy, 1]]) }, (value) => value === proxy);
  expect(rows.map(({ text }) => text)).toEqual(["[a proxy, not asked]", "Map(1)", "1"]);
  expect(rows[2]?.name).toBe("[a proxy, not asked] →");
});
