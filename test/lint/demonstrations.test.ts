/** What a finding says will happen is run: the simulation must show it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint, rules } from "../../src/lint/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";

const pages = fileURLToPath(new URL("../../docs/rules/", import.meta.url));

const IMPORTS =
  'import { defineApplication, DynamicSupervisor, GenServer, reply, Supervisor } from "suptree";\n';

/** Hazards that no page's example has. */
const MORE: Record<string, string> = {
  "missing-monitor": `class Db extends GenServer { handleCall(r){ return reply(r,1); } }
class Web extends GenServer { private db; async handleCall(r) { this.db ??= this.whereis("db"); await this.call(this.db, {type:"q"}); return reply(r, 1); } handleCast() { this.db = undefined; } }
export class Root extends Supervisor { init() { return { children: [{ id: "db", start: [Db], name: "db" }, { id: "web", start: [Web] }] }; } }`,
  "restart-policy": `class Db extends GenServer { handleCall(r){ return reply(r,1); } }
class Web extends GenServer { async handleCall(r) { return reply(r, await this.call("db", { type: "q" })); } }
export class Root extends Supervisor { init() { return { children: [{ id: "db", start: [Db], name: "db", restart: "temporary" }, { id: "web", start: [Web] }] }; } }`,
  "overloaded-supervisor": `class A extends GenServer {} class C extends GenServer {}
class Pool extends DynamicSupervisor { init() { return { child: { start: [C] } }; } }
export class Root extends Supervisor { init() { return { strategy: "rest_for_one", children: [{ id: "a", start: [A] }, { id: "pool", start: [Pool] }] }; } }`,
  "application-order": `class Db extends GenServer { handleCall(r){ return reply(r,1); } }
class DbSup extends Supervisor { init() { return { children: [{ id: "db", start: [Db], name: "db" }] }; } }
class Web extends GenServer { async handleCall(r) { return reply(r, await this.call("db", { type: "q" })); } }
class WebSup extends Supervisor { init() { return { children: [{ id: "web", start: [Web] }] }; } }
export const db = defineApplication({ name: "db", start: [DbSup] }); export const web = defineApplication({ name: "web", start: [WebSup] });`,
  "dependency-cycle": `class A extends GenServer { async handleCall(r) { return reply(r, await this.call("b", { type: "q" })); } }
class B extends GenServer { async handleCall(r) { return reply(r, await this.call("a", { type: "q" })); } }
export class Root extends Supervisor { init() { return { children: [{ id: "a", start: [A], name: "a" }, { id: "b", start: [B], name: "b" }] }; } }`,
  "child-order": `class A extends GenServer { async handleCall(r) { return reply(r, await this.call("b", { type: "q" })); } }
class B extends GenServer { handleCall(r) { return reply(r, 1); } }
class Sup extends Supervisor { init() { return { children: [{ id: "b", start: [B], name: "b" }] }; } }
export class Root extends Supervisor { init() { return { strategy: "rest_for_one", children: [{ id: "a", start: [A], name: "a" }, { id: "sup", start: [Sup] }] }; } }`,
  "trap-exit": `class A extends GenServer { init() { this.trapExit(true); this.link("b"); } } class B extends GenServer {}
export class Root extends Supervisor { init() { return { children: [{ id: "b", start: [B], name: "b" }, { id: "a", start: [A] }] }; } }`,
};

const examples = readdirSync(pages)
  .filter((file) => file !== "README.md")
  .map((file) => {
    const page = readFileSync(pages + file, "utf8");
    const fires = page.slice(page.indexOf("### This fires"), page.indexOf("### This does not"));
    const code = /```ts\n([\s\S]*?)```/.exec(fires)![1]!;
    return { rule: file.replace(/\.md$/, ""), code };
  });

const cases = [...examples, ...Object.entries(MORE).map(([rule, code]) => ({ rule, code: IMPORTS + code }))]
  .map(({ rule, code }) => ({ rule, model: analyzeSources(new Map([["app.ts", code]])) }))
  .flatMap(({ rule, model }) =>
    lint(model)
      .filter((finding) => finding.rule === rule && finding.demonstration)
      .map((finding) => ({ name: `${rule} ${finding.messageId}`, model, finding })),
  );

/** Rules whose pages say why no run can show them: at most three. */
const UNSHOWN = ["shared-start-argument"];

test("every rule has a demonstration, or its page says why not", () => {
  const shown = new Set(cases.map(({ name }) => name.split(" ")[0]));
  const without = Object.keys(rules).filter((id) => !shown.has(id));
  expect(without).toEqual(UNSHOWN);
  for (const id of without) expect(readFileSync(`${pages}${id}.md`, "utf8")).toContain("No run shows it:");
});

test.each(cases)("$name is shown by running it", async ({ model, finding }) => {
  const outcome = await demonstrate(model, finding.demonstration!);
  expect(outcome).toMatchObject({ verdict: "shown" });
});
