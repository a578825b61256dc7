/** What is noted of the steps that the interpreter takes in a process's code. */
import { type Dialect, isDialectPackage } from "../dialects/dialect.ts";
import { CALLBACKS } from "../dialects/process-code.ts";
import { callFunction } from "../evaluate/calls.ts";
import { isPossible, perhaps } from "../evaluate/conditions.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import type { CallSite, Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { mayBe } from "../evaluate/objects.ts";
import { OTHER } from "../evaluate/origins.ts";
import { isHarmless } from "../evaluate/unread-calls.ts";
import {
  type At,
  computed,
  type ExtMethod,
  type Inst,
  UNDEFINED,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import { elementsOf } from "../link/unresolved-definitions.ts";
import { AliasedFields } from "./aliased-fields.ts";
import type { ChangedArguments } from "./changed-arguments.ts";
import { holds } from "./escape.ts";
import type { Execution } from "./execution.ts";
import type { KeptFunctions } from "./kept-functions.ts";
import { typeOf } from "./messages.ts";
import type { MethodResults } from "./method-results.ts";
import type { ObjectFields } from "./object-fields.ts";
import { isOneOfSeveral, isOutside, OutsideUses, outsideTerm, WaitedBefore } from "./reaches-outside.ts";
import type { FactSink } from "./sink.ts";

/** Methods of lists and maps that change nothing. */
const LOOKS: ReadonlySet<string> = new Set(["has", "includes", "indexOf", "keys", "toString", "join"]);

export class RunHooks {
  readonly #execution: Execution;
  readonly #kept: KeptFunctions;
  readonly #fields: ObjectFields;
  readonly #methods: MethodResults;
  readonly #changedArguments: ChangedArguments;
  readonly #sink: FactSink;
  readonly #outside: OutsideUses;
  readonly #waited = new WaitedBefore();
  /** The dialect of the process. */
  readonly #own: Dialect | undefined;
  /** Fields whose processes are asked whether they are alive. */
  readonly askedAlive = new Set<string>();
  /** Fields that are set anew when something has failed. */
  readonly setAfterFailure = new Set<string>();
  readonly aliased: AliasedFields;

  constructor(
    execution: Execution,
    kept: KeptFunctions,
    fields: ObjectFields,
    methods: MethodResults,
    changed: ChangedArguments,
  ) {
    this.#execution = execution;
    this.#kept = kept;
    this.#fields = fields;
    this.#methods = methods;
    this.#changedArguments = changed;
    this.#sink = execution.notes.sink(execution.code);
    this.#outside = new OutsideUses(execution.dialects);
    this.aliased = new AliasedFields(execution.interpreter);
    this.#own = execution.dialects.find(({ name }) => name === execution.code.dialect);
  }

  hooks(): Hooks {
    const { code, dialects, notes } = this.#execution;
    const fields = this.#fields;
    return {
      call: (site, I) => this.#call(site, I),
      assign: (object, field, value, at) => {
        if (object === code.self) {
          // A function that was given the object sets it: what it holds in between is not what it began with.
          if (this.#execution.interpreter.phase !== "init" && !fields.isChanging(field))
            this.aliased.found.add(field);
          fields.assign(field, value);
          // A method of the library in a field of another name: calls of that are not told from others.
          if (value.kind === "externalMethod") this.#givenAway([value], at, false);
          if (this.#execution.interpreter.handling > 0) this.setAfterFailure.add(field);
        } else {
          fields.changeObject(object);
          notes.acts = true;
        }
      },
      assigned: (_name, value) => this.#changed(value, code.at),
      changed: (object, value, at, property) => {
        if (object.kind === "symbol") fields.changeInside(object, property);
        this.#changed(value, at);
      },
      inside: (object, method, x, at) => this.#changedArguments.note(object, method, x, at),
      givenAway: (values, at) => this.#givenAway(values, at),
      chosen: (object, name, at) => this.#chosen(object, name, at),
      named: (text, key) => {
        if (notes.trial?.of !== "message") return;
        const { type } = notes.trial;
        // `this[`on_${message.type}`]`
        const isInKey = key !== undefined && String(text).toLowerCase().endsWith(type.toLowerCase());
        if (text === type || isInKey) notes.isNamed = true;
      },
      waitedFor: (name, I) => notes.waitedFor(name, I),
      isFailure: (v, I) =>
        I.phase === "init" && dialects.some((dialect) => dialect.outcome?.(v)?.how === "stop"),
      begins: (object, field, value) => {
        if (object === code.self) this.aliased.gives(field, value);
      },
      failure: dialects.find(({ name: n }) => n === code.dialect)?.failure,
      askedAlive: ({ root, name: n }) => {
        if (root === "field") this.askedAlive.add(String(n));
      },
      functions: (callee, I) => fields.functionsIn(callee, I),
      through: (fn, args, run) => this.#methods.of(fn, args, run),
      put: (into, value, key) => {
        if (into.root === "field" && into.of === code.key)
          fields.put(elementsOf(String(into.name), into.path), value, key);
        else this.#changed(value, into.at);
      },
      part: (of, name, value) => {
        if (of.root === "field" && of.of === code.key)
          fields.assign([of.name, ...of.path, name].join("."), value);
      },
      field: (object, field, at, initial) => {
        const v = fields.read(object, field, at, initial);
        // What `init` has left there in this start: who changes it changes the field.
        if (
          v !== null &&
          fields.isOfThisStart &&
          this.#execution.interpreter.phase !== "init" &&
          notes.trial === null
        )
          this.aliased.gives(field, v);
        return v;
      },
      awaits: (value, x, at, I, by) => {
        notes.awaits(value, I);
        if (I.phase !== "init" || !isOutside(value, by)) return;
        const isCertain = !isPossible(I) && !isOneOfSeveral(value);
        if (this.#waited.add(value, isCertain)) return;
        const note = (): void => this.#sink.waits(excerpt(x), at, I);
        if (isCertain) note();
        else perhaps(I, OTHER, note);
      },
    };
  }

  #call(site: CallSite, I: Interpreter): Value | null {
    const { dialects, notes } = this.#execution;
    const { callee, args, at } = site;
    const isOwnMethod = callee.kind === "externalMethod" && isDialectPackage(dialects, callee.base.pkg);
    // The library's own handlers drop what they get.
    if (isOwnMethod && CALLBACKS.some(([name]) => name === callee.name)) return UNDEFINED;
    // What starts a child is not the asking process's doing.
    const startsChildren = dialects.some((dialect) => dialect.startsChildren?.(site));
    const onlyLooks = isHarmless(callee) || dialects.some((dialect) => dialect.onlyLooks?.(site));
    if (!onlyLooks) this.#givenAway(args, at, !startsChildren);
    if (I.muted === 0 && isOwnMethod) this.#runsTasks(callee, site);
    let value: Value | null = null;
    const sent = I.muted === 0 && notes.trial === null ? this.#own?.sends?.(site) : null;
    if (sent?.toItself === true) notes.sentToItself.add(`${sent.event} ${typeOf(sent.message) ?? "*"}`);
    if (I.muted === 0) for (const dialect of dialects) value ??= dialect.use?.(site, I, this.#sink) ?? null;
    for (const dialect of dialects) value ??= dialect.value?.(site, I) ?? null;
    if (value !== null) {
      if (I.phase === "init") notes.madeInInit(value);
      return value;
    }
    if (startsChildren) return computed(site.expr, at);
    notes.acts ||= !isHarmless(callee) && !(callee.kind === "externalMethod" && this.#looksOnly(callee));
    return this.#outside.reaches(site) ? outsideTerm(site) : null;
  }

  /** A method that changes nothing, or that the library's classes do not have. */
  #looksOnly({ base, name: n }: ExtMethod): boolean {
    const dialect = this.#execution.dialects.find(({ packages }) => packages.includes(base.pkg));
    // What is written into a log changes nothing.
    return dialect?.methods === undefined ? LOOKS.has(n) || n.startsWith("log.") : !dialect.methods.has(n);
  }

  #chosen(object: Inst, name: Value, at: At): void {
    const { code, dialects, notes } = this.#execution;
    if (object !== code.self) return;
    const parts = name.kind === "text" ? name.parts : [null];
    if (dialects.some(({ methods }) => [...(methods ?? [])].some((method) => mayBe(parts, method))))
      notes.unread("a method is chosen by a name that is computed", at);
  }

  #changed(value: Value, at: At): void {
    this.#execution.notes.acts = true;
    if (this.#mayBeCalled) this.#kept.keep(value);
    this.#givenAway([value], at);
  }

  /** Whether functions that are put somewhere now may be called later: those of constructors as well. */
  get #mayBeCalled(): boolean {
    return this.#execution.notes.trial?.of !== "message";
  }

  #givenAway(values: readonly Value[], at: At, mayCall = true): void {
    const { code, notes } = this.#execution;
    const { self } = code;
    if (mayCall && this.#mayBeCalled) for (const v of values) this.#kept.keep(v);
    if (self !== null && notes.trial?.of !== "message" && values.some((v) => holds(v, self)))
      notes.unread("its object is given to code that was not read", at);
  }

  /** The task is the function's last argument; before it comes, of a stream, the item that it is run for. */
  #runsTasks({ name: n }: ExtMethod, { args, at }: CallSite): void {
    if (n === "async") this.#task(args[0], [], at);
    if (n === "asyncStream") this.#task(args[1], [unknown("an item of a stream", at)], at);
  }

  /** A task does what its function does in the name of the process that starts it, and ends with it. */
  #task(fn: Value | undefined, items: Value[], at: At): void {
    const { interpreter: I, code, notes } = this.#execution;
    if (fn?.kind !== "function" || code.self === null) {
      notes.unread("what a task does is not known", at);
      return;
    }
    const { self } = code;
    I.unawaited++;
    I.later(() => I.journal.branch(() => callFunction(I, fn, [...items, self], fn.self, at)));
    I.unawaited--;
  }
}
