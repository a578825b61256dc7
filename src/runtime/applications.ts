/** The applications of a system: started in order, each once, and watched from the moment in which they are up. */
import { type Application, startOrder } from "./application.ts";
import type { Core } from "./core/core.ts";
import { BIT } from "./core/kinds.ts";
import type { StartListener } from "./core/operations.ts";
import type { Proc } from "./core/proc.ts";
import { watch } from "./core/signals.ts";
import { abandon } from "./core/thenables.ts";
import { ProcessError, StartError } from "./errors.ts";
import { describeTerm, type ExitReason, formatReason } from "./reason.ts";
import type { AnyStart } from "./spec.ts";

/** What {@link System.onApplicationEnd} calls. `asked`: somebody has stopped it; false: it has ended by itself. */
export type ApplicationEnd = (application: Application, reason: ExitReason, asked: boolean) => void;

/** What of a system its applications need. */
export interface Roots {
  start(start: AnyStart, listener: StartListener): Promise<unknown>;
  stop(root: Proc): Promise<void>;
}

interface Running {
  readonly application: Application;
  readonly root: Proc | null;
}

/** A start that is under way. */
interface Starting {
  root: Proc | null;
  /** Somebody has stopped it meanwhile. */
  cancelled: boolean;
  readonly over: Promise<void>;
}

export class Applications {
  readonly #core: Core;
  readonly #roots: Roots;
  #running: readonly Running[] = [];
  readonly #starting = new Map<Application, Starting>();
  readonly #stopping = new Map<Application, Promise<void>>();
  readonly #listeners = new Set<ApplicationEnd>();
  /** Grows when everything is stopped: what began before that starts nothing any more. */
  #epoch = 0;

  constructor(core: Core, roots: Roots) {
    this.#core = core;
    this.#roots = roots;
  }

  get running(): Application[] {
    return this.#running.map(({ application }) => application);
  }

  async start(application: Application): Promise<void> {
    const order = startOrder(application);
    const started: Application[] = [];
    const epoch = this.#epoch;
    try {
      for (const app of order) if (await this.#startOne(app, epoch)) started.push(app);
    } catch (error) {
      for (const app of started.reverse()) if (!this.#isNeeded(app, order)) await this.stop(app);
      throw error;
    }
  }

  /** Starts one whose dependencies run. False when it has been running, or somebody else has started it. */
  async #startOne(app: Application, epoch: number): Promise<boolean> {
    await this.#stopping.get(app);
    if (this.#isRunning(app)) return false;
    const underWay = this.#starting.get(app);
    if (underWay !== undefined) {
      await underWay.over;
      return false;
    }
    if (epoch !== this.#epoch) throw new StartError(app.name, "shutdown");
    const missing = app.applications.find((needed) => !this.#isRunning(needed));
    if (missing !== undefined) throw new StartError(app.name, { not_started: missing.name });
    this.#trace(app, "starting");
    const starting: { -readonly [K in keyof Starting]: Starting[K] } = {
      root: null,
      cancelled: false,
      over: Promise.resolve(),
    };
    this.#starting.set(app, starting);
    starting.over = this.#boot(app, starting).finally(() => this.#starting.delete(app));
    await starting.over;
    return true;
  }

  async #boot(app: Application, starting: Starting): Promise<void> {
    const up = (root: Proc | null): void => {
      this.#running = [...this.#running, { application: app, root }];
      this.#trace(app, "started");
      // From here on its end is noticed, even if it comes before anybody else has had a turn.
      if (root !== null)
        watch(root, (reason) => this.#ended(app, reason, starting.cancelled || this.#stopping.has(app)));
    };
    if (app.start === undefined) {
      up(null);
      return;
    }
    const spawned = (root: Proc): void => {
      starting.root = root;
    };
    try {
      await this.#roots.start(app.start, { spawned, up });
    } catch (error) {
      this.#trace(app, "failed", (error as { reason?: ExitReason }).reason);
      throw error;
    }
    // It came up in the moment in which it was to be stopped.
    if (starting.cancelled) {
      if (this.#isRunning(app)) await this.stop(app);
      throw new StartError(app.name, "shutdown");
    }
  }

  #isRunning(app: Application): boolean {
    return this.#running.some(({ application }) => application === app);
  }

  /** True when an application that is not among `others` needs `app`. */
  #isNeeded(app: Application, others: readonly Application[]): boolean {
    return [...this.running, ...this.#starting.keys()].some(
      (other) => !others.includes(other) && startOrder(other).includes(app),
    );
  }

  #ended(app: Application, reason: ExitReason, asked: boolean): void {
    if (!this.#isRunning(app)) return;
    this.#running = this.#running.filter(({ application }) => application !== app);
    this.#trace(app, "stopped", reason);
    for (const listener of [...this.#listeners]) {
      try {
        abandon(listener(app, reason, asked));
      } catch {
        // Whoever listens must not keep the others from being told.
      }
    }
  }

  onEnd(listener: ApplicationEnd): () => void {
    if (typeof listener !== "function") {
      throw new ProcessError("badarg", `onApplicationEnd takes a function, not ${describeTerm(listener)}`);
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Stops one, also one that is being started. */
  async stop(app: Application): Promise<void> {
    const starting = this.#starting.get(app);
    if (starting !== undefined && !this.#isRunning(app)) {
      starting.cancelled = true;
      if (starting.root !== null) await this.#roots.stop(starting.root);
      await starting.over.catch(() => {});
      return;
    }
    const running = this.#running.find(({ application }) => application === app);
    if (running === undefined) return;
    const underWay = this.#stopping.get(app);
    if (underWay !== undefined) return underWay;
    this.#trace(app, "stopping");
    if (running.root === null) {
      this.#ended(app, "shutdown", true);
      return;
    }
    // Entered before the first signal: the end may come while that is sent.
    let over = (): void => {};
    this.#stopping.set(
      app,
      new Promise((resolve) => {
        over = resolve;
      }),
    );
    try {
      await this.#roots.stop(running.root);
    } finally {
      this.#stopping.delete(app);
      over();
    }
  }

  /** Stops all, last started first; those first that are being started. */
  async stopAll(): Promise<void> {
    this.#epoch++;
    for (const app of [...this.#starting.keys()].reverse()) await this.stop(app);
    for (const app of [...this.running].reverse()) await this.stop(app);
  }

  #trace(
    { name }: Application,
    state: "starting" | "started" | "stopping" | "stopped" | "failed",
    reason?: ExitReason,
  ): void {
    this.#core.wanting(BIT.application)?.emit({
      type: "application",
      name,
      state,
      ...(reason === undefined ? {} : { reason: formatReason(reason) }),
    });
  }
}
