/**
 * What is not followed is listed: programs in which one thing more is done that the simulation cannot follow, or of whose value
 * it knows nothing, though really nothing is different. What it foretells may be another thing then, but never without
 * a word about it.
 */
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { compare } from "./comparison.ts";
import { ownNames, ownProgram, single } from "./corpus.ts";
import { load, rootsOf } from "./loader.ts";

/** Functions that give back what they are given: one cannot be read beforehand, the other not followed while it runs. */
const OPAQUE = `
const $unread = <T,>(value: T): T => (typeof WebAssembly === "undefined" ? (undefined as T) : value);
const $lost = <T,>(value: T): T => (Object.create({ a: 1 }) === null ? (undefined as T) : value);
`;

/** Calls and the argument of each that something depends on. */
const LOOKED_AT = /^this\.(?:sendAfter|sendInterval|sleep|call|cast|monitor|link|whereis)$/;

/** Every changed program: what is changed, and its text. */
function* changed(text: string): Generator<{ what: string; text: string }> {
  const edits: { what: string; at: readonly [number, string][] }[] = [];
  const around = (what: string, node: ts.Node | undefined) => {
    if (node === undefined || ts.isSpreadElement(node)) return;
    edits.push({
      what,
      at: [
        [node.getStart(), "$unread("],
        [node.getEnd(), ")"],
      ],
    });
  };
  const look = (node: ts.Node, method: string | null): void => {
    if (ts.isMethodDeclaration(node) && node.body !== undefined && isOfProcess(node.parent)) {
      method = `${node.parent.name?.getText()}.${node.name.getText()}`;
      for (const fn of ["$unread", "$lost"])
        edits.push({ what: `${fn} in ${method}`, at: [[node.body.getStart() + 1, ` ${fn}(1);`]] });
    }
    if (method !== null) {
      if (ts.isIfStatement(node) && !/\btype\b/.test(node.expression.getText()))
        around(`a condition of ${method}`, node.expression);
      if (ts.isConditionalExpression(node)) around(`a choice of ${method}`, node.condition);
      if (ts.isCallExpression(node)) {
        const name = node.expression.getText();
        if (name === "reply") around(`a reply of ${method}`, node.arguments[1]);
        else if (LOOKED_AT.test(name)) around(`${name} in ${method}`, node.arguments[0]);
      }
    }
    ts.forEachChild(node, (child) => look(child, method));
  };
  look(ts.createSourceFile("program.ts", text, ts.ScriptTarget.ES2023, true), null);
  for (const { what, at } of edits) {
    let made = text;
    for (const [place, more] of [...at].reverse()) made = made.slice(0, place) + more + made.slice(place);
    yield { what, text: made + OPAQUE };
  }
}

function isOfProcess(node: ts.Node): node is ts.ClassDeclaration {
  if (!ts.isClassDeclaration(node)) return false;
  const base = node.heritageClauses?.[0]?.getText() ?? "";
  return base.startsWith("extends") && !/Supervisor|Error/.test(base);
}

/** Of many the n-th, the one so many further, and so on: each program has other changes that are tried. */
const EVERY = 5;
const TRIED = 2;

describe("what is not followed is listed", () => {
  const names = ownNames().filter((_, n) => n % EVERY === 0);

  it.for(names.map((name, n) => ({ name, n })))("in $name", { timeout: 120_000 }, async ({ name, n }) => {
    const [text = ""] = ownProgram(name).sources.values();
    const all = [...changed(text)];
    for (let k = 0; k < Math.min(TRIED, all.length); k++) {
      const { what, text: made } = all[(n * 7 + k * Math.ceil(all.length / TRIED)) % all.length]!;
      const subject = single(`${name}-not-followed-${k}`, made);
      const program = await load(subject, [...subject.sources.keys()]);
      for (const root of rootsOf(subject.model)) {
        if (!program.has(root)) continue;
        const start = (system: Parameters<typeof program.start>[0]) => program.start(system, root);
        const compared = await compare(name, subject.model, root, start, program.anew);
        const wrong = compared.filter(({ verdict }) => verdict === "wrong");
        expect(
          wrong.map(({ fault, path, difference }) => `${what}: ${fault} ${path}: ${difference}`),
        ).toEqual([]);
      }
    }
  });
});
