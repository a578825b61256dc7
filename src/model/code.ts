/**
 * Code as a tree of plain data: expressions, statements, functions and classes, without types and comments. `X` says what else
 * stands at the nodes: the analysis has places there, the model nothing.
 */

/** What may stand at the nodes beside what is here. */
export interface NodeExtras {
  node: unknown;
  param: unknown;
  member: unknown;
  class: unknown;
  declarator: unknown;
}

export type Literal = string | number | boolean | null | undefined;

export type Expr<X extends NodeExtras> = X["node"] & {
  /** In parentheses, and with `?.`: a chain ends there. */
  closed?: true;
} /** `hole`: nothing at all, between two commas of a list. */ & (
    | { kind: "literal"; value: Literal; hole?: true }
    | { kind: "identifier"; name: string }
    | { kind: "this" }
    | { kind: "super" }
    /** A template: texts and expressions in turn. */
    | { kind: "template"; parts: (string | Expr<X>)[] }
    | { kind: "object"; props: Prop<X>[] }
    | { kind: "array"; items: Expr<X>[] }
    | { kind: "spread"; argument: Expr<X> }
    /** `object.name`; `optional` for `object?.name`. `of`: the method of that class of the language's, whatever the object is. */
    | { kind: "get"; object: Expr<X>; name: string; optional: boolean; of?: string }
    /** `optional` for `object?.[index]`. */
    | { kind: "index"; object: Expr<X>; index: Expr<X>; optional?: true }
    | { kind: "call"; callee: Expr<X>; args: Expr<X>[]; optional: boolean }
    | { kind: "new"; callee: Expr<X>; args: Expr<X>[] }
    | { kind: "conditional"; test: Expr<X>; consequent: Expr<X>; alternate: Expr<X> }
    | { kind: "binary"; op: string; left: Expr<X>; right: Expr<X> }
    | { kind: "unary"; op: string; argument: Expr<X> }
    /**
     * `target op value`, with op `=`, `+=`, `??=`...; `++x` and `x--` are `+=` and `-=` with 1, the latter (`post`) with
     * the value from before, and both (`step`) with a number; `delete x` has op `delete`.
     */
    | { kind: "assignment"; op: string; target: Pattern<X>; value: Expr<X>; post?: true; step?: true }
    | { kind: "function"; func: Func<X> }
    | { kind: "class"; class: Class<X> }
    | { kind: "await"; argument: Expr<X> }
    /**
     * A value that is never known; the parts are evaluated for what they do. Whoever runs the code knows some by `what`:
     * `yield`, `yield*`, `new.target`, a regular expression and a bigint by their `text`, and a tagged template by its
     * `texts`, each with how it is written; its first part is the tag.
     */
    | {
        kind: "opaque";
        parts: Expr<X>[];
        what: string;
        text?: string;
        texts?: [text: string, source: string][];
      }
  );

export type Prop<X extends NodeExtras> = X["node"] &
  (
    | { kind: "property"; name: string | Expr<X>; value: Expr<X> }
    | { kind: "getter"; name: string; func: Func<X> }
    | { kind: "setter"; name: string; func: Func<X> }
    | { kind: "spread"; argument: Expr<X> }
  );

export type Pattern<X extends NodeExtras> = X["node"] &
  (
    | { kind: "identifier"; name: string }
    | {
        kind: "objectPattern";
        /** `computed`: what gives the name, where that is no text. */
        parts: { name: string | null; computed?: Expr<X>; target: Pattern<X>; default: Expr<X> | null }[];
        rest: Pattern<X> | null;
      }
    | {
        kind: "arrayPattern";
        parts: ({ target: Pattern<X>; default: Expr<X> | null } | null)[];
        rest: Pattern<X> | null;
      }
    /** An assignment to a property: `object.name = ...`, `object[index] = ...`. */
    | { kind: "reference"; expr: Expr<X> }
  );

export type Param<X extends NodeExtras> = X["param"] & {
  target: Pattern<X>;
  default: Expr<X> | null;
  rest: boolean;
};

export type Func<X extends NodeExtras> = X["node"] & {
  name: string | null;
  params: Param<X>[];
  /** A list of statements, or the expression of an arrow function. */
  body: Stmt<X>[] | Expr<X>;
  arrow: boolean;
  async: boolean;
  generator: boolean;
};

