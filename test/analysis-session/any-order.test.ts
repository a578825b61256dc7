/**
 * The model and the findings say what the files say: whichever of them were named, in whichever order they came, and
 * whatever they were before, the same files give the same bytes.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnalysisSession, analyzeOn, createSession } from "../../src/analysis/session/index.ts";
import { lint } from "../../src/lint/index.ts";
import { at, cold, diskOf, isTheSameHoweverNamed, ROOT } from "./however-named.ts";
import type { MemoryHost } from "./memory-host.ts";
import { type Program, programs } from "./programs.ts";

/** An editor's window: one session for all that comes. */
class Window {
  readonly session: AnalysisSession;

  constructor(host: MemoryHost) {
    this.session = createSession({ host, roots: [ROOT], base: ROOT });
  }

  says(): string {
    const model = this.session.model();
    return JSON.stringify({ model, findings: lint(model, { sources: this.session.sources }) }, null, 1);
  }
}

type Step =
  | { kind: "edit" | "break" | "lose" | "rename"; file: number; typed: boolean }
  /** Back to the text, or the name, that it had in the beginning. */
  | { kind: "undo"; file: number; typed: boolean }
  | { kind: "undo all" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("edit" as const, "break" as const, "lose" as const, "rename" as const),
      file: fc.nat(),
      typed: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("undo" as const), file: fc.nat(), typed: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("undo all" as const) }) },
);

/** Some other text: lines move, a statement goes, or a body becomes empty. */
function otherText(text: string, n: number): string {
  const lines = text.split("\n");
  const line = n % lines.length;
  if (n % 3 === 0) return `// ${n}\n${text}`;
  if (n % 3 === 1) return text.replace(/\{ ([^{}]*) \}/, "{ }");
  return lines.filter((one, i) => i !== line || /^\s*import/.test(one)).join("\n");
}

class Story {
  private readonly names: string[];
  private readonly start: ReadonlyMap<string, string>;
  private readonly host: MemoryHost;
  private readonly window: Window;
  private readonly open = new Set<string>();
  private readonly files: Map<string, string>;
  private moved = new Set<string>();

  constructor(files: ReadonlyMap<string, string>) {
    this.start = files;
    this.files = new Map(files);
    this.names = [...files.keys()];
    this.host = diskOf(files);
    this.window = new Window(this.host);
  }

  async run(steps: readonly Step[], look: "at each" | "at the end"): Promise<void> {
    await this.window.session.scan();
    const whole = this.window.says();
    expect(whole).toBe(await cold(diskOf(this.start)));
    for (const [n, one] of steps.entries()) {
      await this.take(one, n);
      // With a syntax error what was known before may be shown instead, which a new look cannot know.
      if (look === "at each" && !this.isBroken())
        expect(this.window.says()).toBe(await cold(diskOf(this.files)));
    }
    await this.take({ kind: "undo all" }, 0);
    expect(this.window.says()).toBe(whole);
  }

  private isBroken(): boolean {
    return this.window.session.model().problems.some(({ kind }) => kind === "syntax");
  }

  private async take(next: Step, n: number): Promise<void> {
    if (next.kind === "undo all") {
      for (const file of [...this.moved]) await this.delete(file);
      this.moved = new Set();
      for (const [file, text] of this.start) await this.write(file, text, false);
      return;
    }
    const file = this.names[next.file % this.names.length]!;
    const text = this.files.get(file);
    // Configurations are read from the disk only.
    if (next.typed && file.endsWith(".json")) return this.take({ ...next, typed: false }, n);
    if (next.kind === "undo") await this.write(file, this.start.get(file)!, next.typed);
    else if (text === undefined) return;
    else if (next.kind === "edit") await this.write(file, otherText(text, next.file + n), next.typed);
    else if (next.kind === "break")
      await this.write(file, text.slice(0, next.file % (text.length + 1)), next.typed);
    else {
      await this.delete(file);
      if (next.kind === "lose") return;
      const other = file.replace(/([^/]+)$/, "other-$1");
      this.moved.add(other);
      await this.write(other, text, false);
    }
  }

