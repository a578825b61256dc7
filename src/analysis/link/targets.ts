/** Which process a value leads to. */
import { reasonOf } from "../dialects/fields.ts";
import { callFunction } from "../evaluate/calls.ts";
import { underKey } from "../evaluate/collections.ts";
import { classKey, codeKey, isOwnReference, ownerOf } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { variableKey } from "../evaluate/module-definer.ts";
import { property } from "../evaluate/objects.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { isSameSymbol } from "../evaluate/truth.ts";
import { CALLED } from "../evaluate/unread-calls.ts";
import { type At, alternatives, type Sym, unknown, type Value } from "../evaluate/values.ts";
import { elementsOf, type ProcessDraft, partsOf } from "./unresolved-definitions.ts";

/** A pid that was got once, at `at`, and is kept. */
export interface KeptPid {
  by: "field" | "argument";
  name: string;
  at: At;
  /** The field that an argument is kept in. */
  field?: string;
}

/** How a process is referred to; `pid`: by a pid that was got there, `kept`: by one that is not renewed. */
export type Reference = ReferenceTo & { pid?: At; kept?: KeptPid };

type ReferenceTo =
  | { kind: "name"; name: string; origin: string | null; via: string }
  /** The code that it runs. */
  | { kind: "code"; key: string; via: string }
  /** The place where it was started. */
  | { kind: "site"; key: string; via: string }
  | { kind: "self" }
  /** Whoever started it. */
  | { kind: "parent" }
  /** `pattern`: what is known of its registered name. */
  | { kind: "unknown"; reason: string; pattern?: string };

/** What is known of one process while its uses are resolved. */
export interface Standpoint {
  process: ProcessDraft;
  /** The arguments of its start; null when they are not known. */
  args: readonly Value[] | null;
  /** The arguments of each process that runs this code; null where they are not known. */
  argumentsOf: (code: string) => readonly (readonly Value[] | null)[];
  /** What functions assign to a variable, or to a field of a class that is no process. */
  variables: (key: string) => readonly Value[];
  interpreter: Interpreter;
}

export function references(v: Value, from: Standpoint, via = "", depth = 0): Reference[] {
  if (depth > 6) return [{ kind: "unknown", reason: "a reference to itself" }];
  switch (v.kind) {
    case "literal":
      if (typeof v.value === "string")
        return [{ kind: "name", name: v.value, origin: null, via: via || `name "${v.value}"` }];
      return v.value === null || v.value === undefined
        ? []
        : [{ kind: "unknown", reason: `${String(v.value)} is no process` }];
    case "class":
      return [{ kind: "code", key: classKey(v), via: via || `class ${v.class.name ?? ""}` }];
    case "choice":
      return alternatives(v).flatMap((a) => references(a, from, via, depth + 1));
    case "term":
      return termReferences(v, from, via, depth);
    case "symbol":
      return symbolReferences(v, from, via, depth);
    case "externalMethod":
      if (v.name === "parent" || v.name === "ancestors.0")
        return ownReference(v, from, via).kind === "self"
          ? [{ kind: "parent" }]
          : [{ kind: "unknown", reason: "the process that starts another one" }];
      return v.name === "self"
        ? [ownReference(v, from, via)]
        : [{ kind: "unknown", reason: "computed at run time" }];
    case "text": {
      const pattern = v.parts.map((part) => part ?? "*").join("");
      return [{ kind: "unknown", reason: `the name is computed: ${pattern}`, pattern }];
    }
    default:
      return [{ kind: "unknown", reason: reasonOf(v) }];
  }
}

/** `this.self`: of the process itself, or of the one that gave it away. */
function ownReference(v: Value & { kind: "externalMethod" }, from: Standpoint, via: string): Reference {
  const cls = ownerOf(v);
  const key = cls === null ? from.process.key : classKey(cls);
  return key === from.process.key
    ? { kind: "self" }
    : { kind: "code", key, via: via || `class ${cls?.class.name ?? ""}` };
}

