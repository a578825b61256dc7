/** Lists of children that are put together with the methods of arrays, maps and sets. */
import { expect, test } from "vitest";
import { analyze, check } from "./check.ts";

const sup = (body: string, parameters = ""): string => `import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
class C extends GenServer {}
export class A extends Supervisor { init(${parameters}) { ${body} } }`;

/** The children as `id:symbol`, with their cardinality, and why there may be others. */
function kids(text: string): string {
  const { children, unknown } = analyze(text).supervisors[0]!;
  const shown = children.map((c) => {
    const many = c.cardinality === "one" ? "" : ` ${c.cardinality}${c.count === null ? "" : ` ${c.count}`}`;
    return `${c.id}:${c.start.symbol}${many}`;
  });
  return [...shown, ...unknown.filter((u) => u.field === "children").map((u) => `! ${u.reason}`)].join(", ");
}

test.each([
  [
    "splice",
    `const kids = [{ id: "a", start: [W] }, { id: "b", start: [W] }]; kids.splice(1, 0, { id: "m", start: [C] }); kids.splice(-1); return { children: kids };`,
    "a:W, m:C",
  ],
  [
    "length and concat",
    `let kids = [{ id: "a", start: [W] }]; kids.length = 0; kids.push({ id: "b", start: [W] }); kids = kids.concat([{ id: "c", start: [C] }], { id: "d", start: [W] }); return { children: kids };`,
    "b:W, c:C, d:W",
  ],
  [
    "sort by a comparison",
    `const kids = [{ id: "b", p: 2, start: [W] }, { id: "a", p: 3, start: [C] }, { id: "c", p: 1, start: [C] }]; return { children: [...kids.toSorted((x, y) => x.p - y.p), ...kids.sort((x, y) => x.id.localeCompare(y.id)).slice(-1)] };`,
    "c:C, b:W, a:C, c:C",
  ],
  [
    "sort by something unknown",
    `const kids = [{ id: "b", start: [W] }, { id: "a", start: [C] }]; return { children: kids.sort((x, y) => o.order[x.id] - o.order[y.id]) };`,
    "! computed at run time: kids.sort(...)",
  ],
  [
    "a set has its elements once",
    `const names = new Set(["a", "b", "a"]); names.add("c").delete("b"); return { children: [...names].map((id) => ({ id, start: [W] })).reverse() };`,
    "c:W, a:W",
  ],
  [
    "a map keeps the places of its keys",
    `const m = new Map([["x", W], ["y", C]]); m.set("z", W); m.set("x", C); const kids = []; for (const [id, K] of m) kids.push({ id, start: [K] }); m.forEach((K, id) => kids.push({ id: id + "2", start: [K] })); return { children: [...kids, ...Array.from(m.keys(), (id) => ({ id: id + "3", start: [m.get(id)] }))] };`,
    "x:C, y:C, z:W, x2:C, y2:C, z2:W, x3:C, y3:C, z3:W",
  ],
  [
    "reduce, pushing and spreading",
    `const cfg = { a: W, b: C }; const one = Object.entries(cfg).reduce((all, [id, K]) => { all.push({ id, start: [K] }); return all; }, []); return { children: ["p", "q"].reduce((all, id) => [...all, { id, start: [W] }], one) };`,
    "a:W, b:C, p:W, q:W",
  ],
  [
    "reduce over what is not known",
    `return { children: o.names.map((n) => n).reduce((all, n) => [...all, { id: \`w-\${n}\`, start: [W] }], [{ id: "first", start: [C] }]) };`,
    "first:C, w-*:W many",
  ],
  [
    "object properties in the order of the language",
    `const base = { b: W, 2: C, a: W, 1: W }; return { children: Object.entries({ ...base, b: C }).map(([id, K]) => ({ id, start: [K] })) };`,
    "1:W, 2:C, b:C, a:W",
  ],
  [
    "the rest of a list, find, at, includes",
    `const [first, ...rest] = [{ id: "a", start: [W] }, { id: "b", start: [C] }, { id: "c", start: [W] }]; return { children: [rest.find((c) => c.id === "c"), rest.at(-2), ["a"].includes(first.id) ? first : rest[0]] };`,
    "c:W, b:C, a:W",
  ],
  [
    "places after an element that may be absent",
    `return { children: [...(o.x ? ["a"] : []), "b"].map((n, i) => ({ id: n + i, start: [W] })) };`,
    "a0:W maybe, null:W",
  ],
  [
    "null and undefined are loosely equal",
    `return { children: [{ id: "a", start: [W] }, undefined, null].filter((c) => c != null) };`,
    "a:W",
  ],
  [
    "spread arguments",
    `const kids = []; const all = (...more) => [...kids, ...more]; kids.push(...[{ id: "a", start: [W] }], ...(o.x ? [{ id: "b", start: [C] }] : [])); return { children: all({ id: "c", start: [W] }, ...(o.y ? [{ id: "d", start: [C] }] : [])) };`,
    "a:W, b:C maybe, c:W, d:C maybe",
  ],
  [
    "flatMap and flat",
    `return { children: [[1], [2, 3]].flat().flatMap((n) => (n === 2 ? [] : [{ id: "w" + n, start: [W] }, o.x ? [{ id: "x" + n, start: [C] }] : []].flat())) };`,
    "w1:W, x1:C maybe, w3:W, x3:C maybe",
  ],
  [
    "a copy is not the list",
    `const base = [{ id: "a", start: [W] }]; const copy = Array.from(base); copy.push({ id: "b", start: [C] }); return { children: base };`,
    "a:W",
  ],
])("%s", (_, body, expected) => {
  expect(kids(sup(body, "o"))).toBe(expected);
});

test("the tree of an application that registers its parts in a map", () => {
  check(
    `import { GenServer, Supervisor } from "suptree";
    class Gateway extends GenServer {}
    class Shard extends GenServer {}
    const shards = Array.from({ length: 3 }, (_, i) => [\`shard-\${i}\`, i] as const);
    export class Bot extends Supervisor {
      init() {
        const parts = new Map<string, object>(shards.map(([id, n]) => [id, { id, start: [Shard, n], restart: "transient" }]));
        parts.set("gateway", { id: "gateway", start: [Gateway] });
        parts.delete("shard-1");
        return { strategy: "rest_for_one", children: [...parts.values()] };
      }
    }`,
    `
    Bot rest_for_one
      shard-0: Shard transient
      shard-2: Shard transient
      gateway: Gateway
    `,
  );
});
