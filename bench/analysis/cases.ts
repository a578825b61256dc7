/**
 * One contestant in a process of its own: `node cases.ts NAME FOLDER [FOLDER]` prints one line of JSON. Modules are loaded before
 * the clock starts, for floors and for ours alike.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";
import { nodeHost } from "../../src/analysis/discover/host-node.ts";
import { type AnalysisSession, createSession } from "../../src/analysis/session/index.ts";
import { parseText } from "../../src/analysis/summarize/parse.ts";
import { parseOptions } from "../../src/analysis/summarize/parse-options.ts";
import { deltaBetween } from "../../src/analysis/worker/delta.ts";
import { lint } from "../../src/lint/index.ts";
import { processTime, stopwatch, threadTime, timed, undisturbed } from "../shared/timing.ts";
import { editable, edits, filler } from "./synth.ts";

const [name = "", folder = "", aloneFolder = ""] = process.argv.slice(2);

function sources(root: string): string[] {
  const out: string[] = [];
  const queue = [root];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && entry.name !== "dist" && !entry.name.startsWith("."))
          queue.push(join(at, entry.name));
      } else if (/\.[cm]?[jt]sx?$/.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name))
        out.push(join(at, entry.name));
    }
  }
  return out;
}

function typescript(root: string): (readonly [file: string, text: string])[] {
  return sources(root)
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .map((file) => [file, readFileSync(file, "utf8")] as const);
}

function rss(): number {
  return process.memoryUsage().rss / 1e6;
}

/** Does `work` with each of the items, by the clock and in processor time; the sum of what it returns keeps it from being left out. */
function timeEach<T>(items: readonly T[], work: (item: T) => number): void {
  const [since, busy] = [stopwatch(), stopwatch(processTime)];
  let sum = 0;
  for (const item of items) sum += work(item);
  print({ ms: since(), cpu: busy(), files: items.length, sum });
}

function print(result: Record<string, number>): void {
  console.log(JSON.stringify(result));
}

async function scanned(root: string): Promise<AnalysisSession> {
  const session = createSession({ host: nodeHost(), roots: [root] });
  await session.scan();
  return session;
}

const EDITS = 600;
const WARM_UP = 300;

/** An editor with one file open in a workspace: each edit gives a new model and its findings. */
class Editor {
  readonly session: AnalysisSession;
  readonly times: number[] = [];
  readonly linting: number[] = [];
  readonly #path: string;
  readonly #settings: { sources: AnalysisSession["sources"]; fixes: boolean };

