/** Code that several definitions come of, such as a function that makes classes: a fix of one would change the others. */
import type { Fix, Location, TreeModel } from "../model/index.ts";

const placeOf = ({ file, line, column, endLine, endColumn }: Location): string =>
  [file, line, column, endLine, endColumn].join(":");

export function contains(outer: Location, inner: Location): boolean {
  const after = (line: number, column: number, other: number, otherColumn: number): boolean =>
    line > other || (line === other && column >= otherColumn);
  return (
    outer.file === inner.file &&
    after(inner.line, inner.column, outer.line, outer.column) &&
    after(outer.endLine, outer.endColumn, inner.endLine, inner.endColumn)
  );
}

/** Whether a fix edits what more than one definition is written in. */
export function editsShared(model: TreeModel): (fix: Fix) => boolean {
  const owners = new Map<string, { location: Location; of: Set<string> }>();
  const note = (location: Location | null, of: string): void => {
    if (location === null) return;
    const place = placeOf(location);
    const known = owners.get(place);
    if (known === undefined) owners.set(place, { location, of: new Set([of]) });
    else known.of.add(of);
  };
  for (const supervisor of model.supervisors) {
    note(supervisor.location, supervisor.key);
    note(supervisor.childrenLocation, supervisor.key);
    for (const child of supervisor.children) note(child.location, supervisor.key);
  }
  for (const application of model.applications) note(application.location, application.key);
  const shared = [...owners.values()].filter(({ of }) => of.size > 1).map(({ location }) => location);
  return ({ edits }) => edits.some((edit) => shared.some((place) => contains(place, edit.location)));
}
