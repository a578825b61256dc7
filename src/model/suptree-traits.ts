/** The library of this project is as OTP is: the traits of its definitions, and of its running systems. */
import type { DialectTraits } from "./model.ts";

export const SUPTREE_TRAITS: DialectTraits = {
  name: "suptree",
  definition: "class",
  spelledAsOtp: true,
  refusesAsOtp: true,
  refusesTwins: true,
  otpReasons: true,
  busyStarting: true,
  failureEnds: true,
  deadReference: "noproc",
  terminateNeedsTrapExit: true,
  periodUnit: "s",
  supervisorShutdown: "infinity",
  pastLimit: "supervisor_stops",
  groupRestarts: "specified",
  processReference: "pid",
  endMessage: { name: "DOWN", callback: "handleInfo" },
  endListener: null,
  aliveCheck: null,
};