function termReferences(
  v: Value & { kind: "term" },
  from: Standpoint,
  via: string,
  depth: number,
): Reference[] {
  switch (v.tag) {
    case "name": {
      const name = v.data.name;
      if (name?.kind === "literal" && typeof name.value === "string") {
        return [
          { kind: "name", name: name.value, origin: codeKey(v.at), via: via || `name "${name.value}"` },
        ];
      }
      return name === undefined ? [] : references(name, from, via, depth + 1);
    }
    case "lookup": {
      const target = v.data.target;
      if (target === undefined) return [];
      return references(target, from, via, depth + 1).map((found) => ({ ...found, pid: v.at }));
    }
    case "proc": {
      const site = v.data.site;
      if (site?.kind !== "literal") return [];
      const key = String(site.value);
      return isOwnReference(v, from.process.key)
        ? [{ kind: "self" }]
        : [{ kind: "site", key, via: via || "the process started here", pid: v.at }];
    }
    case "self":
      return [{ kind: "self" }];
    default:
      return [{ kind: "unknown", reason: "computed at run time" }];
  }
}

const NOT_GIVEN: Reference = { kind: "unknown", reason: "an argument that is not known" };

const pathText = ({ path }: Sym): string =>
  path.map((n) => (n === CALLED || n === ELEMENT ? n : `.${n}`)).join("");

/** What an argument of the start is called. */
export const argumentName = (n: number): string => `argument ${n + 1} of its start`;

/** What an argument of the start, or a part of one, is called. */
export const argumentText = (v: Sym): string => `${argumentName(Number(v.name))}${pathText(v)}`;

function symbolReferences(
  v: Value & { kind: "symbol" },
  from: Standpoint,
  via: string,
  depth: number,
): Reference[] {
  const path = pathText(v);
  const follow = (start: Value, names: readonly string[] = v.path): Value =>
    names.reduce((o, n) => {
      const whole = n === ELEMENT && v.key !== undefined ? underKey(o, v.key) : o;
      if (n !== CALLED) return property(from.interpreter, whole, n, v.at);
      return o.kind === "function"
        ? callFunction(from.interpreter, o, [], o.self, v.at)
        : unknown("computed at run time", v.at);
    }, start);
  const foreign = v.of !== undefined && v.of !== from.process.key;
  if (v.root === "arg" && foreign) {
    const given = from.argumentsOf(v.of!).map((args) => args?.[Number(v.name)]);
    // What the process that starts it was given itself is handed on.
    const handedOn = given.flatMap((value) =>
      value === undefined ? [NOT_GIVEN] : references(follow(value), from, via, depth + 1),
    );
    if (handedOn.every(({ kind: k }) => k === "unknown"))
      return [{ kind: "unknown", reason: `an argument${path} of the process that starts it` }];
    return handedOn.map(({ pid: _, kept: __, ...to }): Reference => to);
  }
  if (v.root === "arg") {
    const n = Number(v.name);
    const given = from.args?.[n];
    if (given === undefined)
      return [{ kind: "unknown", reason: `argument ${n + 1} of init${path} is not known` }];
    const name = argumentText(v);
    return references(follow(given), from, name, depth + 1).map(
      ({ pid, kept: _, ...found }): Reference =>
        pid === undefined ? found : { ...found, kept: { by: "argument", name, at: pid } },
    );
  }
  const isVariable = v.root === "var";
  const name = isVariable ? String(v.name).slice(String(v.name).indexOf("\0") + 1) : String(v.name);
  const what = isVariable && !name.includes(".") ? "variable" : "field";
  const values = isVariable
    ? from.variables(String(v.name))
    : foreign
      ? from.variables(variableKey(v.of!, name))
      : (from.process.fields.get(name) ?? []);
  const held = isVariable ? [] : elementsHeld(name, v, from, foreign);
  // What is handed on as it was says nothing.
  const parts = values.map((value) => follow(value)).filter((part) => !isSameSymbol(part, v));
  const settled =
    !isVariable && !foreign && isSettled(v, name, from.process.settled, parts.length + held.length);
  const found = [...parts, ...held.map(([value, rest]) => follow(value, rest))].flatMap((value) =>
    references(value, from, via || `${what} ${name}${path}`, depth + 1).map(
      ({ pid, kept, ...to }): Reference => {
        if (!settled) return to;
        if (kept !== undefined) return { ...to, kept: { ...kept, field: name } };
        const inside = v.path.length === 0 ? {} : { field: name };
        return pid === undefined
          ? to
          : {
              ...to,
              kept: { by: "field", name: `${name}${path.replaceAll(ELEMENT, "")}`, at: pid, ...inside },
            };
      },
    ),
  );
  // It holds nothing, and nobody gives it anything.
  const isEmpty = values.length > 0 && from.process.settled.has(name) && !isVariable && !foreign;
  if (found.length === 0 && isEmpty && v.path.every((n) => n !== ELEMENT)) return [];
  if (found.length === 0)
    return [{ kind: "unknown", reason: v.why ?? `${what} "${name}" has no known value` }];
  // What is known is what it may be; what is not known beside it adds nothing.
  const known = found.filter((r) => r.kind !== "unknown");
  if (known.length === 0) return found.slice(0, 1);
  return known.length === found.length ? known : known.map(({ kept: _, ...to }): Reference => to);
}

