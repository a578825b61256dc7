/** Places that outlive the functions that set them, through which somebody is used later: variables, and what objects hold. */
import { keptFor } from "../../model/index.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import {
  type At,
  alternatives,
  type Chain,
  type Cls,
  type KeptPlace,
  type Sym,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Func, Pattern } from "../ir.ts";
import type { ProcessDraft, UseDraft } from "../link/unresolved-definitions.ts";
import { eachExpr } from "./each-expression.ts";

/** Those that something is sent to, as its code says it, once `init` is over; a process that is asked first whether it lives is not. */
const isUsedLater = ({ kind, phase, possible }: UseDraft): boolean =>
  phase !== "init" && possible !== "alive" && (kind === "call" || kind === "cast" || kind === "send");

export interface Setters {
  /** The functions that were run. */
  called: ReadonlyMap<Func, ModuleState>;
  /** Those of them that were run when `init` was over. */
  calledLater: ReadonlySet<Func>;
  /** Fields that are set after `init`. */
  changing: ReadonlySet<string>;
  chainOf(cls: Cls): Chain;
}

/** `state.peer.current`. */
export const nameOfPlace = ({ name, path }: KeptPlace): string => [name, ...path].join(".");

/** The places with a declared type that are set after `init`. */
export function keptPlaces(world: World, { uses, fields }: ProcessDraft, run: Setters): KeptPlace[] {
  const { changing } = run;
  const isSet = (name: string): boolean =>
    [...run.calledLater].some((func) => !isConstructor(run.called.get(func), func) && setIn(func).has(name));
  const found = new Map<string, KeptPlace>();
  const note = (place: KeptPlace | null, isRenewed = false): void => {
    if (
      place === null ||
      !(isRenewed || isSet(place.path.at(-1) ?? place.name.slice(place.name.lastIndexOf(".") + 1)))
    )
      return;
    found.set(nameOfPlace(place), place);
  };
  for (const use of uses.filter(isUsedLater))
    for (const v of alternatives(use.target))
      if (v.kind === "unknown") note(v.kept ?? null);
      else if (v.kind === "symbol" && v.root === "var") note(variable(world, v));
      else if (v.kind === "symbol" && v.root === "field" && v.path.length > 0)
        for (const holder of (fields.get(String(v.name)) ?? []).flatMap(alternatives))
          for (const place of inObject(holder, v, run)) note(place, changing.has(String(v.name)));
  return [...found.values()];
}

/** A variable of a module. */
function variable(world: World, { name, path }: Sym): KeptPlace | null {
  const [file = "", variableName = ""] = String(name).split("\0");
  const module = world.modules.get(file);
  const declaration = module?.declarations.get(variableName);
  if (module === undefined || declaration?.kind !== "var") return null;
  const declarator = declaration.stmt.declarators[declaration.index]!;
  return declarator.type === null
    ? null
    : { name: variableName, types: declarator.type, path, at: module.at(declarator) };
}

/** Where an object of the program keeps what is found in it under a path, also through a getter. */
function inObject(holder: Value, { name, path }: Sym, run: Setters): KeptPlace[] {
  if (holder.kind !== "instance" || holder.cls.kind !== "class") return [];
  const members = run.chainOf(holder.cls).members;
  const [first = "", ...rest] = path;
  const direct = members?.get(first);
  if (direct === undefined) return [];
  const { func, kind } = direct.member;
  const names = kind === "get" && func !== null ? [...ownFieldsOf(func)] : [first];
  return names.flatMap((n) => {
    const held = members.get(n);
    if (held?.member.kind !== "field" || held.member.type === null) return [];
    const at: At = held.cls.scope.module.at(held.member);
    return [{ name: `${name}.${n}`, types: held.member.type, path: rest, at }];
  });
}

const isConstructor = (m: ModuleState | undefined, func: Func): boolean =>
  m !== undefined && constructorsIn(m).has(func);

/** The constructors of the classes of a module. */
const constructorsIn = keptFor((m: ModuleState): ReadonlySet<Func> => {
  const found = new Set<Func>();
  for (const declaration of m.declarations.values())
    if (declaration.kind === "stmt" && declaration.stmt.kind === "classDeclaration")
      for (const { kind, func } of declaration.stmt.class.members)
        if (kind === "constructor" && func !== null) found.add(func);
  return found;
});

/** The fields of `this` that a function names. */
export const ownFieldsOf = keptFor((func: Func): ReadonlySet<string> => {
  const found = new Set<string>();
  eachExpr(func, (x) => {
    if (x.kind === "get" && x.object.kind === "this") found.add(x.name);
  });
  return found;
});

/** The variables and properties that a function sets, or makes objects with. */
export const setIn = keptFor((func: Func): ReadonlySet<string> => {
  const found = new Set<string>();
  const target = (t: Pattern): void => {
    if (t.kind === "identifier") found.add(t.name);
    else if (t.kind === "reference") {
      if (t.expr.kind === "get") found.add(t.expr.name);
    } else for (const part of t.parts) if (part !== null) target(part.target);
  };
  eachExpr(func, (x) => {
    if (x.kind === "assignment") target(x.target);
    if (x.kind !== "object") return;
    for (const p of x.props) if (p.kind === "property" && typeof p.name === "string") found.add(p.name);
  });
  return found;
});
