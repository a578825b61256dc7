/** The kinds of trace events as bits, so that an event which nobody wants is not even built. */
import { ProcessError } from "../errors.ts";
import { describeTerm } from "../reason.ts";
import { EVENT_TYPES, SUPERVISION_EVENTS, type TraceEventType, type TraceFilter } from "../trace.ts";

/** The bit of each kind. */
export const BIT = Object.freeze(
  Object.fromEntries(EVENT_TYPES.map((type, i) => [type, 1 << i])),
) as Readonly<Record<TraceEventType, number>>;

/** What must be done on the way of every message for some of these to be known. */
export const OF_MESSAGES = BIT.send | BIT.receive | BIT.call_end | BIT.monitor | BIT.demonitor | BIT.down;

/** All of them. */
export const EVERY = (1 << EVENT_TYPES.length) - 1;

/** The bits of what `filter` asks for. @throws ProcessError `badarg` for what is no filter. */
export function bitsOf(filter: TraceFilter): number {
  if (filter === "all") return EVERY;
  const types: unknown = filter === "supervision" ? SUPERVISION_EVENTS : filter;
  const wrong = (found: unknown): ProcessError =>
    new ProcessError(
      "badarg",
      `observe takes "all", "supervision" or a list of event types, not ${describeTerm(found)}`,
    );
  if (!Array.isArray(types)) throw wrong(filter);
  let bits = 0;
  for (const type of types as unknown[]) {
    if (typeof type !== "string" || !Object.hasOwn(BIT, type)) throw wrong(type);
    bits |= BIT[type as TraceEventType];
  }
  return bits;
}
