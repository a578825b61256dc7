import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";
import type { ProcessFacts } from "../../src/model/index.ts";
import { check } from "./check.ts";
import { facts, model } from "./model.ts";

const registry = (body: string) => `
import { GenServer, Supervisor, type Pid } from "suptree";
class Registry extends GenServer {
  byNode = new Map<string, Pid>();
  ${body}
}
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "registry", start: [Registry] }] };
  }
}
`;

test("pids that are kept and not watched", () => {
  const { findings } = check(
    "missing-monitor",
    registry("handleCast(message) { this.byNode.set(message.node, message.pid); }").replace(
      "  byNode = new Map<string, Pid>();",
      "  byNode = new Map<string, Pid>();\n  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ missing-monitor keepsDeadPids",
    ),
  );
  expect(findings[0]!.message).toContain("`Registry` keeps pids in `byNode`");
});

test.each([
  ["a map", "all = new Map<string, Pid>()", "put(all, node, pid) { all.set(node, pid); }"],
  [
    "a map of a generic entry",
    "all = new Map<string, Entry<Pid>>()",
    "put(all, node, pid) { all.set(node, { node, pid, at: 0 }); }",
  ],
  ["a list", "all: Pid[] = []", "put(all, _node, pid) { all.push(pid); }"],
  ["an object", "all: Record<string, Pid> = {}", "put(all, node, pid) { all[node] = pid; }"],
  [
    "a map in an object",
    "all: { members: Map<string, Pid> } = { members: new Map() }",
    "put({ members }, node, pid) { members.set(node, pid); }",
  ],
  [
    "an object in an object",
    "all: { members: Record<string, Pid>; order: Pid[] } = { members: {}, order: [] }",
    "put(all, node, pid) { all.members[node] = pid; }",
  ],
])("a helper in another file fills %s", (_, field, put) => {
  const found = (more: string, cast = "") =>
    lint(
      analyzeSources(
        new Map([
          [
            "util.ts",
            `export interface Entry<T> { node: string; pid: T; at: number }\nexport function ${put}\n`,
          ],
          [
            "app.ts",
            registry(`handleCast(message) { ${cast} put(this.all, message.node, message.pid); }\n${more}`)
              .replace("byNode = new Map<string, Pid>();", `private readonly ${field};`)
              .replace("\n", '\nimport { put, type Entry } from "./util.ts";\n'),
          ],
        ]),
      ),
    ).map(({ rule, messageId, certainty }) => `${rule} ${messageId} ${certainty}`);
  expect(found("")).toEqual(["missing-monitor keepsDeadPids exact"]);
  expect(
    found(
      'handleInfo(m) { if (m.type === "DOWN") this.forget(m); } forget(m) {}',
      "this.monitor(message.pid);",
    ),
  ).not.toContain("missing-monitor keepsDeadPids exact");
});

test("a helper that only reads fills nothing", () => {
  check(
    "missing-monitor",
    `function count(all) { return all.size; }\n${registry("handleCall() { return count(this.byNode); }")}`,
  );
});

test("what a base class would keep is kept by those that call its method", () => {
  const service = (cast: string) => `
import { GenServer, Supervisor, type Pid } from "suptree";
abstract class Service extends GenServer {
  protected readonly peers = new Map<string, Pid>();
  protected remember(name: string, pid: Pid) { this.peers.set(name, pid); }
}
class Mailer extends Service { handleCast(message) { ${cast} } }
export class AppSup extends Supervisor {
  init() { return { children: [{ id: "mailer", start: [Mailer] }] }; }
}
`;
  const found = (cast: string) =>
    lint(analyzeSources(new Map([["app.ts", service(cast)]]))).map(({ rule }) => rule);
  expect(found("this.remember(message.name, message.pid);")).toEqual(["missing-monitor"]);
  expect(found("setTimeout(() => this.remember(message.name, message.pid), 9);")).toEqual([
    "missing-monitor",
  ]);
  expect(found("[message].forEach(({ name, pid }) => this.remember(name, pid));")).toEqual([
    "missing-monitor",
  ]);
  expect(found("const { peers } = this; peers.set(message.name, message.pid);")).toEqual(["missing-monitor"]);
  expect(found("console.log(message.name);")).toEqual([]);
});

/** A registry whose object `book` keeps the pids. */
const withBook = (
  book: string,
  body = "handleCast(message) { this.book.add(message.node, message.pid); }",
) => `
import { GenServer, Supervisor, type Pid } from "suptree";
${book}
class Registry extends GenServer {
  book = new Book(this);
         ~~~~~~~~~~~~~~ missing-monitor keepsDeadPids
  ${body}
}
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "registry", start: [Registry] }] };
  }
}
`;

