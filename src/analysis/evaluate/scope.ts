/** Where names are found: function scopes, and the modules around them. */

import type { Location } from "../../model/index.ts";
import type { Declarator, ModuleSummary, Stmt } from "../ir.ts";
import { placeOf } from "../lines.ts";
import { patternNames } from "../summarize/summarize.ts";
import type { At, Cls, Value } from "./values.ts";

export interface Cell {
  contents: Value;
  /** Where it is declared, if it is said what it holds. */
  declared?: Declarator;
}

export class Scope {
  readonly vars = new Map<string, Cell>();
  readonly parent: Scope | null;
  readonly module: ModuleState;
  self: Value | null;
  home: Cls | null;
  /** A function's, or a module's: where `var` belongs. */
  ofFunction = false;

  constructor(parent: Scope | null, m: ModuleState, self: Value | null, home: Cls | null) {
    this.parent = parent;
    this.module = m;
    this.self = self;
    this.home = home;
  }

  /** The scope of the function around. */
  function(): Scope {
    let scope: Scope = this;
    while (!scope.ofFunction && scope.parent !== null && scope.parent.parent !== null) scope = scope.parent;
    return scope;
  }

  find(name: string): Cell | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const cell = scope.vars.get(name);
      if (cell !== undefined) return cell;
    }
    return null;
  }
}

export type Declaration =
  | { kind: "stmt"; stmt: Stmt & { kind: "functionDeclaration" | "classDeclaration" | "enum" } }
  | { kind: "var"; stmt: Stmt & { kind: "var" }; index: number };

/** A file while it is linked: its summary, its names, and what is known of them so far. */
export class ModuleState {
  readonly summary: ModuleSummary;
  readonly file: string;
  readonly scope: Scope;
  readonly declarations = new Map<string, Declaration>();
  /** How many of them are variables. */
  variables = 0;
  /** One value per class and function, so that they can be compared by identity. */
  readonly identities = new Map<object, Value>();
  /** Places that were asked for, by both offsets. */
  readonly locations = new Map<number, Location>();

  constructor(summary: ModuleSummary) {
    this.summary = summary;
    this.file = summary.file;
    this.scope = new Scope(null, this, null, null);
    for (const stmt of summary.body) this.#index(stmt);
  }

  #index(stmt: Stmt): void {
    if (stmt.kind === "functionDeclaration")
      this.declarations.set(stmt.func.name ?? "default", { kind: "stmt", stmt });
    else if (stmt.kind === "classDeclaration")
      this.declarations.set(stmt.class.name ?? "default", { kind: "stmt", stmt });
    else if (stmt.kind === "enum") this.declarations.set(stmt.name, { kind: "stmt", stmt });
    else if (stmt.kind === "var") {
      stmt.declarators.forEach((d, index) => {
        this.variables++;
        patternNames(d.target, (name) => this.declarations.set(name, { kind: "var", stmt, index }));
      });
    } else if (stmt.kind === "expression" && stmt.expr.kind === "class" && stmt.expr.class.name !== null) {
      this.declarations.set(stmt.expr.class.name, {
        kind: "stmt",
        stmt: { kind: "classDeclaration", start: stmt.start, end: stmt.end, class: stmt.expr.class },
      });
    }
  }

  at(span: { start: number; end: number }): At {
    return { module: this, start: span.start, end: span.end };
  }

  /** 1-based line and column of an offset. */
  position(offset: number): { line: number; column: number } {
    return placeOf(this.summary.lines, offset);
  }

  location(s: number, e: number): Location {
    // What the parser supplied for something missing begins after the white space that follows its end.
    const from = this.position(Math.min(s, e));
    const to = this.position(e);
    return { file: this.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }
}

/** One object for each place of a file, so that who asks again gets the same. */
export function locationOf({ module: m, start, end }: At): Location {
  const key = start * MOST_CHARACTERS + end;
  let location = m.locations.get(key);
  if (location === undefined) {
    location = m.location(start, end);
    m.locations.set(key, location);
  }
  return location;
}

/** Of a file: offsets are smaller. */
const MOST_CHARACTERS = 2 ** 26;
