/** What of the reactions that were seen a run needs: nothing is noted that no condition asks for. */
import { type Act, type Formula, partsOf, putUnder, type Reaction, sourcePlace } from "../../model/index.ts";
import { fieldsOf } from "../evaluate/formula.ts";

type State = { field: string; initial: Formula }[];

/** Leaves out what is not asked for; `state`: the fields that are, of those that are followed. */
export function needed(
  reactions: readonly Reaction[],
  followed: ReadonlyMap<string, Formula>,
): { reactions: Reaction[]; state: State } {
  forgetPlainTargets(reactions);
  const asked = askedIn(reactions);
  for (const reaction of reactions)
    reaction.acts = withoutUnknownAnswers(reaction.acts.flatMap((act) => withoutUnasked(act, asked)));
  // What does nothing is listed where it differs from what other messages do.
  const others = new Set(reactions.flatMap(({ on }) => ("type" in on && on.type === null ? [on.event] : [])));
  return {
    reactions: reactions.filter(({ on, acts }) => acts.length > 0 || ("type" in on && others.has(on.event))),
    state: [...followed].flatMap(([field, initial]) => (asked.has(field) ? [{ field, initial }] : [])),
  };
}

/** Whom a use is about is said where its place leads to several. */
function forgetPlainTargets(reactions: readonly Reaction[]): void {
  const targets = new Map<string, Set<string | undefined>>();
  const uses: (Act & { does: "use" })[] = [];
  const place = ({ location, kind }: Act & { does: "use" }) => `${kind} ${sourcePlace(location)}`;
  const look = (act: Act): void => {
    for (const inner of partsOf(act)) look(inner);
    if (act.does !== "use") return;
    uses.push(act);
    putUnder(targets, place(act), act.to);
  };
  for (const { acts } of reactions) for (const act of acts) look(act);
  for (const use of uses) if (targets.get(place(use))?.size === 1) delete use.to;
}

/** The fields that conditions ask for, and those that these are computed from. */
function askedIn(reactions: readonly Reaction[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const look = (act: Act): void => {
    for (const formula of formulasIn(act)) for (const field of fieldsOf(formula)) asked.add(field);
    if (act.does === "set" && asked.has(act.field)) for (const field of fieldsOf(act.value)) asked.add(field);
    for (const inner of partsOf(act)) look(inner);
  };
  for (let before = -1; before !== asked.size; ) {
    before = asked.size;
    for (const { acts } of reactions) for (const act of acts) look(act);
  }
  return asked;
}

/** What an act needs to know. */
function formulasIn(act: Act): readonly Formula[] {
  if (act.does === "if") return [act.test];
  if (act.does === "reply") return act.value === null ? [] : [act.value];
  return "computed" in act && act.computed !== undefined ? [act.computed] : [];
}

/** Where nothing of what is replied is known, nothing is said of it. */
function withoutUnknownAnswers(acts: readonly Act[]): Act[] {
  const isKnown = (act: Act): boolean =>
    act.does === "reply" ? act.value !== null : act.does !== "task" && partsOf(act).some(isKnown);
  if (acts.some(isKnown)) return [...acts];
  const without = (all: readonly Act[]): Act[] =>
    all.flatMap((act): Act[] => {
      if (act.does === "reply") return [];
      if (act.does !== "if" && act.does !== "try") return [act];
      const [inner, otherwise] = [without(act.acts), without(act.otherwise)];
      return act.does === "if" && inner.length + otherwise.length === 0
        ? []
        : [{ ...act, acts: inner, otherwise }];
    });
  return without(acts);
}

function withoutUnasked(act: Act, asked: ReadonlySet<string>): Act[] {
  if (act.does === "set") return asked.has(act.field) ? [act] : [];
  const inner = (acts: readonly Act[]) => acts.flatMap((each) => withoutUnasked(each, asked));
  if (act.does === "task") return [{ ...act, acts: inner(act.acts) }];
  if (act.does === "try") return [{ ...act, acts: inner(act.acts), otherwise: inner(act.otherwise) }];
  if (act.does !== "if") return [act];
  const [acts, otherwise] = [inner(act.acts), inner(act.otherwise)];
  return acts.length + otherwise.length === 0 ? [] : [{ ...act, acts, otherwise }];
}
