/** What a declaration of a module defines, for `World`. */
import type { ExportRef, Stmt } from "../ir.ts";
import { patternNames } from "../summarize/summarize.ts";
import { Pool, shareOf } from "./budget.ts";
import { classValue, enumValue, evaluate, functionValue } from "./expressions.ts";
import { type Hooks, Interpreter } from "./interpreter.ts";
import { bind } from "./patterns.ts";
import { type Declaration, type ModuleState, Scope } from "./scope.ts";
import { runBlock } from "./statements.ts";
import {
  type Entry,
  type Inst,
  type Rec,
  record,
  UNDEFINED,
  type Unknown,
  unknown,
  type Value,
} from "./values.ts";
import type { Definer, World } from "./world.ts";

/** A variable without a value of its own: whoever reads it gets what it was last given. */
function changing(m: ModuleState, name: string, where: number, d: { start: number; end: number }): Value {
  const { line } = m.position(where);
  const why = `"${name}" is changed after its definition (line ${line})`;
  if (!m.summary.changedInFunctions.includes(name)) return unknown(why, m.at(d));
  return { kind: "symbol", root: "var", name: variableKey(m.file, name), path: [], at: m.at(d), why };
}

/** Names a variable of a module, or a field of one of its classes. */
export function variableKey(file: string, name: string): string {
  return `${file}\0${name}`;
}

/** The names that a statement declares. */
export function declaredBy(stmt: Stmt): string[] {
  if (stmt.kind === "functionDeclaration") return stmt.func.name === null ? [] : [stmt.func.name];
  if (stmt.kind === "classDeclaration") return stmt.class.name === null ? [] : [stmt.class.name];
  if (stmt.kind === "enum") return [stmt.name];
  const names: string[] = [];
  if (stmt.kind === "var")
    for (const d of stmt.declarators) patternNames(d.target, (name) => names.push(name));
  return names;
}

/** Whether other files may come to a variable of a module. */
function isExported({ summary: { exports } }: ModuleState, name: string): boolean {
  return Object.values(exports).some((ref) => ref.kind === "local" && ref.name === name);
}

/** Of what has just been made it is not known any more what one of its properties is. */
function forget(v: Rec | Inst, property: string, why: Unknown): void {
  if (v.kind === "instance") {
    v.altered = true;
    v.fields.set(property, { contents: why });
  } else {
    const props = new Map(v.contents.props).set(property, { value: why, at: why.at, maybe: false });
    v.contents = { ...v.contents, props };
  }
}

export class ModuleDefiner implements Definer {
  readonly #world: World;
  readonly #hooks: Hooks;

  constructor(world: World, hooks: Hooks) {
    this.#world = world;
    this.#hooks = hooks;
  }

  define(m: ModuleState, name: string, declaration: Declaration): Value {
    const I = this.#interpreter(m);
    if (declaration.kind === "stmt") {
      const { stmt } = declaration;
      if (stmt.kind === "functionDeclaration") return functionValue(I, stmt.func, m.scope);
      return stmt.kind === "classDeclaration"
        ? classValue(I, stmt.class, m.scope)
        : enumValue(I, stmt, m.scope);
    }
    const d = declaration.stmt.declarators[declaration.index]!;
    const changed = Object.hasOwn(m.summary.changed, name) ? m.summary.changed[name] : undefined;
    if (changed !== undefined) return changing(m, name, changed, d);
    const v = d.value === null ? UNDEFINED : evaluate(I, d.value, m.scope);
    if (v.kind === "collection" && Object.hasOwn(m.summary.filled, name))
      return changing(m, name, m.summary.filled[name]!, d);
    if (v.kind === "list" || v.kind === "collection") {
      const other = this.#world.meddled(m, name);
      if (other !== null) return unknown(`"${name}" is changed in ${other}`, m.at(d));
    }
    if (v.kind === "record" || v.kind === "instance")
      for (const { property, file } of isExported(m, name) ? this.#world.setElsewhere(m, name) : [])
        forget(v, property, unknown(`"${name}.${property}" is changed in ${file}`, m.at(d)));
    if (d.target.kind === "identifier") return v;
    const scope = new Scope(m.scope, m, null, null);
    bind(I, d.target, v, scope, true);
    return scope.vars.get(name)?.contents ?? unknown(`"${name}" is not bound`, m.at(d));
  }

  exported(m: ModuleState, ref: ExportRef & { kind: "expression" }): Value {
    return evaluate(this.#interpreter(m), ref.expr, m.scope);
  }

  settle(m: ModuleState): Value {
    const I = this.#interpreter(new Pool());
    const { changed, filled, changedInFunctions: esc, body, identifiers: ids } = m.summary;
    const names = new Set([...Object.keys(changed), ...Object.keys(filled)].filter((n) => !esc.includes(n)));
    const top = new Scope(m.scope, m, null, null);
    I.top = top;
    runBlock(
      I,
      body.filter(
        (stmt, i) => declaredBy(stmt).some((n) => names.has(n)) || ids[i]!.some((n) => names.has(n)),
      ),
      top,
    );
    const props = new Map<string, Entry>();
    const at = m.at({ start: 0, end: 0 });
    for (const name of names) {
      const v = top.vars.get(name)?.contents;
      if (v === undefined) continue;
      props.set(name, { value: v, at, maybe: false });
      const statics = v.kind === "class" ? I.statics.get(v) : undefined;
      for (const [n, cell] of statics ?? [])
        props.set(`${name}.${n}`, { value: cell.contents, at, maybe: false });
    }
    return record(props, at);
  }

  /** For what happens while modules are loaded. */
  #interpreter(of: ModuleState | Pool): Interpreter {
    const pool = of instanceof Pool ? of : shareOf(of.variables);
    const I = new Interpreter(this.#world, this.#hooks, pool);
    I.afterwards = false;
    I.keeping = 1;
    I.sharing = true;
    return I;
  }
}
