/** Paths of every platform, held against Node's own reading of them. */
import { posix, win32 } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  commonFolder,
  dirname,
  isAbsolute,
  isWithin,
  join,
  normalize,
  relative,
  rootOf,
} from "../../src/analysis/discover/paths.ts";
import { createSession } from "../../src/analysis/session/index.ts";
import { below, isElsewhere } from "../../src/extension/uri-paths.ts";
import { editorLink } from "../../src/web/source.ts";
import { memoryHost } from "./memory-host.ts";

/** Node's answer in our spelling. */
const ours = (path: string): string => {
  const text = path.replaceAll("\\", "/").replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  return text.length > 1 && !/^[a-z]:\/$/.test(text) ? text.replace(/\/$/, "") : text;
};

const part = fc.constantFrom("a", "b", "src", "C", ".", "..", "x.ts", "", "a b", "ü");
const parts = fc.array(part, { maxLength: 5 });
const slash = fc.constantFrom("\\", "/");
const windows = fc
  .tuple(
    fc.constantFrom(
      "C:\\",
      "c:/",
      "D:\\",
      "\\\\server\\share\\",
      "\\\\wsl$\\Ubuntu\\",
      "\\\\wsl.localhost\\Debian\\",
    ),
    parts,
    slash,
  )
  .map(([root, rest, between]) => root + rest.join(between));
const unix = parts.map((rest) => `/${rest.join("/")}`).filter((path) => !path.startsWith("//"));

describe.each([
  ["Windows", win32, windows],
  ["Unix", posix, unix],
] as const)("%s", (_, node, any) => {
  test("normalize", () => {
    fc.assert(
      fc.property(any, (path) => {
        expect(normalize(path)).toBe(ours(node.normalize(path)));
        expect(normalize(normalize(path))).toBe(normalize(path));
        expect(isAbsolute(path)).toBe(true);
      }),
    );
  });

  test("join and dirname", () => {
    fc.assert(
      fc.property(any, parts, (path, more) => {
        const folder = normalize(path);
        const below = more.join("/").replace(/^\/+/, "");
        expect(join(folder, below)).toBe(ours(node.join(path, below)));
        expect(dirname(folder)).toBe(
          ours(node.dirname(node.normalize(path).replace(/(?<=[^:\\/])[\\/]$/, ""))),
        );
        expect(isWithin(dirname(folder), folder)).toBe(true);
        expect(rootOf(dirname(folder))).toBe(rootOf(folder));
      }),
    );
  });

  test("relative leads back", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [from, to] = [normalize(a), normalize(b)];
        const way = relative(from, to);
        expect(join(from, way)).toBe(to);
        if (rootOf(from) === rootOf(to)) expect(isAbsolute(way)).toBe(false);
        else expect(way).toBe(to);
        const common = commonFolder([from, to]);
        if (rootOf(from) !== rootOf(to)) expect(common).toBe(undefined);
        else {
          expect(isWithin(common!, from)).toBe(true);
          expect(isWithin(common!, to)).toBe(true);
        }
      }),
    );
  });
});

test.each([
  ["\\\\server\\share", "//server/share"],
  ["\\\\server\\share\\", "//server/share"],
  ["\\\\server\\share\\..\\..\\x", "//server/share/x"],
  ["\\\\wsl$\\Ubuntu\\home\\me", "//wsl$/Ubuntu/home/me"],
  ["\\\\?\\C:\\very\\long", "c:/very/long"],
  ["\\\\?\\UNC\\server\\share\\x", "//server/share/x"],
  ["C:\\", "c:/"],
  ["C:", "c:/"],
  ["//x", "/x"],
  ["/", "/"],
  ["/..", "/"],
])("%s is %s", (path, normal) => {
  expect(normalize(path)).toBe(normal);
});

it("what begins with a slash stays on its drive or share", () => {
  expect(join("c:/w", "/x")).toBe("c:/x");
  expect(join("//server/share/w", "\\x")).toBe("//server/share/x");
  expect(join("/w", "/x")).toBe("/x");
  expect(join("c:/w", "\\\\server\\share\\x")).toBe("//server/share/x");
});

const SUP = `import { Supervisor } from "suptree";
import { CHILDREN } from "@/children";
import { A } from "./a";
export class Sup extends Supervisor { init() { return { children: [...CHILDREN, { id: "b", start: [A] }] }; } }
`;

describe.each([
  "C:\\work\\app",
  "C:\\",
  "\\\\server\\share\\app",
  "\\\\server\\share",
  "\\\\wsl$\\Ubuntu\\home\\me",
  "/",
])("a workspace at %s", (root) => {
  const at = (name: string): string => win32.join(root, name);
  const files = {
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
    ".gitignore": "made/\n",
    "src/sup.ts": SUP,
    "src/children.ts": 'import { A } from "./a"; export const CHILDREN = [{ id: "a", start: [A] }];',
    "src/a.ts": 'import { GenServer } from "suptree"; export class A extends GenServer {}',
    "made/sup.ts": SUP,
    "left/sup.ts": SUP,
  };

  it("is read, its imports lead where they should, and its paths are short", async () => {
    const host = memoryHost(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [normalize(at(name)), text])),
    );
    const session = createSession({ host, roots: [root], settings: { exclude: ["left/**"] } });
    const { model } = await session.scan();
    expect(model.problems).toEqual([]);
    expect(session.base).toBe(normalize(root));
    expect(model.supervisors.map(({ key, children }) => [key, children.map(({ id }) => id)])).toEqual([
      ["src/sup.ts#Sup", ["a", "b"]],
    ]);
    expect(model.supervisors[0]!.children[0]!.start?.file).toBe("src/a.ts");
    expect(session.pathOf("src/a.ts")).toBe(normalize(at("src/a.ts")));
    // The editor speaks of its documents as the system does.
    const edited = await session.update(at("src\\sup.ts"), SUP.replace('"b"', '"edited"'));
    expect(edited.model.supervisors[0]!.children[1]!.id).toBe("edited");
    expect((await session.close(at("src\\sup.ts"))).model.supervisors[0]!.children[1]!.id).toBe("b");
  });
});

test("a file's place below a folder, in URIs", () => {
  expect(below("/c:/w", "/C:/w/src/a.ts")).toBe("src/a.ts");
  expect(below("/C:/", "/c:/a.ts")).toBe("a.ts");
  expect(below("/c:/w", "/c:/www/a.ts")).toBe(null);
  expect(below("/share/app", "/share/app/a.ts")).toBe("a.ts");
  expect(["c:/x.ts", "//server/share/x.ts", "/x.ts", "../x.ts", "src/x.ts"].map(isElsewhere)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("links to the editor keep the server of a share", () => {
  const link = (path: string): string =>
    editorLink(pathToFileURL(path, { windows: true }), { line: 3, column: 1 });
  expect(link("C:\\w\\a b.ts")).toBe("vscode://file/C:/w/a%20b.ts:3:1");
  expect(link("\\\\server\\share\\a.ts")).toBe("vscode://file//server/share/a.ts:3:1");
  expect(link("\\\\wsl$\\Ubuntu\\a.ts")).toContain("Ubuntu/a.ts:3:1");
});
