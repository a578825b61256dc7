/** Node's AsyncLocalStorage, as far as one callback gives it what it holds: who else has is not known. */
import { NotInterpreted } from "../not-interpreted.ts";
import { heldIn, holding } from "../running.ts";
import { hosted } from "./hosted.ts";

type Code = (...args: unknown[]) => unknown;

class Storage {
  run(store: unknown, code: unknown, ...args: unknown[]): unknown {
    return holding(this, store, () => Reflect.apply(code as Code, undefined, args));
  }

  exit(code: unknown, ...args: unknown[]): unknown {
    return this.run(undefined, code, ...args);
  }

  /** @throws NotInterpreted where it was given nothing since the callback began: whoever sent the message may have */
  getStore(): unknown {
    const held = heldIn(this);
    if (held === null) throw new NotInterpreted("what an AsyncLocalStorage holds when a callback begins");
    return held.value;
  }
}

export const STORAGE = hosted(Storage, {
  members: "run exit getStore",
  lacking: "enterWith disable name",
  make: (options) => {
    if (options.length > 0) throw new NotInterpreted("an AsyncLocalStorage with options");
    return new Storage();
  },
});
