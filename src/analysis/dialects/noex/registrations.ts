/** `Registry.register(name, ref)`: which name a process has that was started at some place of the running code. */
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import type { NameRef, StartDraft } from "../../link/drafts.ts";

interface Registrations {
  names: Map<string, NameRef>;
  starts: Map<string, StartDraft>;
}

const byExecution = new WeakMap<Interpreter, Registrations>();

function of(I: Interpreter): Registrations {
  let known = byExecution.get(I);
  if (known === undefined) {
    known = { names: new Map(), starts: new Map() };
    byExecution.set(I, known);
  }
  return known;
}

/** A server that is started by itself may get its name later. */
export function started(I: Interpreter, site: string, start: StartDraft): void {
  start.name ??= of(I).names.get(site) ?? null;
  of(I).starts.set(site, start);
}

export function register({ args }: CallSite, I: Interpreter): void {
  const [name, ref] = args;
  if (name?.k !== "lit" || typeof name.v !== "string" || ref?.k !== "term" || ref.tag !== "proc") return;
  const site = ref.d.site;
  if (site?.k !== "lit") return;
  const registered: NameRef = { name: name.v, origin: null };
  of(I).names.set(String(site.v), registered);
  const start = of(I).starts.get(String(site.v));
  if (start !== undefined) start.name ??= registered;
}

export function registeredName(I: Interpreter, site: string): NameRef | null {
  return of(I).names.get(site) ?? null;
}
