/** Running an application as a program. */
import type { Application } from "./application.ts";
import { ProcessError, StartError } from "./errors.ts";
import { after, flushOutput, killSelf, type NodeProcess, nodeProcess } from "./node-process.ts";
import { describeTerm, type ExitReason } from "./reason.ts";
import { System } from "./system.ts";
import type { SystemOptions } from "./system-options.ts";

/** Why a program ends. */
export type RunEnd = {
  /** Not everything had stopped when the grace period was over. */
  timedOut: boolean;
} & (
  | { cause: "signal"; signal: string }
  /** An application has ended by itself. */
  | { cause: "application"; application: Application; reason: ExitReason }
  /** With `uncaught: "shutdown"`: an exception or rejection outside any process. */
  | { cause: "uncaught"; error: unknown }
);

/** Options of {@link run}, besides those of its System. */
export interface RunOptions extends SystemOptions {
  /**
   * Whether the program ends (`process.exit`) when everything has stopped after a signal, after an application has given
   * up, or after an uncaught exception, whatever handles are open (default true). false, for a program that does other
   * things as well: then only the exit code is set where it is not 0.
   */
  exit?: boolean;
  /**
   * From 0 to 255. Default: 0 after a signal and 1 otherwise, or when the grace period was not enough. `process.exitCode`,
   * if set, wins.
   */
  exitCode?: number | ((end: RunEnd) => number);
  /** Milliseconds for stopping everything; then what still runs is killed. Default: as long as the children's `shutdown` allow. */
  grace?: number | "infinity";
  /** Signals that end the program. Default SIGTERM and SIGINT. */
  signals?: readonly string[];
  /**
   * What an exception or rejection outside any process does: `"crash"` (default) leaves it to Node, which prints it and
   * ends the program at once, so that no `terminate` runs; `"shutdown"` reports it and stops everything in order.
   */
  uncaught?: "shutdown" | "crash";
}

/**
 * Starts `application` with all that it needs, as OTP starts a permanent application: when one of them ends by itself,
 * the others are stopped too. In Node, SIGTERM and SIGINT stop everything in order, last started first, also during the
 * boot; then the program ends, as OTP halts the node, and a second signal ends it at once. Several that run in one program
 * end together. See {@link RunOptions} for
 * exit code, grace period and embedding. Elsewhere it is the same without signals and exit.
 *
 * Resolves when the application is up. When it has ended before that, the promise stays open while the program ends;
 * with `exit: false` it rejects.
 * @throws StartError when an application does not start; those started before are stopped again.
 */
export function run(application: Application, options: RunOptions = {}): Promise<System> {
  checkOptions(options);
  return new Program(application, options).start();
}

/** @throws ProcessError `badarg` for what would only fail later, and elsewhere. */
function checkOptions({ grace, uncaught, exitCode, signals }: RunOptions): void {
  const wrong = (what: string, found: unknown): ProcessError =>
    new ProcessError("badarg", `${what}, not ${describeTerm(found)}`);
  if (grace !== undefined && grace !== "infinity" && !(typeof grace === "number" && grace >= 0)) {
    throw wrong('the grace of run is a number of milliseconds or "infinity"', grace);
  }
  if (uncaught !== undefined && uncaught !== "shutdown" && uncaught !== "crash") {
    throw wrong('uncaught is "shutdown" or "crash"', uncaught);
  }
  if (exitCode !== undefined && typeof exitCode !== "function" && !isExitCode(exitCode)) {
    throw wrong("the exitCode of run is a whole number from 0 to 255 or a function", exitCode);
  }
  if (signals === undefined) return;
  if (!Array.isArray(signals)) throw wrong("the signals of run are a list", signals);
  const deaf = signals.find((signal) => signal === "SIGKILL" || signal === "SIGSTOP");
  if (deaf !== undefined) throw wrong("the signals of run are such as a program can listen to", deaf);
}

