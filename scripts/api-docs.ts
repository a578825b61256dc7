/**
 * The API reference, generated from the docstrings of what `src/runtime/index.ts` exports:
 * `node scripts/api-docs.ts [--check]`. Writes one page per source file and an index to `docs/api/`.
 * `--check` writes nothing and fails when a page is out of date or an export has no docstring.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ClassDeclaration,
  type ClassMemberTypes,
  type ExportedDeclarations,
  type JSDoc,
  type JSDocableNode,
  Node,
  Project,
  ts,
} from "ts-morph";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENTRY = join(ROOT, "src", "runtime", "index.ts");
export const API_FOLDER = join(ROOT, "docs", "api");

interface Entry {
  name: string;
  declarations: ExportedDeclarations[];
}

export interface ApiDocs {
  /** File name in `docs/api` → content. */
  pages: Map<string, string>;
  /** Exports and public members without a docstring, as `Name` or `Name.member`. */
  undocumented: string[];
}

/** Generates every page in memory. */
export function generateApiDocs(): ApiDocs {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
    },
  });
  const entry = project.addSourceFileAtPath(ENTRY);
  const byPage = new Map<string, Entry[]>();
  const fileOf = new Map<string, string>();
  /** Where each export is: `page.md#anchor`. */
  const placeOf = new Map<string, string>();
  for (const [name, declarations] of entry.getExportedDeclarations()) {
    const first = declarations[0];
    if (!first) continue;
    const path = first.getSourceFile().getFilePath();
    const page = pageName(path);
    if (`${basename(path, ".ts")}.md` === page) fileOf.set(page, path);
    const list = byPage.get(page) ?? [];
    list.push({ name, declarations });
    byPage.set(page, list);
  }

  for (const [page, entries] of byPage) {
    entries.sort((a, b) => a.declarations[0]!.getStart() - b.declarations[0]!.getStart());
    for (const [name, anchor] of anchorsOf(entries)) placeOf.set(name, `${page}#${anchor}`);
  }

  const writer = new PageWriter(placeOf);
  const pages = new Map<string, string>();
  const index: string[] = [];
  for (const [page, entries] of [...byPage].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    const title = basename(page, ".md");
    const path = fileOf.get(page);
    const about = path ? writer.fileComment(project.getSourceFileOrThrow(path).getFullText()) : "";
    const body = entries.map((each) => writer.entry(each));
    pages.set(page, `${[`# ${title}`, about, ...body].filter(Boolean).join("\n\n")}\n`);
    index.push(`## [${title}](${page})`, about);
    index.push(entries.map(({ name }) => `[\`${name}\`](${placeOf.get(name)})`).join(" · "));
  }
  const head =
    '# API reference\n\nWhat `import … from "suptree"` offers, from the docstrings in `src/runtime`' +
    " (`node scripts/api-docs.ts` writes it). To learn it, start with the [guide](../guide/README.md).";
  pages.set("README.md", `${[head, ...index].filter(Boolean).join("\n\n")}\n`);
  return { pages, undocumented: writer.undocumented };
}

/** What is exported from the runtime's inside is shown with what it belongs to. */
const SHOWN_WITH: Readonly<Record<string, string>> = {
  "core/proc": "inspect",
  "core/tasks": "task",
  "runtime/system-options": "system",
};

/** `src/runtime/supervisor.ts` → `supervisor.md` */
function pageName(path: string): string {
  const name = basename(path, ".ts");
  return `${SHOWN_WITH[`${basename(dirname(path))}/${name}`] ?? name}.md`;
}

/** The index begins with what one needs first; the rest follows by name. */
const FIRST = [
  "gen-server",
  "supervisor",
  "system",
  "process",
  "protocol",
  "spec",
  "application",
  "run",
  "task",
];

function rank(page: string): number {
  const at = FIRST.indexOf(basename(page, ".md"));
  return at < 0 ? FIRST.length : at;
}

/** The anchors that GitHub gives to the headings of a page: names that differ in case only are numbered. */
function anchorsOf(entries: readonly Entry[]): [name: string, anchor: string][] {
  const seen = new Map<string, number>();
  return entries.map(({ name }) => {
    const slug = name.toLowerCase();
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return [name, before === 0 ? slug : `${slug}-${before}`];
  });
}

class PageWriter {
  readonly undocumented: string[] = [];
  readonly #placeOf: ReadonlyMap<string, string>;

  constructor(placeOf: ReadonlyMap<string, string>) {
    this.#placeOf = placeOf;
  }

  /** The text of the comment that a file begins with. */
  fileComment(text: string): string {
    const found = /^\/\*\*([\s\S]*?)\*\//.exec(text);
    return found ? this.#links(clean(found[1] ?? "")) : "";
  }