test.each([
  [
    "a map of sets",
    "class Book { private readonly all = new Map<string, Set<Pid>>(); add(node, pid) { this.all.set(node, new Set([pid])); } }",
  ],
  ["a list", "class Book { private all: Pid[] = []; add(_node, pid) { this.all.push(pid); } }"],
  [
    "one that has one that has them",
    "class Page { all: Set<Pid> = new Set(); put(pid) { this.all.add(pid); } } class Book { page = new Page(); add(_node, pid) { this.page.put(pid); } }",
  ],
  [
    "an inherited one",
    "class Store { all: Pid[] = []; put(pid) { this.all.push(pid); } } class Book extends Store { add(_node, pid) { this.put(pid); } }",
  ],
])("an object in a field keeps them: %s", (_, book) => {
  check("missing-monitor", withBook(book));
});

test.each([
  [
    "it watches them",
    "class Book { all = new Map<string, Pid>(); constructor(owner) { this.owner = owner; } add(node, pid) { this.owner.monitor(pid); this.all.set(node, pid); } forget() { this.all.clear(); } }",
    'handleCast(message) { this.book.add(message.node, message.pid); } handleInfo(message) { if (message.type === "DOWN") this.book.forget(); }',
  ],
  [
    "it is only read",
    "class Book { all = new Map<string, Pid>(); find(node) { return this.all.get(node); } }",
    "handleCall(message) { return this.book.find(message.node); }",
  ],
  [
    "it holds names",
    "class Book { all = new Map<string, string>(); add(node, pid) { this.all.set(node, String(pid)); } }",
    undefined,
  ],
  [
    "it is a client with one pid of its own",
    "class Book { private readonly pid: Pid; add(node, pid) { console.log(node, pid); } }",
    undefined,
  ],
])("but not where %s", (_, book, body) => {
  check("missing-monitor", withBook(book, body).replace(/ +~+ .*\n/, ""));
});

test("a monitor of noex tells a listener, and no handleInfo", () => {
  const program = (declared: string, cast: string, rest = "") => `
import { GenServer, Supervisor, type GenServerBehavior, type GenServerRef } from "@hamicek/noex";
interface State { readonly members: Map<string, GenServerRef>; }
const hub${declared} = {
  init: () => ({ members: new Map() }),
  handleCall: (m, state) => [state.members.size, state],
  ${cast}
};
${rest}
await Supervisor.start({ children: [{ id: "hub", start: () => GenServer.start(hub) }] });
`;
  const keeps = "{ return { members: new Map(state.members).set(m.id, m.ref) }; }";
  const found = (text: string) =>
    lint(analyzeSources(new Map([["app.ts", text]]))).map(({ rule, messageId }) => `${rule} ${messageId}`);
  const silent: string[] = [];
  const behaviour = ": GenServerBehavior<State, string, { id: string; ref: GenServerRef }>";
  expect(found(program(behaviour, `handleCast(m, state) ${keeps}`))).toEqual([
    "missing-monitor keepsDeadPids",
  ]);
  expect(found(program("", `handleCast(m, state: State) ${keeps}`))).toEqual([
    "missing-monitor keepsDeadPids",
  ]);
  const messages = ": GenServerBehavior<number, string, { refs: GenServerRef[] }>";
  expect(found(program(messages, "handleCast(m, state) { return state; }"))).toEqual(silent);
  const watching = keeps.replace("{ return", "{ GenServer.monitor(m.me, m.ref); return");
  expect(found(program(behaviour, `handleCast(m, state) ${watching}`))).toEqual(silent);
  const listening = keeps.replace("{ return", "{ GenServer.onLifecycleEvent(() => {}); return");
  expect(found(program(behaviour, `handleCast(m, state) ${listening}`))).toEqual(silent);
});

test("monitored with DOWN handled, or linked: nothing", () => {
  check(
    "missing-monitor",
    registry(`
  handleCast(message) { this.monitor(message.pid); this.byNode.set(message.node, message.pid); }
  handleInfo(message) { if (message.type === "DOWN") this.byNode.clear(); }`),
  );
  check(
    "missing-monitor",
    registry("handleCast(message) { this.link(message.pid); this.byNode.set(message.node, message.pid); }"),
  );
});

const location = { file: "app.ts", line: 901, column: 1, endLine: 901, endColumn: 9 };
const keeps = [{ field: "pids", location, many: true as const }];
const ids = (extra: Partial<ProcessFacts>, uses: string[] = []) =>
  lint(
    model({
      App: {
        children: [{ id: "db" }, { id: "a", process: facts({ location, keepsPids: keeps, ...extra }), uses }],
      },
    }),
  )
    .filter(({ rule }) => rule === "missing-monitor")
    .map(({ messageId }) => messageId);

test("over models", () => {
  expect(ids({})).toEqual(["keepsDeadPids"]);
  expect(ids({ monitors: true })).toEqual(["dropsDown"]);
  expect(ids({ monitors: true, handlesDown: true })).toEqual([]);
  expect(ids({ keepsPids: [] })).toEqual([]);
  expect(ids({}, ["link db"])).toEqual([]);
  // A monitor or link that the analysis could not follow may be the one.
  expect(ids({ unresolved: [{ kind: "link", phase: "later", reason: "?", location }] })).toEqual([]);
});
