/** Mermaid and Graphviz, with names that try to break out of them. */
import { type Graph, instance } from "@viz-js/viz";
import { expect, test } from "vitest";
import { printable } from "../../src/model/index.ts";
import { project, SHOP, suptree } from "./cli.ts";

const NASTY = [
  'a"]; x["b',
  "back\\slash\\n",
  "two\nlines\r\n",
  "--> n2",
  "end",
  "#quot;",
  "%% comment",
  "<script>alert(1)</script>",
  "&amp;",
  "数据库-🦆",
  "\u202eright to left",
  "\u001b[31mred",
  "`backtick` {x}",
  "lone \ud800 surrogate",
  "|pipe|",
  "}",
  " ",
];

const TREE = {
  "app.ts": `import { GenServer, Supervisor } from "suptree";
class Uses extends GenServer { init() { this.call("end", 1); this.monitor("|pipe|"); } }
class Worker extends GenServer {}
export class App extends Supervisor {
  init() {
    return { children: [
${NASTY.map((id) => `      { id: ${JSON.stringify(id)}, start: [Worker], name: ${JSON.stringify(id)} },`).join("\n")}
      { id: "uses", start: [Uses] },
    ] };
  }
}
`,
};

interface Json {
  objects: { name: string; label: string }[];
  edges: { label: string; tail: number; head: number }[];
}

test("dot: Graphviz reads every name as it is, and draws every use", async () => {
  const { out } = await suptree(project(TREE), ["tree", ".", "--dot"]);
  const viz = await instance();
  const { status, errors } = viz.render(out, { format: "svg" });
  // It warns that it has no fonts here.
  expect([status, errors.filter(({ level }) => level === "error")]).toEqual(["success", []]);
  const { objects, edges } = viz.renderJSON(out) as Json & Graph;
  // Its lines are ended by an escape, and so are its backslashes.
  const first = objects.map(({ label }) => label.split(/(?<!\\)(?:\\\\)*\\n/)[0]!.replaceAll("\\\\", "\\"));
  expect(first.slice(1, -1)).toEqual(NASTY.map(printable));
  expect(edges.filter(({ label }) => label === "call in init")).toHaveLength(1);
  expect(edges.filter(({ label }) => label === "monitor in init")).toHaveLength(1);
  expect(edges.filter(({ label }) => /^\d+$/.test(label))).toHaveLength(NASTY.length + 1);
});

test("mermaid: every line is a node or an arrow, and labels hold letters and entities only", async () => {
  const { out } = await suptree(project(TREE), ["tree", ".", "--mermaid"]);
  const lines = out.trimEnd().split("\n");
  expect(lines.shift()).toBe("flowchart TD");
  const SAFE = /^(?:[\p{L}\p{N} _.,:;×?()-]|#\d+;|<br>)*$/u;
  const decode = (text: string): string =>
    text.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  const labels: string[] = [];
  let arrows = 0;
  for (const line of lines) {
    const node = /^ {2}n\d+(?:\[\["([^"]*)"\]\]|\["([^"]*)"\]|\(\["([^"]*)"\]\))$/.exec(line);
    const arrow = /^ {2}n\d+ (?:-->|-\.->)\|([^|"]+)\| n\d+$/.exec(line);
    expect(node ?? arrow, line).not.toBeNull();
    const label = node === null ? arrow![1]! : (node[1] ?? node[2] ?? node[3])!;
    expect(label).toMatch(SAFE);
    if (node === null) arrows++;
    else labels.push(decode(label.split("<br>")[0]!).replaceAll("\u200b", ""));
  }
  expect(labels.slice(1, -1)).toEqual(NASTY.map(printable));
  expect(arrows).toBe(NASTY.length + 1 + 2);
});

test("orphans and unknown parts are drawn too", async () => {
  const folder = project({
    ...SHOP,
    "main.ts": `import { GenServer, Supervisor, System } from "suptree";
class Lonely extends GenServer {}
export class Half extends Supervisor { init() { return { children: [{ id: makeId(), start: [load()] }] }; } }
new System().start(Lonely);
`,
  });
  const dot = await suptree(folder, ["tree", ".", "--dot"]);
  const { objects } = (await instance()).renderJSON(dot.out) as Json & Graph;
  const labels = objects.map(({ label }) => label);
  expect(labels.some((label) => label.startsWith("Lonely\\noutside any tree"))).toBe(true);
  expect(labels.some((label) => label.startsWith("(id unknown)"))).toBe(true);
  const mermaid = await suptree(folder, ["tree", ".", "--mermaid"]);
  expect(mermaid.out).toMatch(/^ {2}class n\d+ orphan$/m);
});
