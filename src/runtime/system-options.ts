/** How a system is set up. */
import { type Clock, RealClock, VirtualClock } from "./clock.ts";
import { consoleLogger } from "./console-logger.ts";
import type { AsyncContexts } from "./core/contexts.ts";
import { Core } from "./core/core.ts";
import type { AfterTurnOfLoop } from "./core/scheduling.ts";
import { abandon } from "./core/thenables.ts";
import { ProcessError } from "./errors.ts";
import { describeTerm } from "./reason.ts";
import type { Logger } from "./reports.ts";
import { harmless } from "./system-inspection.ts";
import type { Guard, Observer } from "./trace.ts";

/** How a system is set up. */
export interface SystemOptions {
  /** What it is called by tools, where a program has several. */
  name?: string;
  /** `"real"` (default): time passes by itself. `"virtual"`: it passes by {@link System.advance} and {@link System.settle}. */
  clock?: "virtual" | "real" | Clock;
  /** Seed of `this.random()` (default 1). */
  seed?: number;
  /** Draw the order of turns from the seed wherever OTP leaves it open, instead of first come, first served. */
  shuffle?: boolean;
  /** Gets every trace event, from the first; see {@link System.observe} for observers that come and go. */
  observer?: Observer;
  /**
   * Gets crash, supervisor, progress and error reports. Default: the console with the real clock, nobody with the
   * virtual one. null: nobody.
   */
  logger?: Logger | null;
  /**
   * Copy the defects of OTP 25's simple_one_for_one, for comparison with it: a child that ignores its restart stays
   * listed without a process and makes its supervisor crash when it is stopped; terminating a child whose restart
   * is being tried again leaves the count of active children one too low.
   */
  otp25Defects?: boolean;
  /** Handle calls and starts at once where possible. Default: with the real clock only. */
  inline?: boolean;
  /**
   * The class `AsyncLocalStorage` of `node:async_hooks`: then every message is handled in the async context of whoever
   * sent it, a task runs in that of whoever started it, and supervisors and what they start run in the one in which the
   * System was made. Without it (as in browsers, which have none), contexts are not followed.
   */
  asyncContexts?: AsyncContexts;
  /** Bounds of a world whose code nobody trusts; with it, what the observer throws is thrown to whoever caused the event. */
  guard?: Guard;
  /**
   * The event loop of a world that has its own: calls `fn` after it has gone round once. `handled`: messages since it did so last,
   * where that was many. With it the order of events does not depend on the machine's clock. Default: the host's loop.
   */
  afterTurnOfLoop?: AfterTurnOfLoop;
}

function observerOf({ observer, guard }: SystemOptions): Observer | null {
  if (observer === undefined) return null;
  return guard === undefined ? harmless(observer) : observer;
}

/** @throws ProcessError `badarg` for what would only fail later, and elsewhere. */
function checkOptions({ name, clock, seed, observer, logger }: SystemOptions): void {
  const wrong = (what: string, found: unknown): ProcessError =>
    new ProcessError("badarg", `${what}, not ${describeTerm(found)}`);
  const known = clock === undefined || clock === "real" || clock === "virtual";
  if (!known && (typeof clock?.now !== "function" || typeof clock.alarm !== "function")) {
    throw wrong('the clock of a System is "real", "virtual" or a Clock', clock);
  }
  if (name !== undefined && typeof name !== "string") throw wrong("the name of a System is a string", name);
  if (seed !== undefined && !Number.isFinite(seed)) throw wrong("the seed of a System is a number", seed);
  if (observer !== undefined && typeof observer !== "function") {
    throw wrong("the observer of a System is a function", observer);
  }
  if (logger !== undefined && logger !== null && typeof logger !== "function") {
    throw wrong("the logger of a System is a function or null", logger);
  }
}

/** The core of a system with these options. @throws ProcessError */
export function coreFor(options: SystemOptions): Core {
  checkOptions(options);
  const { clock = "real" } = options;
  const time = clock === "virtual" ? new VirtualClock() : clock === "real" ? new RealClock() : clock;
  const logger = options.logger === undefined ? (time.virtual ? null : consoleLogger) : options.logger;
  return new Core({
    clock: time,
    seed: options.seed ?? 1,
    shuffle: options.shuffle ?? false,
    otp25Defects: options.otp25Defects ?? false,
    inline: options.inline ?? !time.virtual,
    observer: observerOf(options),
    guard: options.guard ?? null,
    asyncContexts: options.asyncContexts,
    afterTurnOfLoop: options.afterTurnOfLoop ?? null,
    report:
      logger === null
        ? null
        : (report) => {
            try {
              abandon(logger(report));
            } catch {
              // A logger that fails must not take the processes down that it writes about.
            }
          },
  });
}
