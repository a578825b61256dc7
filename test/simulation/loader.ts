/** Programs as they are, ready to run: their own modules, bundled as they stand, on the library's own source. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { TreeModel } from "../../src/model/index.ts";
import type { Application, ProcessClass, System } from "../../src/runtime/index.ts";
import { TIMERS, timeOf } from "./program-time.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRATCH = join(ROOT, ".cache", "reality");

/** Sources that belong together, by the names that the model gives them. */
export interface Program {
  name: string;
  /** Name in the model → text. */
  sources: ReadonlyMap<string, string>;
  /** The folder that the names are relative to; null when the texts are no files. */
  folder: string | null;
}

/** How a root of the model is really started. */
export interface Startable {
  /** Its bundle. */
  file: string;
  /** Whether the program defines it where it can be got at. */
  has(root: string): boolean;
  /** Forgets what its modules keep for themselves: the next run is the first one again. */
  anew(): Promise<void>;
  start(system: System, root: string, args?: readonly unknown[]): Promise<unknown>;
}

const CLASSES = /^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+([A-Za-z_$][\w$]*)/gm;
const CONSTANTS = /^(?:export\s+)?const\s+([A-Za-z_$][\w$]*)[^=\n]*=\s*defineApplication\(/gm;
const TIMER_NAMES = Object.keys(TIMERS).filter((name) => name !== "promises");
const OUTSIDE = `const { ${TIMER_NAMES.join(", ")} } = globalThis.programTimers;
const Date = globalThis.programDate, performance = globalThis.programPerformance, AbortSignal = globalThis.programAbortSignal;
const fetch = async () => {
  await globalThis.answerFromOutside?.();
  return { ok: true, status: 200, json: async () => ({}), text: async () => "" };
};`;

/** A module of timers as a program imports it. */
const timersModule = (path: string): string => {
  const from = path.endsWith("/promises") ? "globalThis.programTimers.promises" : "globalThis.programTimers";
  const names = path.endsWith("/promises") ? Object.keys(TIMERS.promises) : TIMER_NAMES;
  const all = names.map((name) => `const $${name} = ${from}.${name}; export { $${name} as ${name} };`);
  return `${all.join("\n")}\nexport default ${from};`;
};

/** Says how long the world outside takes to answer; null: it answers at once. */
export function answerOutside(wait: (() => Promise<void>) | null): void {
  Object.assign(globalThis, { answerFromOutside: wait ?? undefined });
}

/** What hidden exports begin with. */
const OPEN = "$open$";

/** A module that also exports the classes and applications that it keeps to itself. */
function opened(text: string): string {
  const names = [...text.matchAll(CLASSES), ...text.matchAll(CONSTANTS)].map(([, name]) => name);
  return `${text}\nexport { ${[...new Set(names)].map((name) => `${name} as ${OPEN}${name}`).join(", ")} };\n`;
}

/** Bundles the program's modules, loads them, and finds what the model calls its roots in them. */
export async function load(program: Program, files: readonly string[]): Promise<Startable> {
  const entry = "entry";
  const at = (file: string) => (program.folder === null ? `/${file}` : join(program.folder, file));
  const plugin: Plugin = {
    name: "program",
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /^entry$/ }, () => ({ path: entry, namespace: "entry" }));
      pluginBuild.onLoad({ filter: /.*/, namespace: "entry" }, () => ({
        contents: files.map((file, n) => `export * as m${n} from ${JSON.stringify(at(file))};`).join("\n"),
        resolveDir: program.folder ?? ROOT,
        loader: "ts",
      }));
      pluginBuild.onResolve({ filter: /^(?:node:)?timers(?:\/promises)?$/ }, ({ path }) => ({
        path,
        namespace: "timers",
      }));
      pluginBuild.onLoad({ filter: /.*/, namespace: "timers" }, ({ path }) => ({
        contents: timersModule(path),
        loader: "ts",
      }));
      if (program.folder === null) {
        pluginBuild.onResolve({ filter: /^[./]/ }, ({ path, importer, namespace }) => {
          const base = namespace === "entry" ? path : join(dirname(importer), path);
          const found = [base, `${base}.ts`, base.replace(/\.js$/, ".ts")].find((each) =>
            program.sources.has(each.slice(1)),
          );
          return found === undefined ? null : { path: found, namespace: "text" };
        });
        pluginBuild.onLoad({ filter: /.*/, namespace: "text" }, ({ path }) => ({
          contents: opened(program.sources.get(path.slice(1)) ?? ""),
          loader: "ts",
        }));
      } else {
        pluginBuild.onLoad({ filter: /\.ts$/, namespace: "file" }, ({ path }) => {
          const name = path.slice((program.folder ?? "").length + 1);
          const text = program.sources.get(name);
          return text === undefined
            ? null
            : { contents: opened(text), loader: "ts", resolveDir: dirname(path) };
        });
      }
    },
  };
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2023",
    external: ["suptree"],
    keepNames: true,
    // What waits for the world outside is answered at once; timers and dates are the run's: only its own clock counts.
    banner: { js: OUTSIDE },
    plugins: [plugin],
    logLevel: "silent",
  });
  mkdirSync(SCRATCH, { recursive: true });
  const outfile = join(SCRATCH, `${program.name.replace(/[^\w-]+/g, "-")}.mjs`);
  writeFileSync(outfile, bundle.outputFiles[0]?.text ?? "");
  timeOf(null);
  const loading = import(pathToFileURL(outfile).href) as Promise<Record<string, Record<string, unknown>>>;
  const loaded = await Promise.race([
    loading,
    new Promise<null>((resolve) => setTimeout(resolve, 3_000, null)),
  ]);
  if (loaded === null) throw new Error(`${program.name} does not end its own top level`);
  const modules = { ...loaded };
  // What a module keeps for itself would be there in the next run.
  const keeps = [...program.sources.values()].some((text) =>
    /^(?:export )?(?:let |const .* = (?:new |\[|\{|\())|\bstatic |\bnamespace /m.test(text),
  );
  let runs = 0;
  const anew = async (): Promise<void> => {
    if (!keeps || runs++ === 0) return;
    timeOf(null);
    Object.assign(modules, await import(`${pathToFileURL(outfile).href}?${runs}`));
  };
  const exportsOf = (file: string) => modules[`m${files.indexOf(file)}`] ?? {};
  const find = (root: string): ProcessClass | Application | undefined => {
    const hash = root.indexOf("#");
    const name = root.slice(hash + 1);
    const all = exportsOf(root.slice(0, hash));
    const found = all[name] ?? all[`${OPEN}${name}`];
    if (isClass(found)) return found;
    return Object.values(all)
      .filter(isApplication)
      .find((application) => application.name === name);
  };
  /** A program says with `startName` under which name its roots are started. */
  const namedAs = (root: string): { name?: string } => {
    const { startName } = exportsOf(root.slice(0, root.indexOf("#")));
    return typeof startName === "string" ? { name: startName } : {};
  };
  /** A program says with `given` what its root is started with. */
  const givenTo = (root: string): readonly unknown[] => {
    const { given } = exportsOf(root.slice(0, root.indexOf("#")));
    return Array.isArray(given) ? given : [];
  };
  return {
    file: outfile,
    anew,
    has: (root) => find(root) !== undefined,
    async start(system, root, args = givenTo(root)) {
      timeOf(system);
      const found = find(root);
      if (isClass(found)) return system.start([found, ...args] as unknown as [ProcessClass], namedAs(root));
      if (found !== undefined) await system.startApplication(found);
    },
  };
}

function isClass(value: unknown): value is ProcessClass {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}

function isApplication(value: unknown): value is Application {
  return typeof value === "object" && value !== null && "name" in value && "applications" in value;
}

/** Every root that can be started by itself: of applications, and of trees that none has. */
export function rootsOf(model: TreeModel): string[] {
  const taken = new Set(model.applications.map((application) => application.supervisor));
  return [
    ...model.applications.map((application) => application.key),
    ...model.roots.filter((root) => !taken.has(root)),
  ];
}
