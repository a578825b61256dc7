/** References in an object that a field holds: under computed names, under constants, and under names of their own. */
import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lintFiles } from "./check.ts";

const program = (put: string, use: string, worker = "") =>
  new Map([
    [
      "app.ts",
      `import { Actor, ActorSystem, type ActorRef } from "actor-ts";
class W extends Actor { onReceive(m) { ${worker} } }
const NAMES = ["x", "y"] as const;
class P extends Actor<{ k: string }> {
  private refs: Record<string, ActorRef<number>> = {};
  preStart() { ${put} }
  onReceive(m: { k: string }) { ${use} }
}
ActorSystem.create("app").spawn(P, "p");`,
    ],
  ]);

const loop = "for (const name of NAMES) this.refs[name] = this.context.spawn(W, name);";
const named = `this.refs.x = this.context.spawn(W, "x"); this.refs.y = this.context.spawn(W, "y");`;
const both = `this.refs.x = this.context.spawn(W, "x"); this.refs["y"] = this.context.spawn(W, "y");`;

const used = (put: string, use: string) =>
  [
    ...new Set(
      analyzeSources(program(put, use)).edges.map(({ kind, to }) => `${kind} ${to.split("/").at(-1)}`),
    ),
  ].sort();

describe("references of children that last, in an object", () => {
  test.each([
    ["in a loop", loop],
    ["by name", named],
    ["by either", both],
  ])("put there %s are used, and their children do not end", (_, put) => {
    expect(used(put, "this.refs[m.k]!.tell(1);")).toEqual(["send x", "send y"]);
    expect(used(put, "this.refs.y!.tell(1);")).toEqual(["send y"]);
    expect(used(put, `const one = this.refs["x"]; one?.tell(1);`)).toEqual(["send x"]);
    expect(lintFiles(program(put, "this.refs[m.k]!.tell(1);"))).toEqual([]);
  });

  test.each([
    ["in a loop", loop],
    ["by name", named],
  ])("of children that stop themselves outlive them, put there %s", (_, put) => {
    const found = lintFiles(
      program(put, "this.refs[m.k]!.tell(1);", "if (m === 0) this.context.stopSelf();"),
    );
    expect(found.map(({ rule }) => rule)).toEqual(["missing-monitor"]);
  });

  test("nobody is used under a name that nothing is put under", () => {
    expect(used(named, "this.refs.z?.tell(1);")).toEqual([]);
  });
});
