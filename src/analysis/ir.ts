/**
 * What is kept of a source file: a compact tree of the expressions, statements, functions and classes in it.
 * Plain data, without types and comments. It knows nothing of supervision: dialects read it when files are linked. `start` and
 * `end` are offsets into the file (the latter exclusive).
 */

export interface Span {
  start: number;
  end: number;
}

export type Literal = string | number | boolean | null | undefined;

export type Expr = Span &
  (
    | { kind: "literal"; value: Literal }
    | { kind: "identifier"; name: string }
    | { kind: "this" }
    | { kind: "super" }
    /** A template: texts and expressions in turn. */
    | { kind: "template"; parts: (string | Expr)[] }
    | { kind: "object"; props: Prop[] }
    | { kind: "array"; items: Expr[] }
    | { kind: "spread"; argument: Expr }
    /** `object.name`; `optional` for `object?.name`. */
    | { kind: "get"; object: Expr; name: string; optional: boolean }
    | { kind: "index"; object: Expr; index: Expr }
    | { kind: "call"; callee: Expr; args: Expr[]; optional: boolean }
    | { kind: "new"; callee: Expr; args: Expr[] }
    | { kind: "conditional"; test: Expr; consequent: Expr; alternate: Expr }
    | { kind: "binary"; op: string; left: Expr; right: Expr }
    | { kind: "unary"; op: string; argument: Expr }
    /**
     * `target op value`, with op `=`, `+=`, `??=`...; `++x` and `x--` are `+=` and `-=` with 1, the latter (`post`) with
     * the value from before; `delete x` has op `delete`.
     */
    | { kind: "assignment"; op: string; target: Pattern; value: Expr; post?: true }
    | { kind: "function"; func: Func }
    | { kind: "class"; class: Class }
    | { kind: "await"; argument: Expr }
    /** A value that is never known; the parts are evaluated for what they do. */
    | { kind: "opaque"; parts: Expr[]; what: string }
  );

export type Prop = Span &
  (
    | { kind: "property"; name: string | Expr; value: Expr }
    | { kind: "getter"; name: string; func: Func }
    | { kind: "setter"; name: string; func: Func }
    | { kind: "spread"; argument: Expr }
  );

export type Pattern = Span &
  (
    | { kind: "identifier"; name: string }
    | {
        kind: "objectPattern";
        parts: { name: string | null; target: Pattern; default: Expr | null }[];
        rest: Pattern | null;
      }
    | {
        kind: "arrayPattern";
        parts: ({ target: Pattern; default: Expr | null } | null)[];
        rest: Pattern | null;
      }
    /** An assignment to a property: `object.name = ...`, `object[index] = ...`. */
    | { kind: "reference"; expr: Expr }
  );

export interface Param {
  target: Pattern;
  default: Expr | null;
  rest: boolean;
  /** The names in the declared type, e.g. `["Map", "string", "Pid"]`. */
  type: string[] | null;
  /** Whether its declared type has a caller give it. */
  required: boolean;
  /** The declared type when that is one of these alone. */
  primitive: Primitive | null;
}

export type Primitive = "string" | "number" | "boolean";

export interface Func extends Span {
  name: string | null;
  params: Param[];
  /** A list of statements, or the expression of an arrow function. */
  body: Stmt[] | Expr;
  arrow: boolean;
  async: boolean;
  generator: boolean;
}

/** "init" is a block of `static { ... }`. */
export type MemberKind = "method" | "get" | "set" | "field" | "constructor" | "init";

export interface Member extends Span {
  kind: MemberKind;
  name: string;
  static: boolean;
  abstract: boolean;
  func: Func | null;
  value: Expr | null;
  type: string[] | null;
}

export interface Class extends Span {
  name: string | null;
  /** Where the name is. */
  nameStart: number;
  nameEnd: number;
  base: Expr | null;
  abstract: boolean;
  members: Member[];
  /** It has a base, and it or something in it has a decorator, which may do anything with it. */
  decorated?: true;
  /** Names that are assigned or changed through `this` outside the constructor. */
  assigned: string[];
}

export interface Declarator extends Span {
  target: Pattern;
  value: Expr | null;
  type: string[] | null;
}

export type Stmt = Span &
  /**
   * `namespace`: its value is what a function with its body returns. `functionScoped`: `var`, which belongs to the function
   * around it.
   */
  (
    | { kind: "var"; constant: boolean; declarators: Declarator[]; namespace?: true; functionScoped?: true }
    | { kind: "expression"; expr: Expr }
    | { kind: "return"; value: Expr | null }
    | { kind: "throw"; value: Expr }
    | { kind: "if"; test: Expr; consequent: Stmt[]; alternate: Stmt[] | null }
    | { kind: "for"; init: Stmt | null; test: Expr | null; update: Expr | null; body: Stmt[] }
    /** `of` false: for..in. `await`: for await. */
    | { kind: "forOf"; of: boolean; await?: true; target: Pattern; iterated: Expr; body: Stmt[] }
    | { kind: "while"; test: Expr; body: Stmt[]; once: boolean }
    | { kind: "switch"; subject: Expr; cases: { test: Expr | null; body: Stmt[] }[] }
    | { kind: "try"; body: Stmt[]; param: Pattern | null; handler: Stmt[] | null; finalizer: Stmt[] | null }
    | { kind: "block"; body: Stmt[] }
    | { kind: "jump"; word: "break" | "continue" }
    | { kind: "functionDeclaration"; func: Func }
    | { kind: "classDeclaration"; class: Class }
    | { kind: "enum"; name: string; members: { name: string; value: Expr | null }[] }
  );

/** `name` is the exported name, `"*"` for the whole module, `"default"`. */
export interface ImportRef {
  /** The module specifier as written. */
  module: string;
  name: string;
  /** Imported as a type: nothing at run time. */
  type?: true;
}

export type ExportRef =
  | { kind: "local"; name: string }
  | { kind: "from"; module: string; name: string }
  | { kind: "expression"; expr: Expr };

/** The names of the types in an interface or an alias: in all of it, and in what of it holds many. */
export interface Shape {
  inside: string[];
  itself: string[];
}

/** Everything kept of one file. Made by `summarize`, read by `Linker`; opaque to everybody else. */
export interface ModuleSummary {
  version: 1;
  file: string;
  /** Offsets at which lines start. */
  lines: number[];
  body: Stmt[];
  /** The identifiers in each statement of the body. */
  identifiers: string[][];
  imports: Record<string, ImportRef>;
  exports: Record<string, ExportRef>;
  /** `export * from`. */
  stars: string[];
  /** All module specifiers, once each: what must be resolved and may have to be summarised too. */
  specifiers: string[];
  /** Module-level variables that are assigned or changed after their definition, and where first. */
  changed: Record<string, number>;
  /** Variables on which `set`, `add`, `delete` or `clear` is called: changed if they hold a Map or a Set. */
  filled: Record<string, number>;
  /** Those of both that functions change, so that running the module's body does not tell their value. */
  changedInFunctions: string[];
  /** Imported things that the module changes: `import { children } from "./a"; children.push(...)`. */
  changedImports: string[];
  /** By the names of interfaces and aliases. */
  shapes: Record<string, Shape>;
  /** Syntax errors. */
  problems: { start: number; message: string }[];
}
