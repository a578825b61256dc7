/** A small model and messages of every kind, for the protocol's tests. */

import type { Child, Finding, Location, Supervisor } from "../../src/model/index.ts";
import { plainChild, plainFacts, plainModel, plainSupervisor } from "../model/plain.ts";

const FILE = "src/app.ts";
export const location: Location = { file: FILE, line: 3, column: 1, endLine: 9, endColumn: 2 };

export function child(supervisor: string, id: string, more: Partial<Child> = {}): Child {
  const start = { symbol: id, file: FILE, line: 1 };
  return plainChild({ key: `${supervisor}/${id}`, id, location, start, ...more });
}

export function supervisor(name: string, children: Child[], more: Partial<Supervisor> = {}): Supervisor {
  return plainSupervisor({ key: `${FILE}#${name}`, name, location, children, ...more });
}

export const model = plainModel;

export const sampleModel = model([
  supervisor("AppSup", [
    child("src/app.ts#AppSup", "registry", {
      process: plainFacts({
        symbol: "Registry",
        location,
        trapsExit: true,
        handlesExit: true,
        registers: ["registry"],
        keepsPids: [{ field: "pid", location }],
        initAwaits: [{ what: "fetch", location }],
        stopsItself: [{ reason: null, location }],
        unresolved: [{ kind: "call", phase: "init", reason: "a computed name", location }],
      }),
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
