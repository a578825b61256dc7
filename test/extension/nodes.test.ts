/** The side panel's items, made from models. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import {
  buildNodes,
  findPath,
  sortByDependencies,
  type TreeNode,
  worstSeverity,
} from "../../src/extension/views/nodes.ts";
import type { Application, Finding, TreeModel } from "../../src/model/index.ts";

const SOURCE = `
import { GenServer, Supervisor, defineApplication } from "suptree";
class Worker extends GenServer {}
export class Inner extends Supervisor {
  override init() { return { strategy: "one_for_all", children: [{ id: "deep", start: [Worker] }] }; }
}
export class Top extends Supervisor {
  override init() {
    return { strategy: "rest_for_one", children: [{ id: "b", start: [Worker] }, { id: "a", start: [Inner] }, { id: "c", start: [Worker] }] };
  }
}
`;

function model(text: string, file = "src/app.ts"): TreeModel {
  return analyzeSources(new Map([[file, text]]));
}

const input = (tree: TreeModel, findings: Finding[] = [], folder = "file:///w", name = "w") => ({
  folder,
  name,
  model: tree,
  findings,
});

/** "Top[b a[deep] c]" */
function shape(nodes: readonly TreeNode[]): string {
  return nodes
    .map((node) => {
      const below = shape(node.children);
      return `${label(node)}${below === "" ? "" : `[${below}]`}`;
    })
    .join(" ");
}

function label(node: TreeNode): string {
  switch (node.kind) {
    case "supervisor":
      return node.as?.id ?? node.supervisor.name;
    case "worker":
      return node.child.id ?? "?";
    case "application":
      return node.application.name;
    case "folder":
      return node.name;
    case "orphan":
      return node.orphan.name;
    default:
      return node.kind;
  }
}

test("children stand in start order, nested supervisors with theirs", () => {
  expect(shape(buildNodes([input(model(SOURCE))]))).toBe("Top[b a[deep] c]");
});

test("ids are unique, and the same after an edit elsewhere", () => {
  const ids = (text: string): string[] => {
    const all: string[] = [];
    const visit = (nodes: readonly TreeNode[]): void => {
      for (const node of nodes) {
        all.push(node.id);
        visit(node.children);
      }
    };
    visit(buildNodes([input(model(text))]));
    return all;
  };
  const before = ids(SOURCE);
  expect(new Set(before).size).toBe(before.length);
  expect(ids(`// a comment\n\n${SOURCE}`)).toEqual(before);
});

test("a supervisor that starts itself ends there", () => {
  const text = `
import { Supervisor } from "suptree";
export class Loop extends Supervisor {
  override init() { return { children: [{ id: "again", start: [Loop] }] }; }
}
`;
  const tree = model(text);
  tree.roots = tree.supervisors.map(({ key }) => key);
  expect(shape(buildNodes([input(tree)]))).toBe("Loop[again]");
});

test("folders are items only when several have something to show", () => {
  const tree = model(SOURCE);
  const empty = model("");
  expect(shape(buildNodes([input(tree), input(empty, [], "file:///e", "e")]))).toBe("Top[b a[deep] c]");
  const two = buildNodes([input(tree), input(tree, [], "file:///v", "v")]);
  expect(shape(two)).toBe("w[Top[b a[deep] c]] v[Top[b a[deep] c]]");
});

test("a finding is shown at the child that it underlines, else at its supervisor", () => {
  const tree = model(SOURCE);
  const top = tree.supervisors.find(({ name }) => name === "Top");
  const child = top?.children[2];
  if (!top || !child) throw new Error("the source has no Top with three children");
  const finding = (at: Finding["location"], children: string[]): Finding => ({
    rule: "child-order",
    messageId: "late",
    severity: "warning",
    message: "m",
    location: at,
    related: [],
    certainty: "exact",
    supervisor: top.key,
    children,
    fixes: [],
    demonstration: null,
  });
  const find = (findings: Finding[], key: string) =>
    findPath(buildNodes([input(tree, findings)]), (node) => node.id.endsWith(key))?.at(-1);
  const atChild = [finding(child.location, [top.children[0]?.key ?? "", child.key])];
  expect(find(atChild, child.key)?.findings).toHaveLength(1);
  const atSupervisor = [finding(top.location, [])];
  const root = find(atSupervisor, top.key);
  expect(root?.findings).toHaveLength(1);
  expect(root && worstSeverity(root)).toBe("warning");
});

test("an application stands after those that it depends on, also in a cycle", () => {
  const location = { file: "a.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
  const application = (name: string, dependencies: string[]): Application => ({
    key: name,
    name,
    dependencies,
    supervisor: null,
    location,
    unknown: [],
  });
  const sorted = (list: Application[]): string =>
    sortByDependencies(list)
      .map(({ name }) => name)
      .join(" ");
  expect(
    sorted([application("web", ["db", "log"]), application("db", ["log"]), application("log", [])]),
  ).toBe("log db web");
  expect(sorted([application("a", ["b"]), application("b", ["a"])])).toBe("b a");
  expect(sorted([application("a", ["gone"])])).toBe("a");
});
