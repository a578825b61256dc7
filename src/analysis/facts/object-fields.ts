/** What the fields of a process's object hold from one callback to the next. */
import { keptFor, putUnder } from "../../model/index.ts";
import { STATE } from "../dialects/process-code.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import {
  type At,
  alternatives,
  type Cls,
  type Entry,
  type Fn,
  type Inst,
  type Rec,
  type Sym,
  UNDEFINED,
  type Value,
} from "../evaluate/values.ts";
import type { Func, Pattern } from "../ir.ts";
import { elementsOf, partsOf } from "../link/unresolved-definitions.ts";
import { eachDeclarator, eachExpr } from "./each-expression.ts";
import type { Execution } from "./execution.ts";
import { dataOf, type Given } from "./given-arguments.ts";
import type { KeptFunctions } from "./kept-functions.ts";

/** More values of one field are not kept. */
const MOST_VALUES = 16;
/** How far it is followed what methods of fields lead to. */
const MOST_RESOLVING = 3;
/** How deep the objects in a state are looked into. */
const DEEPEST_STATE = 3;
const NONE: ReadonlySet<string> = new Set();

export class ObjectFields {
  readonly #execution: Execution;
  readonly #kept: KeptFunctions;
  /** What an earlier execution has found of what is set and changed after `init`. */
  readonly #given: Pick<Given, "settled" | "changing"> | null;
  /** What fields hold when `init` is over. */
  readonly #afterInit = new Map<string, Value>();
  /** Fields that are set after `init`. */
  readonly #renewed = new Set<string>();
  /** See `Given`. */
  readonly changing = new Set<string>();
  /** Whether objects change that fields may hold. */
  #objectsChange = false;
  /** Tables that were made anew to look something up. */
  readonly #tables = new Set<unknown>();
  /** Fields that hold from one callback to another what they are read for. */
  readonly readAcross = new Set<string>();
  #resolving = 0;

  constructor(execution: Execution, kept: KeptFunctions, given: Pick<Given, "settled" | "changing"> | null) {
    this.#execution = execution;
    this.#kept = kept;
    this.#given = given;
  }

