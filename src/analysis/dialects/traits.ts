/** The traits that most dialects share: a supervisor is made by a call, and little is as in OTP. */
import type { DialectTraits } from "../../model/index.ts";

export type Traits = Omit<DialectTraits, "name">;

export const CALL_TRAITS: Traits = {
  definition: "call",
  spelledAsOtp: false,
  refusesAsOtp: false,
  otpReasons: false,
  terminateNeedsTrapExit: false,
  periodUnit: "s",
  supervisorShutdown: null,
  pastLimit: "supervisor_stops",
};
