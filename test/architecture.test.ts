/** The arrows of docs/ARCHITECTURE.md: who may import whom. A wrong import fails with the reason for the rule. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const src = join(root, "src");

/** Folder → what it may import, and why not more. */
const RULES: Record<string, { may: readonly string[]; why: string }> = {
  files: {
    may: [],
    why: "whoever reads or writes a file that somebody named says what goes into it: this room only keeps it whole",
  },
  model: {
    may: [],
    why: "the model is the contract that everything reads: it must not depend on any of them",
  },
  runtime: { may: [], why: "applications import the runtime alone: nothing of the editor may come with it" },
  analysis: {
    may: ["model"],
    why: "the analysis gives plain data; who checks or shows it is not its business",
  },
  bundle: {
    may: ["analysis", "model"],
    why: "a bundle is made of files: who runs it, and where, is not its business",
  },
  lint: {
    may: ["model", "analysis"],
    why: "rules read the model; only fixes that need syntax know the analysis",
  },
  trace: {
    may: ["model", "runtime/trace.ts"],
    why: "reading a trace must not need the runtime that wrote it",
  },
  live: {
    may: [
      "model",
      "runtime/trace.ts",
      "runtime/live-protocol.ts",
      "runtime/recording-format.ts",
      "trace",
      "protocol",
    ],
    why: "a session talks to a program by the protocol and by files alone: it must not need the library of its own version",
  },
  simulation: {
    may: ["model", "runtime"],
    why: "a simulation is the runtime with stand-ins made from the model",
  },
  protocol: {
    may: ["model", "runtime/trace.ts"],
    why: "messages are data: both ends must be able to import them",
  },
  sandbox: {
    may: ["model", "runtime", "simulation", "protocol", "trace"],
    why: "the sandbox holds the engine and nothing of the hosts",
  },
  webview: {
    may: ["model", "runtime/trace.ts", "trace", "protocol"],
    why: "the page draws what it is told: it must not run processes or analyse sources itself",
  },
  extension: {
    may: [
      "model",
      "runtime",
      "analysis",
      "bundle",
      "lint",
      "trace",
      "simulation",
      "live",
      "protocol",
      "sandbox",
      "webview",
      "web",
      "cli",
    ],
    why: "a host knows everything",
  },
  cli: {
    may: [
      "files",
      "model",
      "runtime",
      "analysis",
      "bundle",
      "lint",
      "trace",
      "simulation",
      "live",
      "protocol",
      "sandbox",
      "web",
    ],
    why: "a host knows everything, but never the editor's API",
  },
  web: {
    may: [
      "files",
      "model",
      "runtime",
      "analysis",
      "bundle",
      "lint",
      "trace",
      "simulation",
      "live",
      "protocol",
      "sandbox",
      "webview",
    ],
    why: "a host knows everything, but never the editor's API",
  },
};

const HOSTS: readonly string[] = ["extension", "cli", "web"];

/** Packages that only some folders may import. */
const PACKAGES: Record<string, { may: readonly string[]; why: string }> = {
  vscode: { may: ["extension"], why: "the editor's API exists only inside the extension" },
  "ts-morph": {
    may: ["analysis", "lint/fixes", "extension/worker"],
    why: "the compiler is large and slow to load: it stays in the worker",
  },
  esbuild: { may: ["bundle"], why: "only the bundle is made with it, and it is looked for at run time" },
  preact: { may: ["webview"], why: "only the page draws" },
};

interface Import {
  /** Relative to src, with `/`. */
  file: string;
  specifier: string;
  line: number;
}

async function sources(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
}

async function importsOf(path: string): Promise<Import[]> {
  const text = await readFile(path, "utf8");
  const file = relative(src, path).replaceAll("\\", "/");
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    file,
    specifier: fileName,
    line: text.slice(0, pos).split("\n").length,
  }));
}

const imports = (await Promise.all((await sources(src)).map(importsOf))).flat();

/** The imported file relative to src, null for packages. */
function target({ file, specifier }: Import): string | null {
  if (specifier === "suptree") return "runtime/index.ts";
  if (!specifier.startsWith(".")) return null;
  return relative(src, resolve(src, dirname(file), specifier)).replaceAll("\\", "/");
}

