/** How the supervisors of a dialect behave: what rules ask instead of the dialect's name. */
import type { DialectTraits, Supervisor, TreeModel } from "../model/index.ts";

/** Of a dialect that the model does not describe nothing is taken for granted. */
const NOTHING_KNOWN: Omit<DialectTraits, "name"> = {
  definition: "call",
  spelledAsOtp: false,
  refusesAsOtp: false,
  otpReasons: false,
  terminateNeedsTrapExit: false,
  periodUnit: "ms",
  supervisorShutdown: null,
  pastLimit: "supervisor_stops",
};

/** The traits of a supervisor's dialect. */
export function traitsOf({ dialects }: TreeModel, { dialect }: Supervisor): DialectTraits {
  return dialects.find(({ name }) => name === dialect) ?? { name: dialect, ...NOTHING_KNOWN };
}
