import { addUnder } from "./grouped.ts";
import type { Assumption } from "./run.ts";
import { someOf } from "./words.ts";

/** What is supposed of several alike: whom it is about in words, and one of them for the rest. */
export interface AlikeAssumptions extends Assumption {
  names: string;
}

/** Suppositions in their order, those that say the same of several as one: a run may suppose something of thousands. */
export function alikeAssumptions(
  all: readonly Assumption[],
  nameOf: (name: string) => string = (name) => name,
): AlikeAssumptions[] {
  const groups = new Map<string, Assumption[]>();
  for (const one of all) addUnder(groups, `${one.field}\n${one.assumed}\n${one.why}`, one);
  return [...groups.values()].map((alike) => ({
    ...alike[0]!,
    names: someOf(alike, ({ about }) => nameOf(about.slice(about.lastIndexOf("#") + 1))),
  }));
}
