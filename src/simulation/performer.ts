/** What stand-ins do with others, in the order of the code that they stand for. */
import { describeTerm, type ExitReason, formatReason, type GenServer, type Pid } from "../runtime/index.ts";
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
  /** The timeout that it asked for last, in milliseconds. */
  timeout: number | null = null;
  /** Who is being answered. */
  caller: Pid | null = null;

  constructor(user: User, world: World, key: string) {
    this.#user = user;
    this.#world = world;
    this.#key = key;
  }

  /** Does one after the other, until one of them ends the process; a promise only where something is waited for. */
  play(deeds: readonly Deed[]): End | null | Promise<End | null> {
    return drive(this.#play(deeds, false));
  }

  *#play(deeds: readonly Deed[], inTry: boolean): Generator<Promise<unknown>, End | null> {
    for (const deed of deeds) {
      switch (deed.does) {
        case "end":
          return deed;
        case "wait":
          yield this.#user.sleep(deed.ms);
          break;
        case "message": {
          const self = this.#user.self as Pid<never>;
          const message = messageOf(deed.type) as never;
          if (deed.event === "cast") this.#user.cast(self, message);
          else if (deed.ms === 0) this.#user.send(self, message);
          else this.#user.sendAfter(deed.ms, self, message);
          break;
        }
        case "timeout":
          this.timeout = deed.ms;
          break;
        case "register":
          this.#user.register(deed.name);
          break;
        case "attend":
          if (this.caller !== null) this.#user[deed.kind](this.caller);
          break;
        case "task":
          this.#task(deed);
          break;
        case "use":
          yield* this.#use(deed.use, inTry);
          break;
        case "try": {
          const end = yield* this.#attempt(deed);
          if (end !== null) return end;
        }
      }
    }
    return null;
  }

  #task({ deeds, under }: Deed & { does: "task" }): void {
    const run = async (task: unknown): Promise<void> => {
      const end = await new Performer(task as User, this.#world, this.#key).play(deeds);
      if (end !== null && (end.how === "error" || end.reason !== "normal"))
        throw new Error(end.reason ?? "its code throws here");
    };
    this.#user.async(run, under === null ? {} : { under });
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
    switch (use.kind) {
      case "call":
        // A supervisor takes administration calls only, and answers them when it has the time.
        return supervisor ? user.whichChildren(target) : user.call(target as string, message, CALL_TIMEOUT);
      case "cast":
      case "send":
        if (supervisor) return;
        if (use.kind === "cast") user.cast(target as string, message);
        else user.send(target as string, message);
        // Nobody tells the sender: the run does.
        if (use.keepsPid !== null && typeof target !== "string" && !target.alive)
          this.#failed(
            use,
            new Error(`what it ${use.kind === "cast" ? "casts" : "sends"} to the pid that it keeps is lost`),
          );
        return;
      case "monitor":
        user.monitor(target);
        return;
      case "link":
        user.link(target);
        return;
      case "lookup":
        if (name !== null) user.whereis(name);
        return;
      case "start":
        return startAnother(user, world, use.to, use.template ?? null);
    }
  }

  #pidFor(use: Use): Pid | null {
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
): Promise<void> {
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
    return;
  }
  const orphan = world.plan.orphans.find((each) => each.key === key);
  if (orphan === undefined) return;
  const cls = world.make.standIn(orphan, world);
  if (orphan.linked) await user.startLink(cls);
  else await user.start(cls);
}

function textOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "reason" in thrown) {
    return formatReason(thrown.reason as ExitReason);
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
