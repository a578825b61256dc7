/** Looks at what promises settle with without taking a turn: whoever waits for them goes on in the order of the program. */

/** What `promise` settles with, as `then` and `failed` return it or throw. */
export function after(
  promise: PromiseLike<unknown>,
  then: (value: unknown) => unknown,
  failed: (thrown: unknown) => unknown = rethrow,
): PromiseLike<unknown> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: a promise of its own would settle a turn later
    then: (fulfilled, rejected) => {
      const told = (look: (what: unknown) => unknown) => (what: unknown) => {
        let value: unknown;
        try {
          value = look(what);
        } catch (thrown) {
          if (rejected == null) throw thrown;
          return rejected(thrown);
        }
        return (fulfilled == null ? value : fulfilled(value)) as never;
      };
      return promise.then(told(then), told(failed));
    },
  };
}

function rethrow(thrown: unknown): never {
  throw thrown;
}
