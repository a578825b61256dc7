import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { SUPTREE_TRAITS } from "../../src/model/index.ts";
import { facts, model } from "./model.ts";

const findings = (tree: TreeModel) =>
  lint(tree).filter((finding) => finding.rule === "overloaded-supervisor");
const ids = (tree: TreeModel) => findings(tree).map((finding) => finding.messageId);
const many = (n: number) => Array.from({ length: n }, (_, index) => ({ id: `c${index + 1}` }));

test("too many children: from the thirteenth on, or as configured", () => {
  expect(ids(model({ App: { children: many(12) } }))).toEqual([]);
  const [finding] = findings(model({ App: { children: many(13), intensity: 3 } }));
  expect(finding).toMatchObject({ messageId: "tooManyChildren", severity: "warning" });
  expect(finding!.message).toBe(
    "`App` starts 13 children itself (more than 12). They share one restart budget (3 restarts in 5 s): 4 crashes in that time, of whichever children, stop them all. Give what belongs together a supervisor of its own.",
  );
  expect(
    lint(model({ App: { children: many(13) } }), {
      options: { "overloaded-supervisor": { maxChildren: 13 } },
    }).filter(({ rule }) => rule === "overloaded-supervisor"),
  ).toEqual([]);
});

const groups = [
  { id: "db" },
  { id: "users", uses: ["call db"] },
  { id: "queue" },
  { id: "mailer", uses: ["call queue"] },
];

test("unrelated groups are named with what they share", () => {
  const [finding, ...others] = findings(model({ App: { strategy: "rest_for_one", children: groups } }));
  expect(others).toEqual([]);
  expect(finding!.messageId).toBe("unrelatedGroups");
  expect(finding!.message).toContain(
    "2 groups of children that do not use each other: (`db` and `users`) and (`queue` and `mailer`)",
  );
  expect(finding!.message).toContain(
    "Under rest_for_one a crash of one restarts all that come after it, related or not",
  );
});

test("an absent edge is a fact only when everything was read", () => {
  const hidden = facts({
    unresolved: [
      {
        kind: "call",
        phase: "later",
        reason: "computed",
        location: { file: "a.ts", line: 1, column: 1, endLine: 1, endColumn: 2 },
      },
    ],
  });
  for (const process of [null, hidden]) {
    const children = groups.map((child) => (child.id === "mailer" ? { ...child, process } : child));
    expect(ids(model({ App: { children } }))).toEqual([]);
  }
  expect(
    ids(model({ App: { children: groups, unknown: [{ field: "children", reason: "spread of a call" }] } })),
  ).toEqual([]);
});

test("groups joined below the surface are one", () => {
  const tree = model({
    App: { children: [{ id: "db" }, { id: "users", uses: ["call db"] }, { id: "queue" }, { id: "mail" }] },
    Mail: {
      children: [
        { id: "mailer", uses: ["call queue"] },
        { id: "addresses", uses: ["call users"] },
      ],
    },
  });
  expect(ids(tree)).toEqual([]);
});

test("loners are no group", () => {
  expect(
    ids(model({ App: { children: [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d", uses: ["call c"] }] } })),
  ).toEqual([]);
});

test("static and dynamic children on one supervisor share the budget", () => {
  const children = [{ id: "registry" }, { id: "conn", dynamic: true }];
  const [finding] = findings(model({ App: { children } }));
  expect(finding!.messageId).toBe("staticAndDynamic");
  expect(finding!.message).toContain("2 crashes of `conn` in that time take `registry` down too");
  const temporary = [{ id: "registry" }, { id: "conn", dynamic: true, restart: "temporary" as const }];
  expect(ids(model({ App: { children: temporary } }))).toEqual([]);
  expect(ids(model({ App: { dynamic: true, children: [{ id: "conn", dynamic: true }] } }))).toEqual([]);
});

test("where only the child that crashes stops past the limit, nobody is said to take others down", () => {
  const dialects = [{ ...SUPTREE_TRAITS, definition: "spawn" as const, pastLimit: "children_stop" as const }];
  const children = [{ id: "registry" }, { id: "conn", dynamic: true }];
  const [shared] = findings({ ...model({ App: { children } }), dialects });
  expect(shared!.message).toBe(
    "`App` starts `registry` itself and gets `conn` at run time, as many as are asked for. Crashes of `conn` spend the restart budget (1 restart in 5 s) of `registry` too: when it is used up, the next that crashes is not started again. Put `conn` under a supervisor of its own.",
  );
  const many = Array.from({ length: 13 }, (_, i) => ({ id: `c${i}` }));
  const [crowded] = findings({ ...model({ App: { children: many } }), dialects });
  expect(crowded!.message).toContain(
    "when it is used up, by whichever children, the next that crashes in that time is not started again",
  );
  // All of them are concerned by each crash.
  const together = model({ App: { strategy: "one_for_all", children } });
  const [all] = findings({ ...together, dialects });
  expect(all!.message).toContain("take `registry` down too");
});

test("dynamic children that fall with an unrelated sibling", () => {
  const tree = (strategy: "rest_for_one" | "one_for_one", uses: string[] = []) =>
    model({
      App: { strategy, children: [{ id: "metrics" }, { id: "conns" }] },
      Conns: { dynamic: true, children: [{ id: "conn", dynamic: true, uses }] },
    });
  const [finding] = findings(tree("rest_for_one"));
  expect(finding!.messageId).toBe("dynamicBehindUnrelated");
  expect(finding!.message).toContain("A crash of `metrics` stops every process under `conns`");
  expect(finding!.demonstration!.faults).toEqual([{ child: "app.ts#App/metrics", kind: "crash" }]);
  expect(ids(tree("one_for_one"))).toEqual([]);
  expect(ids(tree("rest_for_one", ["call metrics"]))).toEqual([]);
  // A message that may be lost is no need.
  expect(findings(tree("rest_for_one", ["cast metrics"]))[0]!.message).toContain(
    "`metrics`, which is only sent to from there",
  );
});

test("waiting in the supervisor's own init", () => {
  const location = { file: "app.ts", line: 7, column: 3, endLine: 7, endColumn: 9 };
  const process = facts({ initAwaits: [{ what: "fetch", location }] });
  const [finding] = findings(model({ App: { process, children: many(2) } }));
  expect(finding).toMatchObject({ messageId: "workInInit", location });
});
