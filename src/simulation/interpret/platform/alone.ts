/** Code that the platform calls, and nobody of the program: what it throws ends the program. */
import { NotInterpreted } from "../not-interpreted.ts";
import { heardBy, running } from "../running.ts";

/** What is done when such code fails. */
export function failingAlone(): () => void {
  const lost = heardBy();
  return () => {
    running(lost, () => new NotInterpreted("what it throws where nobody waits for it ends the program"));
  };
}

/** A promise that nobody waits for. */
export function leftAlone(end: unknown): void {
  if (end instanceof Promise) Promise.prototype.then.call(end, undefined, failingAlone());
}

/** Calls `ring` when so many milliseconds have passed; gives what takes that back. */
export type Later = (ms: number, ring: () => void) => () => void;