  entry({ name, declarations }: Entry): string {
    const parts = [`## ${name}`];
    const docs = declarations.map((declaration) => this.#docsOf(declaration)).filter((text) => text !== "");
    if (docs.length === 0) this.undocumented.push(name);
    const [first] = declarations;
    if (Node.isClassDeclaration(first)) {
      const head = classHead(first);
      const shown = this.#hiddenBases(first).length > 0 ? head.replace(/ extends \w+/, "") : head;
      parts.push(code(shown), ...new Set(docs), ...this.#members(name, first));
    } else {
      const shown = declarations.flatMap((each) => [signature(each), ...hiddenParts(each)]);
      parts.push(code(shown.join("\n")), ...new Set(docs));
    }
    return parts.filter(Boolean).join("\n\n");
  }

  #members(className: string, declaration: ClassDeclaration): string[] {
    const seen = new Map<string, { signatures: string[]; docs: string[] }>();
    const inherited = this.#hiddenBases(declaration).flatMap((base) =>
      base.getMembers().filter((member) => !Node.isConstructorDeclaration(member)),
    );
    for (const member of [...declaration.getMembers(), ...inherited]) {
      if (!isPublic(member)) continue;
      const name = Node.isConstructorDeclaration(member) ? "constructor" : member.getName();
      const group = seen.get(name) ?? { signatures: [], docs: [] };
      seen.set(name, group);
      const overloads = Node.isMethodDeclaration(member) ? member.getOverloads() : [];
      for (const shown of overloads.length > 0 ? overloads : [member]) {
        group.signatures.push(memberSignature(shown));
        const text = this.#docsOf(shown);
        if (text !== "") group.docs.push(text);
      }
      if (overloads.length > 0) {
        const text = this.#docsOf(member);
        if (text !== "") group.docs.push(text);
      }
    }
    return [...seen].map(([name, { signatures, docs }]) => {
      if (docs.length === 0) {
        const inherited = this.#inheritedDocs(declaration, name);
        if (inherited !== "") docs.push(inherited);
        else if (name === "constructor") {
          // One that takes nothing says nothing, and what the arguments are is said by the class.
          if (signatures.every((text) => /\(\s*\)/.test(text))) return "";
        } else this.undocumented.push(`${className}.${name}`);
      }
      return [`### ${className}.${name}`, code(signatures.join("\n")), ...new Set(docs)].join("\n\n");
    });
  }

  /** Base classes that nobody can import: what they have is a member of the class that extends them. */
  #hiddenBases(declaration: ClassDeclaration): ClassDeclaration[] {
    const base = declaration.getBaseClass();
    return base === undefined || this.#placeOf.has(base.getName() ?? "")
      ? []
      : [base, ...this.#hiddenBases(base)].filter((each) => !each.getSourceFile().isDeclarationFile());
  }

  /** What the interface or the base class that `name` comes from says about it. */
  #inheritedDocs(declaration: ClassDeclaration, name: string): string {
    const bases = [declaration.getExtends(), ...declaration.getImplements()];
    for (const base of bases) {
      const member = base?.getType().getProperty(name);
      for (const node of member?.getDeclarations() ?? []) {
        // TypeScript's own library documents Error's members, not always.
        if (node.getSourceFile().isDeclarationFile()) return "As every `Error` has it.";
        const text = this.#docsOf(node);
        if (text !== "") return text;
      }
    }
    return "";
  }

  #docsOf(node: Node): string {
    const owner = docOwner(node);
    return owner
      ? owner
          .getJsDocs()
          .map((doc) => this.#text(doc))
          .join("\n\n")
      : "";
  }

  #text(doc: JSDoc): string {
    const parts = [this.#links(doc.getCommentText() === undefined ? "" : clean(rawComment(doc)))];
    for (const tag of doc.getTags()) {
      const comment = this.#links(
        tag
          .getText()
          .replace(/^@\w+\s*/, "")
          .split("\n")
          .map(stripStar)
          .join("\n")
          .trim(),
      );
      const name = tag.getTagName();
      if (name === "throws") parts.push(`*Throws* ${comment}`);
      else if (name === "example") parts.push(comment.startsWith("```") ? comment : code(comment));
      else if (name === "param") parts.push(`*Parameter* ${comment}`);
      else if (name === "returns") parts.push(`*Returns* ${comment}`);
      else parts.push(`*${name}* ${comment}`);
    }
    return parts.filter((part) => part.trim() !== "").join("\n\n");
  }

  /** `{@link Name}` becomes a link to its place, or plain code when it is not exported. */
  #links(text: string): string {
    return text.replace(/\{@link\s+([\w.]+)\s*\}/g, (_, name: string) => {
      const [owner = "", member] = name.split(".");
      const place = this.#placeOf.get(owner);
      if (place === undefined) return `\`${name}\``;
      const target = member === undefined ? place : place.replace(/#.*/, `#${owner}${member}`.toLowerCase());
      return `[\`${name}\`](${target})`;
    });
  }
}

