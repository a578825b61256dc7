/** What is mutated: the project's examples and fixtures, each folder a workspace. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Workspace {
  name: string;
  /** Path in the workspace → text. */
  files: Map<string, string>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

function read(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (at: string, prefix: string): void => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) {
        if (name !== "node_modules" && name !== "dist") visit(path, `${prefix}${name}/`);
      } else if (/\.[cm]?[jt]sx?$|\.json$/.test(name)) files.set(prefix + name, readFileSync(path, "utf8"));
    }
  };
  visit(folder, "");
  return files;
}

/** Every folder of `examples`, and what other dialects look like. */
export function workspaces(): Workspace[] {
  const out: Workspace[] = [];
  const examples = join(root, "examples");
  for (const name of readdirSync(examples).sort()) {
    if (statSync(join(examples, name)).isDirectory()) out.push({ name, files: read(join(examples, name)) });
  }
  out.push({ name: "dialects", files: new Map(Object.entries(DIALECTS)) });
  return out;
}

/** Small programs in the dialects that the examples do not use, and shapes that are easily got wrong. */
const DIALECTS: Record<string, string> = {
  "noex.ts": `import { GenServer, Registry, Supervisor } from "@hamicek/noex";
const counter = { init: () => ({ n: 0 }), handleCall: (m, s) => [s.n, s], handleCast: (m, s) => ({ n: s.n + 1 }) };
async function startCounter(name = "c") { const ref = await GenServer.start(counter, { name }); Registry.register("counter", ref); return ref; }
export async function main() {
  const inner = { init: async () => ({ sup: await Supervisor.start({ strategy: "simple_one_for_one", childTemplate: { start: async (id) => GenServer.start(counter), restart: "transient" } }) }) };
  const sup = await Supervisor.start({
    strategy: "rest_for_one", autoShutdown: "any_significant", restartIntensity: { maxRestarts: 5, withinMs: 10_000 },
    children: [
      { id: "counter", start: () => startCounter("x"), restart: "permanent", shutdownTimeout: 1_000 },
      { id: \`inner-\${1 + 1}\`, start: async () => await GenServer.start(inner), significant: true, restart: "temporary" },
      ...["a", "b"].map((id, i) => ({ id: id + i, start: () => GenServer.start(counter) })),
    ],
  });
  await Supervisor.startChild(sup, { id: "late", start: () => GenServer.start(counter) });
  return GenServer.call(await Registry.lookup("counter"), { type: "get" });
}
`,
  "nact.js": `const { start, spawn, dispatch } = require("nact");
const system = start();
const parent = spawn(system, (state = 0, msg, ctx) => { spawn(ctx.self, async () => {}, "inner"); return state + 1; }, "parent", { onCrash: (msg, error, ctx) => ctx.resume });
spawn(parent, (msg) => console.log(msg), "child");
dispatch(parent, {});
`,
  "actor.ts": `import { ActorSystem, Actor, Props } from "actor-ts";
class Pinger extends Actor { preStart() { this.context.spawn(Props.create(() => new Ponger()), "ponger"); } onReceive(m) {} }
class Ponger extends Actor { onReceive(m) { this.sender.tell(m); } }
const system = ActorSystem.create("s"); system.spawn(Props.create(() => new Pinger()), "pinger");
`,
  "shapes.ts": `import * as otp from "suptree"; import { Supervisor as S, GenServer } from "suptree";
enum Id { One = "one", Two = "two" } const names = { a: "x", [Id.One]: "y" } as const;
namespace N { export class Sup extends S { init() { return { children: [] }; } } }
const make = (id: string, n = 3) => ({ id, start: [W, n], restart: n > 2 ? "permanent" : "temporary" }) satisfies object;
class W extends GenServer<never> { static id = \`w\${1}\`; get self2() { return this; } init() { for (;;) this.call(names.a, 1); } handleInfo = async (m: any) => { await this.startLink(W); } }
class Mixin extends ((B: any) => class extends B {})(S) {}
export default class extends otp.Supervisor { init() { const list = []; for (let i = 0; i < 3; i++) list.push(make("c" + i)); if (Math.random()) list.push({ id: W.id, start: [W] });
  return { ...{ strategy: "one_for_all" as const }, children: [...list, ...Array.from({ length: 4 }, (_, i) => make(\`m\${i}\`)), cond ? make("t") : make("f"), { id: Id.Two, start: [N.Sup] }] }; } }
class Recursive extends S { init() { return { children: [{ id: "self", start: [Recursive] }] }; } }
`,
};
