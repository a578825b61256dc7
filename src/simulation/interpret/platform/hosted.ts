/** Classes of the platform as the simulation has them: some are the platform's own, some are made here. */
import { made, partOf } from "../known.ts";
import { native } from "../natives.ts";
import { NotInterpreted } from "../not-interpreted.ts";

type Constructor = abstract new (...args: never[]) => object;

interface Seen {
  readonly members: ReadonlySet<string>;
  /** What the platform's own have besides. */
  readonly lacking: ReadonlySet<string>;
  /** Code may put something of its own on them. */
  readonly open: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** What code sees of the objects of a class, by the class's prototype. */
const all = new Map<object, Seen>();

/** Says what code may see of the objects of a class, and what those that it stands for have besides. */
export function seen(cls: Constructor, members: string, lacking = "", open = false): void {
  all.set(cls.prototype as object, { members: words(members), lacking: words(lacking), open });
}

function seenOf(value: object): Seen | null {
  for (let above: unknown = value; above !== null; above = Object.getPrototypeOf(above)) {
    const known = all.get(above as object);
    if (known !== undefined) return known;
  }
  return null;
}

/** The names of something that a class of the platform has made; null for anything else. */
export const hostedNames = (value: object): ReadonlySet<string> | null => seenOf(value)?.members ?? null;

/** @throws NotInterpreted where the platform's own have a member that is not there */
export function checkLacking(value: object, name: string): void {
  if (seenOf(value)?.lacking.has(name) === true) throw new NotInterpreted(`it uses ${name}`);
}

/** Under which field something is that code has put on an object itself. */
const ownField = (name: string): string => `+${name}`;

/** Puts something on an object of a class; false where that may be what the platform's own has. */
export function putOn(object: object, name: PropertyKey, value: unknown): boolean {
  const known = seenOf(object);
  if (known?.open !== true || typeof name !== "string" || name.startsWith("_")) return false;
  if (known.members.has(name) || known.lacking.has(name) || name === "constructor") return false;
  (object as Record<string, unknown>)[ownField(name)] = value;
  return true;
}

/** What code has put on an object of a class; null where it has not. */
export function whatIsOn(object: object, name: string): { value: unknown } | null {
  const field = ownField(name);
  const isThere = isOpen(object) && Object.hasOwn(object, field);
  return isThere ? { value: (object as Record<string, unknown>)[field] } : null;
}

/** Whether there may be something on it that code has put there, beside what the platform's own have. */
export const isOpen = (object: object): boolean => seenOf(object)?.open === true;

/** Fields that code may give another value, of those that it sees. */
const SET: ReadonlySet<string> = words("onabort");

export function isSettable(object: object, name: PropertyKey): boolean {
  return SET.has(String(name)) && hostedNames(object)?.has(String(name)) === true;
}

/** How code gets a class. `lacking`: what else the platform's objects have, where the class is made here. */
export interface Hosting<C extends Constructor> {
  readonly members: string;
  readonly lacking?: string;
  /** Code may put something of its own on them. */
  readonly open?: boolean;
  make(args: readonly unknown[]): InstanceType<C>;
  readonly statics?: Readonly<Record<string, unknown>>;
}

/** A class as code gets it: what `new` makes of it, and what it has itself. */
export function hosted<C extends Constructor>(
  cls: C,
  { members, lacking, open = false, make, statics = {} }: Hosting<C>,
): object {
  seen(cls, members, lacking, open);
  const own = Object.fromEntries(Object.entries(statics).map(([name, value]) => [name, native(value)]));
  // Of what is made here nobody says what the platform's own has besides.
  return made(partOf(own, lacking === undefined ? cls : new Proxy(cls, { has: () => true })), make);
}
