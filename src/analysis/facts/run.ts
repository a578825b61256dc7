/** Runs the callbacks of one process: `init` first, the others as they may come after it. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Callback, ProcessCode } from "../dialects/process-code.ts";
import type { Pool } from "../evaluate/budget.ts";
import { callFunction } from "../evaluate/calls.ts";
import { message, perhaps } from "../evaluate/conditions.ts";
import { evaluate } from "../evaluate/expressions.ts";
import { construct, instantiate } from "../evaluate/instances.ts";
import { Interpreter } from "../evaluate/interpreter.ts";
import type { Changes } from "../evaluate/journal.ts";
import { chainOf } from "../evaluate/objects.ts";
import { OTHER } from "../evaluate/origins.ts";
import { type ModuleState, Scope } from "../evaluate/scope.ts";
import { forgetShared } from "../evaluate/shared-state.ts";
import {
  type At,
  alternatives,
  type Chain,
  type Cls,
  type Entry,
  type Inst,
  type Sym,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Func } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import { takeForChanged } from "./aliased-fields.ts";
import { ChangedArguments } from "./changed-arguments.ts";
import { Continued } from "./continued.ts";
import type { Execution } from "./execution.ts";
import type { Candidate, Given } from "./given-arguments.ts";
import { heldByModules } from "./held-by-modules.ts";
import { RunHooks } from "./hooks.ts";
import { KeptFunctions } from "./kept-functions.ts";
import { MethodResults } from "./method-results.ts";
import { Notes } from "./notes.ts";
import { ObjectFields, outlive } from "./object-fields.ts";
import { reactsTo, reactsToNews } from "./trial.ts";
import { noteUnknownParts } from "./unknown-parts.ts";

const TOO_MUCH = "its code is too much to follow to its end";

/** Of what a callback gives back: what is known. Anything else may be a stop that was made somewhere. */
const IS_GIVEN: ReadonlySet<Value["kind"]> = new Set([
  "literal",
  "term",
  "record",
  "list",
  "text",
  "instance",
]);

/** One run of the code of a process, which fills the draft. */
export class Run {
  readonly #execution: Execution;
  readonly #interpreter: Interpreter;
  readonly #code: ProcessCode;
  readonly #given: Given | null;
  readonly #kept = new KeptFunctions();
  readonly #fields: ObjectFields;
  readonly #methods: MethodResults;
  readonly #hooks: RunHooks;
  readonly #changed: ChangedArguments;
  readonly #continued: Continued;
  /** Whether a callback gives back something that is not known. */
  #givesAnything = false;
  /** The dialect of the process. */
  readonly #own: Dialect | undefined;

