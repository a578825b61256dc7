import type { PidNumber } from "../runtime/trace.ts";

/** Stands for code outside any process, as the sender of messages and signals. */
export const OUTSIDE: PidNumber = 0;
