/**
 * What is kept of a source file: a compact tree of the expressions, statements, functions and classes in it.
 * Plain data, without types and comments. It knows nothing of supervision: dialects read it when files are linked. `s` and `e`
 * are offsets into the file (end exclusive).
 */

export interface Span {
  s: number;
  e: number;
}

export type Literal = string | number | boolean | null | undefined;

export type Expr = Span &
  (
    | { k: "lit"; v: Literal }
    | { k: "id"; n: string }
    | { k: "this" }
    | { k: "super" }
    /** A template: texts and expressions in turn. */
    | { k: "tpl"; p: (string | Expr)[] }
    | { k: "obj"; p: Prop[] }
    | { k: "arr"; p: Expr[] }
    | { k: "spread"; x: Expr }
    /** `o.n`; `q` is true for `o?.n`. */
    | { k: "get"; o: Expr; n: string; q: boolean }
    | { k: "idx"; o: Expr; i: Expr }
    | { k: "call"; f: Expr; a: Expr[]; q: boolean }
    | { k: "new"; f: Expr; a: Expr[] }
    | { k: "cond"; c: Expr; t: Expr; f: Expr }
    | { k: "bin"; op: string; l: Expr; r: Expr }
    | { k: "un"; op: string; x: Expr }
    /**
     * `t op v`, with op `=`, `+=`, `??=`...; `++x` and `x--` are `+=` and `-=` with 1, the latter (`post`) with the value
     * from before; `delete t` has op `delete`.
     */
    | { k: "asg"; op: string; t: Pattern; v: Expr; post?: true }
    | { k: "fn"; f: Func }
    | { k: "cls"; c: Class }
    | { k: "await"; x: Expr }
    /** A value that is never known; the parts are evaluated for what they do. `w` says what it is. */
    | { k: "opaque"; x: Expr[]; w: string }
  );

export type Prop = Span &
  (
    | { k: "prop"; n: string | Expr; v: Expr }
    | { k: "getter"; n: string; f: Func }
    | { k: "setter"; n: string; f: Func }
    | { k: "spread"; x: Expr }
  );

export type Pattern = Span &
  (
    | { k: "id"; n: string }
    | { k: "objp"; p: { n: string | null; t: Pattern; d: Expr | null }[]; rest: Pattern | null }
    | { k: "arrp"; p: ({ t: Pattern; d: Expr | null } | null)[]; rest: Pattern | null }
    /** An assignment to a property: `o.n = ...`, `o[i] = ...`. */
    | { k: "ref"; x: Expr }
  );

export interface Param {
  t: Pattern;
  d: Expr | null;
  rest: boolean;
  /** The names in the declared type, e.g. `["Map", "string", "Pid"]`. */
  ty: string[] | null;
}

export interface Func extends Span {
  n: string | null;
  p: Param[];
  /** A list of statements, or the expression of an arrow function. */
  b: Stmt[] | Expr;
  arrow: boolean;
  async: boolean;
  gen: boolean;
}

/** "init" is a block of `static { ... }`. */
export type MemberKind = "method" | "get" | "set" | "field" | "ctor" | "init";

export interface Member extends Span {
  k: MemberKind;
  n: string;
  st: boolean;
  abs: boolean;
  f: Func | null;
  v: Expr | null;
  ty: string[] | null;
}

export interface Class extends Span {
  n: string | null;
  /** Where the name is. */
  ns: number;
  ne: number;
  x: Expr | null;
  abs: boolean;
  m: Member[];
  /** It has a base, and it or something in it has a decorator, which may do anything with it. */
  dec?: true;
  /** Names that are assigned or changed through `this` outside the constructor. */
  asg: string[];
}

export interface Declarator extends Span {
  t: Pattern;
  v: Expr | null;
  ty: string[] | null;
}

export type Stmt = Span &
  /** `ns`: a namespace, whose value is what a function with its body returns. */

  /** `fn`: `var`, which belongs to the function around it. */
  (
    | { k: "var"; c: boolean; d: Declarator[]; ns?: true; fn?: true }
    | { k: "expr"; x: Expr }
    | { k: "ret"; x: Expr | null }
    | { k: "throw"; x: Expr }
    | { k: "if"; c: Expr; t: Stmt[]; f: Stmt[] | null }
    | { k: "for"; i: Stmt | null; c: Expr | null; u: Expr | null; b: Stmt[] }
    /** `of` false: for..in. `aw`: for await. */
    | { k: "forof"; of: boolean; aw?: true; t: Pattern; x: Expr; b: Stmt[] }
    | { k: "while"; c: Expr; b: Stmt[]; once: boolean }
    | { k: "switch"; x: Expr; c: { t: Expr | null; b: Stmt[] }[] }
    | { k: "try"; b: Stmt[]; p: Pattern | null; h: Stmt[] | null; f: Stmt[] | null }
    | { k: "block"; b: Stmt[] }
    | { k: "jump"; w: "break" | "continue" }
    | { k: "func"; f: Func }
    | { k: "class"; c: Class }
    | { k: "enum"; n: string; m: { n: string; v: Expr | null }[] }
  );

/** `n` is the exported name, `"*"` for the whole module, `"default"`. */
export interface ImportRef {
  /** The module specifier as written. */
  m: string;
  n: string;
  /** Imported as a type: nothing at run time. */
  type?: true;
}

export type ExportRef =
  | { k: "local"; n: string }
  | { k: "from"; m: string; n: string }
  | { k: "expr"; x: Expr };

/** Everything kept of one file. Made by `summarize`, read by `Linker`; opaque to everybody else. */
export interface ModuleSummary {
  version: 1;
  file: string;
  /** Offsets at which lines start. */
  lines: number[];
  body: Stmt[];
  /** The identifiers in each statement of the body. */
  ids: string[][];
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
  esc: string[];
  /** Imported things that the module changes: `import { children } from "./a"; children.push(...)`. */
  meddles: string[];
  /** Syntax errors. */
  problems: { s: number; message: string }[];
}