/** "init" is a block of `static { ... }`. */
export type MemberKind = "method" | "get" | "set" | "field" | "constructor" | "init";

export type Member<X extends NodeExtras> = X["node"] &
  X["member"] & {
    kind: MemberKind;
    name: string;
    static: boolean;
    abstract: boolean;
    func: Func<X> | null;
    value: Expr<X> | null;
  };

export type Class<X extends NodeExtras> = X["node"] &
  X["class"] & {
    name: string | null;
    base: Expr<X> | null;
    members: Member<X>[];
    /** Members whose names are computed are not among them: `before` which of them each stands, and what gives its name. */
    computed?: { before: number; key: Expr<X>; member: Member<X> }[];
    /** It or something in it has a decorator, which may do anything with it. */
    decorated?: true;
  };

export type Declarator<X extends NodeExtras> = X["node"] &
  X["declarator"] & {
    target: Pattern<X>;
    value: Expr<X> | null;
  };

/**
 * `labels`: what a jump may name it by. `namespace`: its value is what a function with its body returns. `functionScoped`:
 * `var`, which belongs to the function around it. `disposes`: `using`, and `await using`.
 */
export type Stmt<X extends NodeExtras> = X["node"] & { labels?: string[] } & (
    | {
        kind: "var";
        constant: boolean;
        declarators: Declarator<X>[];
        namespace?: true;
        functionScoped?: true;
        disposes?: "now" | "later";
      }
    /** `property`: a parameter of a constructor becomes a field. */
    | { kind: "expression"; expr: Expr<X>; property?: true }
    | { kind: "return"; value: Expr<X> | null }
    | { kind: "throw"; value: Expr<X> }
    | { kind: "if"; test: Expr<X>; consequent: Stmt<X>[]; alternate: Stmt<X>[] | null }
    | {
        kind: "for";
        init: Stmt<X> | null;
        test: Expr<X> | null;
        update: Expr<X> | null;
        body: Stmt<X>[];
      }
    /** `of` false: for..in. `await`: for await. `assigns`: to what is there already, or to a `var` (`functionScoped`). */
    | {
        kind: "forOf";
        of: boolean;
        await?: true;
        assigns?: true;
        functionScoped?: true;
        constant?: true;
        disposes?: true;
        target: Pattern<X>;
        iterated: Expr<X>;
        body: Stmt<X>[];
      }
    | { kind: "while"; test: Expr<X>; body: Stmt<X>[]; once: boolean }
    | { kind: "switch"; subject: Expr<X>; cases: { test: Expr<X> | null; body: Stmt<X>[] }[] }
    | {
        kind: "try";
        body: Stmt<X>[];
        param: Pattern<X> | null;
        handler: Stmt<X>[] | null;
        finalizer: Stmt<X>[] | null;
      }
    | { kind: "block"; body: Stmt<X>[] }
    /** `label`: what it leaves or goes on with, where that is not the innermost. */
    | { kind: "jump"; word: "break" | "continue"; label?: string }
    | { kind: "functionDeclaration"; func: Func<X> }
    | { kind: "classDeclaration"; class: Class<X> }
    | { kind: "enum"; name: string; members: { name: string; value: Expr<X> | null }[] }
  );

/** Where a name of a module comes from: another file of the program, or a package. */
export type ImportedFrom = { file: string; name: string } | { package: string; name: string };

/** A statement that defines something: `Stmt` for those who run it, and opaque to everybody else. */
export interface Definition {
  kind: string;
}

/** What a module does while it is loaded, and what of this or that file is not what it was defined as after it. */
export interface Loading {
  does: Definition;
  changes: { file: string; name: string }[];
}

/**
 * Of one file what the code of its processes, or of others', asks for. The code of all files is closed: whatever a name in it
 * means is in it, or comes from a package.
 */
export interface FileCode {
  file: string;
  imports: Record<string, ImportedFrom>;
  /** By name. */
  definitions: Record<string, Definition>;
  /** In its order; files are in the order in which they are loaded. Left out: nothing. */
  load?: Loading[];
}
