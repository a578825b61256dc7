/** One definition of the program, read before it runs. */
import type { NodeExtras, Stmt } from "../../model/code.ts";
import { TELLING } from "../../model/index.ts";
import { KNOWN } from "./globals.ts";
import { BINARY, UNARY } from "./operators.ts";
import { isMissing, PROCESS } from "./properties.ts";

type Node = Record<string, unknown> & { kind?: string };

const ASSIGNMENTS: ReadonlySet<string> = new Set([
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "**=",
  "&=",
  "|=",
  "^=",
  "<<=",
  ">>=",
  ">>>=",
  "||=",
  "&&=",
  "??=",
  "delete",
]);

/** Of what the analysis does not look into, what is followed all the same. */
const FOLLOWED: ReadonlySet<string> = new Set(["yield", "yield*", "new.target", "bigint", "tagged template"]);

/** In what there is another `this`, besides functions. */
const OWN_THIS: ReadonlySet<string> = new Set(["class", "classDeclaration", "getter", "setter"]);

const EQUALITY: ReadonlySet<string> = new Set(["===", "!==", "==", "!="]);

function addText(to: Set<string>, node: unknown): void {
  const { kind, value } = (node ?? {}) as Node;
  if (kind === "literal" && typeof value === "string") to.add(value);
}

const isFunction = (node: Node): boolean => "params" in node && "generator" in node;

/** What a pattern declares. */
function namesOf(target: unknown): string[] {
  const { kind, name, parts, rest } = (target ?? {}) as Node;
  if (kind === "identifier") return [String(name)];
  if (kind !== "objectPattern" && kind !== "arrayPattern") return [];
  return [
    ...(parts as ({ target: Node } | null)[]).flatMap((part) => namesOf(part?.target)),
    ...namesOf(rest),
  ];
}

/** What is declared in a list, where that is one of statements. */
function namesOfStatements(nodes: readonly unknown[]): string[] {
  return nodes.flatMap((node) => {
    const one = (node ?? {}) as Node;
    if (one.kind === "var") return (one.declarators as Node[]).flatMap(({ target }) => namesOf(target));
    if (one.kind === "functionDeclaration") return String((one.func as Node).name);
    if (one.kind === "classDeclaration") return String((one.class as Node).name);
    return one.kind === "enum" ? String(one.name) : [];
  });
}

/** What a node declares for all that is in it. */
function namesFor(node: Node): string[] {
  if (isFunction(node)) return (node.params as Node[]).flatMap(({ target }) => namesOf(target));
  if (node.kind === "for") return namesOfStatements([node.init]);
  return node.kind === "forOf" && node.assigns !== true ? namesOf(node.target) : [];
}

/** One definition: the names in it, and what of it cannot be interpreted. */
export class Definition {
  readonly names = new Set<string>();
  readonly declared = new Set<string>();
  readonly outside = new Set<string>();
  readonly texts = new Set<string>();
  readonly beginnings = new Set<string>();
  /** What tells the messages apart that it makes, whoever gets them. */
  readonly made = new Set<string>();
  /** The texts that it compares something with. */
  readonly compared = new Set<string>();
  readonly #ofThis = new Set<string>();
  /** What it takes of something that has a name. */
  readonly #members: [of: string, name: string][] = [];
  /** Functions around the code that is looked at whose `this` is not the class's. */
  #inside = 0;
  /** What parameters and variables around the code that is looked at hide. */
  readonly #hidden: (readonly string[])[] = [];
  obstacle: string | null = null;

  constructor(stmt: Stmt<NodeExtras>) {
    if (stmt.kind === "var") for (const { value } of stmt.declarators) this.#look(value);
    else if (stmt.kind === "classDeclaration") {
      this.#look(stmt.class.base);
      this.#look(stmt.class.members);
      this.#look(stmt.class.computed);
      this.#class(stmt.class as unknown as Node);
    } else this.#look(stmt);
  }

