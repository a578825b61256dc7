/**
 * The npm packages as their users get them: packed, installed from the tarballs into an empty folder, the library imported and
 * required in each runtime, the command line run in each Node, and the types checked under the three ways in which
 * TypeScript resolves packages, without Node's or the browser's types beside it.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npmFolder } from "../npm.ts";
import { provisionRuntime, RUNTIMES } from "../provision-runtimes.ts";
import { run } from "../util/run.ts";
import freshBuild from "./fresh-build.ts";
import type { StepResult } from "./steps.ts";

/** Bytes that the library may have unpacked, with its pages and types. */
const LIMIT = 1024 ** 2;

const SOURCE = `
import { GenServer, Supervisor, type SupervisorSpec, System } from "suptree";
class Worker extends GenServer {}
class Top extends Supervisor {
  override init(): SupervisorSpec {
    return { strategy: "one_for_one", children: [{ id: "worker", start: [Worker] }] };
  }
}
export const top: typeof Top = Top;
export const make = (): System => new System();
`;

/** A child dies and comes back; the answer of the second one ends the program. */
const PROGRAM = `
class Echo extends GenServer {
  handleCall(request) { return reply(request, "echo " + request.text); }
}
class Sup extends Supervisor {
  init() { return { children: [{ id: "echo", start: [Echo], name: "echo" }] }; }
}
(async () => {
  const system = new System({ logger: null });
  await system.start(Sup);
  system.kill("echo");
  await system.idle();
  console.log(await system.call("echo", { text: "again" }));
  await system.stop();
})();
`;
const NAMES = "{ GenServer, reply, Supervisor, System }";

const PROGRAMS: Record<string, string> = {
  "import.mjs": `import ${NAMES} from "suptree";${PROGRAM}`,
  "require.cjs": `const ${NAMES} = require("suptree");${PROGRAM}`,
  // Half of the program is CommonJS.
  "half.cjs": `const { GenServer, reply } = require("suptree");
exports.Echo = class extends GenServer {
  handleCall(request) { return reply(request, "echo " + request.text); }
};`,
  "both.mjs": `import { System } from "suptree";
import { Echo } from "./half.cjs";
const system = new System();
console.log(await system.call(await system.start(Echo), { text: "again" }));
await system.stop();`,
};

/**
 * Loaded as jest loads modules: in a context with globals of its own, while Node's modules, and what they throw, are the
 * program's; and a class of that copy, started by the program's own.
 */
const OTHER_REALM = `
const vm = require("node:vm");
const fs = require("node:fs");
const file = require.resolve("suptree");
const context = vm.createContext({ performance, setTimeout, clearTimeout, AbortController, AbortSignal, fs, Promises: Promise });
const module_ = { exports: {} };
vm.runInContext("(function (module, exports) {" + fs.readFileSync(file, "utf8") + "\\n})", context)(module_, module_.exports);
context.suptree = module_.exports;
vm.runInContext(\`
  const { GenServer, reply, Supervisor, System } = suptree;
  class Echo extends GenServer {
    async handleCall(request) {
      if (request.file !== undefined) fs.readFileSync(request.file);
      if (request.later !== undefined) await Promises.reject(new RangeError("of this realm"));
      return reply(request, await Promises.resolve("echo " + request.text));
    }
  }
  class Sup extends Supervisor {
    init() { return { intensity: 5, children: [{ id: "echo", start: [Echo], name: "echo" }] }; }
  }
  globalThis.Echo = Echo;
  globalThis.main = async () => {
    const system = new System({ logger: null });
    await system.start(Sup);
    const failed = [];
    for (const request of [{ file: "./missing" }, { later: true }]) {
      await system.call("echo", request).catch((error) => failed.push(error.reason.raised.message));
    }
    const answer = await system.call("echo", { text: "again" });
    await system.stop();
    return [answer, ...failed];
  };
\`, context);
(async () => {
  const [answer, missing, rejected] = await context.main();
  const { System } = require("suptree");
  const refused = await new System({ logger: null }).start(context.Echo).catch((error) => error.message);
  if (missing.includes("ENOENT") && rejected === "of this realm" && refused.includes("another copy of suptree")) console.log(answer);
  else console.log(missing, rejected, refused);
})();
`;

const PROJECTS: readonly { name: string; file: string; options: object }[] = [
  {
    name: "nodenext, ES module",
    file: "consumer.mts",
    options: { module: "nodenext", moduleResolution: "nodenext" },
  },
  {
    name: "nodenext, CommonJS",
    file: "consumer.cts",
    options: { module: "nodenext", moduleResolution: "nodenext" },
  },
  { name: "bundler", file: "consumer.ts", options: { module: "esnext", moduleResolution: "bundler" } },
];

