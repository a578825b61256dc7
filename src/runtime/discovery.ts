/**
 * Finding systems: tools and debuggers learn of every System of a program without any option. Other copies of this
 * library in the same program are found as well, since the list hangs on `Symbol.for("suptree.systems")`.
 */
import { keepBacklog, liveAccess } from "./live.ts";
import type { LiveAccess } from "./live-protocol.ts";
import { builtinModule } from "./node-process.ts";
import type { System } from "./system.ts";

/** The channel of Node's `diagnostics_channel` to which `{ system }` is published when a System is made. */
export const SYSTEM_CHANNEL = "suptree:system";

/** What hangs on `globalThis[Symbol.for("suptree.systems")]`. */
interface Announcements {
  /** Of this record. */
  readonly version: 1;
  /** In the order in which they were made; what nobody uses any more is gone. */
  readonly systems: Set<WeakRef<System>>;
  /** Told of each new one. */
  readonly listeners: Set<(system: System) => void>;
  /** How tools see them; of the copy of the library that came first. */
  readonly live: LiveAccess;
}

const KEY = Symbol.for("suptree.systems");

function announcements(): Announcements {
  const host = globalThis as unknown as Record<symbol, Announcements | undefined>;
  let found = host[KEY];
  if (found === undefined) {
    const listeners = new Set<(system: System) => void>();
    const live = liveAccess({
      list: systems,
      onNew: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    found = { version: 1, systems: new Set(), listeners, live };
    // Configurable: whoever closes a world, as the sandbox does, can take it away.
    Object.defineProperty(globalThis, KEY, { value: found, configurable: true });
    callTools(found);
  }
  return found;
}

/** A tool that came before the library has left functions on `globalThis[Symbol.for("suptree.tools")]`. */
function callTools(record: Announcements): void {
  const tools = (globalThis as unknown as Record<symbol, unknown>)[Symbol.for("suptree.tools")];
  if (!Array.isArray(tools)) return;
  for (const tool of tools as ((record: Announcements) => void)[]) {
    try {
      tool(record);
    } catch {
      // It was told.
    }
  }
}

const collected = new FinalizationRegistry<WeakRef<System>>((ref) => {
  announcements().systems.delete(ref);
});

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Node's channel; null elsewhere, and in a Node before 20.16. */
function findChannel(): Channel | null {
  const module = builtinModule<{ channel(name: string): Channel }>("node:diagnostics_channel");
  return module?.channel(SYSTEM_CHANNEL) ?? null;
}

let channel: Channel | null | undefined;

let inspector: { url(): string | undefined } | null | undefined;

/** A debugger may be there, or be about to come: VS Code's, or another through Node's inspector. */
function isDebugged(): boolean {
  if ("$jsDebugIsRegistered" in globalThis || Symbol.for("suptree.tools") in globalThis) return true;
  inspector ??= builtinModule<{ url(): string | undefined }>("node:inspector");
  return inspector?.url() !== undefined;
}

/** Lets tools know of a new system, also those that come later. */
export function announce(system: System): void {
  try {
    const ref = new WeakRef(system);
    announcements().systems.add(ref);
    collected.register(system, ref);
    if (isDebugged()) keepBacklog(system);
    for (const listener of announcements().listeners) listener(system);
  } catch {
    // In a frozen world nobody is to be found.
  }
  channel ??= findChannel();
  if (channel?.hasSubscribers === true) channel.publish({ system });
}

/** The systems of this program that are still in use, in the order in which they were made. */
export function systems(): System[] {
  const list: System[] = [];
  for (const ref of announcements().systems) {
    const system = ref.deref();
    if (system !== undefined) list.push(system);
  }
  return list;
}
