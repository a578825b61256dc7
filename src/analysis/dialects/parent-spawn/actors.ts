/** actor-ts: what an actor is by its class, as a parent, and by what is done when it fails. */
import { callFunction } from "../../evaluate/calls.ts";
import { classKey, codeKey } from "../../evaluate/identity.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf } from "../../evaluate/objects.ts";
import { type At, type Cls, type Ext, isLit, type Value } from "../../evaluate/values.ts";
import type { ChildDraft, CodeRef, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import type { Role } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { classNameOf } from "../naming.ts";
import { ACTOR_TS, ownLimit, readRestart, readStrategy, type Strategy, strategyOf } from "./strategy.ts";

const BASES = new Set(["Actor", "PersistentActor", "DurableStateActor", "FSM"]);

export function roleOf(base: Ext): Role | null {
  return ACTOR_TS.includes(base.pkg) && base.path.length === 1 && BASES.has(base.path[0]!)
    ? "supervisor"
    : null;
}

export function symbolOf(cls: Cls): string {
  return classNameOf(cls) ?? "actor";
}

export function parent(at: At, name: string, strategy: Strategy, implicit: boolean): SupervisorDraft {
  const fields = new Fields(at);
  const read = readStrategy(strategy, fields);
  return {
    key: codeKey(at),
    name,
    dialect: "parent-spawn",
    at,
    nameAt: null,
    childrenAt: null,
    ...read,
    autoShutdown: "never",
    children: [],
    dynamic: false,
    registers: null,
    process: null,
    defaults: [...fields.defaults, "autoShutdown"],
    unknown: fields.unknown,
    takes: 0,
    implicit,
  };
}

export const NO_LIMIT = "actors are stopped without a time limit of their own";

/** What is done when it fails: as its own options say, else as its parent's strategy says. */
export function policyOf(
  options: Value,
  parents: Strategy,
  at: At,
  I: Interpreter,
  fields: Fields,
): Pick<ChildDraft, "restart" | "mayEnd" | "goesOn" | "ownLimit" | "ownStrategy"> {
  const described =
    options.kind === "term" && (options.tag === "actor options" || options.tag === "behaviour");
  const given = described ? options.data.supervisorStrategy : undefined;
  const own = given !== undefined ? { value: given, at: options.kind === "term" ? options.at : at } : null;
  const strategy = own ?? (options.kind === "record" ? Fields.raw(options, "supervisorStrategy") : null);
  if (strategy !== null && !isLit(strategy.value, undefined)) {
    const given = strategyOf(strategy.value, strategy.at);
    const after = readRestart(given, I, fields);
    const isLimited = given.kind !== "unknown" && after.restart !== "temporary";
    const typed = options.kind === "term" && options.tag === "behaviour";
    const concerns = typed ? "one_for_one" : scopeOf(given);
    return {
      ...after,
      ...(isLimited ? { ownLimit: ownLimit(given, strategy.at, typed) } : {}),
      ...(concerns !== null && concerns !== scopeOf(parents) ? { ownStrategy: concerns } : {}),
    };
  }
  if (described || options.kind === "record" || isLit(options, undefined))
    return readRestart(parents, I, fields);
  fields.note("restart", "its options are made at run time and may hold a strategy", at);
  return { restart: null };
}

/** Whom a failure concerns; null where that is not known. */
function scopeOf(strategy: Strategy): "one_for_one" | "one_for_all" | null {
  return strategy.kind === "made" ? strategy.scope : strategy.kind === "default" ? "one_for_one" : null;
}

/** What a function that makes an actor makes; null when there is none. */
export function madeBy(v: Value | undefined, I: Interpreter, at: At): Value | null {
  return v?.kind === "function" ? I.journal.branch(() => callFunction(I, v, [], v.self, at))[1] : null;
}

/** The class that is spawned, as such or made by a function. */
export function codeOf(v: Value | undefined, I: Interpreter): CodeRef | null {
  const cls = v?.kind === "instance" ? v.cls : v;
  if (cls?.kind === "external") return { symbol: cls.path.join("."), at: null, key: null, type: "worker" };
  if (cls?.kind !== "class") return null;
  const place = cls.scope.module.at(cls.class);
  I.world.deps.touch(cls.scope.module.file);
  const { base } = chainOf(I, cls);
  const key = base?.kind === "external" && roleOf(base) !== null ? classKey(cls) : null;
  const code: CodeRef = { symbol: symbolOf(cls), at: place, key, type: "worker" };
  return cls.made === undefined || key === null ? code : { ...code, made: cls };
}
