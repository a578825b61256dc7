/** The library's registry: static functions that look into it for a process, and names that are keys of it. */
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { runCallbacks } from "../../evaluate/unread-calls.ts";
import { lit, unknown, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";

/** Whether it is `Registry.register(this, …)` or another of these. They do nothing else in the name of whom they are given. */
export function isOfRegistry({ callee }: CallSite): boolean {
  return (
    callee.kind === "external" &&
    callee.pkg === "suptree" &&
    callee.path[0] === "Registry" &&
    callee.path.length === 2
  );
}

/** Who looks into a registry needs it: they throw where it does not run. */
export function useOfRegistry(site: CallSite, I: Interpreter, sink: FactSink): void {
  const [, registry] = site.args;
  if (registry !== undefined) sink.use("lookup", registry, site, I);
}

/** Who is registered there is not known, and neither is under which keys. */
export function valueOfRegistry({ callee, args, at }: CallSite, I: Interpreter): Value {
  const name = callee.kind === "external" ? callee.path[1] : undefined;
  if (name === "dispatch" || name === "updateValue") runCallbacks(I, args.slice(3));
  return name === "dispatch" || name === "unregister" ? lit(undefined) : unknown("what a registry has", at);
}

/** The registry that a name is a key of; null for other names. */
export function registryOf(name: Value): Value | null {
  return name.kind === "term" && name.tag === "via" ? (name.data.registry ?? null) : null;
}

/** `via(ROOMS, ["room", 1])`: a name that whoever uses it looks up in the registry. */
export function viaOf({ args: [registry], at }: CallSite): Value | null {
  return registry === undefined ? null : { kind: "term", tag: "via", data: { registry }, at };
}
