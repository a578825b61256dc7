/**
 * What an expression can evaluate to. A value that is not known says why and where; nothing is ever guessed.
 * Lists and objects hold their contents in `contents`, which is replaced and never changed in place, so that a branch
 * of the program can be undone (see `Journal`).
 */
import type { Formula } from "../../model/index.ts";
import type { Class, Expr, Func, Literal, Member } from "../ir.ts";
import { excerpt } from "./excerpt.ts";
import type { Origins } from "./origins.ts";
import type { ModuleState, Scope } from "./scope.ts";

/** A place in a file. */
export interface At {
  module: ModuleState;
  start: number;
  end: number;
}

export type Card = "one" | "maybe" | "many";

export interface Item {
  value: Value;
  card: Card;
  /** How many, for "many" when it is known. */
  count: number | null;
  at: At;
}

export interface Entry {
  value: Value;
  at: At;
  /** Whether the property may be absent. */
  maybe: boolean;
  /** The getter that gives it; `value` is what it gave at first. */
  get?: Fn;
}

export interface ListContents {
  items: readonly Item[];
  /** Why there may be more elements than these. */
  open: Unknown | null;
}

export interface RecordContents {
  props: ReadonlyMap<string, Entry>;
  /** Why there may be other properties, or other values of these. */
  open: Unknown | null;
  /** What is among them under names that are not known. */
  among?: readonly Value[];
}

export interface Unknown {
  kind: "unknown";
  why: string;
  at: At;
  /** What it depends on, as far as that is known. */
  from?: Origins;
  /** What it is, in what a run of the process knows. */
  formula?: Formula;
  /** Why a record is open, where that is one thing alone: what its other properties are those of. */
  rest?: Sym;
  /** There is none: whatever would give it throws. */
  throws?: true;
  /** What holds it, from one run of the process's code to another. */
  kept?: KeptPlace;
}
/** A variable or a field that outlives the functions that set it, with the names in its declared type. */
export interface KeptPlace {
  name: string;
  types: readonly string[];
  /** Where in it. */
  path: readonly string[];
  at: At;
}
export interface Lit {
  kind: "literal";
  value: Literal;
}
/** A string with parts that are not known (null). */
export interface Text {
  kind: "text";
  parts: (string | null)[];
  /** What stands in it where it is not known, when that is one value. */
  hole?: Value;
  why: Unknown;
}
export interface List {
  kind: "list";
  contents: ListContents;
  at: At;
  /** True when `at` is an array literal. */
  literal?: true;
}
/** A `Map` (its items are pairs) or a `Set`. */
export interface Coll {
  kind: "collection";
  collection: "map" | "set";
  contents: ListContents;
  at: At;
}
export interface Rec {
  kind: "record";
  contents: RecordContents;
  at: At;
  /** The field, or what is in one, that it stands for. */
  of?: Sym;
}
export interface Fn {
  kind: "function";
  func: Func;
  scope: Scope;
  /** `this`, for arrow functions and bound methods. */
  self: Value | null;
  /** The class whose method it is, for `super`. */
  home: Cls | null;
  /** Arguments bound before the call's own. */
  bound: Value[] | null;
}
export interface Cls {
  kind: "class";
  class: Class;
  scope: Scope;
  /** Of a class that a function makes: which of those that come of the place. */
  made?: Made;
}
/** One of the things that one place makes. */
export interface Made {
  /** Differs where the calls that lead there, or what they give, differ. */
  which: string;
  /** The calls, outermost first. */
  by: readonly At[];
}
/** A class with everything that it inherits, as one execution sees it. */
export interface Chain {
  classes: Cls[];
  /** What the last of them extends. */
  base: Value | null;
  /** Names that methods change through `this`. */
  changed: Set<string>;
  /** What an object of the class has, by name. */
  members: Map<string, { cls: Cls; member: Member }>;
  /** What is run when something is assigned to a name. */
  setters: Map<string, { cls: Cls; member: Member }>;
}
export interface Namespace {
  kind: "namespace";
  module: ModuleState;
}
/** Something of an external package, or a global when `pkg` is empty. */
export interface Ext {
  kind: "external";
  pkg: string;
  path: string[];
}
/** What `new` makes: of a class of the program, or of an external one. */
export interface Inst {
  kind: "instance";
  cls: Value;
  args: Value[];
  /** Fields that have a value in the running execution. */
  fields: Map<string, { contents: Value }>;
  at: At;
  /** It outlives the execution that made it: fields that methods change have no known value. */
  kept: boolean;
  /** Of an external class: it has these fields and no others. */
  whole?: true;
  /** A module made it when it was loaded: everybody may have come before whoever looks at it. */
  shared?: true;
  /** It is not only what its constructors made of the arguments: a field was set later, or some arguments are not known. */
  altered?: true;
}
/** A method that an external base class gives to an object: `this.call`. */
export interface ExtMethod {
  kind: "externalMethod";
  base: Ext;
  name: string;
  self: Value;
}
/** Something that only a dialect understands: a registered name, a started process. */
export interface Term {
  kind: "term";
  tag: string;
  /** What it is about, by role. */
  data: Readonly<Record<string, Value>>;
  at: At;
}
/** An argument of a process's `init`, a field of its object, a variable that functions assign; filled in later. */
export interface Sym {
  kind: "symbol";
  root: "arg" | "field" | "var";
  /** The position of the argument, the field's name, the variable's file and name. */
  name: number | string;
  path: string[];
  at: At;
  /** The code of the process whose argument or field it is. */
  of?: string;
  /** Why it has no value of its own, where that is not said by what it is. */
  why?: string;
  /** The key of the element of a map that it is, or is in, where that is known. */
  key?: Lit;
  /** Another list than the one that is kept there, with elements of it. */
  isCopy?: true;
  /** What it is in the start that is looked at: its text, or its list. */
  is?: Lit | List;
  /** In the start that is looked at it is something that counts as true. */
  isThere?: true;
}
/** One of several, depending on something that is not known. */
export interface Choice {
  kind: "choice";
  of: Value[];
  why: Unknown;
}