const folderOf = (file: string): string => file.split("/")[0] ?? file;

test("every folder of src has its rule", async () => {
  const folders = (await readdir(src, { withFileTypes: true })).filter((each) => each.isDirectory());
  expect(Object.keys(RULES)).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
});

test("folders import only what their arrow allows", () => {
  const wrong = imports.flatMap((each) => {
    const to = target(each);
    const from = folderOf(each.file);
    if (to === null || folderOf(to) === from) return [];
    const rule = RULES[from];
    // Hosts tell the project's version.
    if (to === "../package.json" && HOSTS.includes(from)) return [];
    if (!rule || rule.may.some((allowed) => to === allowed || to.startsWith(`${allowed}/`))) return [];
    return [`src/${each.file}:${each.line} imports ${to}, but ${rule.why}`];
  });
  expect(wrong).toEqual([]);
});

test("packages are imported only where they belong", () => {
  const wrong = imports.flatMap((each) => {
    const name = Object.keys(PACKAGES).find(
      (known) => each.specifier === known || each.specifier.startsWith(`${known}/`),
    );
    const rule = name === undefined ? undefined : PACKAGES[name];
    if (!rule || rule.may.some((allowed) => each.file.startsWith(`${allowed}/`))) return [];
    return [`src/${each.file}:${each.line} imports ${each.specifier}, but ${rule.why}`];
  });
  expect(wrong).toEqual([]);
});

test("the runtime and the model import no package at all", () => {
  const wrong = imports.filter(
    (each) => ["runtime", "model"].includes(folderOf(each.file)) && target(each) === null,
  );
  expect(wrong.map(({ file, line, specifier }) => `src/${file}:${line} imports ${specifier}`)).toEqual([]);
});

test("what runs in a browser imports no Node module", () => {
  const browser = ["webview", "sandbox", "simulation", "runtime", "trace", "model", "protocol"];
  const wrong = imports.filter(
    (each) => browser.includes(folderOf(each.file)) && each.specifier.startsWith("node:"),
  );
  expect(wrong.map(({ file, line, specifier }) => `src/${file}:${line} imports ${specifier}`)).toEqual([]);
});

