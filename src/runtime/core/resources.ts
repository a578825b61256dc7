/**
 * What a process holds that must not outlive it, as ports do not outlive their owner on the BEAM: given back when the
 * process ends, however that is, the last one first, before its exit becomes known.
 */
import type { ExitReason } from "../reason.ts";
import { Aborting, type PlatformSignal } from "./aborting.ts";
import { labelOf } from "./appearance.ts";
import { TimeLimit } from "./deadlines.ts";
import { extraOf, type Proc } from "./proc.ts";
import { reportRelease } from "./reporting.ts";
import { isThenable } from "./thenables.ts";

/** Milliseconds for which an exit waits for what is given back asynchronously, all of it together. */
const RELEASE_LIMIT = 1000;

/** Gives something back. */
export type Release = (reason: ExitReason) => unknown;

export class Resources {
  /** By what they were entered under, in that order. */
  readonly #held = new Map<
    unknown,
    { readonly release: Release; readonly dropped: (() => void) | undefined }
  >();
  #aborting: Aborting | null = null;

  /** Aborted first of all. */
  get signal(): PlatformSignal {
    this.#aborting ??= new Aborting();
    return this.#aborting.signal;
  }

  /**
   * Enters `release` under `key`; once, however often that key is entered: false when it is there already. `dropped` is
   * called when it is forgotten.
   */
  hold(key: unknown, release: Release, dropped?: () => void): boolean {
    if (this.#held.has(key)) return false;
    this.#held.set(key, { release, dropped });
    return true;
  }

  /** Forgets what was entered under `key`; false when there was nothing. */
  drop(key: unknown): boolean {
    const held = this.#held.get(key);
    if (held === undefined) return false;
    this.#held.delete(key);
    held.dropped?.();
    return true;
  }

  /**
   * Gives everything back. True when that is done; otherwise `done` is called when it is, or when the time for it is
   * over: then what remains is given back all the same, and nobody waits.
   */
  release(proc: Proc, reason: ExitReason, done: () => void): boolean {
    const { core } = proc;
    const left = Array.from(this.#held.values(), (held) => held.release);
    this.#held.clear();
    const label = left.length === 0 && this.#aborting === null ? "" : labelOf(proc);
    const failed = (thrown: unknown): void => reportRelease(proc, label, thrown);
    let limit: TimeLimit | null = null;
    let over = false;
    let goOn: () => void = () => {};
    const step = (): boolean => {
      for (let release = left.pop(); release !== undefined; release = left.pop()) {
        let result: unknown;
        try {
          result = core.undisturbed(release, reason);
          if (!isThenable(result)) continue;
          if (over) {
            result.then(undefined, failed);
            continue;
          }
        } catch (thrown) {
          failed(thrown);
          continue;
        }
        if (limit === null) {
          limit = new TimeLimit(() => {
            over = true;
            failed(new Error(`what it owns was not given back within ${RELEASE_LIMIT} ms`));
            goOn();
          });
          core.setWait(limit, RELEASE_LIMIT);
        }
        let waiting = true;
        goOn = () => {
          if (!waiting) return;
          waiting = false;
          if (step()) done();
        };
        const next = goOn;
        result.then(next, (thrown: unknown) => {
          failed(thrown);
          next();
        });
        return false;
      }
      if (limit !== null) core.waits.remove(limit);
      return true;
    };
    const aborting = this.#aborting;
    if (aborting !== null) core.undisturbed(() => aborting.abort(reason, failed), reason);
    return step();
  }
}

/** The resources of a live process. */
export function resourcesOf(proc: Proc): Resources {
  const extra = extraOf(proc);
  extra.resources ??= new Resources();
  return extra.resources;
}

/** For a process that is dead already: given back at once. */
export function releaseNow(proc: Proc, release: Release): void {
  const failed = (thrown: unknown): void => reportRelease(proc, labelOf(proc), thrown);
  try {
    const result = release(proc.exitReason);
    if (isThenable(result)) result.then(undefined, failed);
  } catch (thrown) {
    failed(thrown);
  }
}
