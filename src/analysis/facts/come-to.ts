/** To which of the places where its code ends a process comes in a start that is known. */
import { occasionSign, type Reaction, sentToItself, stopsAt } from "../../model/index.ts";
import type { ProcessDraft, WhatItDoes } from "../link/unresolved-definitions.ts";

type Stop = ProcessDraft["facts"]["stopsItself"][number];

/**
 * The stops without those on messages, or on a timeout, that the process sends itself and nobody else, and that it does not send
 * in this start. `code`: what it does where its arguments are not known; `sent`: what it sends itself in this start.
 */
export function stopsComeTo(
  stops: readonly Stop[],
  { reactions: here = [] }: WhatItDoes,
  { reactions: code = [] }: WhatItDoes,
  sent: ReadonlySet<string>,
): Stop[] {
  if (here.length === 0) return [...stops];
  const own = sentToItself(code);
  const comes = ({ on }: Reaction): boolean => {
    const sign = occasionSign(on);
    return sign === null || !own.has(sign) || sent.has(sign) || sent.has(`${on.event} *`);
  };
  return stops.filter(({ location }) => {
    const there = here.filter(({ acts }) => stopsAt(acts, location));
    return there.length > 0 ? there.some(comes) : !code.some(({ acts }) => stopsAt(acts, location));
  });
}
