/** How the supervisors of a dialect behave: what is asked instead of the dialect's name. */
import type { DialectTraits, Supervisor, TreeModel } from "./model.ts";

/** Of a dialect that the model does not describe nothing is taken for granted. */
export const NOTHING_KNOWN: Omit<DialectTraits, "name"> = {
  definition: "call",
  spelledAsOtp: false,
  refusesAsOtp: false,
  refusesTwins: false,
  otpReasons: false,
  busyStarting: false,
  failureEnds: true,
  deadReference: null,
  terminateNeedsTrapExit: false,
  periodUnit: "ms",
  supervisorShutdown: null,
  pastLimit: "supervisor_stops",
  groupRestarts: null,
  processReference: "reference",
  endMessage: null,
  endListener: null,
  aliveCheck: null,
};

/** The traits of a supervisor's dialect. */
export function traitsOf({ dialects }: TreeModel, { dialect }: Supervisor): DialectTraits {
  return dialects.find(({ name }) => name === dialect) ?? { name: dialect, ...NOTHING_KNOWN };
}
