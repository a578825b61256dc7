import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { model, supervisorUses } from "./model.ts";

const findings = (tree: TreeModel) => lint(tree).filter((finding) => finding.rule === "child-order");
const ids = (tree: TreeModel) => findings(tree).map((finding) => finding.messageId);

test("a call in init to a later sibling fails the boot", () => {
  const [finding, ...others] = findings(
    model({ App: { children: [{ id: "log" }, { id: "api", uses: ["init call db"] }, { id: "db" }] } }),
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "error",
    messageId: "bootFails",
    certainty: "exact",
    supervisor: "app.ts#App",
  });
  expect(finding!.message).toBe(
    "`api` calls `db` in its init, but `db` starts after it. So when `App` starts, `api` finds no process (noproc) and crashes, and the start of `App` fails with {shutdown, {failed_to_start_child, api, …}}; `log`, running already, is stopped again.",
  );
  expect(finding!.demonstration).toMatchObject({ root: "app.ts#App", faults: [] });
  expect(finding!.related.map((place) => place.message)).toEqual([
    "`db` starts here, after `api`",
    "`api` calls `db` here in init (name db)",
  ]);
});

test("the right order is silent, for every kind and phase", () => {
  for (const phase of ["init", "continue", "later"]) {
    for (const kind of ["call", "cast", "send", "monitor", "link", "lookup", "start"]) {
      expect(
        ids(model({ App: { children: [{ id: "db" }, { id: "api", uses: [`${phase} ${kind} db`] }] } })),
      ).toEqual([]);
    }
  }
});

test.each([
  ["init call", "bootFails", "error"],
  ["init link", "bootFails", "error"],
  ["init start", "bootFails", "error"],
  ["init call?", "guardedInInit", "warning"],
  ["init cast", "lostInInit", "warning"],
  ["init send", "lostInInit", "warning"],
  ["init lookup", "notFoundInInit", "warning"],
  ["init monitor", "monitorInInit", "warning"],
  ["continue call", "continueRace", "warning"],
  ["later call", "usedLater", "warning"],
  ["later lookup", "usedLater", "warning"],
  ["later cast", "lostLater", "info"],
])("%s against the order gives %s", (use, messageId, severity) => {
  const [finding, ...others] = findings(
    model({ App: { children: [{ id: "api", uses: [`${use} db`] }, { id: "db" }] } }),
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ messageId, severity });
});

test("watching a later sibling is no finding: a monitor is made for it", () => {
  expect(
    ids(model({ App: { children: [{ id: "api", uses: ["monitor db", "link db"] }, { id: "db" }] } })),
  ).toEqual([]);
});

test("one finding per pair says the worst and lists every use", () => {
  const tree = model({
    App: { children: [{ id: "api", uses: ["call db", "cast db", "init call db"] }, { id: "db" }] },
  });
  const [finding, ...others] = findings(tree);
  expect(others).toEqual([]);
  expect(finding!.messageId).toBe("bootFails");
  expect(finding!.related).toHaveLength(4);
});

test("nested: what runs below one child uses what runs below a later one", () => {
  const tree = model({
    App: { children: [{ id: "pool" }, { id: "storage" }] },
    Pool: { children: [{ id: "worker", uses: ["init call db"] }] },
    Storage: { children: [{ id: "db" }] },
  });
  const [finding, ...others] = findings(tree);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ messageId: "bootFails", supervisor: "app.ts#App" });
  expect(finding!.message).toContain(
    "`db` starts after it (`App` starts `pool`, which it runs under, before `storage`, which the other runs under)",
  );
  expect(finding!.children).toEqual([
    "app.ts#App/pool",
    "app.ts#App/storage",
    "app.ts#Pool/worker",
    "app.ts#Storage/db",
  ]);
});

test("a failing start takes the supervisors above with it", () => {
  const tree = model({
    Top: { children: [{ id: "app" }] },
    App: { children: [{ id: "api", uses: ["init call db"] }, { id: "db" }] },
  });
  expect(findings(tree)[0]!.message).toMatch(/; with it fails the start of `Top`\.$/);
});

