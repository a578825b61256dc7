import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { applyEdits, lint } from "../../src/lint/index.ts";
import type { Finding, TreeModel } from "../../src/model/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";
import { check } from "./check.ts";
import { type ChildSketch, facts, model } from "./model.ts";

const found = (tree: TreeModel, options = {}): Finding[] =>
  lint(tree, options).filter(({ rule }) => rule === "blast-radius");
const ids = (tree: TreeModel) => found(tree).map(({ messageId }) => messageId);

const app = (children: string) => `
import { DynamicSupervisor, GenServer, Supervisor } from "suptree";
class A extends GenServer {}
class B extends GenServer { handleCall() { return this.call("a", {}); } }
class C extends GenServer {}
export class AppSup extends Supervisor {
             ~~~~~~ blast-radius unrelatedUnderOneForAll
  init() {
    return { strategy: "one_for_all", children: [${children}] };
  }
}
`;

test("unrelated children under one_for_all: the numbers, and one word as the fix", async () => {
  const text = app('{ id: "a", start: [A], name: "a" }, { id: "c", start: [C] }, { id: "d", start: [C] }');
  const { findings, fixed, files } = check("blast-radius", text);
  const [finding] = findings;
  expect(finding!.message).toBe(
    "`AppSup` is one_for_all, but `a`, `c` and `d` do not use each other. A crash of `a` stops all 3 processes under `AppSup`, and 2 of them have nothing to do with it. With one_for_one only the one that crashed is started again.",
  );
  expect(finding!.certainty).toBe("exact");
  expect(finding!.fixes.map(({ title, safe }) => [title, safe])).toEqual([
    ["Make `AppSup` one_for_one", false],
  ]);
  expect(fixed!.get("app.ts")).toBe(files.get("app.ts")!.replace("one_for_all", "one_for_one"));
  const shown = await demonstrate(analyzeSources(files), finding!.demonstration!);
  expect(shown).toMatchObject({
    verdict: "shown",
    because: expect.stringContaining("c, d went down as well"),
  });
  // With the fix the same crash does no harm.
  const after = analyzeSources(fixed!);
  expect(await demonstrate(after, finding!.demonstration!)).toMatchObject({ verdict: "not shown" });
  expect(found(after)).toEqual([]);
});

test("one group that belongs together gets a supervisor of its own, and the one above is one_for_one", () => {
  const text = app('{ id: "a", start: [A], name: "a" }, { id: "b", start: [B] }, { id: "c", start: [C] }');
  const { findings, fixed } = check("blast-radius", text);
  expect(findings[0]!.message).toContain("(`a` and `b`) and `c` do not use each other. A crash of `c` stops");
  expect(findings[0]!.fixes[0]!.title).toBe(
    "Move `a` and `b` into a supervisor of their own, `ASup`, and make `AppSup` one_for_one",
  );
  const tree = analyzeSources(fixed!);
  expect(tree.supervisors.map(({ name, strategy }) => [name, strategy])).toEqual([
    ["AppSup", "one_for_one"],
    ["ASup", "one_for_all"],
  ]);
  expect(found(tree)).toEqual([]);
});

test("children that use each other belong together", () => {
  const { findings } = check(
    "blast-radius",
    app('{ id: "a", start: [A], name: "a" }, { id: "b", start: [B] }').replace(/ +~+ .*\n/, ""),
  );
  expect(findings).toEqual([]);
});

const group = (children: ChildSketch[]) => model({ App: { strategy: "one_for_all", children } });

