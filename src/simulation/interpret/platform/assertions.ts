/** Node's `assert`. */
import { InstanceOf } from "../instances.ts";
import { ANYTHING, ofProgram, partOf } from "../known.ts";
import { native } from "../natives.ts";
import { isLost, NotInterpreted } from "../not-interpreted.ts";
import { binary } from "../operators.ts";
import { isAlike } from "./alike.ts";
import { seen } from "./hosted.ts";

class AssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(message: string, actual: unknown, expected: unknown) {
    super(message);
    this.actual = actual;
    this.expected = expected;
  }
}
seen(AssertionError, "message name cause code actual expected toString");

function check(
  isSo: unknown,
  message: unknown,
  otherwise: string,
  actual?: unknown,
  expected?: unknown,
): void {
  if (isSo) return;
  if (message instanceof Error || (message instanceof InstanceOf && message.isError)) throw message;
  throw new AssertionError(message === undefined ? otherwise : String(message), actual, expected);
}

const comparing =
  (words: string, isSo: (a: unknown, b: unknown) => boolean) =>
  (actual: unknown, expected: unknown, message?: unknown): void =>
    check(isSo(actual, expected), message, words, actual, expected);

/** Whether something that was thrown is what is expected. */
function fits(thrown: unknown, expected: unknown): boolean {
  if (expected === undefined || typeof expected === "string") return true;
  if (expected instanceof RegExp) return expected.test(String(thrown));
  if (typeof expected === "object" && expected !== null && !(expected instanceof InstanceOf))
    try {
      return binary("instanceof", thrown, expected) as boolean;
    } catch {
      throw new NotInterpreted("assert.throws with an object");
    }
  return binary("instanceof", thrown, expected) as boolean;
}

function throws(go: () => unknown, expected?: unknown): void {
  let thrown: unknown;
  try {
    go();
  } catch (error) {
    if (isLost(error) || !fits(error, expected)) throw error;
    thrown = error ?? true;
  }
  check(thrown !== undefined, undefined, "Missing expected exception.");
}

async function rejects(of: unknown, expected?: unknown): Promise<void> {
  let isSo = false;
  try {
    await (typeof of === "function" ? (of as () => unknown)() : of);
  } catch (error) {
    if (isLost(error) || !fits(error, expected)) throw error;
    isSo = true;
  }
  check(isSo, undefined, "Missing expected rejection.");
}

const ok = (value: unknown, message?: unknown): void =>
  check(value, message, "The expression evaluated to a falsy value");
const is = comparing("Expected values to be strictly equal", Object.is);
const isNot = comparing("Expected values to be strictly unequal", (a, b) => !Object.is(a, b));
const alike = comparing("Expected values to be strictly deep-equal", isAlike);
const notAlike = comparing("Expected values not to be strictly deep-equal", (a, b) => !isAlike(a, b));

const STRICT: Readonly<Record<string, unknown>> = {
  ok,
  strictEqual: is,
  notStrictEqual: isNot,
  deepStrictEqual: alike,
  notDeepStrictEqual: notAlike,
  throws,
  rejects,
  doesNotThrow: (go: () => unknown) => void go(),
  match: comparing("The input did not match the regular expression", (text, by) =>
    (by as RegExp).test(String(text)),
  ),
  fail: (message?: unknown) => check(false, message, "Failed"),
};

const LOOSE: Readonly<Record<string, unknown>> = {
  // biome-ignore lint/suspicious/noDoubleEquals: as it is
  equal: comparing("Expected values to be loosely equal", (a, b) => a == b),
  // biome-ignore lint/suspicious/noDoubleEquals: as it is
  notEqual: comparing("Expected values to be loosely unequal", (a, b) => a != b),
};

function withMembers(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = Object.fromEntries(Object.entries(members).map(([name, fn]) => [name, native(fn)]));
  const assert = ofProgram(
    Object.assign((value: unknown, message?: unknown) => ok(value, message), own, { AssertionError }),
  );
  Object.assign(assert, { strict: assert });
  return { ...own, AssertionError, strict: assert, default: partOf(assert, ANYTHING) };
}

const ofStrict = withMembers({
  ...STRICT,
  equal: is,
  notEqual: isNot,
  deepEqual: alike,
  notDeepEqual: notAlike,
});

export const ASSERT_STRICT = ofStrict;
export const ASSERT: Readonly<Record<string, unknown>> = {
  ...withMembers({ ...STRICT, ...LOOSE }),
  strict: ofStrict.default,
};