  #no(what: string): void {
    this.obstacle ??= what;
  }

  /** What it asks of itself that neither it nor the library has. */
  thisObstacle(members: ReadonlySet<string> | null): string | null {
    if (members === null) return null;
    for (const name of this.#ofThis)
      if (!members.has(name) && !PROCESS.has(name) && name !== "constructor") return `this.${name}`;
    return null;
  }

  /** What it asks of the language that is not there. */
  languageObstacle(isOwn: (name: string) => boolean): string | null {
    for (const [of, name] of this.#members)
      if (!this.declared.has(of) && !isOwn(of) && isMissing(KNOWN.get(of), name)) return `${of}.${name}`;
    return null;
  }

  #look(node: unknown): void {
    if (Array.isArray(node)) {
      this.#within(namesOfStatements(node), () => {
        for (const part of node) this.#look(part);
      });
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const one = node as Node;
    this.#one(one);
    const func = one.kind === "function" ? (one.func as Node) : null;
    // A function has a `this` of its own, unless it is an arrow.
    const own = (func !== null && func.arrow !== true) || OWN_THIS.has(one.kind ?? "");
    if (own) this.#inside++;
    if (one.kind === "try") {
      // What was caught is there for the handler only.
      this.#within(namesOf(one.param), () => this.#look([one.param, one.handler]));
      this.#look([one.body, one.finalizer]);
    } else
      this.#within(namesFor(one), () => {
        for (const part of Object.values(one)) this.#look(part);
      });
    if (own) this.#inside--;
  }

  /** Looks at what is below where these names are declared. */
  #within(names: readonly string[], look: () => void): void {
    this.#hidden.push(names);
    look();
    this.#hidden.pop();
  }

  #isHidden(name: string): boolean {
    return this.#hidden.some((names) => names.includes(name));
  }

  #class(node: Node): void {
    if (node.decorated === true) this.#no("decorators");
  }

  #one(node: Node): void {
    if (isFunction(node)) {
      if (typeof node.name === "string") this.declared.add(node.name);
      for (const { target } of node.params as { target: Node }[]) this.#declare(target);
    }
    switch (node.kind) {
      case "identifier":
        if (!this.#isHidden(String(node.name))) this.names.add(String(node.name));
        return;
      case "literal":
        if (typeof node.value === "string") this.texts.add(node.value);
        return;
      case "object":
        this.#object(node.props as Node[]);
        return;
      case "template": {
        const [first] = node.parts as unknown[];
        this.beginnings.add(typeof first === "string" ? first : "");
        return;
      }
      case "get": {
        // A member of a class may be of this kind too.
        const object = node.object as Node | undefined;
        if (object === undefined) return;
        if (object.kind === "this" && this.#inside === 0) this.#ofThis.add(String(node.name));
        if (object.kind === "identifier" && object.name === "Math" && node.name === "random")
          this.outside.add("random");
        if (object.kind === "identifier" && !this.#isHidden(String(object.name)))
          this.#members.push([String(object.name), String(node.name)]);
        return;
      }
      case "opaque":
        if (node.text === undefined && !FOLLOWED.has(String(node.what))) this.#no(String(node.what));
        return;
      case "getter":
      case "setter":
        if (node.name === "") this.#no("an object with a getter or a setter whose name is computed");
        return;
      case "binary":
        if (!BINARY.has(String(node.op))) this.#no(`the operator ${String(node.op)}`);
        if (EQUALITY.has(String(node.op)))
          for (const side of [node.left, node.right]) addText(this.compared, side);
        return;
      case "switch":
        for (const { test } of node.cases as Node[]) addText(this.compared, test);
        return;
      case "unary":
        if (!UNARY.has(String(node.op))) this.#no(`the operator ${String(node.op)}`);
        return;
      case "assignment":
        if (!ASSIGNMENTS.has(String(node.op))) this.#no("an operator with an assignment");
        this.#assigned(node.target as Node);
        return;
      case "var":
        for (const { target } of node.declarators as { target: Node }[]) this.#declare(target);
        return;
      case "forOf":
        this.#declare(node.target as Node);
        return;
      case "try":
        if (node.param !== null) this.#declare(node.param as Node);
        return;
      case "classDeclaration":
      case "class": {
        const cls = node.class as Node;
        if (typeof cls.name === "string") this.declared.add(cls.name);
        this.#class(cls);
        return;
      }
      case "enum":
        this.declared.add(String(node.name));
    }
  }

  #object(props: readonly Node[]): void {
    // What is started is no message.
    if (props.some(({ name }) => name === "start")) return;
    for (const { name, value } of props) if (TELLING.some((each) => each === name)) addText(this.made, value);
  }

  #declare(target: Node): void {
    for (const name of namesOf(target)) this.declared.add(name);
    this.#assigned(target);
  }

  /** What of a pattern is not followed. */
  #assigned(target: Node): void {
    if (target.kind !== "objectPattern" && target.kind !== "arrayPattern") return;
    for (const part of target.parts as ({ name?: string | null; computed?: Node; target: Node } | null)[]) {
      if (part?.name === null && part.computed === undefined) this.#no("a pattern with a computed name");
      if (part !== null) this.#assigned(part.target);
    }
    if (target.rest !== null) this.#assigned(target.rest as Node);
  }
}
