/** What the compiler of one file carries along: positions, scopes, the enclosing class, depth. */
import { ts } from "ts-morph";
import type { Class, DeclaredType, Expr, ImportRef, ModuleSummary, Span } from "../ir.ts";

/** Deeper expressions are summarised as opaque, so that no input overflows the stack. */
export const MAX_DEPTH = 220;

interface Change {
  /** Where first. */
  start: number;
  /** By an inner function. */
  inner: boolean;
  /** Only if it is a Map or a Set. */
  filled: boolean;
  /** By a method of its own: `x.push(...)`. */
  direct: boolean;
  /** Its properties that are set. */
  properties?: Set<string>;
}

interface FunctionScope {
  declared: Set<string>;
  /** By name. */
  changed: Map<string, Change>;
}

export class Context {
  readonly text: string;
  readonly #sourceFile: ts.SourceFile;
  readonly specifiers = new Set<string>();
  /** As in the summary. */
  readonly declared: Record<number, DeclaredType> = {};
  /** The identifiers of the current top-level statement. */
  ids = new Set<string>();
  depth = 0;
  /** Of the classes and the function around, whose parameters are looked at, with what they extend. */
  typeParameters: ReadonlyMap<string, ts.TypeNode | undefined> = new Map();
  readonly #scopes: FunctionScope[] = [];
  #shapes: ReadonlyMap<string, readonly ts.TypeElement[]> | null = null;
  readonly #classes: Set<string>[] = [];
  /** The classes around, the innermost last. */
  readonly #around: ts.ClassLikeDeclaration[] = [];

  constructor(sourceFile: ts.SourceFile) {
    this.#sourceFile = sourceFile;
    this.text = sourceFile.text;
  }

  /** The properties of an interface, or of an alias of an object type, of this file. */
  shapeOf(name: string): readonly ts.TypeElement[] {
    this.#shapes ??= shapesOf(this.#sourceFile);
    return this.#shapes.get(name) ?? [];
  }

  /** What a name stands for, where it is an alias of this file. */
  aliasOf(name: string): ts.TypeNode | null {
    const alias = this.#sourceFile.statements.find(
      (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === name,
    );
    return (alias as ts.TypeAliasDeclaration | undefined)?.type ?? null;
  }