test("rest_for_one and one_for_all say what a crash does", () => {
  const children = [{ id: "api", uses: ["call db"] }, { id: "db" }];
  const [rest] = findings(model({ App: { strategy: "rest_for_one", children } }));
  expect(rest!.message).toContain(
    "when `db` crashes, rest_for_one restarts it and what starts after it, but not `api`",
  );
  // A crash makes the call fail in any order: it is the start that shows this one.
  expect(rest!.demonstration).toMatchObject({ faults: [], shows: { kind: "use fails", when: "starting" } });
  const [all] = findings(model({ App: { strategy: "one_for_all", children } }));
  expect(all!.message).toContain("Under one_for_all a crash of any child repeats that.");
});

test("two that need each other: no order is right, so later uses are not reported; a failing boot is", () => {
  const both = [
    { id: "a", uses: ["call b"] },
    { id: "b", uses: ["call a"] },
  ];
  expect(ids(model({ App: { children: both } }))).toEqual([]);
  const through = [
    { id: "a", uses: ["call c"] },
    { id: "b", uses: ["init call a"] },
    { id: "c", uses: ["cast b"] },
  ];
  expect(ids(model({ App: { children: through } }))).toEqual([]);
  const boot = [
    { id: "a", uses: ["init call b"] },
    { id: "b", uses: ["call a"] },
  ];
  expect(ids(model({ App: { children: boot } }))).toEqual(["bootFails"]);
});

test("children started at run time have no place in the order", () => {
  const dynamicUser = model({
    App: { children: [{ id: "conns" }, { id: "router" }] },
    Conns: {
      dynamic: true,
      strategy: "simple_one_for_one",
      children: [{ id: "conn", dynamic: true, uses: ["init call router"] }],
    },
  });
  expect(ids(dynamicUser)).toEqual(["usedLater"]);
  const added = model({
    App: {
      children: [
        { id: "api", uses: ["init call late"] },
        { id: "late", dynamic: true },
      ],
    },
  });
  expect(ids(added)).toEqual([]);
});

test("asking a later dynamic supervisor for a child names the supervisor", () => {
  const tree = model({
    App: { children: [{ id: "registry", uses: ["init start conn"] }, { id: "conns" }] },
    Conns: { dynamic: true, children: [{ id: "conn", dynamic: true }] },
  });
  expect(findings(tree)[0]!.message).toContain(
    "`registry` starts children of `Conns` in its init, but `Conns` starts after it",
  );
});

test("a process that runs in two places is not late when one of them is early", () => {
  const tree = model({
    App: {
      children: [
        { id: "first", supervisor: "app.ts#Shared" },
        { id: "api", uses: ["init call cache"] },
        { id: "second", supervisor: "app.ts#Shared" },
      ],
    },
    Shared: { children: [{ id: "cache" }] },
  });
  expect(ids(tree)).toEqual([]);
});

test("different trees have no common order", () => {
  const tree = model({
    A: { children: [{ id: "api", uses: ["init call db"] }] },
    B: { children: [{ id: "db" }] },
  });
  expect(ids(tree)).toEqual([]);
});

test("a conditional child is best effort", () => {
  const tree = model({
    App: {
      children: [
        { id: "api", uses: ["init call db"] },
        { id: "db", cardinality: "maybe" },
      ],
    },
  });
  expect(findings(tree)[0]!.certainty).toBe("best effort");
});

test("a supervisor that calls its own child in init never starts", () => {
  const tree = supervisorUses(model({ App: { children: [{ id: "db" }] } }), "App", "call", "init", "db");
  const [finding] = findings(tree);
  expect(finding).toMatchObject({ messageId: "ownChildInInit", severity: "error" });
  // Starting its children is what a supervisor does.
  expect(
    ids(supervisorUses(model({ App: { children: [{ id: "db" }] } }), "App", "start", "init", "db")),
  ).toEqual([]);
});

test("severities can be set, and off is off", () => {
  const tree = model({ App: { children: [{ id: "api", uses: ["init call db"] }, { id: "db" }] } });
  expect(lint(tree, { rules: { "child-order": "hint" } })[0]!.severity).toBe("hint");
  expect(lint(tree, { rules: { "child-order": "off" } })).toEqual([]);
});

test("what stands behind a condition that is not decided is possible: no error, no fix", () => {
  const [finding, ...others] = findings(
    model({ App: { children: [{ id: "api", uses: ["init call~ db"] }, { id: "db" }] } }),
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    messageId: "perhapsInInit",
    severity: "warning",
    certainty: "best effort",
    fixes: [],
    demonstration: null,
  });
});
