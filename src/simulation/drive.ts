/** Generators that yield what they wait for. */

/** Runs a generator to its end, at once as far as it does not wait. */
export function drive<T>(steps: Generator<Promise<unknown>, T>): T | Promise<T> {
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
