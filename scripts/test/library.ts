/**
 * The library as its users get it: packed, unpacked as a dependency, imported and required, and type-checked under
 * the three ways in which TypeScript resolves packages, without Node's or the browser's types beside it.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../util/paths.ts";
import { run } from "../util/run.ts";
import type { StepResult } from "./steps.ts";

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

export async function checkLibrary(): Promise<StepResult> {
  const folder = await mkdtemp(join(tmpdir(), "suptree-library-"));
  try {
    return await check(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function check(folder: string): Promise<StepResult> {
  const result = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  const judge = (what: string, ok: boolean, output: string): void => {
    if (ok) result.passed += 1;
    else {
      result.failed += 1;
      problems.push(`${what}\n${output.trim()}`);
    }
  };
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", `--pack-destination=${folder}`], {
    cwd: root,
  });
  const archive = /"filename":\s*"([^"]+)"/.exec(packed.output)?.[1];
  if (packed.code !== 0 || !archive) {
    return { passed: 0, failed: 1, skipped: 0, output: packed.output };
  }
  const home = join(folder, "node_modules", "suptree");
  await mkdir(home, { recursive: true });
  const unpacked = await run("tar", ["-xzf", join(folder, archive), "-C", home, "--strip-components=1"]);
  judge("unpack", unpacked.code === 0, unpacked.output);

  const script = "if (typeof S.System !== 'function' || typeof S.GenServer !== 'function') process.exit(1)";
  const loads = [
    { name: "import", file: "load.mjs", text: `import * as S from "suptree";\n${script}` },
    { name: "require", file: "load.cjs", text: `const S = require("suptree");\n${script}` },
  ];
  for (const { name, file, text } of loads) {
    await writeFile(join(folder, file), text);
    const { code, output } = await run(process.execPath, [file], { cwd: folder, timeout: 30_000 });
    judge(name, code === 0, output);
  }
  const cli = await run(process.execPath, [join(home, "dist", "cli.js"), "--help"], { timeout: 30_000 });
  judge("suptree --help", cli.code === 0, cli.output);

  for (const { name, file, options } of PROJECTS) {
    await writeFile(join(folder, file), SOURCE);
    const config = join(folder, `tsconfig.${file}.json`);
    await writeFile(
      config,
      JSON.stringify({
        compilerOptions: {
          ...options,
          target: "es2022",
          lib: ["es2022"],
          types: [],
          strict: true,
          noEmit: true,
        },
        files: [file],
      }),
    );
    const { code, output } = await run("tsc", ["-p", config], { cwd: folder, timeout: 60_000 });
    judge(`types: ${name}`, code === 0, output);
  }
  return problems.length === 0 ? result : { ...result, output: problems.join("\n\n") };
}
