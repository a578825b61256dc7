/**
 * `node bench/code/run.ts [--rounds N]`: what real code costs. Bundling `examples/gateway` cold and after an edit, with the
 * native esbuild and with the shipped WebAssembly; and the processor time of a run in the engine's thread against
 * that of the same program by itself on the library's virtual clock. Exit code 1 when a target is missed.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { typescriptRules } from "../../src/bundle/elsewhere.ts";
import { Bundler, findEsbuild } from "../../src/bundle/index.ts";
import { CodeThread } from "../../src/cli/run/thread.ts";
import { emptyModel } from "../../src/model/index.ts";
import { DEFAULT_BOUNDS } from "../../src/protocol/index.ts";
import { atMost, conclude } from "../shared/targets.ts";
import { median, stopwatch, timed } from "../shared/timing.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");
const scratch = join(root, ".cache", "bench-code");
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
cpSync(join(root, "examples", "gateway"), join(scratch, "gateway"), { recursive: true });
cpSync(join(root, "examples", "tsconfig.base.json"), join(scratch, "tsconfig.base.json"));
const edited = join(scratch, "gateway", "src", "rooms", "room.ts");

async function openBundler(
  folders: readonly string[],
  kind: string,
): Promise<{ script(file: string): Promise<string>; close(): Promise<void> }> {
  const esbuild = await findEsbuild({ folders, wasm: join(dist, "esbuild-wasm") });
  if (esbuild === null) throw new Error(`no ${kind} esbuild: npm run build`);
  const bundler = new Bundler({
    esbuild,
    base: scratch,
    nodeModules: join(dist, "node-modules"),
    version: "0",
    rules: typescriptRules,
  });
  return {
    async script(file) {
      const result = await bundler.bundle({ file });
      if ("problems" in result) throw new Error(result.problems[0]?.message);
      return result.bundle.script;
    },
    async close() {
      await bundler.dispose();
      await (esbuild.api as { stop?(): Promise<void> }).stop?.();
    },
  };
}

for (const [kind, folders, cold, edit] of [
  ["native", [root], 500, 50],
  ["WebAssembly", [], 2_000, 250],
] as const) {
  const colds: number[] = [];
  const edits: number[] = [];
  for (let round = 0; round < Math.min(3, rounds); round++) {
    const since = stopwatch();
    const bundling = await openBundler(folders, kind);
    const once = (): Promise<string> => bundling.script("gateway/src/gateway-sup.ts");
    await once();
    colds.push(since());
    for (let at = 0; at < rounds; at++) {
      writeFileSync(edited, `${readFileSync(edited, "utf8")}\n// ${round} ${at}\n`);
      edits.push(await timed(once));
    }
    await bundling.close();
  }
  atMost(`bundle of examples/gateway, cold, ${kind}`, median(colds), cold, "ms");
  atMost(`bundle of examples/gateway, an edit, ${kind}`, median(edits), edit, "ms");
}

/** Two processes that answer each other a hundred thousand times; the time is measured inside, between the same two calls. */
const PROGRAM = `import { GenServer, reply, System, Supervisor } from "suptree";
class Echo extends GenServer { handleCall(request) { return reply(request, request.n + 1); } }
class Asker extends GenServer {
  init() { this.send(this.self, "go"); }
  async handleInfo() { let n = 0; while (n < 20000) n = await this.call("echo", { n }); }
}
export class AppSup extends Supervisor {
  init() { return { children: [{ id: "echo", start: [Echo], name: "echo" }, { id: "asker", start: [Asker] }] }; }
}
`;
mkdirSync(join(scratch, "node_modules"), { recursive: true });
writeFileSync(join(scratch, "app.js"), PROGRAM);

/** The program by itself, as the library's own tests drive it: turn by turn, with an observer that keeps every event. */
const PLAIN = `import { System } from ${JSON.stringify(join(dist, "lib", "index.js"))};
import { AppSup } from "./plain-app.js";
const events = [];
const system = new System({ clock: "virtual", logger: null, observer: (event) => void events.push(event) });
system.pause();
const rest = () => new Promise((resolve) => setImmediate(resolve));
const begin = performance.now();
void system.start(AppSup);
await rest();
while (system.step()) await rest();
console.log(performance.now() - begin, events.length);
`;
writeFileSync(join(scratch, "package.json"), '{ "type": "module" }');
writeFileSync(
  join(scratch, "plain-app.js"),
  PROGRAM.replace('"suptree"', JSON.stringify(join(dist, "lib", "index.js"))),
);
writeFileSync(join(scratch, "plain.js"), PLAIN);

async function inEngine(script: string): Promise<[ms: number, events: number]> {
  let events = 0;
  const engine = readFileSync(join(dist, "sandbox-node.js"), "utf8");
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const thread = new CodeThread(engine, script, (event) => {
    if (event.type === "ready") isReady();
    if (event.type === "trace") events += event.events.length;
  });
  const model = emptyModel();
  try {
    const bounds = { ...DEFAULT_BOUNDS, events: 10_000_000, stepsPerInstant: 10_000_000 };
    // As for the program by itself: what is measured is the run, not the start of a Node.
    await ready;
    const since = stopwatch();
    await thread.request<"load">({
      type: "load",
      model,
      root: null,
      seed: 1,
      mode: "code",
      dynamicChildren: 0,
      bounds,
      standIns: [],
      asInModel: [],
      marks: true,
    });
    await thread.request<"settle">({ type: "settle", ms: 1_000 });
    return [since(), events];
  } finally {
    await thread.close();
  }
}

writeFileSync(
  join(scratch, "main.js"),
  'import { System } from "suptree";\nimport { AppSup } from "./app.js";\nconst system = new System();\nvoid system.start(AppSup);\n',
);
const bundling = await openBundler([root], "native");
const script = await bundling.script("main.js");
await bundling.close();
const ratios: number[] = [];
for (let round = 0; round < rounds; round++) {
  const [plain = 0, expected = 0] = execFileSync(process.execPath, ["plain.js"], {
    cwd: scratch,
    encoding: "utf8",
  })
    .split(" ")
    .map(Number);
  const [engine, events] = await inEngine(script);
  if (events !== expected) throw new Error(`${events} events in the engine, ${expected} by itself`);
  ratios.push(engine / plain);
}
atMost("real code against the program by itself", median(ratios), 2, "x");
rmSync(scratch, { recursive: true, force: true });
console.log(`medians of ${rounds} rounds`);
conclude();