/** The text before the first tag, with its line breaks. */
function rawComment(doc: JSDoc): string {
  const inner = doc.getInnerText();
  const tag = inner.search(/^@\w/m);
  return tag === -1 ? inner : inner.slice(0, tag);
}

function clean(comment: string): string {
  return comment.split("\n").map(stripStar).join("\n").trim();
}

function stripStar(line: string): string {
  return line.replace(/^\s*\* ?/, "").trimEnd();
}

function docOwner(node: Node): (JSDocableNode & Node) | undefined {
  if (Node.isVariableDeclaration(node)) return node.getVariableStatement();
  return Node.isJSDocable(node) ? node : undefined;
}

function isPublic(member: ClassMemberTypes): boolean {
  if (Node.isClassStaticBlockDeclaration(member)) return false;
  const name = Node.isConstructorDeclaration(member) ? "constructor" : member.getName();
  if (name.startsWith("#") || name.startsWith("_") || name.startsWith("[")) return false;
  if (member.getScope() === "private") return false;
  return !member.getJsDocs().some((doc) => doc.getTags().some((tag) => tag.getTagName() === "internal"));
}

function classHead(declaration: ClassDeclaration): string {
  const text = declaration.getText();
  return text
    .slice(0, text.indexOf("{", declaration.getNameNodeOrThrow().getEnd() - declaration.getStart()))
    .trim();
}

function memberSignature(member: Node): string {
  return oneSpace(withoutBody(member)).replace(/\boverride /, "");
}

function signature(declaration: Node): string {
  if (Node.isFunctionDeclaration(declaration)) return oneSpace(withoutBody(declaration));
  if (Node.isVariableDeclaration(declaration)) {
    const type = declaration.getTypeNode()?.getText() ?? declaration.getType().getText(declaration);
    return `export const ${declaration.getName()}: ${type};`;
  }
  return declaration.getText();
}

/** The types of the same file that a type is made of and that are not exported: nobody could look them up. */
function hiddenParts(declaration: Node): string[] {
  if (!Node.isTypeAliasDeclaration(declaration) && !Node.isInterfaceDeclaration(declaration)) return [];
  const parts = [
    ...declaration.getDescendantsOfKind(ts.SyntaxKind.TypeReference),
    ...declaration.getDescendantsOfKind(ts.SyntaxKind.ExpressionWithTypeArguments),
  ];
  const names = new Set(parts.map((part) => part.getText()));
  const file = declaration.getSourceFile();
  return [...file.getTypeAliases(), ...file.getInterfaces()]
    .filter((other) => !other.isExported() && names.has(other.getName()))
    .map((other) => `\n${other.getText()}`);
}

/** The declaration's text up to its body or initial value, comments left out. */
function withoutBody(node: Node): string {
  let end = node.getEnd();
  if (Node.isBodyable(node) || Node.isBodied(node)) end = node.getBody()?.getStart() ?? end;
  if (Node.isPropertyDeclaration(node)) {
    const initializer = node.getInitializer();
    if (initializer) end = initializer.getStart();
  }
  const text = node.getSourceFile().getFullText().slice(node.getStart(), end);
  return `${text.replace(/\s*=?\s*$/, "").replace(/;$/, "")};`;
}

function oneSpace(text: string): string {
  return text
    .split("\n")
    .map((line, index) => (index === 0 ? line : line.replace(/^ {2}(?= )/, "").replace(/^ {2}(?=[)}])/, "")))
    .join("\n");
}

function code(text: string): string {
  return `\`\`\`ts\n${text.replace(/\{@link\s+([\w.]+)\s*\}/g, "$1")}\n\`\`\``;
}

/** Pages on disk that differ from `pages`, are missing or should not be there. */
export function outdatedPages(pages: ReadonlyMap<string, string>): string[] {
  const present = existsSync(API_FOLDER) ? readdirSync(API_FOLDER) : [];
  const stale = present.filter((name) => !pages.has(name));
  for (const [name, text] of pages) {
    if (!present.includes(name) || readFileSync(join(API_FOLDER, name), "utf8") !== text) stale.push(name);
  }
  return stale.sort();
}

function main(): void {
  const { pages, undocumented } = generateApiDocs();
  if (process.argv.includes("--check")) {
    const outdated = outdatedPages(pages);
    for (const name of outdated)
      console.error(`docs/api/${name} is out of date: run node scripts/api-docs.ts`);
    for (const name of undocumented) console.error(`${name} has no docstring`);
    process.exit(outdated.length + undocumented.length === 0 ? 0 : 1);
  }
  mkdirSync(API_FOLDER, { recursive: true });
  for (const name of readdirSync(API_FOLDER)) if (!pages.has(name)) rmSync(join(API_FOLDER, name));
  for (const [name, text] of pages) writeFileSync(join(API_FOLDER, name), text);
  console.log(`docs/api: ${pages.size} pages`);
  for (const name of undocumented) console.log(`without a docstring: ${name}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
