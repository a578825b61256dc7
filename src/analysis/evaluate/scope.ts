/** Where names are found: function scopes, and the modules around them. */

import type { Location } from "../../model/index.ts";
import type { ModuleSummary, Stmt } from "../ir.ts";
import { placeOf } from "../lines.ts";
import { patternNames } from "../summarize/summarize.ts";
import type { At, Cls, Value } from "./values.ts";

export interface Cell {
  c: Value;
}

export class Scope {
  readonly vars = new Map<string, Cell>();
  readonly parent: Scope | null;
  readonly m: ModuleState;
  self: Value | null;
  home: Cls | null;
  /** A function's, or a module's: where `var` belongs. */
  ofFunction = false;

  constructor(parent: Scope | null, m: ModuleState, self: Value | null, home: Cls | null) {
    this.parent = parent;
    this.m = m;
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
  | { k: "stmt"; stmt: Stmt & { k: "func" | "class" | "enum" } }
  | { k: "var"; stmt: Stmt & { k: "var" }; index: number };

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

  constructor(summary: ModuleSummary) {
    this.summary = summary;
    this.file = summary.file;
    this.scope = new Scope(null, this, null, null);
    for (const stmt of summary.body) this.index(stmt);
  }

  private index(stmt: Stmt): void {
    if (stmt.k === "func") this.declarations.set(stmt.f.n ?? "default", { k: "stmt", stmt });
    else if (stmt.k === "class") this.declarations.set(stmt.c.n ?? "default", { k: "stmt", stmt });
    else if (stmt.k === "enum") this.declarations.set(stmt.n, { k: "stmt", stmt });
    else if (stmt.k === "var") {
      stmt.d.forEach((d, index) => {
        this.variables++;
        patternNames(d.t, (name) => this.declarations.set(name, { k: "var", stmt, index }));
      });
    } else if (stmt.k === "expr" && stmt.x.k === "cls" && stmt.x.c.n !== null) {
      this.declarations.set(stmt.x.c.n, {
        k: "stmt",
        stmt: { k: "class", s: stmt.s, e: stmt.e, c: stmt.x.c },
      });
    }
  }

  at(span: { s: number; e: number }): At {
    return { m: this, s: span.s, e: span.e };
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

const locations = new WeakMap<At, Location>();

/** One object for each place that is kept, so that who asks again gets the same. */
export function locationOf(at: At): Location {
  let location = locations.get(at);
  if (location === undefined) {
    location = at.m.location(at.s, at.e);
    locations.set(at, location);
  }
  return location;
}