  private async write(file: string, text: string, typed: boolean): Promise<void> {
    const { session } = this.window;
    this.files.set(file, text);
    if (typed) {
      this.open.add(file);
      await session.update(at(file), text);
      return;
    }
    this.host.write(at(file), text);
    if (this.open.delete(file)) await session.close(at(file));
    else await session.changed(at(file));
  }

  private async delete(file: string): Promise<void> {
    const { session } = this.window;
    this.files.delete(file);
    this.host.remove(at(file));
    if (this.open.delete(file)) await session.close(at(file));
    await session.removed(at(file));
  }
}

const RUNS = Number(process.env.SUPTREE_FUZZ_RUNS ?? 40);

describe("programs of the repository", () => {
  const all = programs();

  test("there are many, and many of several files", () => {
    expect(all.length).toBeGreaterThan(120);
    expect(all.filter(({ files }) => files.size > 1).length).toBeGreaterThan(20);
  });

  test("say the same however they are named", { timeout: 120_000 }, async () => {
    for (const { name, files } of all) {
      await isTheSameHoweverNamed(files).catch((error: Error) => {
        throw new Error(`${name}: ${error.message}`);
      });
    }
  });

  test("say the same after any one file was lost and came back", { timeout: 120_000 }, async () => {
    const { files } = all.find(({ name }) => name === "gateway")!;
    const sources = [...files.keys()];
    expect(
      [...files.values()].some((text) => text.includes('from "@app/')),
      "imports go by aliases",
    ).toBe(true);
    for (const file of sources.keys()) {
      if (sources[file]!.endsWith(".json")) continue;
      await new Story(files).run([{ kind: "lose", file, typed: false }], "at each");
    }
  });

  test("say the same after any story", { timeout: 240_000 }, async () => {
    const several = all.filter(({ files }) => files.size > 1);
    const some = fc.oneof(fc.constantFrom(...several), fc.constantFrom(...all));
    await fc.assert(
      fc.asyncProperty(some, fc.array(step, { maxLength: 6 }), async ({ files }, steps) => {
        await new Story(files).run(steps, "at each");
      }),
      { numRuns: RUNS },
    );
  });
});

/** What a helper does for a process, and how the process asks for it. */
const HELP: Record<string, { body: string; use: (helper: string) => string; head?: string }> = {
  forget: {
    body: '(map: Map<string, Pid>, m: { type: string }) { if (m.type === "DOWN") map.delete("x"); }',
    use: (helper) => `handleInfo(m: Info) { ${helper}(this.peers, m); }`,
  },
  ask: {
    body: "(server: { call(to: string, what: unknown): unknown }) { return server.call('P0', 1); }",
    use: (helper) => `async handleCall() { await ${helper}(this); }`,
  },
  fetch: {
    body: "() { return await fetch('http://localhost/'); }",
    head: "async ",
    use: (helper) => `async init() { await ${helper}(); }`,
  },
  exits: {
    body: '(m: { type: string }) { return m.type === "EXIT"; }',
    use: (helper) => `init() { this.trapExit(true); } handleInfo(m: Info) { if (${helper}(m)) return; }`,
  },
};

type Style = "function" | "const" | "default" | "object" | "static" | "instance";
interface Part {
  help: keyof typeof HELP;
  style: Style;
  /** Files that pass it on, each in its way. */
  passes: ("star" | "named" | "renamed" | "wrapped")[];
}

