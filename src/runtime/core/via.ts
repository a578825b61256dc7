/** Names that are keys of a registry: who has them, and taking them. */
import { ProcessError } from "../errors.ts";
import type { ViaName } from "../pid.ts";
import { describeTerm, type ExitReason } from "../reason.ts";
import type { Core } from "./core.ts";
import { registerProc } from "./names.ts";
import { Proc } from "./proc.ts";

/** How a registry is asked for the process under a key. */
export const FIND: unique symbol = Symbol("suptree.find");
/** How a process is entered in a registry. */
export const ENTER: unique symbol = Symbol("suptree.enter");

/** A registry, as the core knows it. */
export interface Directory {
  [FIND](key: unknown): Proc | undefined;
  /** The holder when the key is taken. */
  [ENTER](proc: Proc, key: unknown): Proc | undefined;
}

/** True for what {@link via} makes. */
export function isVia(name: unknown): name is ViaName {
  return typeof name === "object" && name !== null && Array.isArray((name as { via?: unknown }).via);
}

function directoryOf(core: Core, { via: [registry] }: ViaName): Directory | undefined {
  const name = typeof registry === "string" ? registry : "name" in registry ? registry.name : undefined;
  const proc = name === undefined ? registry : core.names.get(name);
  const instance =
    proc instanceof Proc && proc.core === core ? (proc.instance as Partial<Directory> | null) : null;
  return typeof instance?.[FIND] === "function" ? (instance as Directory) : undefined;
}

/** The process that has the name; undefined when nobody has, or the registry does not run. */
export function findVia(core: Core, name: ViaName): Proc | undefined {
  return directoryOf(core, name)?.[FIND](name.via[1]);
}

/** The name as text, for whoever is told that nobody has it. */
export function textOfVia({ via: [registry, key] }: ViaName): string {
  const where =
    typeof registry === "string" ? registry : "name" in registry ? registry.name : String(registry);
  return `via(${where}, ${describeTerm(key)})`;
}

/** Who has the name that a new process is to have. */
export function holderOf(core: Core, name: string | ViaName): Proc | undefined {
  return typeof name === "string" ? core.names.get(name) : findVia(core, name);
}

/** Gives a new process its name, which is free. The reason when that cannot be. */
export function takeName(proc: Proc, name: string | ViaName): ExitReason | null {
  if (typeof name === "string") {
    registerProc(proc, name);
    return null;
  }
  const directory = directoryOf(proc.core, name);
  if (directory === undefined) {
    return { raised: new ProcessError("badarg", `${textOfVia(name)}: that is not a running Registry`) };
  }
  try {
    directory[ENTER](proc, name.via[1]);
    return null;
  } catch (thrown) {
    return { raised: thrown as Error };
  }
}
