/** What a process's reactions hold in each other, and where they end it. */
import { contains, samePlace } from "./location-of.ts";
import type { Act, Location, Occasion, ProcessFacts, Reaction } from "./model.ts";

/** The acts inside an act. */
export function partsOf(act: Act): readonly Act[] {
  if (act.does === "task") return act.acts;
  return act.does === "try" || act.does === "if" ? [...act.acts, ...act.otherwise] : [];
}

/** How long the call at a place waits, where the code says so and that is known. */
export function timeoutOfCall(facts: ProcessFacts | null, place: Location): number | "infinity" | undefined {
  const inside = (acts: readonly Act[]): Extract<Act, { does: "use" }>["timeout"] => {
    for (const act of acts) {
      const isIt = act.does === "use" && act.kind === "call" && samePlace(act.location, place);
      const found = isIt ? act.timeout : inside(partsOf(act));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return inside((facts?.reactions ?? []).flatMap(({ acts }) => acts));
}

/** Whether the process stops itself there. */
export function stopsAt(acts: readonly Act[], stop: Location): boolean {
  return acts.some((act) =>
    act.does === "end" ? act.how === "stop" && contains(act.location, stop) : stopsAt(partsOf(act), stop),
  );
}

/** Tells apart what a process may send itself, or ask for; null for anything else that happens to it. */
export function occasionSign(on: Occasion): string | null {
  if (on.event === "timeout") return "timeout";
  return (on.event === "cast" || on.event === "info") && on.type !== null ? `${on.event} ${on.type}` : null;
}

/** What a process sends itself, or asks for, by its sign, and whether that stands behind no condition that is not known. */
export function sentToItself(reactions: readonly Reaction[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  const note = (sign: string, isCertain: boolean) => found.set(sign, isCertain || found.get(sign) === true);
  const visit = (act: Act, isCertain: boolean): void => {
    const is = isCertain && act.possible === undefined;
    if (act.does === "timeout") note("timeout", is);
    else if (act.does === "message" && act.type !== null) note(`${act.event} ${act.type}`, is);
    for (const inner of partsOf(act)) visit(inner, is);
  };
  for (const { acts } of reactions) for (const act of acts) visit(act, true);
  return found;
}
