/** All locks of the worker, in their order. */
import { boundAllocations, type Memory } from "./allocation.ts";
import { closeEvaluation, freezeBuiltIns } from "./freeze.ts";
import { closeDoors } from "./globals.ts";
import { kept } from "./natives.ts";
import { rememberProxies } from "./proxies.ts";
import { installVirtualWorld, type VirtualWorld } from "./virtual.ts";

/**
 * Closes the worker around what runs in it. Called once, before user code and before the port comes. Returns the ways
 * out that would not close; with any of them nothing may run.
 *
 * `own` are the engine's own objects that user code can reach: frozen with the rest.
 */
export function lockWorker(
  scope: object,
  world: VirtualWorld,
  memory: Memory,
  own: readonly object[],
): string[] {
  const open = closeDoors(scope);
  closeEvaluation(scope);
  installVirtualWorld(scope, world);
  boundAllocations(scope, memory);
  rememberProxies(scope);
  const { console } = scope as { console: object };
  freezeBuiltIns(scope, [...kept, ...own], [console]);
  return open;
}
