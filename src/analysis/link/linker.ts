import type { FileProblem, TreeModel } from "../../model/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { dialectsFor } from "../dialects/index.ts";
import { ModuleDefiner } from "../evaluate/define.ts";
import type { Memo } from "../evaluate/memo.ts";
import type { Value } from "../evaluate/values.ts";
import { World } from "../evaluate/world.ts";
import type { ModuleSummary } from "../ir.ts";
import type { LinkerOptions } from "../options.ts";
import { Assembler } from "./assemble.ts";
import { Describer } from "./describe.ts";
import type { FileDraft, SupervisorDraft } from "./drafts.ts";
import { EdgeMaker } from "./edges.ts";
import { draftFile, draftSupervisor, pureHooks } from "./file.ts";

/**
 * Puts summaries together into a tree model, and keeps it up to date: a change costs what depends on it.
 * Objects in the model (supervisors, children) keep their identity while nothing about them changes; treat them as
 * immutable.
 */
export class Linker {
  readonly options: LinkerOptions;
  private readonly world: World;
  private readonly dialects: readonly Dialect[];
  private readonly assembler: Assembler;
  private readonly describer: Describer;
  private readonly drafts = new Map<string, Memo<FileDraft>>();
  private readonly specialised = new Map<SupervisorDraft, { args: Value[]; memo: Memo<SupervisorDraft> }>();
  /** Files whose draft must be made anew. */
  private readonly dirty = new Set<string>();
  private readonly failures = new Map<string, FileProblem>();
  private current: TreeModel | null = null;

  constructor(options: LinkerOptions) {
    this.options = options;
    this.dialects = [...dialectsFor(options), ...(options.dialects ?? [])];
    this.world = new World(options.resolve, {
      name: (specifier) => this.packageOf(specifier),
      file: (file) => this.describedFile(file),
      exports: (pkg, name) =>
        this.dialects.some(
          (d) => d.packages.includes(pkg) && (d.names.has(name) || d.own?.has(name) === true),
        ),
    });
    this.describer = new Describer(this.dialects, options);
    const hooks = pureHooks(this.dialects);
    this.world.definer = new ModuleDefiner(this.world, hooks);
    this.assembler = new Assembler(new EdgeMaker(this.world, hooks), (draft, args) =>
      this.specialise(draft, args),
    );
  }

  /** Adds a file or replaces its summary. */
  set(file: string, summary: ModuleSummary): void {
    this.world.set(summary);
    this.forget(file);
  }

  delete(file: string): void {
    if (!this.world.modules.has(file)) return;
    this.world.delete(file);
    this.failures.delete(file);
    this.forget(file);
  }

  has(file: string): boolean {
    return this.world.modules.has(file);
  }

  /** The answers of the resolver may have changed: files, tsconfig or package.json appeared, vanished or changed. */
  resolutionsChanged(): void {
    this.world.filesChanged();
    this.current = null;
  }

  /** The files that this file's imports lead to (one step). */
  importsOf(file: string): string[] {
    const found = new Set<string>();
    for (const specifier of this.world.modules.get(file)?.summary.specifiers ?? []) {
      const to = this.options.resolve(file, specifier);
      if (to !== null && "file" in to) found.add(to.file);
    }
    return [...found];
  }

  /** The model of all files set so far. The same object while nothing has changed. */
  model(): TreeModel {
    if (this.current !== null) return this.current;
    const changes = new Map<string, FileDraft | null>();
    // Drafting a file may not make another one dirty, but the resolver may be asked for the first time.
    for (const file of [...this.dirty].sort()) changes.set(file, this.draft(file));
    this.dirty.clear();
    const model = this.describer.describe(this.assembler.update(changes));
    this.current = this.failures.size === 0 ? model : { ...model, problems: [...this.failures.values()] };
    return this.current;
  }

  /** Null for a file that is gone or defines nothing. */
  private draft(file: string): FileDraft | null {
    const m = this.world.modules.get(file);
    if (m === undefined) return null;
    const memo = this.world.deps.compute(
      () => this.attempt(file, () => draftFile(this.world, this.dialects, m)),
      () => this.stale(file),
    );
    this.drafts.set(file, memo);
    const { value } = memo;
    const size =
      value.supervisors.length + value.processes.length + value.applications.length + value.starts.length;
    return size === 0 ? null : value;
  }

  /** A defect of the analysis, or a program too deep for the stack, costs one file and says so. */
  private attempt(file: string, body: () => FileDraft): FileDraft {
    this.failures.delete(file);
    try {
      return body();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.failures.set(file, {
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
        variables: new Map(),
      };
    }
  }

  private forget(file: string): void {
    const memo = this.drafts.get(file);
    if (memo !== undefined) this.world.deps.forget(memo);
    this.stale(file);
  }

  private stale(file: string): void {
    this.drafts.delete(file);
    this.dirty.add(file);
    this.current = null;
  }

  /** A supervisor with the arguments that its one start gives it. */
  private specialise(draft: SupervisorDraft, args: Value[]): SupervisorDraft {
    const known = this.specialised.get(draft);
    if (known !== undefined && known.args === args) return known.memo.value;
    const m = draft.at.m;
    const memo = this.world.deps.compute(
      () => {
        const cls = m.identities.get(classAt(m.identities, draft.at.s));
        const dialect = this.dialects.find((d) => d.name === draft.dialect);
        if (cls?.k !== "cls" || dialect === undefined) return draft;
        const found = draftSupervisor(this.world, this.dialects, dialect, cls, args);
        return found === null ? draft : { ...found, process: draft.process };
      },
      () => {
        this.specialised.delete(draft);
        this.assembler.unspecialised(draft.key);
        this.current = null;
      },
    );
    this.specialised.set(draft, { args, memo });
    return memo.value;
  }

  /** A file of the workspace whose exports the settings describe. */
  private describedFile(file: string): string | null {
    if (this.options.specObjects === undefined || this.options.specObjects.length === 0) return null;
    const stem = file.replace(/(\/index)?\.[cm]?[jt]sx?$/, "");
    for (const { module } of this.options.specObjects) {
      const bare = module.replace(/^\.\//, "").replace(/\.[cm]?[jt]sx?$/, "");
      if (module === file || bare.replace(/\/index$/, "") === stem) return module;
    }
    return null;
  }

  private packageOf(specifier: string): string | null {
    for (const dialect of this.dialects) {
      for (const name of dialect.packages) {
        if (specifier === name || specifier.startsWith(`${name}/`)) return name;
      }
    }
    return null;
  }
}

/** The class that begins at an offset. */
function classAt(identities: ReadonlyMap<object, Value>, s: number): object {
  for (const [key, v] of identities) if (v.k === "cls" && v.c.s === s) return key;
  return identities;
}
