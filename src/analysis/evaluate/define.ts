/** What a declaration of a module defines, for `World`. */
import type { ExportRef } from "../ir.ts";
import { classValue, enumValue, evaluate, functionValue } from "./expressions.ts";
import { type Hooks, Interpreter } from "./interpreter.ts";
import { bind } from "./patterns.ts";
import { type Declaration, type ModuleState, Scope } from "./scope.ts";
import { UNDEFINED, unknown, type Value } from "./values.ts";
import type { Definer, World } from "./world.ts";

export class ModuleDefiner implements Definer {
  private readonly world: World;
  private readonly hooks: Hooks;

  constructor(world: World, hooks: Hooks) {
    this.world = world;
    this.hooks = hooks;
  }

  define(m: ModuleState, name: string, declaration: Declaration): Value {
    const I = new Interpreter(this.world, this.hooks);
    if (declaration.k === "stmt") {
      const { stmt } = declaration;
      if (stmt.k === "func") return functionValue(I, stmt.f, m.scope);
      return stmt.k === "class" ? classValue(I, stmt.c, m.scope) : enumValue(I, stmt, m.scope);
    }
    const d = declaration.stmt.d[declaration.index]!;
    const changed = Object.hasOwn(m.summary.changed, name) ? m.summary.changed[name] : undefined;
    if (changed !== undefined) {
      const { line } = m.position(changed);
      return unknown(`"${name}" is changed after its definition (line ${line})`, m.at(d));
    }
    const v = d.v === null ? UNDEFINED : evaluate(I, d.v, m.scope);
    if (d.t.k === "id") return v;
    const scope = new Scope(m.scope, m, null, null);
    bind(I, d.t, v, scope, true);
    return scope.vars.get(name)?.c ?? unknown(`"${name}" is not bound`, m.at(d));
  }

  exported(m: ModuleState, ref: ExportRef & { k: "expr" }): Value {
    return evaluate(new Interpreter(this.world, this.hooks), ref.x, m.scope);
  }
}
