/**
 * Places of processes in a running tree: the ids from the root down, with `/` between them. Ids hold any character (a crawler's are
 * addresses): what is `/` or `\` in an id has a `\` before it, so that two places are never written alike.
 */

const escaped = (id: string): string => (/[/\\]/.test(id) ? id.replace(/[/\\]/g, "\\$&") : id);

/** The place of a root of a tree, or of a process outside any. */
export function rootPlace(name: string): string {
  return escaped(name);
}

/** The place of the child `id` of the supervisor at `parent`. */
export function placeUnder(parent: string, id: string): string {
  return `${parent}/${escaped(id)}`;
}

/** Where the last id of a place begins, behind its `/`; 0 in a root's. */
function lastStart(place: string): number {
  let slash = place.lastIndexOf("/");
  while (slash > 0) {
    let before = slash;
    while (place[before - 1] === "\\") before--;
    if ((slash - before) % 2 === 0) break;
    slash = place.lastIndexOf("/", before - 1);
  }
  return slash + 1;
}

/** The place of the supervisor above; "" above a root. */
export function placeAbove(place: string): string {
  return place.slice(0, Math.max(0, lastStart(place) - 1));
}

/** The last `levels` ids of a place as they are called, with `/` between them. */
export function nameOfPlace(place: string, levels = 1): string {
  const ids: string[] = [];
  for (let rest = place; rest !== "" && ids.length < levels; rest = placeAbove(rest))
    ids.unshift(rest.slice(lastStart(rest)).replace(/\\([/\\])/g, "$1"));
  return ids.join("/");
}
