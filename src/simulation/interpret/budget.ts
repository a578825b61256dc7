/**
 * What code that is interpreted may take and make while one callback does not wait: steps, also for what the language's own
 * functions go through; calls within calls; the size of what it makes. The counters are those of the callback that runs now.
 */
import { NotInterpreted } from "./not-interpreted.ts";

const MOST_STEPS = 400_000;
/** Characters or elements of one value. */
const MOST = 1_000_000;
/** Elements or characters that the language's own functions go through in the time of a step. */
export const PER_STEP = 50;
/** Of what is counted without a limit. */
const LARGEST = 2n ** 4096n;
/** Calls within calls, and lists within lists. The smallest stack that we run on has room for more. */
const DEEPEST = 120;

/** Of all callbacks of a run. */
const MOST_OF_ALL = 20_000_000;

let steps = 0;
let depth = 0;

/** What the callbacks of one run have taken together. */
export class Account {
  #taken = 0;

  /** A callback begins. */
  begin(): void {
    last.#taken += steps;
    last = this;
    steps = this.#taken > MOST_OF_ALL ? MOST_STEPS : 0;
  }
}

/** Whose callback runs. */
let last = new Account();

/** A failure that nobody waits for ends nothing here. */
export function unattended<T>(value: T): T {
  if (value instanceof Promise) Promise.prototype.then.call(value, undefined, () => {});
  return value;
}

/** @throws NotInterpreted when there is no end */
export function spend(count = 1): void {
  steps += count;
  if (steps > MOST_STEPS) throw new NotInterpreted("its code does not come to an end");
}

/** A function of the program runs, as far as it does without waiting. */
export function within<T>(run: () => T): T {
  if (depth >= DEEPEST) throw new NotInterpreted("its functions call each other too deep");
  depth += 1;
  try {
    return run();
  } finally {
    depth -= 1;
  }
}

/** Elements or characters. */
function sizeOf(value: unknown): number {
  if (typeof value === "bigint") return value < LARGEST && value > -LARGEST ? 1 : Number.POSITIVE_INFINITY;
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return value instanceof Map || value instanceof Set ? value.size : 0;
}

/** Whether something is too large to be made or gone through. */
export function bounded<T>(value: T): T {
  if (sizeOf(value) > MOST) throw tooLarge();
  return value;
}

/** Takes the time that it takes to go through a value. */
export function spendOn(value: unknown): void {
  const size = sizeOf(bounded(value));
  if (size >= PER_STEP) spend(size / PER_STEP);
}

/** Takes the time that it takes to go through a value and the lists in it, which may be in it more than once. */
export function spendOnAll(value: unknown, inside = 0): void {
  spendOn(value);
  if (!Array.isArray(value)) return;
  if (inside > DEEPEST) throw new NotInterpreted("it has lists in lists without end");
  spend();
  for (const each of value)
    if (Array.isArray(each)) spendOnAll(each, inside + 1);
    else if (typeof each === "string") spendOn(each);
}

/** `count` characters or elements are to be made. */
export function room(count: unknown): void {
  if (Number(count) > MOST) throw tooLarge();
}

function tooLarge(): NotInterpreted {
  return new NotInterpreted("it makes something very large");
}