function isExitCode(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

type Cause = RunEnd extends infer E ? (E extends RunEnd ? Omit<E, "timedOut"> : never) : never;

/** Milliseconds within which a signal is the one before once more: `npm start` hands Ctrl-C to a program that has it already. */
const ECHO = 200;

/** The programs of this process that have not ended: none of them leaves before all have stopped. */
const programs = new Set<Program>();

class Program {
  readonly #application: Application;
  readonly #options: RunOptions;
  readonly #system: System;
  readonly #node: NodeProcess | null = nodeProcess();
  /** Processes alone do not keep Node alive; the application does until it is stopped. */
  #alive: ReturnType<typeof setInterval> | null = null;
  #forget = (): void => {};
  #ending: Promise<void> | null = null;
  #signalledAt = Number.NEGATIVE_INFINITY;

  constructor(application: Application, options: RunOptions) {
    this.#application = application;
    this.#options = options;
    this.#system = new System(options);
  }

  get #exits(): boolean {
    return this.#node !== null && this.#options.exit !== false;
  }

  async start(): Promise<System> {
    const system = this.#system;
    // Before anything starts: a signal may come, and an application end, while others still boot.
    try {
      this.#listen();
      await system.startApplication(this.#application);
    } catch (error) {
      if (this.#ending === null) {
        // Nothing is to keep the program alive.
        await system.stop();
        this.#release();
      } else if (this.#exits) return new Promise(() => {});
      throw error;
    }
    if (this.#ending === null) return system;
    if (this.#exits) return new Promise(() => {});
    throw new StartError(this.#application.name, "shutdown");
  }

  #listen(): void {
    this.#forget = this.#system.onApplicationEnd((application, reason, asked) => {
      if (!asked) this.#end({ cause: "application", application, reason });
      else if (this.#ending === null && this.#system.applications.length === 0) this.#release();
    });
    if (this.#node === null) return;
    programs.add(this);
    this.#alive = setInterval(() => {}, 0x7fffffff);
    for (const signal of this.#signals) this.#node.on(signal, this.#onSignal);
    if (this.#options.uncaught === "shutdown") this.#node.on("uncaughtException", this.#onUncaught);
  }

  get #signals(): readonly string[] {
    return this.#options.signals ?? ["SIGTERM", "SIGINT"];
  }

  /** From here on the program is whatever it was before. */
  #release(): void {
    programs.delete(this);
    this.#forget();
    if (this.#alive !== null) clearInterval(this.#alive);
    for (const signal of this.#signals) this.#node?.off(signal, this.#onSignal);
    this.#node?.off("uncaughtException", this.#onUncaught);
  }

  readonly #onSignal = (signal: string): void => {
    const now = performance.now();
    if (this.#signalledAt === Number.NEGATIVE_INFINITY) {
      this.#signalledAt = now;
      this.#end({ cause: "signal", signal });
    } else if (now - this.#signalledAt > ECHO) killSelf(this.#node as NodeProcess, signal);
  };

  readonly #onUncaught = (error: unknown): void => {
    this.#system.reportUncaught(error);
    this.#end({ cause: "uncaught", error });
  };

  /** Fulfilled when everything has stopped, or the time for it is over. */
  #end(cause: Cause): Promise<void> {
    this.#ending ??= this.#stop().then((timedOut) => {
      // What goes wrong here has been reported; there is nobody to tell.
      void this.#leave({ ...cause, timedOut } as RunEnd).catch(() => {});
    });
    return this.#ending;
  }

  /** True when the grace period was not enough. */
  async #stop(): Promise<boolean> {
    const { grace = "infinity" } = this.#options;
    const stopped = this.#system.stop().catch(() => {});
    const limit = grace === "infinity" ? [] : [after(grace).then(() => true)];
    const timedOut = await Promise.race([stopped.then(() => false), ...limit]);
    if (timedOut) {
      this.#system.killAll();
      // What the killed own is given back within a second.
      await Promise.race([stopped, after(2000)]);
    }
    return timedOut;
  }

  async #leave(end: RunEnd): Promise<void> {
    const node = this.#node;
    const exits = this.#exits;
    if (node !== null) {
      const code = this.#codeOf(end);
      if (code !== 0 || exits) node.exitCode ??= code;
      if (exits) {
        const { timedOut: _, ...cause } = end;
        await Promise.all([...programs].map((other) => other.#end(cause as Cause)));
        await flushOutput(node);
      }
    }
    this.#release();
    if (exits) node?.exit(node.exitCode);
  }

  #codeOf(end: RunEnd): number {
    const usual = end.cause === "signal" && !end.timedOut ? 0 : 1;
    const { exitCode = usual } = this.#options;
    if (typeof exitCode !== "function") return exitCode;
    let code: unknown;
    try {
      code = exitCode(end);
    } catch (error) {
      this.#system.reportUncaught(error);
      return 1;
    }
    if (isExitCode(code)) return code;
    this.#system.reportUncaught(
      new ProcessError("badarg", `exitCode gives a whole number from 0 to 255, not ${describeTerm(code)}`),
    );
    return 1;
  }
}