test("an absent use is a fact only when everything was read", () => {
  const location = { file: "a.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
  const unresolved = (pattern?: string) =>
    facts({
      unresolved: [{ kind: "call", phase: "later", reason: "?", location, ...(pattern ? { pattern } : {}) }],
    });
  expect(ids(group([{ id: "a" }, { id: "b" }]))).toEqual(["unrelatedUnderOneForAll"]);
  expect(ids(group([{ id: "a" }, { id: "b", process: null }]))).toEqual([]);
  expect(ids(group([{ id: "a" }, { id: "b", process: unresolved() }]))).toEqual([]);
  // A name that is known in part rules out whoever has another one, but not who may have any.
  expect(
    ids(
      group([
        { id: "a", name: "a" },
        { id: "b", process: unresolved("room:*") },
      ]),
    ),
  ).toHaveLength(1);
  expect(ids(group([{ id: "a" }, { id: "b", process: unresolved("room:*") }]))).toEqual([]);
  expect(
    ids(
      group([
        { id: "a", name: "room:1" },
        { id: "b", process: unresolved("room:*") },
      ]),
    ),
  ).toEqual([]);
  const open = group([{ id: "a" }, { id: "b" }]);
  open.supervisors[0]!.unknown.push({ field: "children", reason: "spread of a call" });
  expect(ids(open)).toEqual([]);
});

test("any use ties children, in any direction and over others", () => {
  expect(ids(group([{ id: "a", uses: ["cast b"] }, { id: "b" }]))).toEqual([]);
  expect(ids(group([{ id: "a" }, { id: "b", uses: ["monitor a"] }]))).toEqual([]);
  expect(ids(group([{ id: "a" }, { id: "b", uses: ["call a", "call c"] }, { id: "c" }]))).toEqual([]);
  const deep = model({
    App: { strategy: "one_for_all", children: [{ id: "a" }, { id: "inner" }] },
    Inner: { children: [{ id: "b", uses: ["call a"] }] },
  });
  expect(ids(deep)).toEqual([]);
});

test("what a process that a child starts uses, the child uses", () => {
  const text = app('{ id: "a", start: [A], name: "a" }, { id: "c", start: [C] }').replace(/ +~+ .*\n/, "");
  check(
    "blast-radius",
    text.replace(
      "AppSup extends Supervisor {",
      "AppSup extends Supervisor {\n             ~~~~~~ blast-radius unrelatedUnderOneForAll",
    ),
  );
  check(
    "blast-radius",
    text.replace(
      "class C extends GenServer {}",
      "class C extends GenServer { async init() { await this.startLink(B); } }",
    ),
  );
});

test("an editor's linter knows too what a child's helper may use", () => {
  const text = `
import { GenServer, Supervisor } from "suptree";
class A extends GenServer {}
class Helper extends GenServer { handleCast(m) { this.send(m.pid, {}); } }
class C extends GenServer { async init() { await this.startLink(Helper); } }
export class AppSup extends Supervisor {
  init() {
    return { strategy: "one_for_all", children: [{ id: "a", start: [A], name: "a" }, { id: "c", start: [C] }] };
  }
}
`;
  const tree = analyzeSources(new Map([["app.ts", text]]));
  expect(found(tree)).toEqual([]);
});

test("who does not pull others down, and who is the worst", () => {
  const temporary = { restart: "temporary" as const };
  expect(
    ids(
      group([
        { id: "a", ...temporary },
        { id: "b", ...temporary },
      ]),
    ),
  ).toEqual([]);
  expect(found(group([{ id: "a", ...temporary }, { id: "b" }]))[0]!.message).toContain("A crash of `b`");
  expect(ids(group([{ id: "a" }]))).toEqual([]);
  const tree = model({
    App: { strategy: "one_for_all", children: [{ id: "pool" }, { id: "c" }] },
    Pool: { children: [{ id: "w", cardinality: "many", count: 4, uses: ["call x"] }, { id: "x" }] },
  });
  expect(found(tree)[0]!.message).toContain(
    "A crash of `c` stops all 7 processes under `App`, and 6 of them",
  );
});

test("a pool of workers under one_for_all", () => {
  const pool = { id: "w-*", cardinality: "many" as const, count: 4 };
  const [finding] = found(group([pool]));
  expect(finding!.message).toBe(
    "`App` is one_for_all, but its children (`w-*`, each by itself) do not use each other. A crash of one `w-*` stops all 4 processes under `App`, and 3 of them have nothing to do with it. With one_for_one only the one that crashed is started again.",
  );
  expect(ids(group([{ ...pool, uses: ["call w-*"] }]))).toEqual([]);
  expect(ids(group([{ ...pool, count: 1 }]))).toEqual([]);
});

test("a conditional child makes it best effort", () => {
  expect(found(group([{ id: "a" }, { id: "b" }, { id: "c", cardinality: "maybe" }]))[0]!.certainty).toBe(
    "best effort",
  );
});

test("of two, one has nothing to do with the other", () => {
  const [finding] = check("blast-radius", app('{ id: "a", start: [A] }, { id: "c", start: [C] }')).findings;
  expect(finding!.message).toContain(
    "stops both processes under `AppSup`, and 1 of them has nothing to do with it.",
  );
});

test("what was started at run time does not come back", () => {
  const tree = (uses: string[]) =>
    model({
      App: { strategy: "one_for_all", children: [{ id: "metrics" }, { id: "conns" }] },
      Conns: { dynamic: true, children: [{ id: "conn", dynamic: true, uses }] },
    });
  expect(found(tree([]))[0]!.message).toContain(
    "stops everything (at least 2 processes) under `App`, and at least 1 of them has nothing to do with it; what was started at run time under `conns` is not started again",
  );
  // A message that may be lost ties them, but not so that all connections must fall.
  const [finding] = found(tree(["cast metrics"]));
  expect(finding).toMatchObject({
    messageId: "dynamicInGroup",
    children: ["app.ts#App/conns", "app.ts#App/metrics"],
  });
  expect(finding!.message).toContain(
    "in the one_for_all group of `metrics`, which is only sent to from there",
  );
  expect(ids(tree(["call metrics"]))).toEqual([]);
});

const rest = (children: ChildSketch[]) =>
  model({ App: { strategy: "rest_for_one", children }, Pool: { children: many(6, "p") } });
const many = (n: number, stem = "w") =>
  Array.from({ length: n }, (_, index) => ({ id: `${stem}${index + 1}` }));

test("rest_for_one where nothing follows", async () => {
  const { findings, fixed, files } = check(
    "blast-radius",
    `
import { GenServer, Supervisor } from "@hamicek/noex";
import { GenServer as Server } from "@hamicek/noex";
const clock = { init: () => 0, handleCall: () => [0, 0], handleCast: (_, n) => n };
export const app = await Supervisor.start({
                         ~ blast-radius nothingFollows
  strategy: 'rest_for_one',
  children: [
    { id: 'a', start: () => Server.start(clock) },
    { id: 'b', start: () => Server.start(clock) },
  ],
});
`,
  );
  expect(findings[0]!.message).toBe(
    "`app` is rest_for_one, but none of its children uses another. A crash of `a` stops 1 process that starts after it without, as far as the code shows, needing it. With one_for_one only the one that crashed is started again.",
  );
  expect(fixed!.get("app.ts")).toBe(files.get("app.ts")!.replace("rest_for_one", "one_for_one"));
  expect(await demonstrate(analyzeSources(files), findings[0]!.demonstration!)).toMatchObject({
    verdict: "shown",
  });
});

test("rest_for_one that takes more than it needs", () => {
  const users = { id: "users", uses: ["call db"] };
  const [finding, ...others] = found(rest([{ id: "db" }, { id: "pool" }, users]));
  expect(others).toEqual([]);
  expect(finding!.message).toBe(
    "Under rest_for_one a crash of `db` stops 8 processes that start after it. 7 of them (`pool`) do not use it; only `users` does. Start `pool` before `db`, or give `db` and `users` a supervisor of their own.",
  );
  expect(finding!.location).toEqual(rest([{ id: "db" }]).supervisors[0]!.children[0]!.location);
  // Fewer than five, or fewer than those that do use it, are what a chain costs.
  expect(ids(rest([{ id: "db" }, { id: "a" }, users]))).toEqual([]);
  expect(ids(rest([{ id: "db" }, ...many(4), users]))).toEqual([]);
  expect(ids(rest([{ id: "db" }, ...many(5), users]))).toEqual(["takesUnrelated"]);
  const dependent = many(6).map(({ id }) => ({ id, uses: ["call db"] }));
  expect(ids(rest([{ id: "db" }, ...dependent.slice(1), { id: "a" }, { id: "b" }]))).toEqual([
    "takesUnrelated",
  ]);
  const chain = many(6).map(({ id }, n) => ({ id, uses: [n === 0 ? "call db" : `call w${n}`] }));
  expect(ids(rest([{ id: "db" }, ...chain, { id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }]))).toEqual([]);
  expect(
    found(rest([{ id: "db" }, { id: "pool" }, users]), {
      options: { "blast-radius": { minUnneeded: 8 } },
    }),
  ).toEqual([]);
});

test("those that only share what they use are better off one_for_one", () => {
  const children = [{ id: "db" }, ...many(6).map(({ id }) => ({ id, uses: ["call db"] }))];
  const [finding] = found(rest(children));
  expect(finding!.message).toBe(
    "Under rest_for_one a crash of `w1` stops 5 processes that start after it. 5 of them (`w2`, `w3`, `w4`, `w5` and `w6`) do not use it. Give `w1`, `w2`, `w3`, `w4`, `w5` and `w6` a supervisor of their own that is one_for_one.",
  );
});

test("who may use it is not said to do", () => {
  const location = { file: "a.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
  const process = facts({ unresolved: [{ kind: "call", phase: "later", reason: "?", location }] });
  const [finding] = found(rest([{ id: "db" }, { id: "pool" }, { id: "x", process }]));
  expect(finding!.message).toContain("at most `x` does");
});

test("dynamic supervisors behind the unrelated are another rule's", () => {
  const tree = model({
    App: { strategy: "rest_for_one", children: [{ id: "metrics" }, { id: "conns" }] },
    Conns: { dynamic: true, children: [{ id: "conn", dynamic: true }] },
  });
  expect(ids(tree)).toEqual([]);
  expect(lint(tree).map(({ rule }) => rule)).toContain("overloaded-supervisor");
});

test("one_for_one and unknown strategies say nothing", () => {
  for (const strategy of ["one_for_one", null] as const)
    expect(ids(model({ App: { strategy, children: [{ id: "a" }, { id: "b" }] } }))).toEqual([]);
});

test("the fix leaves alone what the source does not say in so many words", () => {
  const text = (strategy: string) => `
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
class A extends GenServer {}
const ALL = "one_for_all";
export class AppSup extends Supervisor {
  init() {
    return {
      strategy: ${strategy},
      children: [{ id: "a", start: [A] }, { id: "b", start: [A] }] as const,
    };
  }
}
`;
  const fixes = (strategy: string) => {
    const files = new Map([["app.ts", text(strategy)]]);
    const [finding] = lint(analyzeSources(files), { sources: files }).filter(
      ({ rule }) => rule === "blast-radius",
    );
    expect(finding, strategy).toBeDefined();
    return finding!.fixes.map(({ edits }) => applyEdits(files.get("app.ts")!, edits));
  };
  expect(fixes("ALL")).toEqual([]);
  expect(fixes('"one_for_all" as const')).toEqual([text('"one_for_one" as const')]);
});