export async function checkNpmPackages(): Promise<StepResult> {
  await freshBuild();
  const folder = await mkdtemp(join(tmpdir(), "suptree-npm-"));
  try {
    return await check(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function check(folder: string): Promise<StepResult> {
  const result = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  const why: string[] = [];
  const judge = (what: string, ok: boolean, output: string): void => {
    if (ok) result.passed += 1;
    else {
      result.failed += 1;
      problems.push(`${what}\n${output.trim()}`);
    }
  };
  const packed = await run(
    "npm",
    ["pack", npmFolder("suptree"), npmFolder("suptree-cli"), `--pack-destination=${folder}`],
    { cwd: folder, timeout: 120_000 },
  );
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith(".tgz")).map((name) => `./${name}`);
  judge("npm pack", tarballs.length === 2, packed.output);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  const installed = await run("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], {
    cwd: folder,
    timeout: 120_000,
  });
  judge("npm install", installed.code === 0, installed.output);
  if (problems.length > 0) return { ...result, output: problems.join("\n\n") };

  const bytes = await sizeOf(join(folder, "node_modules", "suptree"));
  judge("the library's size", bytes <= LIMIT, `${bytes} bytes unpacked, more than ${LIMIT}`);
  await checkReadmes(folder, judge);

  for (const [file, text] of Object.entries(PROGRAMS)) await writeFile(join(folder, file), text);
  await writeFile(join(folder, "realm.cjs"), OTHER_REALM);
  await writeFile(join(folder, "app.ts"), SOURCE);
  for (const runtime of RUNTIMES) {
    const { executable, missing } = await provisionRuntime(runtime).then(
      (found) => ({ ...found, missing: null }),
      (error: Error) => ({ executable: "", missing: error.message }),
    );
    if (missing !== null) {
      result.skipped += 1;
      why.push(missing);
      continue;
    }
    const start = runtime === "Deno" ? ["run", "-A"] : [];
    for (const file of ["import.mjs", "require.cjs", "both.mjs"]) {
      const { code, output } = await run(executable, [...start, file], { cwd: folder, timeout: 60_000 });
      judge(`${runtime}: ${file}`, code === 0 && output.trim() === "echo again", output);
    }
    if (!runtime.startsWith("Node")) continue;
    const realm = await run(executable, ["realm.cjs"], { cwd: folder, timeout: 60_000 });
    judge(`${runtime}: realm.cjs`, realm.code === 0 && realm.output.trim() === "echo again", realm.output);
    const cli = join("node_modules", ".bin", "suptree");
    const tree = await run(executable, [cli, "tree", "app.ts"], { cwd: folder, timeout: 60_000 });
    judge(`${runtime}: suptree tree`, tree.code === 0 && tree.output.includes("worker"), tree.output);
  }

  for (const { name, file, options } of PROJECTS) {
    await writeFile(join(folder, file), SOURCE);
    const config = join(folder, `tsconfig.${file}.json`);
    const strict = { target: "es2022", lib: ["es2022"], types: [], strict: true, noEmit: true };
    await writeFile(config, JSON.stringify({ compilerOptions: { ...options, ...strict }, files: [file] }));
    const { code, output } = await run("tsc", ["-p", config], { cwd: folder, timeout: 60_000 });
    judge(`types: ${name}`, code === 0, output);
  }
  return {
    ...result,
    ...(why.length > 0 ? { why: why.join("; ") } : {}),
    ...(problems.length > 0 ? { output: problems.join("\n\n") } : {}),
  };
}

/** What the packages' own READMEs say, done: the library's program, and the commands. */
async function checkReadmes(
  folder: string,
  judge: (what: string, ok: boolean, output: string) => void,
): Promise<void> {
  const readme = (name: string): Promise<string> =>
    readFile(join(folder, "node_modules", name, "README.md"), "utf8");
  const [, program = "throw 0"] = /^```ts\n([\s\S]+?)^```/m.exec(await readme("suptree")) ?? [];
  await writeFile(join(folder, "readme.mts"), program);
  const ran = await run(process.execPath, ["readme.mts"], { cwd: folder, timeout: 60_000 });
  judge("README of suptree", ran.code === 0, ran.output);

  await mkdir(join(folder, "src"));
  await writeFile(
    join(folder, "src", "app.ts"),
    SOURCE.replaceAll("Top", "AppSup").replace('"worker"', '"db"'),
  );
  const commands = [...(await readme("suptree-cli")).matchAll(/^ {4}npx (suptree-cli .+)$/gm)];
  judge("README of suptree-cli has commands", commands.length > 3, String(commands.length));
  for (const [, command = ""] of commands) {
    // A server runs until it is stopped; that it answers is tested with every command of the top README.
    const words = [...command.split(" "), ...(command.includes(" serve ") ? ["--help"] : [])];
    const { code, output } = await run("npx", ["--no-install", ...words], { cwd: folder, timeout: 60_000 });
    judge(`npx ${words.join(" ")}`, code === 0, output);
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name));
    if (found.isFile()) bytes += found.size;
  }
  return bytes;
}
