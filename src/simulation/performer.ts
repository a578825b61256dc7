/** What stand-ins do with others, in the order of the code that they stand for. */
import type { Formula } from "../model/index.ts";
import {
  describeTerm,
  type ExitReason,
  type From,
  formatReason,
  type GenServer,
  type MonitorRef,
  type Pid,
  type TaskHandle,
  type TimerRef,
} from "../runtime/index.ts";
import { solve, type Value } from "./formula.ts";
import type { Deed, Use } from "./plan-types.ts";
import type { World } from "./world.ts";

/** Milliseconds that a stand-in waits for an answer, as `call` does by default. */
export const CALL_TIMEOUT = 5000;

/** What is sent where it is not known which message it is: nobody reacts to it. */
export const REQUEST = "request";

/** A message that a stand-in tells apart as the code does. */
function messageOf(type: string | null): { type?: string } {
  return type === null ? {} : { type };
}

/** What stand-ins and supervisors do with others. */
export type User = Pick<
  GenServer,
  | "self"
  | "call"
  | "cast"
  | "send"
  | "sendAfter"
  | "sleep"
  | "monitor"
  | "link"
  | "async"
  | "register"
  | "whereis"
  | "whichChildren"
  | "startChildResult"
  | "startLink"
  | "start"
  | "unlink"
  | "demonitor"
  | "reply"
  | "sendInterval"
  | "sendExit"
  | "stopServer"
  | "terminateChild"
  | "restartChild"
  | "deleteChild"
  | "await"
  | "cancelTimer"
>;

/** How a process ends by what its code does, or what it waits for next. */
export type End = { does: "end" } & Deed;

/** One process at what it does. */
export class Performer {
  readonly #user: User;
  readonly #world: World;
  readonly #key: string;
  /** The pids that it keeps, by key. */
  readonly kept = new Map<string, Pid>();
  /** It wants to go on in `handleContinue`. */
  goesOn = false;
  /** The timeout that it asked for last, in milliseconds. */
  timeout: number | null = null;
  /** Who is being answered, and those who have not been. */
  from: From | null = null;
  readonly waiting: From[] = [];
  /** Whoever called last is not answered by the callback's return. */
  silent = false;
  readonly #tasks = new Map<string, TaskHandle>();
  /** The timers that were set last, by place. */
  readonly #timers = new Map<string, TimerRef>();
  readonly #monitors = new Map<string, MonitorRef[]>();
  /** Those that this callback has started, by key. */
  readonly #started = new Map<string, Pid>();
  /** The fields that conditions ask for. */
  readonly fields: Map<string, Value>;
  /** What was in them when the callback began, and what was found out since. */
  #before: ReadonlyMap<string, Value> = new Map();
  readonly #answers = new Map<string, boolean>();
  /** What its calls in this callback were answered, by their names. */
  readonly #replies = new Map<string, Value>();
  /** What whoever has called is answered; undefined where that is not known. */
  answer: Value;

  constructor(user: User, world: World, key: string, fields: ReadonlyMap<string, Value> = new Map()) {
    this.fields = new Map(fields);
    this.#user = user;
    this.#world = world;
    this.#key = key;
  }