export type Value =
  | Unknown
  | Lit
  | Text
  | List
  | Coll
  | Rec
  | Fn
  | Cls
  | Namespace
  | Ext
  | Inst
  | ExtMethod
  | Term
  | Sym
  | Choice;

/** The arguments of a call. */
export interface Args {
  values: Value[];
  /** True when there may be more than these. */
  open: boolean;
  /** All of them as elements, where some come from a spread. */
  list?: ListContents;
}

export const UNDEFINED: Lit = { kind: "literal", value: undefined };
export const TRUE: Lit = { kind: "literal", value: true };
export const FALSE: Lit = { kind: "literal", value: false };

export function lit(v: Literal): Lit {
  return v === undefined
    ? UNDEFINED
    : v === true
      ? TRUE
      : v === false
        ? FALSE
        : { kind: "literal", value: v };
}

/** Its reason is written when somebody asks: most unknown values are never shown. */
class Computed implements Unknown {
  readonly kind = "unknown";
  readonly at: At;
  from?: Origins;
  formula?: Formula;
  readonly #expr: Expr;
  readonly #what: string;
  constructor(x: Expr, at: At, what: string) {
    this.#expr = x;
    this.at = at;
    this.#what = what;
  }
  get why(): string {
    return `${this.#what}${excerpt(this.#expr)}`;
  }
}

/** What follows is a reason for a reason for a reason. */
const MAX_REASON = 240;

export function unknown(why: string, at: At): Unknown {
  return { kind: "unknown", why: why.length <= MAX_REASON ? why : `${why.slice(0, MAX_REASON - 1)}…`, at };
}

/** What was last put there is not known. */
export function unknownKept(why: string, name: string, types: readonly string[] | null, at: At): Unknown {
  const v = unknown(why, at);
  return types === null ? v : { ...v, kept: { name, types, path: [], at } };
}

/** What would be the value of something that throws, whatever happens. */
export function thrown(why: string, at: At): Unknown {
  return { ...unknown(why, at), throws: true };
}

export function throws(v: Value): boolean {
  return v.kind === "unknown" && v.throws === true;
}

/** Unknown because of an expression; `what` comes before its text in the reason. */
export function computed(x: Expr, at: At, what = "computed at run time: "): Unknown {
  return new Computed(x, at, what);
}

export function list(items: readonly Item[], at: At, open: Unknown | null = null): List {
  return { kind: "list", contents: { items, open }, at };
}

export function record(props: ReadonlyMap<string, Entry>, at: At, open: Unknown | null = null): Rec {
  return { kind: "record", contents: { props, open }, at };
}

const MAX_CHARACTERS = 64;

/** What a loop or a spread goes through, also of a text if there is a place for its characters; null when that is not known. */
export function iterated(v: Value, at: At | null = null): ListContents | null {
  if (v.kind === "list" || v.kind === "collection") return v.contents;
  if (at === null || v.kind !== "literal" || typeof v.value !== "string" || v.value.length > MAX_CHARACTERS)
    return null;
  return {
    items: [...v.value].map((c): Item => ({ value: lit(c), card: "one", count: null, at })),
    open: null,
  };
}

/** Whether it has these elements, each once, and no others. */
export function isPlain({ items, open }: ListContents): boolean {
  return open === null && items.every((item) => item.card === "one");
}

export function isLit(v: Value, is: Literal): boolean {
  return v.kind === "literal" && v.value === is;
}

/** One of the two; nested choices are flattened and equal alternatives collapse. */
export function choice(a: Value, b: Value, why: Unknown): Value {
  if (a === b) return a;
  const of: Value[] = [];
  for (const v of [a, b]) {
    for (const x of v.kind === "choice" ? v.of : [v]) {
      if (!of.some((y) => y === x || (y.kind === "literal" && x.kind === "literal" && y.value === x.value)))
        of.push(x);
    }
  }
  if (of.length === 1) return of[0]!;
  if (of.length > 16) return why;
  return { kind: "choice", of, why };
}

/** The alternatives of a value. */
export function alternatives(v: Value): readonly Value[] {
  return v.kind === "choice" ? v.of : [v];
}
