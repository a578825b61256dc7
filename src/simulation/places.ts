/** Places in the source, as what is done there is known by. */
import { contains, type Location, samePlace, sourcePlace } from "../model/index.ts";

/** What a call in a callback is known by: its place, and how often that was come to. */
export const nameOfCall = (place: Location, nth = 1): string => `${sourcePlace(place)} ${nth}`;

/** Whether `b` is in `a`, or begins where it does. */
export const isInside = (a: Location, b: Location): boolean => samePlace(a, b) || contains(a, b);
