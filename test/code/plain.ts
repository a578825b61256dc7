/**
 * A program as it is, in a Node process of its own, on the library's own virtual clock: no sandbox, no engine and no
 * simulation. What it does here is what the sandbox has to show.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { TraceEvent } from "../../src/runtime/index.ts";
import { HORIZON, type Program, ROOT } from "./programs.ts";

/** The library with one System, which is made before the program is loaded. */
const library = (seed: number) => `
import * as suptree from ${JSON.stringify(join(ROOT, "src/runtime/index.ts"))};
export * from ${JSON.stringify(join(ROOT, "src/runtime/index.ts"))};
export const events = [];
export const system = new suptree.System({ clock: "virtual", seed: ${seed}, logger: null, observer: (event) => void events.push(event) });
system.pause();
// The driver below makes time pass, and nobody else.
system.idle = () => new Promise((resolve) => system.after(0, resolve));
let taken = false;
export const System = new Proxy(suptree.System, {
  construct(target, args) {
    if (taken) return new target(...args);
    taken = true;
    return system;
  },
});
export const native = { setImmediate: globalThis.setImmediate };
let random = suptree.seededRandom(${seed} ^ 0x9e3779b9);
Math.random = () => random();
const timers = new Map();
let next = 1;
const set = (again) => (fn, ms, ...args) => {
  const id = next++;
  const arm = () => timers.set(id, system.after(Math.max(again ? 1 : 0, Number(ms) || 0), ring));
  const ring = () => { timers.delete(id); if (again) arm(); fn(...args); };
  arm();
  return id;
};
const clear = (id) => { timers.get(id)?.(); timers.delete(id); };
Object.assign(globalThis, { setTimeout: set(false), setInterval: set(true), clearTimeout: clear, clearInterval: clear });
performance.now = () => system.now();
console.log = console.info = console.warn = console.error = () => {};
`;

const driver = ({ root, model }: Program, entry: string): string => {
  const hash = root?.slice(root.indexOf("#") + 1);
  const application = model.applications.find(({ key }) => key === root)?.name ?? null;
  return `
import { events, native, system } from "suptree";
const rest = () => new Promise((resolve) => native.setImmediate(resolve));
const settle = async () => {
  const until = system.now() + ${HORIZON};
  do {
    while (system.runnable) { system.step(); await rest(); }
    const at = system.nextDeadline();
    if (at === null || at > until) break;
    system.advanceTo(at);
    await rest();
  } while (true);
};
const begin = async () => {
  const program = await import(${JSON.stringify(entry)});
  const root = ${JSON.stringify(root)}, application = ${JSON.stringify(application)};
  if (root === null) return;
  if (application !== null) await system.startApplication(Object.values(program).find((each) => each?.name === application && "applications" in each));
  else await system.start(program[${JSON.stringify(hash ?? "")}]);
};
begin().catch(() => {});
await rest();
await settle();
if (${root !== null}) {
  const dead = new Set(events.filter(({ type }) => type === "exit").map(({ pid }) => pid));
  const last = events.findLast((event) => event.type === "spawn" && event.kind === "worker" && !dead.has(event.pid));
  if (last !== undefined) {
    const { childId, label } = system.listProcesses().find(({ id }) => id === last.pid);
    system.note({ text: "Injected a crash (boom) into " + (childId ?? label), pid: last.pid, fault: "crash" });
    system.crash(system.pid(last.pid), "boom");
    await rest();
    await settle();
  }
}
process.stdout.write(JSON.stringify(events), () => process.exit(0));
`;
};

export async function plain(program: Program, seed = 1): Promise<TraceEvent[]> {
  const folder = join(ROOT, ".cache", "plain");
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = await build({
    stdin: {
      contents: driver(program, join(program.base, program.file)),
      resolveDir: program.base,
      loader: "js",
    },
    plugins: [
      {
        name: "library",
        setup(building) {
          building.onResolve({ filter: /^suptree$/ }, () => ({ path: "suptree", namespace: "library" }));
          building.onLoad({ filter: /.*/, namespace: "library" }, () => ({
            contents: library(seed),
            loader: "js",
            resolveDir: ROOT,
          }));
        },
      },
    ],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    keepNames: true,
    target: "es2023",
  });
  const name = `${program.base}-${program.file}-${program.root}`.replaceAll(/[^\w]+/g, "-").slice(-80);
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, outputFiles[0]?.text ?? "");
  const out = execFileSync(process.execPath, [file], { encoding: "utf8", maxBuffer: 1e9, timeout: 60_000 });
  return JSON.parse(out) as TraceEvent[];
}