  /** Where a node begins, without comments and white space. */
  start(node: ts.Node): number {
    const { text } = this;
    let pos = node.pos;
    for (;;) {
      const char = text.charCodeAt(pos);
      if (char === 32 || char === 10 || char === 13 || char === 9) pos++;
      // A slash may begin a comment or a regular expression; other characters may be odd white space.
      else return char > 32 && char < 127 && char !== 47 ? pos : node.getStart(this.#sourceFile);
    }
  }

  /** What a node says. */
  textOf(node: ts.Node): string {
    return this.text.slice(this.start(node), node.end);
  }

  span(node: ts.Node): Span {
    return { start: this.start(node), end: node.end };
  }

  opaque(node: ts.Node, what: string, parts: Expr[] = []): Expr {
    return { kind: "opaque", start: this.start(node), end: node.end, parts: parts, what: what };
  }

  /** What else is in a list that is not closed. */
  rest(node: ts.Node): Expr {
    return { kind: "spread", start: this.start(node), end: node.end, argument: this.opaque(node, "[") };
  }

  pushScope(): void {
    this.#scopes.push({ declared: new Set(), changed: new Map() });
  }

  isDeclared(name: string): boolean {
    return this.#scopes.at(-1)?.declared.has(name) === true;
  }

  declare(name: string): void {
    this.#scopes.at(-1)?.declared.add(name);
  }

  /** Ends a function. What it changes that is not its own is changed by the function outside. */
  popScope(): void {
    const scope = this.#scopes.pop();
    const outer = this.#scopes.at(-1);
    if (scope === undefined || outer === undefined) return;
    for (const [name, change] of scope.changed) {
      const known = outer.changed.get(name);
      if (!scope.declared.has(name)) {
        const filled = change.filled && known?.filled !== false;
        const direct = change.direct || known?.direct === true;
        const { properties = known?.properties } = change;
        for (const property of known?.properties ?? []) properties?.add(property);
        const start = known?.start ?? change.start;
        outer.changed.set(name, { start, inner: true, filled, direct, ...(properties && { properties }) });
      }
    }
  }

  /** Ends the module: what is changed there, what of it functions change, and which imports it changes. */
  popModule(
    imports: Record<string, ImportRef>,
  ): Pick<ModuleSummary, "changed" | "filled" | "changedInFunctions" | "changedImports" | "setImports"> {
    const scope = this.#scopes.pop();
    const changed: Record<string, number> = Object.create(null);
    const filled: Record<string, number> = Object.create(null);
    const changedInFunctions: string[] = [];
    const changedImports: string[] = [];
    const setImports: string[] = [];
    for (const [name, change] of scope?.changed ?? []) {
      if (!scope?.declared.has(name)) {
        if (!Object.hasOwn(imports, name)) continue;
        if (change.direct) changedImports.push(name);
        for (const property of change.properties ?? []) setImports.push(`${name}.${property}`);
        continue;
      }
      (change.filled ? filled : changed)[name] = change.start;
      if (change.inner) changedInFunctions.push(name);
    }
    return { changed, filled, changedInFunctions, changedImports, setImports };
  }

  /** Without a node: a part of the class around, whose changes are its own. */
  pushClass(node = this.#around.at(-1)): void {
    this.#classes.push(new Set());
    if (node !== undefined) this.#around.push(node);
  }

  /** Whether the innermost class declares a member of this name itself. */
  isOfClass(name: string): boolean {
    return (
      this.#around
        .at(-1)
        ?.members.some((member) => member.name !== undefined && this.textOf(member.name) === name) === true
    );
  }

  popClass(compiled: Class | null): void {
    const names = this.#classes.pop();
    this.#around.pop();
    if (compiled !== null && names !== undefined && names.size > 0) compiled.assigned = [...names];
  }

  /**
   * Notes that the thing an expression leads to is changed: a variable, or a field of `this`. `filled`: it is if it is
   * a Map or a Set.
   */
  changes(target: Expr, at: number, filled = false): void {
    let x = target;
    while (x.kind === "get" || x.kind === "index") {
      if (x.kind === "get" && x.object.kind === "this") {
        this.#classes.at(-1)?.add(x.name);
        return;
      }
      x = x.object;
    }
    if (x.kind === "identifier") this.assigns(x.name, at, filled);
  }

  /** Notes that a method of a variable's own value changes it. */
  changesDirectly(name: string): void {
    const known = this.#scopes.at(-1)?.changed.get(name);
    if (known !== undefined) known.direct = true;
  }

  /** Notes that something is assigned to, or deleted: also which property of a variable's own value. */
  sets(target: Expr, at: number): void {
    this.changes(target, at);
    if (target.kind !== "get" || target.object.kind !== "identifier") return;
    const change = this.#scopes.at(-1)?.changed.get(target.object.name);
    if (change === undefined) return;
    change.properties ??= new Set();
    change.properties.add(target.name);
  }

  assigns(name: string, at: number, filled = false): void {
    const scope = this.#scopes.at(-1);
    const known = scope?.changed.get(name);
    if (known === undefined) scope?.changed.set(name, { start: at, inner: false, filled, direct: false });
    else if (!filled) known.filled = false;
  }

  /** Forgets that the running function changes this name. */
  owns(name: string | null): void {
    if (name !== null) this.#scopes.at(-1)?.changed.delete(name);
  }
}

function shapesOf({ statements }: ts.SourceFile): Map<string, readonly ts.TypeElement[]> {
  const shapes = new Map<string, readonly ts.TypeElement[]>();
  const withInherited = (one: ts.InterfaceDeclaration, depth = 0): readonly ts.TypeElement[] => [
    ...one.members,
    ...(depth > 4 ? [] : (one.heritageClauses ?? [])).flatMap(({ types }) =>
      types.flatMap(({ expression }) => {
        const base = statements.find(
          (each): each is ts.InterfaceDeclaration =>
            ts.isIdentifier(expression) &&
            ts.isInterfaceDeclaration(each) &&
            each.name.text === expression.text,
        );
        return base === undefined ? [] : withInherited(base, depth + 1);
      }),
    ),
  ];
  for (const statement of statements) {
    if (ts.isInterfaceDeclaration(statement)) shapes.set(statement.name.text, withInherited(statement));
    else if (ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type))
      shapes.set(statement.name.text, statement.type.members);
  }
  return shapes;
}
