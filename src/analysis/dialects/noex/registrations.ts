/** `Registry.register(name, ref)`: which name a process has that was started at some place of the running code. */
import { keptFor } from "../../../model/index.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { lit, type Value } from "../../evaluate/values.ts";
import type { NameRef, StartDraft } from "../../link/unresolved-definitions.ts";
import type { ProcessCode } from "../process-code.ts";
import { behaviourCode } from "./behaviour.ts";

interface Registrations {
  names: Map<string, NameRef>;
  starts: Map<string, StartDraft>;
  behaviours: Map<string, ProcessCode>;
}

const of = keptFor(
  (_: Interpreter): Registrations => ({ names: new Map(), starts: new Map(), behaviours: new Map() }),
);

/** A server that is started by itself may get its name later. */
export function started(I: Interpreter, site: string, start: StartDraft): void {
  start.name ??= of(I).names.get(site) ?? null;
  of(I).starts.set(site, start);
}

export function register({ args }: CallSite, I: Interpreter): void {
  const [name, ref] = args;
  if (
    name?.kind !== "literal" ||
    typeof name.value !== "string" ||
    ref?.kind !== "term" ||
    ref.tag !== "proc"
  )
    return;
  const site = ref.data.site;
  if (site?.kind !== "literal") return;
  const registered: NameRef = { name: name.value, origin: null };
  of(I).names.set(String(site.value), registered);
  const start = of(I).starts.get(String(site.value));
  if (start !== undefined) start.name ??= registered;
}

/** `BehaviorRegistry.register(name, behaviour)`: children on any node are started by that name. */
export function registerBehaviour({ args }: CallSite, I: Interpreter): void {
  const [name, behaviour] = args;
  if (name?.kind !== "literal" || typeof name.value !== "string" || behaviour === undefined) return;
  const code = behaviourCode(behaviour, args[2] ?? lit(undefined), I);
  if (code !== null) of(I).behaviours.set(name.value, code);
}

/** The code that is known by a name in the running program; null when it is not. */
export function registeredBehaviour(name: Value, I: Interpreter): ProcessCode | null {
  return name.kind === "literal" ? (of(I).behaviours.get(String(name.value)) ?? null) : null;
}

export function registeredName(I: Interpreter, site: string): NameRef | null {
  return of(I).names.get(site) ?? null;
}
