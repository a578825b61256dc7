import type { FileProblem, TreeModel } from "../../model/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { dialectsFor } from "../dialects/index.ts";
import { plainSpecifier } from "../dialects/packages.ts";
import { Pool } from "../evaluate/budget.ts";
import { classKey } from "../evaluate/identity.ts";
import { type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import type { Memo } from "../evaluate/memo.ts";
import { ModuleDefiner } from "../evaluate/module-definer.ts";
import type { At, Inst, Value } from "../evaluate/values.ts";
import { World } from "../evaluate/world.ts";
import type { ModuleSummary } from "../ir.ts";
import { describedModule } from "../markers.ts";
import type { LinkerOptions } from "../options.ts";
import { draftReferred, draftSupervisor, pureHooks } from "./classes.ts";
import { closedCode } from "./closed-code.ts";
import { draftFile } from "./draft-file.ts";
import { Describer } from "./files-and-dialects.ts";
import { linkFiles } from "./link-files.ts";
import { Makers } from "./makers.ts";
import { share } from "./structural-sharing.ts";
import type { Definitions, FileDraft, SupervisorDraft } from "./unresolved-definitions.ts";

/**
 * Puts summaries together into a tree model. What was read of a file is kept until it, or a file that was looked into for it,
 * changes; what all of it means together is worked out anew.
 * Objects in the model (supervisors, children) keep their identity while nothing about them changes; treat them as
 * immutable.
 */
export class Linker {
  readonly options: LinkerOptions;
  readonly #world: World;
  readonly #dialects: readonly Dialect[];
  readonly #hooks: Hooks;
  /** Libraries whose processes are classes with callbacks as OTP has them. */
  readonly #libraries: ReadonlySet<string>;
  readonly #describer: Describer;
  readonly #makers: Makers;
  readonly #drafts = new Map<string, Memo<FileDraft>>();
  readonly #specialised = new Map<SupervisorDraft, { args: Value[]; memo: Memo<SupervisorDraft> }>();
  readonly #failures = new Map<string, FileProblem>();
  /** Null when something has changed. */
  #current: TreeModel | null = null;
  /** The last model, whose parts are kept where they are the same. */
  #latest: TreeModel | null = null;

  constructor(options: LinkerOptions) {
    this.options = options;
    this.#dialects = [...dialectsFor(options), ...(options.dialects ?? [])];
    this.#libraries = new Set(
      this.#dialects.flatMap(({ outcome, packages }) => (outcome === undefined ? [] : packages)),
    );
    this.#world = new World(options.resolve, {
      name: (specifier) => this.#packageOf(specifier),
      file: (file) => describedModule(options, () => options.namesOf?.(file) ?? [file]),
      exports: (pkg, name) =>
        this.#dialects.some(
          (d) => d.packages.includes(pkg) && (d.names.has(name) || d.own?.(pkg, name) === true),
        ),
      within: (pkg, file) => this.#partOf(pkg, file),
    });
    this.#makers = new Makers(this.#world);
    this.#describer = new Describer(this.#dialects, options);
    this.#hooks = pureHooks(this.#dialects);
    this.#world.definer = new ModuleDefiner(this.#world, this.#hooks);
  }

  /** Adds a file or replaces its summary. */
  set(file: string, summary: ModuleSummary): void {
    this.#world.set(summary);
    this.#forget(file);
  }

  delete(file: string): void {
    if (!this.#world.modules.has(file)) return;
    this.#world.delete(file);
    this.#failures.delete(file);
    this.#forget(file);
  }

  /** How many expressions and statements were followed so far: work, counted and not timed. */
  get followed(): number {
    return this.#world.definitions.entered;
  }

  has(file: string): boolean {
    return this.#world.modules.has(file);
  }

  /** The answers of the resolver may have changed: files, tsconfig or package.json appeared, vanished or changed. */
  resolutionsChanged(): void {
    this.#world.resolutionsChanged();
    this.#current = null;
  }

  /** The model of all files set so far. The same object while nothing has changed. */
  model(): TreeModel {
    if (this.#current !== null) return this.#current;
    const drafts = new Map<string, FileDraft>();
    for (const file of [...this.#world.modules.keys()].sort()) drafts.set(file, this.#draft(file));
    const assembled = linkFiles(
      drafts,
      () => new Interpreter(this.#world, { ...this.#hooks, field: fieldOfProcess }),
      (draft, args) => this.#specialise(draft, args),
      (file) => this.#describer.isTest(file),
    );
    const model = this.#describer.describe(assembled);
    model.code = closedCode(this.#world, model, this.#libraries, (file) => this.#describer.isTest(file));
    for (const file of [...this.#failures.keys()].sort()) model.problems.push(this.#failures.get(file)!);
    this.#latest = share(this.#latest, model);
    // Texts have changed, so it is another model even if it says the same.
    this.#current = { ...this.#latest };
    return this.#current;
  }

  #draft(file: string): FileDraft {
    const known = this.#drafts.get(file);
    if (known !== undefined) return known.value;
    const m = this.#world.modules.get(file)!;
    this.options.turnsTo?.(file);
    const memo = this.#world.deps.compute(
      () => this.#attempt(file, () => draftFile(this.#world, this.#dialects, this.#makers, m)),
      () => this.#stale(file),
    );
    this.#drafts.set(file, memo);
    return memo.value;
  }

  /** A defect of the analysis, or a program too deep for the stack, costs one file and says so. */
  #attempt(file: string, body: () => FileDraft): FileDraft {
    this.#failures.delete(file);
    try {
      return this.#world.definitions.guarded(body);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#failures.set(file, {
        file,
        kind: "internal",
        message: `the analysis of this file failed: ${message}`,
      });
      return {
        supervisors: [],
        processes: [],
        applications: [],
        starts: [],
        supervised: new Set(),
        started: new Set(),
        variables: new Map(),
      };
    }
  }

  #forget(file: string): void {
    const memo = this.#drafts.get(file);
    if (memo !== undefined) this.#world.deps.forget(memo);
    this.#stale(file);
  }

  #stale(file: string): void {
    this.#drafts.delete(file);
    this.#current = null;
  }

  /** A supervisor with the arguments that its one start gives it. */
  #specialise(draft: SupervisorDraft, args: Value[]): SupervisorDraft {
    const known = this.#specialised.get(draft);
    if (known !== undefined && known.args === args) return known.memo.value;
    const memo = this.#world.deps.compute(
      () => {
        const { cls } = draft;
        const dialect = this.#dialects.find((d) => d.name === draft.dialect);
        if (cls === undefined || dialect === undefined) return draft;
        const pools = { supervisors: new Pool(), processes: new Pool() };
        const found = draftSupervisor(this.#world, this.#dialects, dialect, cls, args, pools.supervisors);
        if (found === null) return draft;
        const makes: Definitions = { supervisors: [], processes: [] };
        const codes = found.children.map(({ code }) => code);
        draftReferred(this.#world, this.#dialects, makes, codes, pools);
        return { ...found, process: draft.process, makes };
      },
      () => {
        this.#specialised.delete(draft);
        this.#current = null;
      },
    );
    this.#specialised.set(draft, { args, memo });
    return memo.value;
  }

  /** An entry point of its own, by the path of the file: `lib/supervisor/index.ts` of `actorboy` is `actorboy/supervisor`. */
  #partOf(pkg: string, file: string): string {
    const path = file.replace(/(?:\/index)?\.[^./]+$/, "");
    const parts = this.#dialects.flatMap(({ packages }) => packages).filter((p) => p.startsWith(`${pkg}/`));
    return parts.find((part) => path.endsWith(part.slice(pkg.length))) ?? pkg;
  }

  #packageOf(written: string): string | null {
    const specifier = plainSpecifier(written);
    for (const dialect of this.#dialects) {
      for (const name of dialect.packages) {
        if (specifier === name || specifier.startsWith(`${name}/`)) return name;
      }
    }
    return null;
  }
}

/** A field that functions change, read through a closure of the process that has it: what it holds is found in the end. */
function fieldOfProcess({ cls }: Inst, field: string, at: At): Value | null {
  if (cls.kind !== "class") return null;
  const why = `field "${field}" is changed while the program runs`;
  return { kind: "symbol", root: "field", name: field, path: [], at, of: classKey(cls), why };
}
