/** Whether processes outside any tree are linked to somebody: when they are started, or later. */
import type { Orphan, ProcessFacts, TreeModel } from "./model.ts";

const mayLink = ({ unread = [], unresolved }: ProcessFacts): boolean =>
  unread.length > 0 || unresolved.some(({ kind }) => kind === "link");

/** Null where code that was not read, or whose partner is not known, may link it. */
export function orphanLinks({ supervisors, orphans, edges }: TreeModel): (orphan: Orphan) => boolean | null {
  const linked = new Set<string>();
  const starters = new Map<string, string>();
  for (const { kind, from, to } of edges) {
    if (kind === "link") linked.add(from).add(to);
    else if (kind === "start" && !starters.has(to)) starters.set(to, from);
  }
  // Of processes, by their keys, and of their code, by its name.
  const linkers = new Set<string>();
  const note = (key: string, facts: ProcessFacts | null): void => {
    if (facts !== null && mayLink(facts)) linkers.add(key).add(facts.symbol);
  };
  for (const { key, process, children } of supervisors) {
    note(key, process);
    for (const child of children) note(child.key, child.process);
  }
  for (const { key, process } of orphans) note(key, process);
  return (orphan) => {
    if (orphan.linked || linked.has(orphan.key)) return true;
    const others = [orphan.key, starters.get(orphan.key), orphan.startedBy];
    return others.some((each) => each !== undefined && linkers.has(each)) ? null : false;
  };
}
