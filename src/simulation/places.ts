/** Places in the source, as what is done there is known by. */
import type { Location } from "../model/index.ts";

export const nameOfPlace = ({ file, line, column }: Location): string => `${file}:${line}:${column}`;

/** What a call in a callback is known by: its place, and how often that was come to. */
export const nameOfCall = (place: Location, nth = 1): string => `${nameOfPlace(place)} ${nth}`;

export function samePlace(a: Location, b: Location): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

/** Whether `a` begins where `b` is. */
export function isInside(a: Location, b: Location): boolean {
  if (a.file !== b.file) return false;
  const begins = b.line > a.line || (b.line === a.line && b.column >= a.column);
  const ends = b.endLine < a.endLine || (b.endLine === a.endLine && b.endColumn <= a.endColumn);
  return samePlace(a, b) || (begins && ends);
}
