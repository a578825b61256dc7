/** Runs the callbacks of one process: `init` first, the others as they may come after it. */
import type { ChangedArgument } from "../../model/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { Callback, ProcessCode } from "../dialects/process-code.ts";
import type { Pool } from "../evaluate/budget.ts";
import { callFunction } from "../evaluate/calls.ts";
import { message } from "../evaluate/conditions.ts";
import { evaluate } from "../evaluate/expressions.ts";
import { construct } from "../evaluate/instances.ts";
import { Interpreter } from "../evaluate/interpreter.ts";
import { chainOf } from "../evaluate/objects.ts";
import { type ModuleState, Scope } from "../evaluate/scope.ts";
import { forgetShared } from "../evaluate/shared-state.ts";
import { type At, type Inst, type Sym, unknown, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Func } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import { ChangedArguments } from "./changed-arguments.ts";
import type { Execution } from "./execution.ts";
import { RunHooks } from "./hooks.ts";
import { KeptFunctions } from "./kept-functions.ts";
import { MethodResults } from "./method-results.ts";
import { Notes } from "./notes.ts";
import { ObjectFields } from "./object-fields.ts";
import { reactsTo } from "./trial.ts";
import { noteUnknownParts } from "./unknown-parts.ts";

/** What is known before a run: the arguments of the start, and which fields nothing sets later. */
export interface Given {
  args: readonly Value[];
  settled: ReadonlySet<string>;
  /** What of its arguments the process changes where they are not known. */
  changes: readonly ChangedArgument[];
}

const TOO_MUCH = "its code is too much to follow to its end";

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
    this.#fields = new ObjectFields(this.#execution, this.#kept, given?.settled ?? new Set());
    this.#methods = new MethodResults(this.#execution, this.#fields);
    this.#changed = new ChangedArguments(this.#execution, this.#fields, given?.changes ?? []);
    this.#hooks = new RunHooks(this.#execution, this.#kept, this.#fields, this.#methods, this.#changed);
    this.#interpreter.hooks = this.#hooks.hooks();
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
    noteUnknownParts(this.#execution);
    this.#fields.settle();
    const reacts = (type: string, names: readonly string[]): boolean =>
      reactsTo(this.#execution, this.#fields, type, names);
    draft.facts.handlesDown ||= reacts("DOWN", ["ref", "pid", "reason"]);
    draft.facts.handlesExit ||= reacts("EXIT", ["from", "reason"]);
    this.#interpreter.renew();
    if (this.#interpreter.ranOut) this.#noteUnseenRest();
  }

  /** Every function that was run, and its module. */
  get called(): ReadonlyMap<Func, ModuleState> {
    return this.#interpreter.called;
  }

  get asksStart(): boolean {
    return this.#interpreter.asksStart;
  }

  /** The arguments of its start that the process changes. */
  changedArguments(world: World): ChangedArgument[] {
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
    const { journal } = this.#interpreter;
    const others: Callback[] = [];
    for (const callback of this.#code.callbacks) {
      if (callback.phase === "init") this.#run(callback);
      else others.push(callback);
    }
    const each = () => others.map((callback) => journal.branch(() => this.#run(callback))[0]);
    const changes = each();
    const roots: Value[] = others.map(({ fn }) => fn);
    if (this.#code.self !== null) roots.push(this.#code.self);
    for (const values of this.#execution.draft.fields.values()) roots.push(...values);
    if (forgetShared(this.#interpreter, roots, changes, this.#code.at)) {
      this.#methods.forget();
      this.#interpreter.held.clear();
      each();
    }
    this.#kept.run(this.#interpreter);
  }

  #run({ fn, phase, args, state }: Callback): void {
    if (fn.kind !== "function") return;
    this.#interpreter.renew();
    this.#interpreter.waitedFor.clear();
    this.#interpreter.phase = phase;
    const known = phase === "init" && args.length === 0 ? this.#given?.args : undefined;
    const given =
      known ??
      fn.func.params.map((p, i) => args[i] ?? this.#argument(i, fn.scope.module.at(p.target), phase));
    // Whoever calls a callback waits for it.
    this.#interpreter.fate = "awaited";
    const result = callFunction(this.#interpreter, fn, given, this.#code.self, this.#code.at);
    this.#fields.noteState(state?.(result) ?? []);
    if (phase === "init") this.#fields.noteAfterInit();
    this.#fields.forgetChanged();
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
