/**
 * The worker of the attacks: the sandbox as it ships, with one door more, through which a text that follows this script
 * gives a class to run in the place of a stand-in. The shipped sandbox has no such door.
 */
import * as suptree from "../../src/runtime/index.ts";
import { startWorker } from "../../src/sandbox/start.ts";

/** Evaluated anew for each run, as a module is. */
type UserCode = (library: typeof suptree) => suptree.ProcessClass;

declare const UNLOCKED: boolean;

let code: UserCode | null = null;

startWorker({
  real: () => new Map(code === null ? [] : [["src/app.ts#AppSup/attacker", code(suptree)]]),
  unlocked: UNLOCKED
    ? {
        wire: (port) => ({
          post: (message) => port.postMessage(message),
          listen: (receive) => {
            port.onmessage = (event) => receive(event.data);
          },
        }),
      }
    : null,
});

Object.defineProperty(globalThis, "userCode", {
  configurable: true,
  value: (given: UserCode) => {
    code = given;
    Reflect.deleteProperty(globalThis, "userCode");
  },
});
