/** Classes of the platform as the simulation has them: some are the platform's own, some are made here. */
import { made, partOf } from "../known.ts";
import { native } from "../natives.ts";
import { NotInterpreted } from "../not-interpreted.ts";

type Constructor = abstract new (...args: never[]) => object;

interface Seen {
  readonly members: ReadonlySet<string>;
  /** What the platform's own have besides. */
  readonly lacking: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** What code sees of the objects of a class, by the class's prototype. */
const all = new Map<object, Seen>();

/** Says what code may see of the objects of a class, and what those that it stands for have besides. */
export function seen(cls: Constructor, members: string, lacking = ""): void {
  all.set(cls.prototype as object, { members: words(members), lacking: words(lacking) });
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

/** Fields that code may give another value, of those that it sees. */
const SET: ReadonlySet<string> = words("onabort");

export function isSettable(object: object, name: PropertyKey): boolean {
  return SET.has(String(name)) && hostedNames(object)?.has(String(name)) === true;
}

/** How code gets a class. `lacking`: what else the platform's objects have, where the class is made here. */
export interface Hosting<C extends Constructor> {
  readonly members: string;
  readonly lacking?: string;
  make(args: readonly unknown[]): InstanceType<C>;
  readonly statics?: Readonly<Record<string, unknown>>;
}

/** A class as code gets it: what `new` makes of it, and what it has itself. */
export function hosted<C extends Constructor>(
  cls: C,
  { members, lacking, make, statics = {} }: Hosting<C>,
): object {
  seen(cls, members, lacking);
  const own = Object.fromEntries(Object.entries(statics).map(([name, value]) => [name, native(value)]));
  // Of what is made here nobody says what the platform's own has besides.
  return made(partOf(own, lacking === undefined ? cls : new Proxy(cls, { has: () => true })), make);
}
