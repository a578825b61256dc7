/** Code that several definitions come of, such as a function that makes classes: a fix of one would change the others. */
import { contains, type Fix, type Location, type TreeModel } from "../model/index.ts";

const placeOf = ({ file, line, column, endLine, endColumn }: Location): string =>
  [file, line, column, endLine, endColumn].join(":");

/** Whether a fix edits what more than one definition is written in. */
export function editsShared(model: TreeModel): (fix: Fix) => boolean {
  // Most models are looked at without fixes.
  let shared: readonly Location[] | null = null;
  return ({ edits }) => {
    shared ??= sharedPlaces(model);
    const places = shared;
    return edits.some((edit) => places.some((place) => contains(place, edit.location)));
  };
}

/** The places in which more than one definition is written. */
function sharedPlaces(model: TreeModel): Location[] {
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
  return [...owners.values()].filter(({ of }) => of.size > 1).map(({ location }) => location);
}