  /** Does one after the other, until one of them ends the process; a promise only where something is waited for. */
  play(deeds: readonly Deed[]): End | null | Promise<End | null> {
    this.#before = new Map(this.fields);
    this.#answers.clear();
    this.#started.clear();
    this.#replies.clear();
    this.silent = false;
    this.goesOn = false;
    this.answer = "ok";
    return drive(this.#play(deeds, false));
  }

  *#play(deeds: readonly Deed[], inTry: boolean): Generator<Promise<unknown>, End | null> {
    for (const deed of deeds) {
      switch (deed.does) {
        case "end":
          return deed;
        case "wait":
          yield this.#user.sleep(this.#time(deed));
          break;
        case "reply":
          this.answer = solve(deed.value, this.#asks);
          break;
        case "message": {
          const self = this.#user.self as Pid<never>;
          const message = messageOf(deed.type) as never;
          const ms = this.#time(deed);
          if (deed.event === "cast") this.#user.cast(self, message);
          else if (deed.repeats === true) this.#timer(deed.timer, this.#user.sendInterval(ms, self, message));
          else if (ms === 0) this.#user.send(self, message);
          else this.#timer(deed.timer, this.#user.sendAfter(ms, self, message));
          break;
        }
        case "timeout":
          this.timeout = this.#time(deed);
          break;
        case "register":
          this.#user.register(deed.name);
          break;
        case "attend":
          if (this.from?.pid != null) this.#user[deed.kind](this.from.pid);
          break;
        case "noReply":
          this.silent = true;
          if (this.from !== null) this.waiting.push(this.from);
          break;
        case "continue":
          this.goesOn = true;
          break;
        case "answer":
          if (this.from !== null) this.waiting.push(this.from);
          for (const from of this.waiting.splice(0)) this.#user.reply(from, "ok" as never);
          break;
        case "forget":
          this.#forget(deed);
          break;
        case "join": {
          const task = this.#tasks.get(deed.task);
          if (task !== undefined) yield this.#user.await(task);
          break;
        }
        case "task":
          this.#task(deed);
          break;
        case "use":
          yield* this.#use(deed.use, inTry);
          break;
        case "set":
          this.fields.set(deed.field, solve(deed.value, this.#asks));
          break;
        case "if": {
          const end = yield* this.#play(this.#holds(deed.test) ? deed.deeds : deed.otherwise, inTry);
          if (end !== null) return end;
          break;
        }
        case "try": {
          const end = yield* this.#attempt(deed);
          if (end !== null) return end;
        }
      }
    }
    return null;
  }

  readonly #asks = {
    field: (name: string) => this.#before.get(name),
    registered: (name: string) => this.#user.whereis(name),
    reply: (name: string) => this.#replies.get(name),
  };

  /** Milliseconds, computed where the code computes them. */
  #time({ ms, computed }: { ms: number; computed?: Formula }): number {
    const time = computed === undefined ? ms : solve(computed, this.#asks);
    return typeof time === "number" && Number.isFinite(time) && time >= 0 ? time : ms;
  }

  /** In one callback the same question has one answer, as in the analysis. */
  #holds(test: Formula): boolean {
    const key = JSON.stringify(test);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const is = Boolean(solve(test, this.#asks));
    this.#answers.set(key, is);
    return is;
  }

  #timer(name: string | undefined, ref: TimerRef): void {
    if (name !== undefined) this.#timers.set(name, ref);
  }

  #forget({ kind, keys }: Deed & { does: "forget" }): void {
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

  #task({ name, deeds, under }: Deed & { does: "task" }): void {
    const run = async (task: unknown): Promise<void> => {
      const end = await new Performer(task as User, this.#world, this.#key, this.#before).play(deeds);
      if (end !== null && (end.how === "error" || end.reason !== "normal"))
        throw new Error(end.reason ?? "its code throws here");
    };
    this.#tasks.set(name, this.#user.async(run, under === null ? {} : { under }));
  }

  *#attempt({ deeds, otherwise }: Deed & { does: "try" }): Generator<Promise<unknown>, End | null> {
    try {
      const end = yield* this.#play(deeds, true);
      if (end === null || end.how !== "error") return end;
    } catch {
      // What failed was noted where it did; what the handler does follows.
    }
    return yield* this.#play(otherwise, false);
  }

  /** One use; `inTry`: its failure goes to the handler around it. */
  *#use(use: Use, inTry: boolean): Generator<Promise<unknown>, void> {
    try {
      const done = this.#perform(use, messageOf(use.type ?? null));
      if (done === undefined) return;
      if (use.unawaited) done.catch((thrown: unknown) => this.#failed(use, thrown));
      else yield done;
    } catch (thrown) {
      this.#failed(use, thrown);
      if (inTry || !use.guarded) throw thrown;
    }
  }

  #failed(use: Use, thrown: unknown): void {
    const { phase } = use;
    const to = use.to === "" ? (use.name ?? "") : use.to;
    this.#world.failedUses.push({
      from: this.#key,
      to,
      pid: this.#user.self.id,
      reason: textOf(thrown),
      phase,
    });
  }

  /** Tries every use once, and lets none end the process, or change what it knows. */
  async probe(uses: readonly Use[]): Promise<void> {
    const kept = [...this.kept];
    for (const use of uses) {
      try {
        await this.#perform(use, REQUEST);
      } catch (thrown) {
        this.#failed(use, thrown);
      }
    }
    this.kept.clear();
    for (const [key, pid] of kept) this.kept.set(key, pid);
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
              if (use.call !== undefined) this.#replies.set(use.call, value as Value);
            });
      case "cast":
      case "send":
        if (supervisor) return;
        if (use.repeats === true)
          this.#timer(use.timer, user.sendInterval(use.after ?? 1, target as string, message));
        else if (use.after !== undefined)
          this.#timer(use.timer, user.sendAfter(use.after, target as string, message));
        else if (use.kind === "cast") user.cast(target as string, message);
        else user.send(target as string, message);
        // Nobody tells the sender: the run does.
        if (use.keepsPid !== null && typeof target !== "string" && !target.alive)
          this.#failed(
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
        if (name !== null) user.whereis(name);
        return;
      case "start":
        return startAnother(user, world, use.to, use.template ?? null).then((pid) => {
          if (pid !== null) for (const key of world.keysOf(pid.id)) this.#started.set(key, pid);
        });
    }
  }

  #monitor(key: string, target: Pid | string): void {
    const ref = this.#user.monitor(target);
    const known = this.#monitors.get(key);
    if (known === undefined) this.#monitors.set(key, [ref]);
    else known.push(ref);
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

