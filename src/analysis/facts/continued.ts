/** What a process's callbacks ask to go on with: `handleContinue` runs on nothing else. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Callback } from "../dialects/process-code.ts";
import { originsOf, perhaps } from "../evaluate/conditions.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { NOTHING, type Origins, OTHER } from "../evaluate/origins.ts";
import { isSameSymbol } from "../evaluate/truth.ts";
import { alternatives, type Value } from "../evaluate/values.ts";

type Phase = Callback["phase"];

/** One way in which `handleContinue` is come to. */
interface Asked {
  phase: Phase;
  /** Null: nobody knows what it is given. */
  term: Value | null;
  /** The conditions behind which it is asked for. */
  on: Origins;
}

/** More ways are one of which nothing is known. */
const MOST = 8;

export class Continued {
  readonly #outcome: Dialect["outcome"];
  #asked: Asked[] = [];
  #done = 0;

  /** `own`: the dialect of the process, if it knows what callbacks ask for. */
  constructor(own: Dialect | undefined) {
    this.#outcome = own?.outcome;
  }

  /** A callback has returned this. What is asked for in `init`, or on the way from there, comes before any message. */
  note(result: Value, phase: Phase): void {
    const of = alternatives(result);
    const on = result.kind === "choice" ? (result.why.from ?? OTHER) : NOTHING;
    for (const v of of) {
      const outcome = this.#outcome?.(v) ?? null;
      const to = phase === "later" ? "later" : "continue";
      if (outcome?.how === "continue") this.#add({ phase: to, term: outcome.term, on });
      else if (outcome === null && phase !== "later" && isAnything(v))
        this.#add({ phase: to, term: null, on: originsOf(v) });
    }
  }

  #add(one: Asked): void {
    const isKnown = ({ phase, term, on }: Asked): boolean =>
      phase === one.phase && isSameTerm(term, one.term) && (on === one.on || on === NOTHING);
    if (this.#asked.some(isKnown)) return;
    if (this.#asked.length < MOST) this.#asked.push(one);
    else this.#asked[MOST - 1] = { ...one, term: null };
  }

  /** Whether the callback is run only where it was asked for. */
  governs({ name }: Callback): boolean {
    return this.#outcome !== undefined && name === "handleContinue";
  }

  /** From here on nothing has been gone on with. */
  restart(): void {
    this.#done = 0;
  }

  /** Runs it in each way that was asked for since, and that this asks for in turn. */
  run(I: Interpreter, body: (phase: Phase, term: Value | null) => void): void {
    while (this.#done < this.#asked.length) {
      const { phase, term, on } = this.#asked[this.#done++]!;
      if (on === NOTHING) body(phase, term);
      else perhaps(I, on, () => body(phase, term));
    }
  }
}

/** Whether it may as well be something that asks. */
function isAnything(v: Value): boolean {
  if (v.kind === "unknown") return v.throws !== true;
  return v.kind === "symbol" || (v.kind === "term" && v.tag === "outside");
}

function isSameTerm(a: Value | null, b: Value | null): boolean {
  if (a === b) return true;
  if (a?.kind === "literal" && b?.kind === "literal") return a.value === b.value;
  return a?.kind === "symbol" && b?.kind === "symbol" && isSameSymbol(a, b);
}
