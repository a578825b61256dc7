/** Lint and its fixes on text that is being typed: never an exception, and a fix that is offered fits the text. */
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { applyEdits, lint } from "../../src/lint/index.ts";

const TEXT = `import { DynamicSupervisor, GenServer, Supervisor } from "suptree";
class Db extends GenServer {}
class Api extends GenServer {
  async init() { await this.call("db", { type: "settings" }); }
  terminate() { console.log("bye"); }
}
class Conns extends DynamicSupervisor {
  init() { return { child: { start: [Db], restart: "temporary" } }; }
}
export class AppSup extends Supervisor {
  init() {
    return {
      strategy: "rest_for_one",
      children: [
        // first
        { id: "api", start: [Api], shutdown: 1_000 }, // \`web\`
        ...(process.env.X ? [{ id: "conns", start: [Conns] }] : []),
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`;

function survives(text: string): void {
  const sources = new Map([["app.ts", text]]);
  for (const finding of lint(analyzeSources(sources), { sources })) {
    for (const fix of finding.fixes) expect(applyEdits(text, fix.edits), fix.title).not.toBeNull();
  }
}

test("the whole text has findings and a fix", () => {
  const sources = new Map([["app.ts", TEXT]]);
  const findings = lint(analyzeSources(sources), { sources });
  expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["child-order", "trap-exit"]));
  expect(findings.flatMap(({ fixes }) => fixes)).not.toEqual([]);
});

test("cut off at every third character", () => {
  for (let end = 0; end < TEXT.length; end += 3) survives(TEXT.slice(0, end));
});

test("a piece missing, or said twice, anywhere", () => {
  for (let start = 0; start < TEXT.length; start += 11) {
    survives(TEXT.slice(0, start) + TEXT.slice(start + 17));
    survives(TEXT.slice(0, start + 23) + TEXT.slice(start));
  }
});

test("what is not closed is not all there is, and what is there holds", () => {
  const tree = (spec: string) => {
    const text = `import { GenServer, Supervisor } from "suptree"; class W extends GenServer {}
export class A extends Supervisor { init() { return ${spec} } }`;
    const { children, strategy, unknown } = analyzeSources(new Map([["app.ts", text]])).supervisors[0]!;
    return [
      strategy,
      children.map(({ id }) => id),
      unknown.map(({ field, reason }) => `${field}: ${reason}`),
    ];
  };
  const list = "a list is not closed in the source";
  expect(tree(`{ strategy: "rest_for_one", children: [ }`)).toEqual([
    "rest_for_one",
    [],
    [`children: ${list}`],
  ]);
  expect(tree(`{ children: [{ id: "w", start: [W] }, `)[1]).toEqual(["w"]);
  expect(tree(`{ children: [{ id: "w", start: [W] }, }`)).toEqual([
    "one_for_one",
    ["w"],
    [`children: ${list}`],
  ]);
  expect(tree(`{ children: [] }`)).toEqual(["one_for_one", [], []]);
});
