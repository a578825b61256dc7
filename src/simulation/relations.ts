/** What one process has to do with others: whom it keeps, links to and monitors, its timers, and the uses that its code makes. */
import { addUnder } from "../model/index.ts";
import type { MonitorRef, Pid, TimerRef } from "../runtime/index.ts";
import type { Value } from "./formula.ts";
import { Unknown } from "./interpret/unknown.ts";
import type { Deed, Use } from "./plan-types.ts";
import { startAnother } from "./start-another.ts";
import { CALL_TIMEOUT, messageOf, NOBODY, REQUEST, textOf, type User } from "./user.ts";
import type { World } from "./world.ts";

export class Relations {
  readonly #user: User;
  readonly #world: World;
  readonly #key: string;
  /** The pids that it keeps, by key. */
  readonly kept = new Map<string, Pid>();
  /** The timers that were set last, by place. */
  readonly #timers = new Map<string, TimerRef>();
  readonly #monitors = new Map<string, MonitorRef[]>();
  /** Those that this callback has started, by key. */
  readonly #started = new Map<string, Pid>();
  /** What its calls in this callback were answered, by their names. */
  readonly replies = new Map<string, Value>();

  constructor(user: User, world: World, key: string) {
    this.#user = user;
    this.#world = world;
    this.#key = key;
  }

  /** A callback begins. */
  begin(): void {
    this.#started.clear();
    this.replies.clear();
  }

  /** Makes a use; a promise where something is waited for. */
  make(use: Use): Promise<unknown> | undefined {
    return this.#perform(use, messageOf(use.type ?? null));
  }

  /** Notes that a use has failed. */
  failed(use: Use, thrown: unknown, lost = false): void {
    const { phase } = use;
    const to = use.to === "" ? (use.name ?? "") : use.to;
    this.#world.failedUses.push({
      from: this.#key,
      to,
      pid: this.#user.self.id,
      reason: textOf(thrown),
      phase,
      ...(lost ? { lost: true } : {}),
    });
  }

  /** Tries every use once, and lets none end the process, or change what it knows. */
  async probe(uses: readonly Use[]): Promise<void> {
    const kept = [...this.kept];
    for (const use of uses) {
      try {
        await this.#perform(use, REQUEST);
      } catch (thrown) {
        this.failed(use, thrown);
      }
    }
    this.kept.clear();
    for (const [key, pid] of kept) this.kept.set(key, pid);
  }

  /** Keeps a timer under its name. */
  timer(name: string | undefined, ref: TimerRef): void {
    if (name !== undefined) this.#timers.set(name, ref);
  }

  /** Takes links, monitors or timers back. */
  forget({ kind, keys }: Deed & { does: "forget" }): void {
    for (const key of keys) {
      if (kind === "timer") {
        const timer = this.#timers.get(key);
        if (timer !== undefined) this.#user.cancelTimer(timer);
        continue;
      }
      for (const ref of this.#monitors.get(key)?.splice(0) ?? [])
        if (kind === "monitor") this.#user.demonitor(ref);
      const pid = this.#world.find(key);
      if (kind === "link" && pid !== null) this.#user.unlink(pid);
    }
  }

  #perform(use: Use, message: unknown): Promise<unknown> | undefined {
    const world = this.#world;
    const user = this.#user;
    if (use.to !== "" && (!world.knows(use.to) || world.find(use.to) === user.self)) return;
    const name = use.to === "" ? (use.name ?? null) : world.nameOf(use.to);
    const found = use.to === "" ? null : this.#pidFor(use);
    // The pid that it keeps it has, also when that is dead.
    if (use.ifThere && (found === null || (!found.alive && use.keepsPid === null))) return;
    // Somebody who is not there is called by a name that nobody has.
    const target: Pid | string =
      name !== null && use.keepsPid === null ? name : (found ?? `${world.labelOf(use.to)} (not running)`);
    const supervisor = use.to !== "" && world.supervisor(use.to) !== null;
    const other = this.#manner(use, target);
    if (other !== undefined) return other ?? undefined;
    switch (use.kind) {
      case "call":
        // A supervisor takes administration calls only, and answers them when it has the time.
        return supervisor
          ? user.whichChildren(target)
          : user.call(target as string, message, use.timeout ?? CALL_TIMEOUT).then((value) => {
              if (use.call !== undefined)
                this.replies.set(use.call, value instanceof Unknown ? "ok" : (value as Value));
            });
      case "cast":
      case "send":
        if (supervisor) return;
        if (use.repeats === true)
          this.timer(use.timer, user.sendInterval(use.after ?? 1, target as string, message));
        else if (use.after !== undefined)
          this.timer(use.timer, user.sendAfter(use.after, target as string, message));
        else if (use.kind === "cast") user.cast(target as string, message);
        else user.send(target as string, message);
        // Nobody tells the sender: the run does.
        if (typeof target === "string" && use.after === undefined && user.whereis(target) === undefined)
          this.failed(use, new Error(NOBODY), true);
        if (use.keepsPid !== null && typeof target !== "string" && !target.alive)
          this.failed(
            use,
            new Error(`what it ${use.kind === "cast" ? "casts" : "sends"} to the pid that it keeps is lost`),
          );
        return;
      case "monitor":
        this.#monitor(use.to, target);
        return;
      case "link":
        user.link(target);
        return;
      case "lookup":
        if (name !== null && user.whereis(name) === undefined && use.throws && use.phase === "init")
          throw new Error(`${name} is not registered`);
        return;
      case "start":
        // Nothing is known of the children of one that is left out of the run: it is asked, and is not there.
        if (world.plan.absent.has(use.to)) return user.whichChildren(target);
        return startAnother(user, world, use.to, use.template ?? null).then((pid) => {
          if (pid !== null) for (const key of world.keysOf(pid.id)) this.#started.set(key, pid);
        });
    }
  }

  #monitor(key: string, target: Pid | string): void {
    const ref = this.#user.monitor(target);
    addUnder(this.#monitors, key, ref);
  }

  /** What is no message; undefined where it is one, null where nothing is waited for. */
  #manner({ manner }: Use, target: Pid | string): Promise<unknown> | null | undefined {
    const user = this.#user;
    const what = manner?.what ?? "";
    switch (manner?.how) {
      case "exit":
        user.sendExit(target, manner.what ?? "exit");
        return null;
      case "stop":
        return user.stopServer(target, manner.what ?? "stopped");
      case "terminate_child":
        return user.terminateChild(target, what);
      case "restart_child":
        return user.restartChild(target, what);
      case "delete_child":
        return user.deleteChild(target, what);
      default:
        return undefined;
    }
  }

  #pidFor(use: Use): Pid | null {
    const started = this.#started.get(use.to);
    if (started?.alive === true) return started;
    if (use.keepsPid === "argument") return this.#world.argument(this.#key, use.to);
    const found = this.#world.find(use.to);
    if (use.keepsPid === null) return found;
    const kept = this.kept.get(use.to);
    if (kept !== undefined) return kept;
    if (found !== null) this.kept.set(use.to, found);
    return found;
  }
}
