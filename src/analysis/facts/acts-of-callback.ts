/** The acts of one callback while it is run: in which order, inside what, and which of them are only possible. */
import type { Act, Location } from "../../model/index.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { At } from "../evaluate/values.ts";

export class ActsOfCallback {
  /** Where acts go now, innermost last. */
  #acts: Act[][] = [[]];
  #seen = new Set<string>();
  #ended = false;
  /** How many conditions there are around what is certain. */
  #base = 0;
  readonly #bases: number[] = [];
  /** Where acts are put back to when a loop cannot be followed turn by turn after all. */
  readonly #loops: { acts: Act[]; length: number; ended: boolean }[] = [];
  /** How often each place was come to. */
  readonly #timesAt = new Map<string, number>();
  readonly #interpreter: () => Interpreter;

  constructor(interpreter: () => Interpreter) {
    this.#interpreter = interpreter;
  }

  /** A callback is run from its beginning. */
  begin(): void {
    this.#acts = [[]];
    this.#seen = new Set();
    this.#ended = false;
    this.#timesAt.clear();
  }

  /** What is certain from here on is certain in this callback. */
  enter(): void {
    this.#base = this.#interpreter().journal.level;
  }

  get all(): Act[] {
    return this.#acts[0]!;
  }

  /** What was noted last. */
  get last(): Act | undefined {
    return this.#acts.at(-1)!.at(-1);
  }

  add(act: Act): void {
    if (this.#interpreter().muted > 0 || this.#ended) return;
    if (act.possible === true) {
      const key = JSON.stringify([act, this.#acts.length]);
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
    }
    this.#acts.at(-1)!.push(act);
    if (act.does === "end" && act.possible === undefined && this.#acts.length === 1) this.#ended = true;
  }

  /** A place, and whether it is certain that the code comes to it. */
  at(at: At): { location: Location; possible?: true } {
    const location = locationOf(at);
    return this.#interpreter().journal.level > this.#base ? { location, possible: true } : { location };
  }

  /** How often the code has come to this place, with this time. */
  countAt(at: At): number {
    const place = `${at.module.file}:${at.start}`;
    const nth = (this.#timesAt.get(place) ?? 0) + 1;
    this.#timesAt.set(place, nth);
    return nth;
  }

  loop(part: "begin" | "done" | "forgotten"): void {
    if (part === "begin") {
      const acts = this.#acts.at(-1)!;
      this.#loops.push({ acts, length: acts.length, ended: this.#ended });
      this.#base++;
      return;
    }
    const before = this.#loops.pop();
    this.#base--;
    if (part === "done" || before === undefined) return;
    before.acts.length = before.length;
    this.#ended = before.ended;
    this.#seen.clear();
  }

  attempt(part: "try" | "catch" | "end", at: At): void {
    if (part === "try") {
      const act: Act = { ...this.at(at), does: "try", acts: [], otherwise: [] };
      this.#acts.at(-1)!.push(act);
      this.#acts.push(act.acts);
      return;
    }
    this.#acts.pop();
    const act = this.#acts.at(-1)!.at(-1);
    if (part === "catch" && act?.does === "try") {
      this.#acts.push(act.otherwise);
      // What stands in a handler is done when it is.
      this.#bases.push(this.#base);
      this.#base = this.#interpreter().journal.level + 1;
    } else this.#base = this.#bases.pop() ?? this.#base;
  }

  /** What a task does is no part of the callback. */
  task(acts: Act[], run: () => void): void {
    const ended = this.#ended;
    this.#acts.push(acts);
    run();
    this.#acts.pop();
    this.#ended = ended;
  }
}