/** A helper module, and how another module gets at what it exports. */
function helperFiles(part: Part, n: number): { files: [string, string][]; imports: string; helper: string } {
  const { body, head = "" } = HELP[part.help]!;
  const made: Record<Style, { text: string; exported: string; call: string }> = {
    function: { text: `export ${head}function help${n}${body}`, exported: `help${n}`, call: `help${n}` },
    const: {
      text: `${head}function h${body}\nexport const help${n} = h;`,
      exported: `help${n}`,
      call: `help${n}`,
    },
    default: { text: `export default ${head}function${body}`, exported: "default", call: `help${n}` },
    object: {
      text: `export const help${n} = { ${head}run${body} };`,
      exported: `help${n}`,
      call: `help${n}.run`,
    },
    static: {
      text: `export class Help${n} { static ${head}run${body} }`,
      exported: `Help${n}`,
      call: `Help${n}.run`,
    },
    instance: {
      text: `class H { ${head}run${body} }\nexport const help${n} = new H();`,
      exported: `help${n}`,
      call: `help${n}.run`,
    },
  };
  let { text, exported, call } = made[part.style];
  const files: [string, string][] = [[`u${n}.ts`, text]];
  let from = `u${n}`;
  for (const [i, pass] of part.passes.entries()) {
    const name = `${"zak"[i % 3]}${n}pass${i}`;
    if (exported === "default" || pass === "renamed") {
      files.push([`${name}.ts`, `export { ${exported} as got${n}${i} } from "./${from}";`]);
      call = call.replace(/^\w+/, `got${n}${i}`);
      exported = `got${n}${i}`;
    } else if (pass === "wrapped" && !call.includes(".")) {
      const wrapped = `wrap${n}${i}`;
      text = `import { ${exported} } from "./${from}";\nexport function ${wrapped}(a?: any, b?: any) { return ${call}(a, b); }`;
      files.push([`${name}.ts`, text]);
      [exported, call] = [wrapped, wrapped];
    } else
      files.push([
        `${name}.ts`,
        pass === "star" ? `export * from "./${from}";` : `export { ${exported} } from "./${from}";`,
      ]);
    from = name;
  }
  const local = call.replace(/\..*$/, "");
  return {
    files,
    imports:
      exported === "default"
        ? `import ${local} from "./${from}";`
        : `import { ${exported} } from "./${from}";`,
    helper: call,
  };
}

const part: fc.Arbitrary<Part> = fc.record({
  help: fc.constantFrom(...Object.keys(HELP)),
  style: fc.constantFrom("function", "const", "default", "object", "static", "instance"),
  passes: fc.array(fc.constantFrom("star", "named", "renamed", "wrapped"), { maxLength: 3 }),
});

/** Processes and their supervisor in files of their own, helped by files that know nothing of any dialect. */
const helped: fc.Arbitrary<Program> = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom("a-sup", "m-sup", "zz-sup"))
  .map(([parts, sup]) => {
    const files = new Map<string, string>();
    const children: string[] = [];
    let imports = 'import { Supervisor } from "suptree";';
    for (const [n, one] of parts.entries()) {
      const { files: more, imports: from, helper } = helperFiles(one, n);
      for (const [file, text] of more) files.set(file, text);
      files.set(
        `p${n}.ts`,
        `import { GenServer, type Info, type Pid } from "suptree";\n${from}\nexport class P${n} extends GenServer {\n  peers = new Map<string, Pid>();\n  handleCast(m: { pid: Pid }) { this.peers.set("x", m.pid); this.monitor(m.pid); }\n  ${HELP[one.help]!.use(helper)}\n}\n`,
      );
      imports += `\nimport { P${n} } from "./p${n}";`;
      children.push(`{ id: "P${n}", start: [P${n}], name: "P${n}" }`);
    }
    files.set(
      `${sup}.ts`,
      `${imports}\nexport class Sup extends Supervisor { init() { return { children: [${children.join(", ")}] }; } }\n`,
    );
    return { name: "helped", files };
  });

describe("programs whose helpers stand in files without a dialect's import", () => {
  test("say the same however they are named", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(helped, async ({ files }) => isTheSameHoweverNamed(files)),
      { numRuns: RUNS },
    );
  });

  test("say the same after any story", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(helped, fc.array(step, { maxLength: 6 }), async ({ files }, steps) => {
        await new Story(files).run(steps, "at each");
      }),
      { numRuns: RUNS },
    );
  });

  test("the generator makes what it should: helpers that decide findings", async () => {
    const found = new Set<string>();
    for (const { files } of fc.sample(helped, { numRuns: 60, seed: 1 })) {
      const { model } = await analyzeOn([ROOT], { host: diskOf(files), cwd: ROOT, base: ROOT });
      for (const { rule } of lint(model)) found.add(rule);
      for (const { children } of model.supervisors)
        for (const { process } of children) {
          if (process?.handlesDown) found.add("handles DOWN");
          if ((process?.initAwaits.length ?? 0) > 0) found.add("awaits in init");
        }
    }
    expect([...found]).toEqual(expect.arrayContaining(["handles DOWN", "awaits in init", "missing-monitor"]));
  });
});