/** Whether nothing but `init` gives the field, or what a path leads to from there, its value. */
function isSettled(
  { path }: Value & { kind: "symbol" },
  field: string,
  settled: ReadonlySet<string>,
  values: number,
): boolean {
  if (path.length === 1 && values === 1 && settled.has(partsOf(field))) return true;
  if (!settled.has(field)) return false;
  // In a list, a map or an object that is kept there, nothing may change.
  return path.length === 0 || (!path.includes(CALLED) && settled.has(elementsOf(field, [])));
}

/** What was given to the properties of an object that is kept somewhere. */
const partsWithin = (fields: ReadonlyMap<string, readonly Value[]>, within: string): Value[] =>
  [...fields].flatMap(([name, values]) =>
    name.startsWith(within) && !/[.[]/.test(name.slice(within.length)) ? values : [],
  );

/** What was put under the very name that a path goes through: `this.peers[name]`, `this.peers.left`. */
function elementsNamed(
  field: string,
  { path }: Value & { kind: "symbol" },
  { process }: Standpoint,
  foreign: boolean,
): [Value, readonly string[]][] {
  if (foreign) return [];
  for (const [i, n] of path.entries()) {
    const parts = process.fields.get([field, ...path.slice(0, i + 1)].join(".")) ?? [];
    if (parts.length > 0) return parts.map((value) => [value, path.slice(i + 1)]);
    const values = process.fields.get(elementsOf(field, path.slice(0, i))) ?? [];
    const isUnder = (value: Value): boolean =>
      [...(process.keys.get(value) ?? [])].some((key) => key !== null && String(key) === n);
    const found = n === ELEMENT ? [] : values.filter(isUnder);
    if (found.length > 0) return found.map((value) => [value, path.slice(i + 1)]);
  }
  return [];
}

/** What was put into the list or map that a path goes through, and what is left of the path from there. */
function elementsHeld(
  field: string,
  v: Value & { kind: "symbol" },
  from: Standpoint,
  foreign: boolean,
): [Value, readonly string[]][] {
  const underName = elementsNamed(field, v, from, foreign);
  if (underName.length > 0) return underName;
  const i = v.path.findIndex((n) => n === ELEMENT || /^\d+$/.test(n));
  if (i < 0) return [];
  const name = elementsOf(field, v.path.slice(0, i));
  const elements = foreign ? from.variables(variableKey(v.of!, name)) : (from.process.fields.get(name) ?? []);
  const within = [field, ...v.path.slice(0, i), ""].join(".");
  const parts = foreign || v.path[i] !== ELEMENT ? [] : partsWithin(from.process.fields, within);
  const values = [...elements, ...parts];
  // An element of a map, where it is gone through, is a pair.
  const rest = v.path[i + 1] === "1" ? v.path.slice(i + 2) : v.path.slice(i + 1);
  // Which of several is at a certain place is not known.
  if (v.path[i] !== ELEMENT && values.length > 1) return [];
  const { key } = v;
  const isThere = (value: Value): boolean => {
    const keys = key === undefined || foreign ? undefined : from.process.keys.get(value);
    return keys === undefined || keys.has(null) || keys.has(key!.value);
  };
  return values.filter(isThere).map((value) => [value, rest]);
}
