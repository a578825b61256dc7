/** Registered names: giving them, and taking them back. */
import type { Core } from "./core.ts";
import { BIT } from "./kinds.ts";
import type { Proc } from "./proc.ts";

/** Registers `proc`; false when the name is taken. */
export function registerProc(proc: Proc, name: string): boolean {
  const { core } = proc;
  if (core.names.has(name)) return false;
  core.names.set(name, proc);
  proc.names = proc.names === null ? [name] : [...proc.names, name];
  core.wanting(BIT.register)?.emit({ type: "register", pid: proc.id, name });
  return true;
}

/** Takes a name back; false when `name` is free. */
export function unregisterName(core: Core, name: string): boolean {
  const proc = core.names.get(name);
  if (proc === undefined) return false;
  core.names.delete(name);
  proc.names = proc.names?.filter((other) => other !== name) ?? null;
  core.wanting(BIT.unregister)?.emit({ type: "unregister", pid: proc.id, name });
  return true;
}

/** Takes back all names of a process. */
export function unregisterAll(proc: Proc): void {
  if (proc.names === null) return;
  for (const name of proc.names) {
    proc.core.names.delete(name);
    proc.core.wanting(BIT.unregister)?.emit({ type: "unregister", pid: proc.id, name });
  }
}