  constructor(
    world: World,
    dialects: readonly Dialect[],
    code: ProcessCode,
    draft: ProcessDraft,
    pool: Pool,
    given: Given | null,
  ) {
    this.#given = given;
    this.#code = code;
    // Who notes what it does asks it for its phase, so it is there first.
    this.#interpreter = new Interpreter(world, { call: () => null }, pool);
    this.#execution = { interpreter: this.#interpreter, code, dialects, draft, notes: new Notes(draft) };
    this.#fields = new ObjectFields(this.#execution, this.#kept, given);
    this.#methods = new MethodResults(this.#execution, this.#fields);
    this.#changed = new ChangedArguments(this.#execution, this.#fields, given);
    this.#hooks = new RunHooks(this.#execution, this.#kept, this.#fields, this.#methods, this.#changed);
    this.#own = dialects.find(({ name }) => name === code.dialect);
    this.#continued = new Continued(this.#own);
    this.#interpreter.hooks = this.#hooks.hooks();
    takeForChanged(this.#interpreter, code);
    this.#interpreter.variables = new Map();
  }

  all(): void {
    const { draft } = this.#execution;
    const { self } = this.#code;
    if (self !== null) {
      this.#make(self);
      this.#fields.initialise(self);
    }
    // Until `init` has run the object is as its constructor left it.
    if (this.#code.callbacks[0]?.phase !== "init") this.#fields.forgetChanged();
    this.#interpreter.journal.branch(() => this.#callbacks());
    for (const tie of this.#code.ties ?? []) {
      draft.uses.push({ ...tie, via: "" });
      draft.facts.monitors ||= tie.kind === "monitor";
    }
    if (this.#given !== null) this.#fields.renewInside(this.aliased);
    noteUnknownParts(this.#execution);
    this.#fields.settle();
    const reacts = (type: string, names: readonly string[]): boolean =>
      reactsTo(this.#execution, this.#fields, type, names);
    const { endNews } = this.#code;
    draft.facts.handlesDown ||=
      endNews === undefined
        ? reacts("DOWN", ["ref", "pid", "reason"])
        : endNews === null || reactsToNews(this.#execution, this.#fields, endNews);
    draft.facts.handlesExit ||= reacts("EXIT", ["from", "reason"]);
    this.#interpreter.renew();
    if (this.#interpreter.ranOut) this.#noteUnseenRest();
  }

  /** Every function that was run, and its module. */
  get called(): ReadonlyMap<Func, ModuleState> {
    return this.#interpreter.called;
  }

  /** Those that were called when `init` was over. */
  get calledLater(): ReadonlySet<Func> {
    return this.#interpreter.calledLater;
  }

  /** What it sends itself, or asks for. */
  get sentToItself(): ReadonlySet<string> {
    return this.#execution.notes.sentToItself;
  }

  /** What it changes after `init`: see `Given`. */
  get changing(): ReadonlySet<string> {
    return this.#fields.changing;
  }

  /** Fields that it changes without naming them. */
  get aliased(): ReadonlySet<string> {
    return this.#hooks.aliased.found;
  }

  /** A class with all that it inherits. */
  chainOf(cls: Cls): Chain {
    return chainOf(this.#interpreter, cls);
  }

  get asksStart(): boolean {
    return this.#interpreter.asksStart;
  }

  /** The arguments of its start that the process changes. */
  changedArguments(world: World): Candidate[] {
    return this.#changed.found(world);
  }

  /** Fields that hold from one callback to another what they are read for. */
  get readAcross(): ReadonlySet<string> {
    return this.#fields.readAcross;
  }

  /** Fields whose processes are asked whether they are alive. */
  get askedAlive(): ReadonlySet<string> {
    return this.#hooks.askedAlive;
  }

  /** Fields that are set anew when something has failed. */
  get setAfterFailure(): ReadonlySet<string> {
    return this.#hooks.setAfterFailure;
  }

  /** What its constructors and fields do with the object: whoever is given it then can act for the process later. */
  #make(self: Inst): void {
    const I = this.#interpreter;
    const { notes } = this.#execution;
    if (self.cls.kind !== "class") return;
    const { classes } = chainOf(I, self.cls);
    I.phase = "init";
    notes.trial = { of: "object" };
    I.journal.branch(() => {
      for (const cls of classes)
        for (const { kind, static: isStatic, value } of cls.class.members)
          if (kind === "field" && !isStatic && value !== null)
            evaluate(I, value, new Scope(cls.scope, cls.scope.module, self, cls));
      construct(I, self, classes, 0, { values: [], open: true }, this.#code.at);
    });
    notes.trial = null;
    notes.acts = false;
    I.renew();
  }

  /** What `init` leaves behind is there for the others, who may come in any order. */
  #callbacks(): void {
    const others: Callback[] = [];
    for (const callback of this.#code.callbacks) {
      if (callback.phase === "init") this.#run(callback);
      else others.push(callback);
    }
    const each = () => {
      const goingOn = others.filter((callback) => this.#continued.governs(callback));
      this.#continued.restart();
      // What `init` goes on with comes before any message, what they go on with after them.
      return [...goingOn, ...others.filter((one) => !goingOn.includes(one)), ...goingOn].flatMap((callback) =>
        this.#inEachWay(callback),
      );
    };
    const changes = each();
    const roots: Value[] = others.map(({ fn }) => fn);
    if (this.#code.self !== null) roots.push(this.#code.self);
    for (const values of this.#execution.draft.fields.values()) roots.push(...values);
    for (const { value } of heldByModules(this.#interpreter.world, this.called)) roots.push(value);
    if (forgetShared(this.#interpreter, roots, changes, this.#code.at)) {
      this.#methods.forget();
      this.#interpreter.held.clear();
      each();
    }
    this.#kept.run(this.#interpreter);
    if (this.#givesAnything) this.#execution.notes.givesBackAnything();
  }

  /** What each run of a callback has changed. */
  #inEachWay(callback: Callback): Changes[] {
    const I = this.#interpreter;
    const run = (one: Callback) => I.journal.branch(() => this.#run(one))[0];
    if (!this.#continued.governs(callback)) return [run(callback)];
    const changes: Changes[] = [];
    this.#continued.run(I, (phase, term) => {
      changes.push(run({ ...callback, phase, args: term === null ? [] : [term] }));
    });
    return changes;
  }

  #run({ fn, phase, args, state, concurrent }: Callback): void {
    if (fn.kind !== "function") return;
    this.#interpreter.renew();
    this.#interpreter.waitedFor.clear();
    this.#interpreter.phase = phase;
    const known =
      phase === "init" && args.length === 0 ? this.#given?.args.map((v) => this.#shared(v)) : undefined;
    const given =
      known ??
      fn.func.params.map((p, i) => args[i] ?? this.#argument(i, fn.scope.module.at(p.target), phase));
    // Whoever calls a callback waits for it, mostly.
    this.#interpreter.fate = concurrent === true ? "dropped" : "awaited";
    const result = callFunction(this.#interpreter, fn, given, this.#code.self, this.#code.at);
    this.#continued.note(result, phase);
    this.#noteOutcomes(result);
    this.#fields.noteState(state?.(result) ?? []);
    if (phase === "init") this.#fields.noteAfterInit();
    this.#fields.forgetChanged();
    this.#interpreter.variables?.clear();
  }

  /** An argument of the start, whose objects others may have as well: they are as their constructors have left them. */
  #shared(v: Value): Value {
    const I = this.#interpreter;
    if (v.kind === "instance" && v.cls.kind === "class") {
      const args = v.args.map((arg) => this.#shared(arg));
      I.muted++;
      const inst = instantiate(I, v.cls, { values: args, open: false }, v.at);
      I.muted--;
      outlive(inst, I);
      return inst;
    }
    if (v.kind !== "record") return v;
    const props = new Map<string, Entry>();
    for (const [n, entry] of v.contents.props) props.set(n, { ...entry, value: this.#shared(entry.value) });
    return { ...v, contents: { ...v.contents, props } };
  }

  /** It stops with what it returns, wherever that was made: a table may hold it. Or it asks for a timeout. */
  #noteOutcomes(result: Value): void {
    const I = this.#interpreter;
    const { notes } = this.#execution;
    const sink = notes.sink(this.#code);
    for (const v of alternatives(result)) {
      if (!IS_GIVEN.has(v.kind) || (v.kind === "term" && v.tag === "outside")) this.#givesAnything = true;
      const outcome = v.kind === "term" ? this.#own?.outcome?.(v) : null;
      if (outcome?.how === "timeout") notes.sentToItself.add("timeout");
      if (v.kind !== "term" || outcome?.how !== "stop" || notes.givesBackStop(v.at)) continue;
      const note = () => sink.stops(outcome.reason, v.at, I);
      if (result.kind === "choice") perhaps(I, result.why.from ?? OTHER, note);
      else note();
    }
  }

  #argument(n: number, at: At, phase: string): Value {
    if (phase !== "init") return message("a message that is not known", at);
    return { kind: "symbol", root: "arg", name: n, path: [], at, of: this.#code.key } satisfies Sym;
  }

  /** What it does beyond what could be followed was not seen: it may use anybody. */
  #noteUnseenRest(): void {
    const { draft, notes } = this.#execution;
    const { at } = this.#code;
    const target = unknown(TOO_MUCH, at);
    draft.uses.push({ kind: "call", phase: "later", target, at, guarded: false, unawaited: false, via: "" });
    notes.unread(TOO_MUCH, at);
    draft.settled.clear();
  }
}
