/** A small model and messages of every kind, for the protocol's tests. */

import type { Child, Finding, Location, Supervisor, TreeModel } from "../../src/model/index.ts";
import { DIALECTS } from "../lint/model.ts";

export const location: Location = { file: "src/app.ts", line: 3, column: 1, endLine: 9, endColumn: 2 };

export function child(supervisor: string, id: string, more: Partial<Child> = {}): Child {
  return {
    key: `${supervisor}/${id}`,
    id,
    type: "worker",
    restart: "permanent",
    shutdown: 5000,
    significant: false,
    start: { symbol: id, file: "src/app.ts", line: 1 },
    supervisor: null,
    cardinality: "one",
    count: null,
    dynamic: false,
    name: null,
    location,
    process: null,
    defaults: [],
    unknown: [],
    ...more,
  };
}

export function supervisor(name: string, children: Child[], more: Partial<Supervisor> = {}): Supervisor {
  return {
    key: `src/app.ts#${name}`,
    name,
    dialect: "suptree",
    location,
    childrenLocation: null,
    strategy: "one_for_one",
    intensity: 1,
    period: 5,
    autoShutdown: "never",
    children,
    dynamic: false,
    process: null,
    defaults: [],
    unknown: [],
    ...more,
  };
}

export function model(supervisors: Supervisor[], more: Partial<TreeModel> = {}): TreeModel {
  const started = new Set(supervisors.flatMap((s) => s.children.map((c) => c.supervisor)));
  return {
    schemaVersion: 1,
    supervisors,
    roots: supervisors.map((s) => s.key).filter((key) => !started.has(key)),
    applications: [],
    orphans: [],
    edges: [],
    problems: [],
    dialects: DIALECTS,
    testFiles: [],
    ...more,
  };
}

export const sampleModel = model([
  supervisor("AppSup", [
    child("src/app.ts#AppSup", "registry", {
      process: {
        symbol: "Registry",
        location,
        trapsExit: true,
        hasTerminate: false,
        handlesDown: false,
        handlesExit: true,
        monitors: false,
        registers: ["registry"],
        keepsPids: [{ field: "pid", location }],
        initAwaits: [{ what: "fetch", location }],
        stopsItself: [{ reason: null, location }],
        unresolved: [{ kind: "call", phase: "init", reason: "a computed name", location }],
      },
      unknown: [
        { field: "id", reason: "computed", location },
        { field: "restart", reason: "computed" },
      ],
    }),
    child("src/app.ts#AppSup", "http", { restart: null, shutdown: "infinity" }),
  ]),
]);

export const sampleFinding: Finding = {
  rule: "child-order",
  messageId: "callInInit",
  severity: "error",
  message: "registry calls http in init",
  location,
  related: [{ message: "here", location }],
  certainty: "exact",
  supervisor: "src/app.ts#AppSup",
  children: ["src/app.ts#AppSup/registry"],
  fixes: [{ title: "Move", edits: [{ location, newText: "x" }], safe: true }],
  demonstration: {
    root: "src/app.ts#AppSup",
    faults: [
      { child: "src/app.ts#AppSup/http", kind: "crash", reason: "boom" },
      { child: "x", kind: "kill" },
    ],
    expect: "registry fails to start",
    shows: { kind: "use fails", from: ["x"], to: "src/app.ts#AppSup/http", when: "meanwhile" },
    absent: ["src/app.ts#Other"],
  },
};
