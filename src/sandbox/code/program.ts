/** A bundled program: evaluated anew for each run, and what it defines started in the run's system. */
import type { Outside, WaitingMode } from "../../model/index.ts";
import type { Application, Logger, ProcessClass, Report, System } from "../../runtime/index.ts";
import { describeTerm } from "../../runtime/index.ts";
import type { OwnProgram, Starting } from "../../simulation/index.ts";
import { hostOf, type Surroundings } from "./host.ts";
import { libraryFor } from "./library.ts";
import { Stacks } from "./stacks.ts";

/** What the door of the worker was given. */
export interface UserCode {
  /** Made on the line before the bundle. */
  at: Error;
  run: (library: object, host: object) => Promise<void>;
  /** The source map's text. */
  map: string;
}

/** What is started of a program. */
export interface ProgramRoot {
  key: string;
  /** The name in the source, or the application's. */
  name: string;
  kind: "supervisor" | "application";
  /** The name that a supervisor is registered under. */
  startName: string | null;
  /** The arguments of a supervisor's start, as far as they are known. */
  given: readonly unknown[];
}

export interface ProgramOptions {
  code: UserCode;
  /** Null runs the module alone. */
  root: ProgramRoot | null;
  /** Something to say once. */
  tell(text: string): void;
  /** Called before the program's own logger. */
  onReport(report: Report): void;
  /** The run's event loop, for Systems that are no part of the run. */
  afterTurnOfLoop(fn: () => void, handled?: number): void;
}

/** What hidden exports of a bundle begin with: see `src/bundle/plugin.ts`. */
const HIDDEN = "$suptree$";

export class Program implements OwnProgram {
  readonly stacks: Stacks;
  readonly #options: ProgramOptions;
  #exports: Record<string, unknown> = {};
  readonly #surroundings: Surroundings = { fetch: "absent", waiting: "answers" };
  /** What the program gives its System. */
  #own: Logger | null = null;
  /** Gets the run's reports. */
  readonly logger: Logger = (report) => {
    this.#options.onReport(report);
    this.#own?.(report);
  };

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.stacks = new Stacks(options.code.at, options.code.map);
  }

  outside({ fetch, waiting }: Outside): void {
    if (fetch !== undefined) this.#surroundings.fetch = fetch;
    if (waiting !== undefined) this.#surroundings.waiting = waiting;
  }

  /** What becomes of the timers that it sets now. */
  get waiting(): WaitingMode {
    return this.#surroundings.waiting;
  }

  async start(system: System, starting: Starting): Promise<void> {
    const { root, tell } = this.#options;
    const loaded = await starting.boot("", "the module", () => this.#evaluate(system));
    if (!loaded || root === null) return;
    const found = this.#find(root);
    if (found === null) {
      await starting.boot(root.key, root.name, () =>
        Promise.reject(
          new Error(
            `${root.name} cannot be reached from outside its module: define it at the module's top level, and export it.`,
          ),
        ),
      );
      return;
    }
    if (this.#runs(system, found, root)) {
      tell(`The module starts ${root.name} itself when it is loaded: that is what runs.`);
      return;
    }
    const isReady = root.kind === "application" || root.given.length > 0;
    const wants = isReady ? 0 : wanted(found as ProcessClass);
    if (wants > 0)
      tell(
        `The init of ${root.name} takes ${argumentsOf(wants)}, and a run gives it none: run an application or a supervisor that starts it with them.`,
      );
    await starting.boot(root.key, root.name, () => startOf(system, found, root));
  }

  async #evaluate(system: System): Promise<void> {
    const { code, tell, afterTurnOfLoop } = this.#options;
    const library = libraryFor({
      system,
      tell,
      afterTurnOfLoop,
      logger: (logger) => {
        this.#own = logger;
      },
    });
    const host = hostOf({
      surroundings: this.#surroundings,
      after: (ms, ring) => system.after(ms, ring),
      placeOf: (error) => this.stacks.placeOf(error),
      exports: (namespace) => {
        this.#exports = namespace;
      },
    });
    try {
      await code.run(library, host);
    } catch (error) {
      const place = this.stacks.placeOf(error);
      const at = place === "" ? "" : ` (${place})`;
      throw new Error(`The module failed when it was loaded: ${describeTerm(error)}${at}`);
    }
  }

  #find({ name, kind }: ProgramRoot): ProcessClass | Application | null {
    const all = this.#exports;
    const called = [all[name], all[`${HIDDEN}${name}`], all.default];
    for (const each of called)
      if (isRoot(each, kind) && (each !== all.default || nameOf(each) === name)) return each;
    for (const key of Object.keys(all)) {
      const each = all[key];
      if (isRoot(each, kind) && nameOf(each) === name) return each;
    }
    return kind === "supervisor" && isRoot(all.default, kind) ? all.default : null;
  }

  #runs(system: System, found: ProcessClass | Application, { kind, name }: ProgramRoot): boolean {
    if (kind === "application") return system.applications.includes(found as Application);
    return system
      .listProcesses()
      .some(({ parent, label, kind: what }) => parent === null && what === "supervisor" && label === name);
  }
}

async function startOf(system: System, found: ProcessClass | Application, root: ProgramRoot): Promise<void> {
  if (root.kind === "application") return system.startApplication(found as Application);
  const start = [found as ProcessClass, ...structuredClone(root.given)] as const;
  await system.start(
    start as unknown as [ProcessClass],
    root.startName === null ? {} : { name: root.startName },
  );
}

/** How many arguments the class cannot do without. */
const wanted = (cls: ProcessClass): number =>
  (cls as { prototype: { init?: { length: number } } }).prototype.init?.length ?? 0;

const argumentsOf = (count: number): string => (count === 1 ? "an argument" : `${count} arguments`);

function nameOf(value: ProcessClass | Application): string {
  return value.name;
}

function isRoot(value: unknown, kind: ProgramRoot["kind"]): value is ProcessClass | Application {
  if (kind === "supervisor") return typeof value === "function";
  return typeof value === "object" && value !== null && "name" in value && "applications" in value;
}
