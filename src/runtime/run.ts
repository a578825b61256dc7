/** Running an application as a program. */
import type { Application } from "./application.ts";
import { ProcessError, StartError } from "./errors.ts";
import { after, flushOutput, type NodeProcess, nodeProcess } from "./node-process.ts";
import { describeTerm, type ExitReason } from "./reason.ts";
import { System, type SystemOptions } from "./system.ts";

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
  /** Default: 0 after a signal and 1 otherwise, or when the grace period was not enough. `process.exitCode`, if set, wins. */
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
 * boot; then the program ends, as OTP halts the node, and a second signal ends it at once. See {@link RunOptions} for
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
  if (exitCode !== undefined && typeof exitCode !== "number" && typeof exitCode !== "function") {
    throw wrong("the exitCode of run is a number or a function", exitCode);
  }
  if (signals !== undefined && !Array.isArray(signals)) throw wrong("the signals of run are a list", signals);
}

type Cause = RunEnd extends infer E ? (E extends RunEnd ? Omit<E, "timedOut"> : never) : never;

class Program {
  readonly #application: Application;
  readonly #options: RunOptions;
  readonly #system: System;
  readonly #node: NodeProcess | null = nodeProcess();
  /** Processes alone do not keep Node alive; the application does until it is stopped. */
  #alive: ReturnType<typeof setInterval> | null = null;
  #forget = (): void => {};
  #ending = false;
  #signalled = false;

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
    this.#listen();
    try {
      await system.startApplication(this.#application);
    } catch (error) {
      if (!this.#ending) {
        // Nothing is to keep the program alive.
        await system.stop();
        this.#release();
      } else if (this.#exits) return new Promise(() => {});
      throw error;
    }
    if (!this.#ending) return system;
    if (this.#exits) return new Promise(() => {});
    throw new StartError(this.#application.name, "shutdown");
  }

  #listen(): void {
    this.#forget = this.#system.onApplicationEnd((application, reason, asked) => {
      if (!asked) this.#end({ cause: "application", application, reason });
      else if (!this.#ending && this.#system.applications.length === 0) this.#release();
    });
    if (this.#node === null) return;
    this.#alive = setInterval(() => {}, 0x7fffffff);
    for (const signal of this.#signals) this.#node.on(signal, this.#onSignal);
    if (this.#options.uncaught === "shutdown") this.#node.on("uncaughtException", this.#onUncaught);
  }

  get #signals(): readonly string[] {
    return this.#options.signals ?? ["SIGTERM", "SIGINT"];
  }

  /** From here on the program is whatever it was before. */
  #release(): void {
    this.#forget();
    if (this.#alive !== null) clearInterval(this.#alive);
    for (const signal of this.#signals) this.#node?.off(signal, this.#onSignal);
    this.#node?.off("uncaughtException", this.#onUncaught);
  }

  readonly #onSignal = (signal: string): void => {
    if (!this.#signalled) {
      this.#signalled = true;
      this.#end({ cause: "signal", signal });
      return;
    }
    const node = this.#node as NodeProcess;
    for (const each of this.#signals) node.off(each, this.#onSignal);
    node.kill(node.pid, signal);
    // The first process of a container has no default action for signals.
    if (node.pid === 1) node.exit(1);
  };

  readonly #onUncaught = (error: unknown): void => {
    this.#system.reportUncaught(error);
    this.#end({ cause: "uncaught", error });
  };

  #end(cause: Cause): void {
    if (this.#ending) return;
    this.#ending = true;
    // What goes wrong here has been reported; there is nobody to tell.
    void this.#stop(cause).catch(() => {});
  }

  async #stop(cause: Cause): Promise<void> {
    const { grace = "infinity" } = this.#options;
    const stopped = this.#system.stop().catch(() => {});
    const limit = grace === "infinity" ? [] : [after(grace).then(() => true)];
    const timedOut = await Promise.race([stopped.then(() => false), ...limit]);
    if (timedOut) {
      this.#system.killAll();
      // What the killed own is given back within a second.
      await Promise.race([stopped, after(2000)]);
    }
    const code = this.#codeOf({ ...cause, timedOut } as RunEnd);
    const node = this.#node;
    if (node === null) return this.#release();
    if (code !== 0 || this.#exits) node.exitCode ??= code;
    if (this.#exits) {
      await flushOutput(node);
      node.exit(node.exitCode);
    }
    this.#release();
  }

  #codeOf(end: RunEnd): number {
    const { exitCode = end.cause === "signal" && !end.timedOut ? 0 : 1 } = this.#options;
    return typeof exitCode === "function" ? exitCode(end) : exitCode;
  }
}