test("only one room writes files for the command line and the server", async () => {
  const WRITES =
    /\b(?:writeFile|appendFile|createWriteStream|copyFile|truncate|rename|outputFile)(?:Sync)?\b/;
  // What it makes itself, for itself: the page that leads a browser to the server.
  const allowed = ["src/files/write.ts", "src/cli/browser.ts"];
  const found: string[] = [];
  for (const path of await sources(src)) {
    const file = `src/${relative(src, path).replaceAll("\\", "/")}`;
    if (/^src\/(?:cli|web|files|lint|analysis)\//.test(file) && WRITES.test(await readFile(path, "utf8")))
      found.push(file);
  }
  expect(found.filter((file) => !allowed.includes(file))).toEqual([]);
});

test("relative imports name the file with its ending, as Node needs it", () => {
  const wrong = imports.filter(
    ({ specifier }) => specifier.startsWith(".") && !/\.(tsx?|css|json|svg)$/.test(specifier),
  );
  expect(wrong.map(({ file, line, specifier }) => `src/${file}:${line} imports ${specifier}`)).toEqual([]);
});

const parsed = await Promise.all(
  (await sources(src)).map(async (path) =>
    ts.createSourceFile(
      relative(src, path).replaceAll("\\", "/"),
      await readFile(path, "utf8"),
      ts.ScriptTarget.Latest,
      true,
    ),
  ),
);

/** Functions that may have more than 80 lines, and why. */
const MAY_BE_LONG: ReadonlyMap<string, string> = new Map([
  ["live/recording/hook.ts hook", "it goes into a program as text, and can use nothing of its module"],
  ["live/thread.ts connect", "as above"],
  ["extension/commands/register.ts registerCommands", "a table of all commands"],
  ["extension/extension.ts activate", "a list of all parts of the extension"],
  ["sandbox/code/host.ts hostOf", "a list of all that a program finds around it"],
]);

/** What a test looks for in every node; all is walked through once. */
interface Found {
  private: string[];
  long: string[];
}

function lookThrough(): Found {
  const found: Found = { private: [], long: [] };
  const visit = (node: ts.Node, file: ts.SourceFile): void => {
    if (node.kind === ts.SyntaxKind.PrivateKeyword) found.private.push(placeIn(node, file));
    if (ts.isFunctionLike(node) && !MAY_BE_LONG.has(`${file.fileName} ${node.name?.getText(file)}`)) {
      const { line: first } = file.getLineAndCharacterOfPosition(node.getStart(file));
      const { line: last } = file.getLineAndCharacterOfPosition(node.end);
      if (last - first >= 80) found.long.push(`${placeIn(node, file)}: ${last - first + 1} lines`);
    }
    ts.forEachChild(node, (child) => visit(child, file));
  };
  for (const file of parsed) visit(file, file);
  return found;
}

const placeIn = (node: ts.Node, file: ts.SourceFile): string =>
  `src/${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;

const found = lookThrough();

test("what belongs to a class alone is written with #, never with `private`", () => {
  expect(found.private).toEqual([]);
});

/**
 * Imports of values that lead in a circle, and why they may: what is left is the recursion of the language itself, where an
 * expression holds functions, whose bodies hold statements, which hold expressions.
 */
const RECURSION = ["analysis/evaluate/", "analysis/summarize/"];

/** Circles of imports with those of types: of at most so many files of a folder, and why; the largest of a folder first. */
const WITH_TYPES: readonly { folder: string; most: number; why: string }[] = [
  { folder: "analysis/evaluate/", most: 16, why: "the recursion of the language, as above" },
  {
    folder: "analysis/evaluate/",
    most: 2,
    why: "a function is a value with the scope that it closes over, which holds values",
  },
  { folder: "analysis/summarize/", most: 3, why: "the recursion of the language, as above" },
  { folder: "runtime/core/", most: 15, why: "a process knows its system, whose parts act on processes" },
  {
    folder: "runtime/",
    most: 5,
    why: "a process tells its system and starts tasks, which are processes; a system tells tools of itself",
  },
];

function importsBetweenFiles(withTypes: boolean): Map<string, string[]> {
  const uses = new Map(parsed.map((file) => [file.fileName, [] as string[]]));
  for (const file of parsed) {
    for (const node of file.statements) {
      if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) continue;
      const { moduleSpecifier } = node;
      if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) continue;
      const to = target({ file: file.fileName, specifier: moduleSpecifier.text, line: 0 });
      if (to !== null && uses.has(to) && (withTypes || !isTypeOnly(node))) uses.get(file.fileName)?.push(to);
    }
  }
  return uses;
}

test("files do not import each other's values in a circle, but for those that follow the language's recursion", () => {
  const circles = circlesIn(importsBetweenFiles(false)).filter(
    (circle) => !RECURSION.some((room) => circle.every((file) => file.startsWith(room))),
  );
  expect(circles).toEqual([]);
});

test("files do not import each other's types in a circle, but for the circles that have a reason", () => {
  const free = [...WITH_TYPES];
  const largestFirst = circlesIn(importsBetweenFiles(true)).sort((a, b) => b.length - a.length);
  const circles = largestFirst.filter((circle) => {
    const fits = free.findIndex(
      ({ folder, most }) => circle.length <= most && circle.every((file) => file.startsWith(folder)),
    );
    if (fits < 0) return true;
    free.splice(fits, 1);
    return false;
  });
  expect(circles).toEqual([]);
});

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  const { namedBindings } = clause;
  const named = namedBindings !== undefined && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return (
    clause.isTypeOnly ||
    (clause.name === undefined && named.length > 0 && named.every((each) => each.isTypeOnly))
  );
}

/** The strongly connected parts with more than one file (Tarjan), files by name. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    const place = index.size;
    index.set(file, place);
    low.set(file, place);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== place) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}

test("no function is longer than 80 lines, but a few that are listed", () => {
  expect(found.long).toEqual([]);
});
