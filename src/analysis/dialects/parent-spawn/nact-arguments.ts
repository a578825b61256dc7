/** nact's calls: which one it is, and what a spawn is given, wherever among its arguments that stands. */
import type { CallSite } from "../../evaluate/interpreter.ts";
import { isLit, lit, type Value } from "../../evaluate/values.ts";
import { Fields } from "../fields.ts";
import { PACKAGES as KNOWN } from "../packages.ts";

export const NACT: readonly string[] = KNOWN.nact;

const PERSISTENCE = "@nact/persistence" satisfies (typeof KNOWN.nact)[number];

export const SPAWNS = new Set(["spawn", "spawnStateless", "spawnPersistent"]);

export function calledName(site: CallSite): string | null {
  const { callee } = site;
  return callee.kind === "external" && NACT.includes(callee.pkg) ? (callee.path[0] ?? null) : null;
}

interface Given {
  under: Value | undefined;
  fn: Value | undefined;
  /** Undefined too where the library makes one up. */
  name: Value | undefined;
  /** Which argument the name is in, or the options that hold it. */
  nameIn: number;
  options: Value;
}

export function givenTo({ callee, args }: CallSite, how: string): Given {
  // nact: (parent, function, key, name, options). @nact/persistence: (engine, parent, function, options).
  const persistent = how === "spawnPersistent";
  const first = persistent && callee.kind === "external" && callee.pkg === PERSISTENCE ? 1 : 0;
  const nameIn = persistent && first === 0 ? 3 : first + 2;
  const given = args[nameIn];
  // nact takes the name before the options, or leaves it out; @nact/core 8 has it among the options.
  const inOptions = given?.kind === "record";
  const name = inOptions ? Fields.raw(given, "name")?.value : given;
  return {
    under: args[first],
    fn: args[first + 1],
    name: name === undefined || isLit(name, undefined) ? undefined : name,
    nameIn,
    options: (inOptions ? given : args[nameIn + 1]) ?? lit(undefined),
  };
}

/**
 * Whose stateless actor it is. One goes on after a failure: nact's whatever its options say, @nact/core's unless they say
 * otherwise; and that one takes the next message before it is done with the last.
 */
export function statelessOf({ callee }: CallSite, how: string): "nact" | "@nact/core" | null {
  if (how !== "spawnStateless") return null;
  return callee.kind === "external" && callee.pkg === "nact" ? "nact" : "@nact/core";
}
