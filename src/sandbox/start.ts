/** Starts the engine in a worker: the locks first, then the port. */
// First of all, before any other module of the worker: it takes what the locks need.

import { type FromSandbox, isTrace, type Packed } from "../protocol/index.ts";
import * as runtime from "../runtime/index.ts";
import { openDoor } from "./code/door.ts";
import { ScopeKeeper } from "./code/scope.ts";
import { Engine, type EngineOptions } from "./engine.ts";
import { lockWorker } from "./lock/index.ts";
import { getPrototypeOf, portOf, stringify, type Wire, wireOf } from "./lock/natives.ts";
import { VirtualWorld } from "./lock/virtual.ts";

/** How a worker hears of the world: once before anything else runs in it. */
export interface Connection {
  /** Calls `take` once, with the way to whoever drives the engine. */
  onWire(take: (wire: Wire) => void): void;
  /** Calls `tell` with what user code throws and nobody catches. */
  onUncaught(tell: (error: unknown) => void): void;
  /** Nothing may run where a way out would not close. False for Node, which is no sandbox anyway. */
  mustClose: boolean;
}

export interface WorkerOptions {
  real?: EngineOptions["real"];
  /** Only for a test that shows what the locks are for: without them, and with a wire as anybody would use it. */
  unlocked?: { wire(port: MessagePort): Wire } | null;
  /** Default: that of a worker in a browser. */
  connection?: Connection;
}

/** Called once, at the top of the worker's script. */
export function startWorker(options: WorkerOptions = {}): void {
  const world = new VirtualWorld();
  let send: (message: FromSandbox) => void = () => {};
  let code: NonNullable<EngineOptions["code"]> = () => null;
  let keeper: ScopeKeeper | null = null;
  const engine = new Engine((message) => send(message), {
    world,
    real: options.real ?? null,
    code: () => code(),
    tidy: () => keeper?.restore(),
  });
  let open: string[] = [];
  let heard = false;
  const connection = options.connection ?? browser(options.unlocked?.wire ?? wireOf);
  const { onWire, onUncaught, mustClose } = connection;
  onWire((wire) => {
    heard = true;
    send = (message) => wire.post(packed(message));
    if (mustClose && open.length > 0) {
      const message = `The sandbox could not be closed: ${open.join(", ")}.`;
      send({ kind: "event", event: { type: "failed", message } });
      return;
    }
    wire.listen((data) => engine.receive(data));
    engine.ready();
  });
  onUncaught((error) => {
    if (heard) engine.uncaught(error);
  });
  if ((options.unlocked ?? null) === null) {
    open = lockWorker(globalThis, world, engine.memory, [
      ...Object.values(runtime),
      ...insides(),
    ] as object[]);
    keeper = new ScopeKeeper(globalThis, [console]);
    code = openDoor(globalThis);
  }
}

function packed(message: FromSandbox): Packed {
  if (!isTrace(message)) return message as Packed;
  const { reset, events } = message.event;
  return { kind: "trace", reset, events: stringify(events) };
}

/** A worker of the frame, which sends the port as the first message. */
function browser(wireOver: (port: MessagePort) => Wire): Connection {
  const scope = globalThis as unknown as {
    addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
    addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
    addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
  };
  let heard = false;
  return {
    onWire(take) {
      scope.addEventListener("message", (event) => {
        // What is dispatched by a program is not trusted; later messages have no meaning.
        if (heard || !event.isTrusted) return;
        event.stopImmediatePropagation();
        const first = portOf(event);
        if (first?.type !== "port") return;
        heard = true;
        take(wireOver(first.port));
      });
    },
    onUncaught(tell) {
      // What user code does not catch is told in its run; the frame would take it for the end of the worker.
      const uncaught = (event: ErrorEvent | PromiseRejectionEvent): void => {
        if (!heard) return;
        event.preventDefault();
        tell("reason" in event ? event.reason : event.error);
      };
      scope.addEventListener("error", uncaught);
      scope.addEventListener("unhandledrejection", uncaught);
    },
    mustClose: true,
  };
}

/** What a pid leads to: the runtime's own classes and the objects that all processes share. */
function insides(): object[] {
  const system = new runtime.System({ clock: "virtual", logger: null, observer: () => {} });
  system.pause();
  void system.start(class extends runtime.GenServer {});
  void system.start(
    class extends runtime.Supervisor {
      override init() {
        return { children: [] };
      }
    },
  );
  while (system.step());
  const found = new Set<object>();
  const shared = new Set<object>();
  const waiting: unknown[] = system.processes().map(({ pid }) => pid);
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null || found.has(next)) continue;
    found.add(next);
    const prototype = getPrototypeOf(next);
    if (prototype !== null) shared.add(prototype);
    for (const [name, value] of Object.entries(next)) {
      if (name === "behaviour") shared.add(value as object);
      waiting.push(value);
    }
  }
  return [...shared];
}
