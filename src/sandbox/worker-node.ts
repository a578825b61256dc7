/**
 * The same engine for a thread of Node, bundled to one script without imports: `suptree run --code`. The locks are the
 * same, for the same runs; Node is no sandbox all the same.
 */
import { startWorker } from "./start.ts";

/** Put there by the lines before this script; see `src/cli/run/thread.ts`. */
interface Handed {
  post(message: unknown): void;
  listen(receive: (data: unknown) => void): void;
  onUncaught(tell: (error: unknown) => void): void;
}

const scope = globalThis as { suptreeThread?: Handed };
const handed = scope.suptreeThread;
delete scope.suptreeThread;
if (handed === undefined) throw new Error("This script is started by suptree run --code.");

startWorker({
  connection: {
    // When everything of this script has run, and the bundle behind it.
    onWire: (take) => void Promise.resolve().then(() => take(handed)),
    onUncaught: (tell) => handed.onUncaught(tell),
    mustClose: false,
  },
});
