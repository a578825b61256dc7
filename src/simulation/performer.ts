/** What a process does in a callback, in the order of the code that its stand-in stands for. */
import type { Formula } from "../model/index.ts";
import type { From, Pid, TaskHandle } from "../runtime/index.ts";
import { drive } from "./drive.ts";
import { solve, type Value } from "./formula.ts";
import { Unknown } from "./interpret/unknown.ts";
import type { Deed, Use } from "./plan-types.ts";
import { Relations } from "./relations.ts";
import { messageOf, type User } from "./user.ts";
import type { World } from "./world.ts";

/** An answer that was not read. */
export const NOT_KNOWN = new Unknown("what it is answered is not known");

/** How a process ends by what its code does, or what it waits for next. */
export type End = { does: "end" } & Deed;

/** One process at what it does. */
export class Performer {
  readonly #user: User;
  readonly relations: Relations;
  readonly #world: World;
  readonly #key: string;
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
  /** The fields that conditions ask for. */
  readonly fields: Map<string, Value>;
  /** What was in them when the callback began, and what was found out since. */
  #before: ReadonlyMap<string, Value> = new Map();
  readonly #answers = new Map<string, boolean>();
  /** What whoever has called is answered. */
  answer: Value = NOT_KNOWN;

  constructor(user: User, world: World, key: string, fields: ReadonlyMap<string, Value> = new Map()) {
    this.fields = new Map(fields);
    this.#user = user;
    this.relations = new Relations(user, world, key);
    this.#world = world;
    this.#key = key;
  }

  /** Does one after the other, until one of them ends the process; a promise only where something is waited for. */
  play(deeds: readonly Deed[]): End | null | Promise<End | null> {
    this.#before = new Map(this.fields);
    this.#answers.clear();
    this.relations.begin();
    this.silent = false;
    this.goesOn = false;
    this.answer = NOT_KNOWN;
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
          else if (deed.repeats === true)
            this.relations.timer(deed.timer, this.#user.sendInterval(ms, self, message));
          else if (ms === 0) this.#user.send(self, message);
          else this.relations.timer(deed.timer, this.#user.sendAfter(ms, self, message));
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
          for (const from of this.waiting.splice(0)) this.#user.reply(from, NOT_KNOWN as never);
          break;
        case "forget":
          this.relations.forget(deed);
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
    reply: (name: string) => this.relations.replies.get(name),
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
      const done = this.relations.make(use);
      if (done === undefined) return;
      if (use.unawaited) done.catch((thrown: unknown) => this.relations.failed(use, thrown));
      else yield done;
    } catch (thrown) {
      this.relations.failed(use, thrown);
      if (inTry || !use.guarded) throw thrown;
    }
  }
}
