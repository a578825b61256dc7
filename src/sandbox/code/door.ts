/** The door through which a bundle comes: the script that follows the sandbox's calls it once. */
import { defineProperty } from "../lock/natives.ts";
import type { UserCode } from "./program.ts";

/** Opens it in `scope`. Returns what tells which code has come. */
export function openDoor(scope: object): () => UserCode | null {
  let code: UserCode | null = null;
  defineProperty(scope, "suptreeCode", {
    configurable: true,
    value: (at: Error, run: UserCode["run"], map: string) => {
      Reflect.deleteProperty(scope, "suptreeCode");
      code = { at, run, map };
    },
  });
  return () => code;
}
