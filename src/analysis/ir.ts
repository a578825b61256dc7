/**
 * What is kept of a source file: a compact tree of the expressions, statements, functions and classes in it.
 * Plain data, without types and comments. It knows nothing of supervision: dialects read it when files are linked. `start` and
 * `end` are offsets into the file (the latter exclusive).
 */

import type * as Code from "../model/code.ts";

export interface Span {
  start: number;
  end: number;
}

/** What the analysis has at the nodes of a tree of code. */
interface Extras extends Code.NodeExtras {
  node: Span;
  param: {
    /** The names in the declared type, e.g. `["Map", "string", "Pid"]`. */
    type: string[] | null;
    /** What changes itself in an object type that is written there: see `Shape`. */
    parts?: Record<string, string>;
    /** Whether its declared type has a caller give it. */
    required: boolean;
    /** The declared type when that is one of these alone. */
    primitive: Primitive | null;
  };
  member: { type: string[] | null };
  class: {
    /** Where the name is. */
    nameStart: number;
    nameEnd: number;
    abstract: boolean;
    /** The names of its type parameters, where it has any. */
    typeParameters?: string[];
    /** What it gives for those of the class that it extends: the names in each. */
    baseArguments?: Pick<Shape, "inside" | "itself">[];
    /** Names that are assigned or changed through `this` outside the constructor. */
    assigned: string[];
  };
  declarator: { type: string[] | null };
}

export type Literal = Code.Literal;
export type Expr = Code.Expr<Extras>;
export type Prop = Code.Prop<Extras>;
export type Pattern = Code.Pattern<Extras>;
export type Param = Code.Param<Extras>;
export type Func = Code.Func<Extras>;
export type MemberKind = Code.MemberKind;
export type Member = Code.Member<Extras>;
export type Class = Code.Class<Extras>;
export type Declarator = Code.Declarator<Extras>;
export type Stmt = Code.Stmt<Extras>;
export type Primitive = "string" | "number" | "boolean";

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

/** What an interface or an alias says. The names of types: in all of it, and in what of it holds many. */
export interface Shape {
  inside: string[];
  itself: string[];
  /** The lists, maps and sets in it that may be changed, by their names: `{ "limits.seen": "Set" }`. */
  parts?: Record<string, string>;
}

/** A generic type, and the names in its first argument. */
export interface DeclaredType {
  of: string;
  names: string[];
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
  /** Properties of imported objects that the module sets, the name before the first dot: `options.limit = 3`. */
  setImports: string[];
  /** By the names of interfaces and aliases. */
  shapes: Record<string, Shape>;
  /** Objects and classes that are declared to be of a generic type, by their places: `GenServerBehavior<State, …>`. */
  declared: Record<number, DeclaredType>;
  /** Syntax errors. */
  problems: { start: number; message: string }[];
}