/** Runs a generator to its end, at once as far as it does not wait. */
function drive<T>(steps: Generator<Promise<unknown>, T>): T | Promise<T> {
  const first = steps.next();
  if (first.done === true) return first.value;
  const goOn = async (waiting: Promise<unknown>): Promise<T> => {
    let step: IteratorResult<Promise<unknown>, T>;
    let pending = waiting;
    do {
      let value: unknown;
      let failed = false;
      try {
        value = await pending;
      } catch (thrown) {
        failed = true;
        value = thrown;
      }
      step = failed ? steps.throw(value) : steps.next(value);
      if (step.done !== true) pending = step.value;
    } while (step.done !== true);
    return step.value;
  };
  return goOn(first.value);
}

/** Starts a dynamic child, or a process outside any tree. */
export async function startAnother(
  user: User,
  world: World,
  key: string,
  templateKey: string | null,
): Promise<Pid | null> {
  const dynamic = world.templateFor(templateKey ?? key);
  if (dynamic !== null) {
    const { supervisor, template } = dynamic;
    const target =
      world.nameOf(supervisor) ?? world.find(supervisor) ?? `${world.labelOf(supervisor)} (not running)`;
    const spec = world.make.childSpec(template, world);
    const numbered = world.supervisor(supervisor)?.dynamic === true;
    if (!numbered && !template.single) spec.id = `${template.id}-${world.nextNumber(supervisor)}`;
    const above = world.find(supervisor);
    if (above !== null && world.supervisor(supervisor)?.childrenStop != null)
      world.make.notPastLimit(spec, above.id, world);
    const result = await user.startChildResult(target, spec);
    if (result.error !== undefined)
      throw new Error(`${spec.id} was not started: ${describeTerm(result.error)}`);
    return result.ok ?? null;
  }
  const orphan = world.plan.orphans.find((each) => each.key === key);
  if (orphan === undefined) return null;
  const cls = world.make.standIn(orphan, world);
  return orphan.linked ? user.startLink(cls) : user.start(cls);
}

function textOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "reason" in thrown) {
    return formatReason(thrown.reason as ExitReason);
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
