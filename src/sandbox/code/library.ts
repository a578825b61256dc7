/** The library as a bundled program finds it: the sandbox's own, but that the first `System` that it makes is the run's. */
import * as runtime from "../../runtime/index.ts";

export interface LibraryOptions {
  system: runtime.System;
  /** Gets the reports of the run when the program wants them. */
  logger(logger: runtime.Logger | null): void;
  /** Something to say once. */
  tell(text: string): void;
  /** The run's event loop: a System that is no part of the run must not race with it on the machine's. */
  afterTurnOfLoop(fn: () => void, handled?: number): void;
}

export type Library = typeof runtime;

/** Whoever waits for quiet, or lets time pass, waits for the run to come there: it is the run that drives the clock. */
function handOver(system: runtime.System): void {
  const wait = (ms: number) => new Promise<void>((resolve) => void system.after(ms, resolve));
  const own = { idle: () => wait(0), settle: () => wait(0), advance: (ms: number) => wait(ms) };
  for (const [name, value] of Object.entries(own)) Object.defineProperty(system, name, { value });
  // The engine drives the same object: nothing may stand before its methods.
  Object.freeze(system);
}

export function libraryFor({ system, logger, tell, afterTurnOfLoop }: LibraryOptions): Library {
  let taken = false;
  const make = (options: runtime.SystemOptions, newTarget: typeof runtime.System): runtime.System => {
    const { clock, asyncContexts: _, ...rest } = options;
    const real = clock === undefined || clock === "real";
    // A program that subclasses it, or drives its clock, means its own.
    if (real && !taken && newTarget === System) {
      taken = true;
      logger(options.logger ?? null);
      handOver(system);
      return system;
    }
    const which = real ? "makes a further System" : "drives a System with a clock of its own";
    tell(`The program ${which}: what runs in it is not part of this run.`);
    const base = newTarget === System ? runtime.System : newTarget;
    const own = { ...rest, ...(real ? {} : { clock }), afterTurnOfLoop };
    return Reflect.construct(runtime.System, [own], base) as runtime.System;
  };
  const System: typeof runtime.System = new Proxy(runtime.System, {
    construct: (_target, args: [runtime.SystemOptions?], newTarget) =>
      make(args[0] ?? {}, newTarget as unknown as typeof runtime.System),
  });
  const run = async (application: runtime.Application, options: runtime.RunOptions = {}) => {
    const own = new System(options);
    await own.startApplication(application);
    return own;
  };
  return Object.freeze({ ...runtime, System, run }) as Library;
}
