/** The traits that most dialects share: a supervisor is made by a call, and little is as in OTP. */
import { type DialectTraits, NOTHING_KNOWN } from "../../model/index.ts";

export type Traits = Omit<DialectTraits, "name">;

export const CALL_TRAITS: Traits = { ...NOTHING_KNOWN, periodUnit: "s" };
