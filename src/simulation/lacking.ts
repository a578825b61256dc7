/** What a class fails with that is asked for a callback which it does not have: the library says so itself. */
import { GenServer } from "../runtime/index.ts";

export function lacking(
  name: string,
  callback: "handleCall" | "handleCast" | "handleContinue",
  term: unknown,
): never {
  return Reflect.apply(GenServer.prototype[callback], { constructor: { name } }, [term]) as never;
}
