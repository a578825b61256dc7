/** The library of this project is as OTP is: the traits of its definitions, and of its running systems. */
import type { DialectTraits } from "./model.ts";

export const SUPTREE_TRAITS: DialectTraits = {
  name: "suptree",
  definition: "class",
  spelledAsOtp: true,
  refusesAsOtp: true,
  otpReasons: true,
  terminateNeedsTrapExit: true,
  periodUnit: "s",
  supervisorShutdown: "infinity",
  pastLimit: "supervisor_stops",
};
