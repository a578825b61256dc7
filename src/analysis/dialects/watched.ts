import type { CallSite, Interpreter } from "../evaluate/interpreter.ts";
import type { Value } from "../evaluate/values.ts";

/**
 * The value of `body`, whose calls of libraries `watch` is told of. `keep`: what it changes stays changed, as when the
 * program runs it there.
 */
export function watched(
  I: Interpreter,
  watch: (site: CallSite) => void,
  body: () => Value,
  keep = false,
): Value {
  const hooks = I.hooks;
  I.hooks = {
    ...hooks,
    call: (site, interpreter) => {
      watch(site);
      return hooks.call(site, interpreter);
    },
  };
  try {
    return keep ? body() : I.journal.branch(body)[1];
  } finally {
    I.hooks = hooks;
  }
}
