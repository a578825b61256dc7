/**
 * The values of definitions: variables and exports of modules, each worked out once. What one is does not depend on which
 * was asked for first, although they may need each other and may be nested in each other without end.
 */
import { MAX_LEVELS, TOO_DEEP, TooDeep } from "./budget.ts";
import type { Dependencies, Memo } from "./memo.ts";
import type { ModuleState } from "./scope.ts";
import { unknown, type Value } from "./values.ts";

interface Definition {
  value: Value;
  /** How many levels it takes to work it out. */
  height: number;
  /** Those that need it as it needs them: while one of them is worked out, this is not its value. */
  circle: ReadonlySet<string> | null;
}

/** A definition that is being worked out. */
interface Running {
  key: string;
  /** The lowest of the running ones that it needs; its own place when that is none below it. */
  low: number;
  /** What was worked out on the way and needs this one: true only meanwhile. */
  inside: Map<string, Memo<Definition>> | null;
  circle: Set<string> | null;
}

export class Definitions {
  readonly #deps: Dependencies;
  readonly #memos = new Map<ModuleState, Map<string, Memo<Definition>>>();
  readonly #running: Running[] = [];
  /** Levels that were entered so far: work, in a measure that is the same everywhere. */
  entered = 0;
  #depth = 0;
  /** The greatest depth since the running definition was begun. */
  #high = 0;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  release(m: ModuleState): void {
    for (const memo of this.#memos.get(m)?.values() ?? []) this.#deps.forget(memo);
    this.#memos.delete(m);
  }

  /** One level deeper; false when that is too deep. `leave` follows when it was true. */
  enter(): boolean {
    if (this.#depth >= MAX_LEVELS) {
      if (this.#running.length > 0) throw new TooDeep();
      return false;
    }
    this.entered++;
    if (++this.#depth > this.#high) this.#high = this.#depth;
    return true;
  }

  leave(): void {
    this.#depth--;
  }

  /** Runs `body` for somebody who goes on when it fails. */
  guarded<T>(body: () => T): T {
    const depth = this.#depth;
    try {
      return body();
    } finally {
      this.#depth = depth;
    }
  }

  /** The value of the definition `name` of a module, which `body` works out. */
  value(m: ModuleState, name: string, body: () => Value): Value {
    const key = `${m.file}\0${name}`;
    const place = this.#running.findIndex((one) => one.key === key);
    if (place >= 0) {
      this.#needs(place);
      return unknown(`"${name}" is defined by itself`, m.at({ start: 0, end: 0 }));
    }
    const tooDeep = (): Value => unknown(TOO_DEEP, m.at({ start: 0, end: 0 }));
    const known = this.#memos.get(m)?.get(name);
    if (known !== undefined && !this.#isInside(known.value)) return this.#take(known, tooDeep);
    for (const [at, one] of this.#running.entries()) {
      const inside = one.inside?.get(key);
      if (inside === undefined) continue;
      this.#needs(at);
      return this.#take(inside, tooDeep);
    }
    return this.#workOut(m, name, key, body, tooDeep);
  }

  #workOut(m: ModuleState, name: string, key: string, body: () => Value, tooDeep: () => Value): Value {
    const depth = this.#depth;
    const high = this.#high;
    const place = this.#running.length;
    const own: Running = { key, low: place, inside: null, circle: null };
    let all = this.#memos.get(m);
    if (all === undefined) {
      all = new Map();
      this.#memos.set(m, all);
    }
    const kept = all;
    const drop = (): void => {
      if (kept.get(name) === memo) kept.delete(name);
    };
    let memo: Memo<Definition>;
    this.#running.push(own);
    this.#high = depth;
    try {
      memo = this.#deps.compute((): Definition => {
        const value = body();
        return { value, height: this.#high - depth, circle: own.circle };
      }, drop);
    } catch (error) {
      // Whoever needs it is too deep as well: only the first of them can tell.
      if (!(error instanceof TooDeep) || place > 0) throw error;
      return tooDeep();
    } finally {
      this.#running.pop();
      this.#depth = depth;
      this.#high = Math.max(high, this.#high);
      for (const inside of own.inside?.values() ?? []) this.#deps.forget(inside);
    }
    if (own.low < place) this.#keepInside(own, memo);
    // A module that was replaced meanwhile keeps nothing.
    else kept.set(name, memo);
    return memo.value.value;
  }

  /** The running definition needs another one that is running. */
  #needs(place: number): void {
    const top = this.#running.at(-1);
    if (top !== undefined && place < top.low) top.low = place;
  }

  #isInside({ circle }: Definition): boolean {
    return circle !== null && this.#running.some(({ key }) => circle.has(key));
  }

  #take(memo: Memo<Definition>, tooDeep: () => Value): Value {
    const { value, height } = memo.value;
    const deepest = this.#depth + height;
    this.#deps.reuse(memo);
    if (deepest > MAX_LEVELS) {
      if (this.#running.length > 0) throw new TooDeep();
      return tooDeep();
    }
    if (deepest > this.#high) this.#high = deepest;
    return value;
  }

  /** Keeps what needs a running definition for as long as that one runs. */
  #keepInside(own: Running, memo: Memo<Definition>): void {
    const head = this.#running[own.low]!;
    head.inside ??= new Map();
    head.inside.set(own.key, memo);
    head.circle ??= new Set();
    head.circle.add(own.key);
    for (const key of own.circle ?? []) head.circle.add(key);
    this.#needs(own.low);
  }
}
