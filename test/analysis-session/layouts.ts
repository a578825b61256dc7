/**
 * Random layouts of real repositories: one tree whose files are spread over folders and packages, and refer to each other in
 * the ways that package.json and tsconfig.json offer.
 */
import fc from "fast-check";

/** How a dialect's tree is written, one file for each of its levels. */
interface Writing {
  /** What a level's file exports. */
  name(n: number): string;
  /** `next`: the imported name of the level below; null at the bottom. */
  text(n: number, next: string | null): string;
  /** The file that starts it all; null where the first level is the root. */
  top(first: string): string | null;
  dependency: string;
}

const WRITINGS: Record<string, Writing> = {
  suptree: {
    name: (n) => `Level${n}`,
    text: (n, next) =>
      `import { GenServer, Supervisor } from "suptree";
class Worker${n} extends GenServer {}
export class Level${n} extends Supervisor {
  override init() { return { children: [{ id: "worker", start: [Worker${n}] }${next === null ? "" : `, { id: "next", start: [${next}] }`}] }; }
}
`,
    top: () => null,
    dependency: "suptree",
  },
  noex: {
    name: (n) => `level${n}`,
    text: (n, next) =>
      `import { GenServer, Supervisor } from "@hamicek/noex";
const worker${n} = { init: () => 0, handleCall: (m: string, s: number) => [s, s] as const, handleCast: (m: string, s: number) => s };
export const level${n} = () => Supervisor.start({ name: "Level${n}", children: [
  { id: "worker", start: () => GenServer.start(worker${n}) },${next === null ? "" : `\n  { id: "next", start: () => ${next}() },`}
] });
`,
    top: (first) => `await ${first}();\n`,
    dependency: "@hamicek/noex",
  },
  nact: {
    name: (n) => `level${n}`,
    text: (n, next) =>
      `import { spawn } from "nact";
export function level${n}(parent: any) {
  const own = spawn(parent, (state = 0, message: any) => state, "Level${n}");
  spawn(own, (state = 0, message: any) => state, "worker");${next === null ? "" : `\n  ${next}(own);`}
  return own;
}
`,
    top: (first) => `import { start } from "nact";\nexport const system = start();\n${first}(system);\n`,
    dependency: "nact",
  },
  "actor-ts": {
    name: (n) => `Level${n}`,
    text: (n, next) =>
      `import { Actor } from "actor-ts";
class Worker${n} extends Actor<string> { override onReceive() {} }
export class Level${n} extends Actor<string> {
  override preStart() { this.context.spawn(Worker${n}, "worker");${next === null ? "" : ` this.context.spawn(${next}, "next");`} }
  override onReceive() {}
}
`,
    top: (first) =>
      `import { ActorSystem } from "actor-ts";\nexport const system = ActorSystem.create("top");\nsystem.spawn(${first}, "first");\n`,
    dependency: "actor-ts",
  },
};

const MARKS = ["npm", "yarn", "pnpm", "lerna"] as const;
const CONFIGS = ["none", "root", "extends", "absent base", "references", "narrow", "allowJs"] as const;
const WITHIN = ["written", "bare", "index", "#", "paths", "baseUrl"] as const;
const BETWEEN = [
  "name",
  "subpath",
  "pattern",
  "conditions",
  "built",
  "relative",
  "reexported",
  "root paths",
] as const;
const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".jsx"] as const;
/** Where a level gets the library from: `shared` is a file of the first package that hands it on. */
const LIBRARY = ["itself", "itself", "#library", "own file", "shared"] as const;
const BYTES = ["plain", "BOM", "CRLF"] as const;

interface Place {
  /** Its package: 0 is the one of the first level. */
  in: number;
  folder: string;
  ending: (typeof ENDINGS)[number];
  bytes: (typeof BYTES)[number];
  within: (typeof WITHIN)[number];
  between: (typeof BETWEEN)[number];
  library: (typeof LIBRARY)[number];
}

export interface Layout {
  dialect: keyof typeof WRITINGS;
  marks: (typeof MARKS)[number];
  config: (typeof CONFIGS)[number];
  levels: Place[];
}

export const layout: fc.Arbitrary<Layout> = fc.record({
  dialect: fc.constantFrom(...Object.keys(WRITINGS)),
  marks: fc.constantFrom(...MARKS),
  config: fc.constantFrom(...CONFIGS),
  levels: fc.array(
    fc.record({
      in: fc.nat({ max: 2 }),
      folder: fc.constantFrom("src", "src/deep", "lib", "src/deep/er"),
      ending: fc.constantFrom(...ENDINGS),
      bytes: fc.constantFrom(...BYTES),
      within: fc.constantFrom(...WITHIN),
      between: fc.constantFrom(...BETWEEN),
      library: fc.constantFrom(...LIBRARY),
    }),
    { minLength: 2, maxLength: 4 },
  ),
});