  /** The names that callbacks change, in the class or in those that it extends. */
  get #changing(): ReadonlySet<string> {
    const { code, interpreter } = this.#execution;
    return code.self?.cls.kind === "class" ? chainOf(interpreter, code.self.cls).changed : NONE;
  }

  /** Gives fields that callbacks change the value that the object is made with. */
  initialise(self: Inst): void {
    const { interpreter: I } = this.#execution;
    const members = self.cls.kind === "class" ? chainOf(I, self.cls).members : new Map<string, never>();
    I.phase = "init";
    // What it changes in them without naming them is not seen any more now that they are symbolic.
    for (const name of this.#execution.code.changedToo ?? []) {
      this.#renewed.add(elementsOf(name, []));
      this.changing.add(elementsOf(name, []));
    }
    for (const name of this.#changing) {
      let cell = self.fields.get(name);
      const found = members.get(name);
      if (cell === undefined && found?.member.kind === "field" && found.member.value !== null) {
        self.kept = false;
        cell = { contents: property(I, self, name, found.cls.scope.module.at(found.member)) };
        self.kept = true;
        self.fields.set(name, cell);
      }
      if (cell !== undefined) this.assign(name, cell.contents);
      // Nothing has been put there yet. A constructor may have, whose work is not kept.
      else if (
        found?.member.kind === "field" &&
        !found.member.abstract &&
        !isSetByConstructor(found.cls, name)
      )
        self.fields.set(name, { contents: UNDEFINED });
    }
  }

  /** What `init` has put into the lists, maps and objects in fields: the others find it there. */
  noteAfterInit(): void {
    for (const name of this.#changing) {
      const v = this.#execution.code.self?.fields.get(name)?.contents;
      // What is in it now is not in it any more when this run is over.
      if (v === undefined) continue;
      const now = asItIs(v);
      this.#afterInit.set(name, now);
      if (v.kind === "list" || v.kind === "collection" || v.kind === "record") this.assign(name, now);
    }
  }

  /** Whether it runs the code as one start has it, whose fields hold what is known of them. */
  get isOfThisStart(): boolean {
    return this.#given !== null;
  }

  /** These were changed without being named. */
  renewInside(fields: ReadonlySet<string>): void {
    for (const field of fields) this.#renewed.add(elementsOf(field, []));
  }

  /** Whether its class says that callbacks change it. */
  isChanging(field: string): boolean {
    return this.#changing.has(field);
  }

  /** Whether it is given another value once `init` is over. */
  isRenewed(field: string): boolean {
    return this.#renewed.has(field);
  }

  /** What a field holds when `init` is over. */
  afterInit(field: string): Value | undefined {
    return this.#afterInit.get(field);
  }

  /** The state that a callback hands to the next one, where it is no field. */
  noteState(state: readonly Value[]): void {
    for (const kept of state) {
      const isAsItWas = kept.kind === "symbol" && kept.name === STATE && kept.path.length === 0;
      if (this.#execution.interpreter.phase !== "init" && !isAsItWas && kept.kind !== "record")
        this.#renewed.add(elementsOf(STATE, []));
      if (
        kept.kind !== "record" &&
        kept.kind !== "collection" &&
        kept.kind !== "list" &&
        kept.kind !== "term"
      )
        continue;
      this.readAcross.add(STATE);
      this.assign(STATE, kept);
      if (kept.kind === "record") this.#notePartsOf(kept, []);
    }
  }

  /** Lists, maps and objects in a state are copied, with one more in them, to change them. */
  #notePartsOf(holder: Rec, path: readonly string[]): void {
    const name = elementsOf(STATE, path);
    for (const one of holder.contents.among ?? []) this.#add(name, one);
    for (const [n, { value }] of holder.contents.props)
      for (const v of alternatives(value)) {
        const inside = elementsOf(STATE, [...path, n]);
        if (v.kind === "record") {
          if (path.length < DEEPEST_STATE) this.#notePartsOf(v, [...path, n]);
        } else if (v.kind === "list") for (const item of v.contents.items) this.#add(inside, item.value);
        else if (v.kind === "collection")
          for (const { value: one } of v.contents.items)
            this.#add(inside, one.kind === "list" ? (one.contents.items[1]?.value ?? one) : one);
      }
  }

  /** Fields that callbacks change have no value of their own between callbacks. */
  forgetChanged(): void {
    for (const name of this.#changing) this.#execution.code.self?.fields.delete(name);
  }

  /** Whether the running callback has given a field a value that others do not see. */
  hasValueOfItsOwn(self: Inst): boolean {
    for (const name of this.#changing) if (self.fields.has(name)) return true;
    return false;
  }

  assign(field: string, value: Value): void {
    const { notes, interpreter } = this.#execution;
    notes.acts = true;
    if (notes.trial !== null) return;
    this.#kept.keep(value);
    if (interpreter.phase !== "init") {
      this.#renewed.add(field);
      this.changing.add(field);
    }
    this.#add(field, value);
  }

  #add(field: string, value: Value): void {
    const { fields } = this.#execution.draft;
    const values = fields.get(field);
    if (values === undefined) fields.set(field, [value]);
    else if (values.length < MOST_VALUES && !values.includes(value)) values.push(value);
  }

  /** A value is put into a list or a map, there under this key. */
  put(field: string, value: Value, key: Value | undefined): void {
    const { keys } = this.#execution.draft;
    this.assign(field, value);
    const one = key?.kind === "literal" ? key.value : null;
    putUnder(keys, value, one);
  }

  /** Something in what a field holds is changed. */
  changeInside({ root, name: n, of, path }: Sym, part: string | undefined): void {
    const { code, interpreter, notes } = this.#execution;
    if (root !== "field" || of !== code.key || interpreter.phase === "init" || notes.trial !== null) return;
    const inside = elementsOf(String(n), path);
    this.#renewed.add(inside);
    this.changing.add(part === undefined ? inside : [n, ...path, part].join("."));
  }

  /** An object is changed that may be in a field. */
  changeObject({ kept }: Inst): void {
    const { interpreter, notes } = this.#execution;
    if (kept && interpreter.phase !== "init" && notes.trial === null) this.#objectsChange = true;
  }

  /** What a field holds. A Map or a list that is empty in the beginning is filled by and by. */
  read(object: Inst, field: string, at: At, initial: Value | undefined): Value | null {
    const { code, draft, interpreter, notes } = this.#execution;
    if (object !== code.self || (initial === undefined && !this.#changing.has(field))) return null;
    if (initial !== undefined && !draft.fields.has(field)) draft.fields.set(field, [initial]);
    if (interpreter.phase !== "init" && notes.trial === null && !interpreter.assigning)
      this.readAcross.add(field);
    const table = notes.trial?.of === "message" ? this.#tableIn(field, initial) : null;
    if (table !== null) {
      this.#tables.add(table);
      return table;
    }
    const symbol: Sym = { kind: "symbol", root: "field", name: field, path: [], at, of: code.key };
    const kept = this.#given?.settled.has(field) === true ? this.#afterInit.get(field) : undefined;
    return kept === undefined ? symbol : dataOf(kept, symbol, this.#given?.changing);
  }

  /** A map of functions that nothing but `init` fills. */
  #tableIn(field: string, initial: Value | undefined): Value | null {
    const { settled, fields } = this.#execution.draft;
    const v = this.#afterInit.get(field) ?? initial;
    if (v?.kind !== "collection" || !settled.has(field) || fields.has(elementsOf(field, []))) return null;
    const isTable = v.contents.items.every(
      ({ value: pair }) => pair.kind === "list" && pair.contents.items[1]?.value.kind === "function",
    );
    return isTable && v.contents.items.length > 0 ? v : null;
  }

  /** Whether it was made anew only to look something up. */
  isTable(target: unknown): boolean {
    return this.#tables.has(target);
  }

  /** Methods of what a field was given, and functions that it was given. */
  functionsIn(callee: Sym, I: Interpreter): Fn[] {
    const { code, draft } = this.#execution;
    if (callee.root !== "field" || callee.of !== code.key || this.#resolving > MOST_RESOLVING) return [];
    const found: Fn[] = [];
    this.#resolving++;
    for (const value of draft.fields.get(String(callee.name)) ?? []) {
      for (let v of alternatives(value)) {
        for (const n of callee.path) {
          if (v.kind === "instance") outlive(v, I);
          v = property(I, v, n, callee.at);
        }
        // What `init` has filled is there as it was given, too.
        for (const a of alternatives(v))
          if (a.kind === "function" && !found.some(({ func, self }) => func === a.func && self === a.self))
            found.push(a);
      }
    }
    this.#resolving--;
    return found;
  }

  /**
   * Finds the fields that nothing sets after `init`, and among them those in which nothing changes (under the name of their
   * elements). What was not run may set any of them.
   */
  settle(): void {
    const { code, draft, interpreter: I } = this.#execution;
    // What becomes of the parts of a state stands in what the callbacks give back.
    if (code.self === null && ![...this.#renewed].some((n) => n.startsWith(STATE) && n !== STATE))
      draft.settled.add(partsOf(STATE));
    if (code.self?.cls.kind !== "class") return;
    const { classes, members } = chainOf(I, code.self.cls);
    const ran = (f: Func | null) => f === null || I.called.has(f);
    // What another class has in its place, nobody comes to but by `super`.
    const isReplaced = (cls: Cls, n: string): boolean => (members.get(n)?.cls ?? cls) !== cls;
    const notRun = classes.flatMap((cls) =>
      cls.class.members.filter(
        (member) =>
          !member.static &&
          member.kind !== "constructor" &&
          !ran(member.func) &&
          !isReplaced(cls, member.name),
      ),
    );
    // Nobody but its own code has the object: what that does not name is not called.
    const isAlone = code.isMadeByLibrary === true && draft.facts.unread === undefined;
    const named = isAlone && notRun.length > 0 ? namesUsedIn(I.called.keys()) : null;
    const isCallback = (n: string): boolean => code.callbacks.some(({ name }) => name === n);
    const mayRun = notRun.filter(({ name }) => named?.has(name) !== false || isCallback(name));
    const open = fieldsNamed(mayRun.flatMap(({ func }) => func ?? []));
    if (open === null) return;
    for (const field of draft.fields.keys()) {
      if (this.#renewed.has(field) || field.endsWith(ELEMENT) || open.has(field)) continue;
      draft.settled.add(field);
      const changes = [...this.#renewed].some(
        (n) => n === elementsOf(field, []) || n.startsWith(`${field}.`),
      );
      if (!changes && !this.#objectsChange) draft.settled.add(elementsOf(field, []));
    }
  }
}

/** Of an object, with the objects in it: they are given back what they held before. */
function asItIs(v: Value, depth = 0): Value {
  if (v.kind !== "record" || depth >= DEEPEST_STATE) return { ...v };
  const props = new Map<string, Entry>();
  for (const [n, entry] of v.contents.props)
    props.set(n, entry.value.kind === "record" ? { ...entry, value: asItIs(entry.value, depth + 1) } : entry);
  return { ...v, contents: { ...v.contents, props } };
}

/** The fields of `this` that functions name; null where they do more with it. */
function fieldsNamed(functions: readonly Func[]): Set<string> | null {
  const named = new Set<string>();
  let others = 0;
  for (const func of functions)
    eachExpr(func, (x) => {
      if (x.kind === "this") others++;
      if (x.kind !== "get" || x.object.kind !== "this") return;
      others--;
      named.add(x.name);
    });
  return others === 0 ? named : null;
}

/** The names and the words in functions, by which they may come to methods. */
function namesUsedIn(functions: Iterable<Func>): Set<string> {
  const used = new Set<string>();
  for (const func of functions) for (const name of namesUsed(func)) used.add(name);
  return used;
}

const namesUsed = keptFor((func: Func): ReadonlySet<string> => {
  const used = new Set<string>();
  const named = (t: Pattern): void => {
    if (t.kind === "reference" || t.kind === "identifier") return;
    for (const part of t.parts)
      if (part !== null) {
        if ("name" in part && typeof part.name === "string") used.add(part.name);
        named(part.target);
      }
  };
  for (const { target } of func.params) named(target);
  eachDeclarator(func, ({ target }) => named(target));
  eachExpr(func, (x) => {
    if (x.kind === "get") used.add(x.name);
    else if (x.kind === "literal" && typeof x.value === "string") used.add(x.value);
    else if (x.kind === "assignment") named(x.target);
  });
  return used;
});

function isSetByConstructor({ class: { members } }: Cls, field: string): boolean {
  let isSet = false;
  for (const { kind, func } of members)
    if (kind === "constructor" && func !== null)
      eachExpr(func, (x) => {
        isSet ||= x.kind === "get" && x.object.kind === "this" && x.name === field;
      });
  return isSet;
}

/** An object that one callback makes and others use: what its methods change has no known value. */
export function outlive(v: Inst, I: Interpreter): void {
  if (v.kept || v.cls.kind !== "class") return;
  v.kept = true;
  for (const name of chainOf(I, v.cls).changed) v.fields.delete(name);
}
