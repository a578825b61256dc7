/** Facts about pids that are got once and kept, and about starts that start nothing. */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";

const analyze = (text: string) => analyzeSources(new Map([["app.ts", text]]));

/** How the uses of `db` go: `call later` and what they keep. */
function uses(cache: string, fields = "db!: Pid<Db>;", children = '{ id: "cache", start: [Cache] }') {
  const { edges } = analyze(`
import { GenServer, type Pid, processName, Supervisor } from "suptree";
const DB = processName("db");
class Db extends GenServer {}
class Cache extends GenServer {
  ${fields}
  ${cache}
}
export class AppSup extends Supervisor {
  init() {
    const given = this.whereis(DB);
    return { children: [{ id: "db", start: [Db], name: DB }, ${children}] };
  }
}
`);
  return edges
    .filter(({ phase, kind }) => phase === "later" && kind !== "lookup")
    .map(
      ({ kind, keptPid }) =>
        `${kind} ${keptPid ? [keptPid.by, keptPid.name, keptPid.field].join(" ").trim() : "-"}`,
    );
}

describe("kept pids", () => {
  const call = "handleCall() { return this.call(this.db, {}); }";

  it("are fields that only init sets, also through what init calls and what the class extends", () => {
    expect(uses(`init() { this.db = this.whereis(DB); } ${call}`)).toEqual(["call field db"]);
    expect(uses(`init() { this.find(); } find() { this.db = this.whereis("db"); } ${call}`)).toEqual([
      "call field db",
    ]);
    expect(
      uses(
        `init() { const pid = this.whereis(DB); if (!pid) throw new Error("no db"); this.db = pid; } ${call}`,
      ),
    ).toEqual(["call field db"]);
    expect(
      uses(`init() { this.#db = this.whereis(DB); } handleCast() { this.cast(this.#db, {}); }`, "#db;"),
    ).toEqual(["cast field #db"]);
  });

  it("are arguments of the start, and fields that keep one", () => {
    const given = '{ id: "cache", start: [Cache, given] }';
    expect(uses(`init(db) { this.db = db; } ${call}`, "", given)).toEqual([
      "call argument argument 1 of its start db",
    ]);
    expect(
      uses(`init({ db }) { this.db = db; } ${call}`, "", given.replace("given]", "{ db: given }]")),
    ).toEqual(["call argument argument 1 of its start.db db"]);
    const named = '{ id: "cache", start: [Cache, DB] }';
    expect(uses(`init(db) { this.db = db; } ${call}`, "", named)).toEqual(["call -"]);
  });

  it.each([
    ["a name", `init() { this.db = DB; } ${call}`],
    ["a lookup at each use", "handleCall() { return this.call(this.whereis(DB), {}); }"],
    [
      "set again later",
      `init() { this.db = this.whereis(DB); } ${call} handleCast() { this.db = this.whereis(DB); }`,
    ],
    [
      "set again in a timer",
      `init() { this.db = this.whereis(DB); setTimeout(() => { this.db = this.whereis(DB); }, 9); } ${call}`,
    ],
    [
      "set in a method that something may call by its name",
      `init(o) { this.db = this.whereis(DB); if (o.renews) this.again = "renew"; } ${call} renew() { this.db = this.whereis(DB); }`,
    ],
    ["one of two", `init() { this.db = this.whereis(DB) ?? DB; } ${call}`],
    ["perhaps something else", `init(o) { this.db = o.db ?? this.whereis(DB); } ${call}`],
    [
      "set by init and by handleContinue",
      `init() { this.db = this.whereis(DB); } handleContinue() { this.db = this.whereis(DB); } ${call}`,
    ],
  ])("are not: %s", (_, cache) => {
    expect(uses(cache)).toEqual(["call -"]);
  });
});

describe("noex starts that hand out what was started before", () => {
  const startedBefore = (start: string, prelude = "") => {
    const { supervisors } = analyze(`
import { GenServer, Supervisor } from "@hamicek/noex";
const server = { init: () => 0, handleCall: (m, n) => [n, n], handleCast: (m, n) => n };
const made = await GenServer.start(server);
const make = () => GenServer.start(server);
let held;
${prelude}
await Supervisor.start({ children: [{ id: "a", start: ${start} }] });
`);
    const child = supervisors.find(({ children }) => children[0]?.id === "a")!.children[0]!;
    return child.startedBefore?.line ?? null;
  };

  it("are noted with the place", () => {
    expect(startedBefore("async () => made")).toBe(4);
    expect(startedBefore("() => Promise.resolve(made)")).toBe(4);
    expect(startedBefore("async () => { const ref = made; return ref; }")).toBe(4);
    expect(startedBefore("async () => sub", "const sub = await Supervisor.start({ children: [] });")).toBe(7);
  });

  it("are not those that start something, here or in what they call", () => {
    for (const start of [
      "() => GenServer.start(server)",
      "make",
      "() => make()",
      "async () => { const ref = await make(); return ref; }",
      "async () => { held = await GenServer.start(server); return held; }",
      "async () => (Math.random() > 0.5 ? made : make())",
      "elsewhere",
    ])
      expect(startedBefore(start), start).toBeNull();
  });
});