  static async open(root: string): Promise<Editor> {
    const editor = new Editor(await scanned(root), root);
    await editor.session.update(editor.#path, editable());
    return editor;
  }

  constructor(session: AnalysisSession, root: string) {
    this.session = session;
    this.#path = join(root, "packages/p0/src/edited.ts");
    this.#settings = { sources: session.sources, fixes: false };
  }

  async edit(text: string): Promise<void> {
    const session = this.session;
    const settings = this.#settings;
    const since = stopwatch();
    const { model } = await session.update(this.#path, text);
    const linting = await timed(() => lint(model, settings));
    this.times.push(since());
    this.linting.push(linting);
  }
}

const cases: Record<string, () => Promise<void> | void> = {
  read() {
    timeEach(sources(folder), (file) => readFileSync(file).length);
  },

  /** What is kept of every file, as if all of them mattered. */
  summarise() {
    timeEach(typescript(folder), ([file, text]) => parseText(file, text).summary?.body.length ?? 0);
  },

  parseTypescript() {
    timeEach(
      typescript(folder),
      ([file, text]) => ts.createSourceFile(file, text, parseOptions(file), false).statements.length,
    );
  },

  /**
   * Edits of one file of several supervisors: a body, a child spec, a name in turn. New model, what is sent of it, findings: in
   * processor time of this thread, which is its wall-clock time where nothing else runs.
   */
  async supervised() {
    const roots = [folder, ...(aloneFolder === "" ? [] : [aloneFolder])];
    const session = createSession({ host: nodeHost(), roots });
    await session.scan();
    const path = join(folder, "src/part0.ts");
    const text = readFileSync(path, "utf8");
    const turns = [
      (n: number) => text.replace("return reply(request, 3)", `const typed = ${n}; return reply(request, 3)`),
      (n: number) =>
        text.replace('{ id: "w1",', `{ id: "w1", restart: "${n % 2 === 0 ? "transient" : "temporary"}",`),
      (n: number) => text.replace('name: "worker_0_1"', `name: "worker_0_1_${n}"`),
    ];
    let before = session.model();
    const times: number[] = [];
    let sent = 0;
    for (let n = 0; n < 90; n++) {
      const busy = stopwatch(threadTime);
      const { model } = await session.update(path, turns[n % turns.length]!(n));
      const findings = lint(model, { sources: session.sources });
      const delta = deltaBetween(before, model);
      const took = busy();
      if (n >= 30) times.push(took);
      before = model;
      sent = Math.max(sent, JSON.stringify([delta, findings]).length);
    }
    const { files } = session.stats();
    print({ ms: undisturbed(times), sent: sent / 1000, supervisors: before.supervisors.length, files });
  },

  parse() {
    const texts = sources(folder).map((file) => [file, readFileSync(file, "utf8")] as const);
    timeEach(
      texts,
      ([file, text]) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements.length,
    );
  },

  async scan() {
    const [since, busy] = [stopwatch(), stopwatch(processTime)];
    const session = await scanned(folder);
    const [ms, cpu] = [since(), busy()];
    const { supervisors, edges, problems } = session.model();
    print({
      ms,
      cpu,
      rss: rss(),
      ...session.stats(),
      supervisors: supervisors.length,
      children: supervisors.reduce((sum, { children }) => sum + children.length, 0),
      edges: edges.length,
      problems: problems.length,
    });
  },

  /**
   * Edits to an open 500-line file, against `ts.updateSourceFile` of the same edits, and against the same edits where that
   * file is alone in its workspace: in turns, in one process, so that all three have the same heap and the same warm code.
   */
  async edit() {
    const [among, alone] = [await Editor.open(folder), await Editor.open(aloneFolder)];
    const text = editable();
    let tree = ts.createSourceFile("edited.ts", text, ts.ScriptTarget.Latest);
    const floor: number[] = [];
    let n = 0;
    for (const edited of edits(text)) {
      const since = stopwatch();
      const old = tree.text;
      let from = 0;
      while (old.charCodeAt(from) === edited.charCodeAt(from)) from++;
      let end = 0;
      while (
        end < old.length - from &&
        end < edited.length - from &&
        old.charCodeAt(old.length - 1 - end) === edited.charCodeAt(edited.length - 1 - end)
      )
        end++;
      tree = ts.updateSourceFile(tree, edited, {
        span: { start: from, length: old.length - from - end },
        newLength: edited.length - from - end,
      });
      floor.push(since());
      // Who comes first changes, so that nobody always pays for the other's garbage.
      for (const editor of n % 2 === 0 ? [alone, among] : [among, alone]) await editor.edit(edited);
      if (++n === EDITS) break;
    }
    print({
      floor: undisturbed(floor.slice(WARM_UP)),
      ours: undisturbed(among.times.slice(WARM_UP)),
      lint: undisturbed(among.linting.slice(WARM_UP)),
      alone: undisturbed(alone.times.slice(WARM_UP)),
      aloneLint: undisturbed(alone.linting.slice(WARM_UP)),
      supervisors: among.session.model().supervisors.length,
    });
  },

  /** Edits to a file without supervision code. */
  async plain() {
    const session = await scanned(folder);
    const path = join(folder, "packages/p0/src/plain.ts");
    const text = `import { readFile } from "node:fs";\n${filler(5, 16_000)}`;
    await session.update(path, text);
    const times: number[] = [];
    for (let n = 0; n < 1000; n++) {
      const edited = `${text}\n// ${n}`;
      times.push(await timed(() => session.update(path, edited)));
    }
    print({ ms: undisturbed(times), lines: text.split("\n").length });
  },
};

const run = cases[name];
if (run === undefined) throw new Error(`no such case: ${name}; there are ${Object.keys(cases).join(", ")}`);
await run();