const PACKAGES = ["zeta", "alpha", "mid"];
const folderOf = (n: number): string => `packages/${PACKAGES[n]}`;
const nameOf = (n: number): string => `@acme/${PACKAGES[n]}`;
/** What a file is called once it is built. */
const built = (file: string): string => file.replace(/\.([cm]?)[jt]sx?$/, ".$1js");

function relative(from: string, to: string): string {
  const a = from.split("/").slice(0, -1);
  const b = to.split("/");
  while (a.length > 0 && a[0] === b[0]) {
    a.shift();
    b.shift();
  }
  return `${a.length === 0 ? "./" : "../".repeat(a.length)}${b.join("/")}`;
}

/** The files of a layout. */
export function filesOf({ dialect, marks, config, levels }: Layout): Map<string, string> {
  const writing = WRITINGS[dialect]!;
  const files = new Map<string, string>();
  const fileOf = (n: number): string => {
    const { in: p, folder, ending, within } = levels[n]!;
    return `${folderOf(p)}/${folder}/${within === "index" ? `level${n}/index` : `level${n}`}${ending}`;
  };
  const exported = PACKAGES.map((): Record<string, unknown> => ({}));
  const imports = PACKAGES.map((): Record<string, string> => ({}));
  const indexes = PACKAGES.map((): string[] => []);
  const paths = PACKAGES.map((): Record<string, string[]> => ({}));
  const rootPaths: Record<string, string[]> = {};
  const bases = new Set<number>();

  const specifier = (n: number, from: number, fromFile: string): string => {
    const file = fileOf(n);
    const { in: to, within, between, ending } = levels[n]!;
    const home = folderOf(to);
    const inside = file.slice(home.length + 1);
    const written = relative(fromFile, file);
    if (to === from) {
      // Without a configuration there are no aliases; Node's own way is there always.
      const way = config === "none" && (within === "paths" || within === "baseUrl") ? "#" : within;
      if (way === "bare" && /\.[jt]sx?$/.test(file)) return written.replace(/\.[jt]sx?$/, "");
      if (way === "index" && /\.[jt]sx?$/.test(file)) return written.replace(/\/index\.[jt]sx?$/, "");
      if (way === "#") {
        imports[to]![`#level${n}`] = `./${inside}`;
        return `#level${n}`;
      }
      if (way === "paths") {
        paths[to]![`~/${inside.replace(/\.\w+$/, "")}`] = [`./${inside}`];
        return `~/${inside.replace(/\.\w+$/, "")}`;
      }
      if (way === "baseUrl" && /\.[jt]sx?$/.test(file)) {
        bases.add(to);
        return inside.replace(/\.\w+$/, "");
      }
      return built(written);
    }
    const name = nameOf(to);
    if (between === "relative") return written.replace(/\.([cm]?)tsx?$/, ".$1js");
    if (between === "root paths" && config !== "none") {
      rootPaths[`~acme/level${n}`] = [`./${file}`];
      return `~acme/level${n}`;
    }
    if (between === "subpath") exported[to]![`./level${n}`] = `./${inside}`;
    else if (between === "conditions")
      exported[to]![`./level${n}`] = {
        types: `./dist/level${n}.d.ts`,
        import: { source: `./${inside}`, default: `./dist/level${n}.js` },
        default: `./${inside}`,
      };
    else if (between === "built" && inside.startsWith("src/")) {
      exported[to]![`./level${n}`] = `./${built(inside).replace(/^src\//, "dist/")}`;
    } else if (between === "pattern") {
      exported[to]![`./all${ending}/*`] = `./*${ending}`;
      return `${name}/all${ending}/${inside.slice(0, -ending.length)}`;
    } else {
      indexes[to]!.push(
        between === "reexported"
          ? `export * from "./${relative("src/x", inside)
              .replace(/^\.\//, "")
              .replace(/\.([cm]?)tsx?$/, ".$1js")}";`
          : `export { ${writing.name(n)} } from "${relative("src/x", inside).replace(/\.([cm]?)tsx?$/, ".$1js")}";`,
      );
      exported[to]!["."] = "./src/index.ts";
      return name;
    }
    return `${name}/level${n}`;
  };

  const libraryFor = ({ in: p, library }: Place, from: string): string => {
    if (library === "itself") return writing.dependency;
    const home = library === "shared" ? 0 : p;
    const file = `${folderOf(home)}/src/library.ts`;
    files.set(file, `export * from "${writing.dependency}";\n`);
    if (library === "#library") imports[p]!["#library"] = "./src/library.ts";
    else if (library === "shared" && p !== 0) exported[0]!["./otp"] = "./src/library.ts";
    else return relative(from, file).replace(/\.ts$/, ".js");
    return library === "#library" ? "#library" : `${nameOf(0)}/otp`;
  };

  for (const [n, level] of levels.entries()) {
    const { in: p, bytes } = level;
    const file = fileOf(n);
    const below = n + 1 < levels.length ? writing.name(n + 1) : null;
    const head = below === null ? "" : `import { ${below} } from "${specifier(n + 1, p, file)}";\n`;
    const library = libraryFor(level, file);
    let text = head + writing.text(n, below).replace(`"${writing.dependency}"`, `"${library}"`);
    if (/\.[cm]?jsx?$/.test(file)) text = plain(text);
    if (bytes === "CRLF") text = text.replaceAll("\n", "\r\n");
    files.set(file, bytes === "BOM" ? `\uFEFF${text}` : text);
  }
  const top = writing.top(writing.name(0));
  if (top !== null) {
    const file = `${folderOf(levels[0]!.in)}/src/main.ts`;
    files.set(file, `import { ${writing.name(0)} } from "${built(relative(file, fileOf(0)))}";\n${top}`);
  }
  for (const [p, lines] of indexes.entries())
    if (lines.length > 0) files.set(`${folderOf(p)}/src/index.ts`, `${lines.join("\n")}\n`);

  const json = (file: string, value: unknown): void => void files.set(file, JSON.stringify(value));
  const used = PACKAGES.map((_, p) => p).filter((p) =>
    [...files.keys()].some((file) => file.startsWith(`${folderOf(p)}/`)),
  );
  for (const p of used)
    json(`${folderOf(p)}/package.json`, {
      name: nameOf(p),
      dependencies: { [writing.dependency]: "*" },
      ...(Object.keys(exported[p]!).length > 0 ? { exports: exported[p] } : {}),
      ...(Object.keys(imports[p]!).length > 0 ? { imports: imports[p] } : {}),
    });
  const globs = ["packages/*"];
  json("package.json", {
    private: true,
    ...(marks === "npm"
      ? { workspaces: globs }
      : marks === "yarn"
        ? { workspaces: { packages: globs } }
        : {}),
  });
  if (marks === "pnpm") files.set("pnpm-workspace.yaml", 'packages:\n  - "packages/*"\n');
  if (marks === "lerna") json("lerna.json", { packages: globs });

  if (config === "none") return files;
  const options = { strict: true, ...(config === "allowJs" ? { allowJs: true, checkJs: true } : {}) };
  const absent = config === "absent base" ? { extends: "@acme/tsconfig/base.json" } : {};
  const ownPaths = (p: number) => ({
    ...Object.fromEntries(Object.entries(rootPaths).map(([k, v]) => [k, v.map((t) => `../../${t}`)])),
    ...paths[p],
  });
  json("tsconfig.base.json", { ...absent, compilerOptions: { ...options, outDir: "dist", rootDir: "src" } });
  if (config === "references")
    json("tsconfig.json", { files: [], references: used.map((p) => ({ path: folderOf(p) })) });
  else json("tsconfig.json", { extends: "./tsconfig.base.json", compilerOptions: { paths: rootPaths } });
  for (const p of used)
    json(`${folderOf(p)}/tsconfig.json`, {
      extends: "../../tsconfig.base.json",
      compilerOptions: {
        ...(config === "references" ? { composite: true } : {}),
        ...(bases.has(p) ? { baseUrl: "." } : {}),
        paths: ownPaths(p),
      },
      ...(config === "narrow" ? { include: ["src/main.ts"] } : {}),
    });
  return files;
}

/** Without types. */
function plain(text: string): string {
  return text.replaceAll(/: (?:string|number|any)\b|<string>| as const|override /g, "");
}

/** What a model says of a layout: each level with the supervisor that is below it. */
export function treeOf({ levels, dialect }: Layout): string[] {
  const lines = levels.map((_, n) => `Level${n}: worker${n + 1 < levels.length ? `, Level${n + 1}` : ""}`);
  if (dialect === "nact") lines.push("system: Level0");
  if (dialect === "actor-ts") lines.push("top: Level0");
  return lines.sort();
}
