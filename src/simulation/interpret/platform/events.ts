/** Node's EventEmitter and the platform's EventTarget. */
import { beneath, InstanceOf } from "../instances.ts";
import { native } from "../natives.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { stillHeard } from "../running.ts";
import { failingAlone, leftAlone } from "./alone.ts";
import { hosted } from "./hosted.ts";

type Listener = (...args: unknown[]) => unknown;
type Name = string | symbol;

interface Entry {
  readonly listener: Listener;
  readonly run: Listener;
  readonly once: boolean;
}

export class Emitter {
  readonly entries: [name: Name, listeners: readonly Entry[]][] = [];

  #of(name: Name): readonly Entry[] {
    return this.entries.find(([each]) => each === name)?.[1] ?? [];
  }

  #set(name: Name, listeners: readonly Entry[]): this {
    const at = this.entries.findIndex(([each]) => each === name);
    if (at === -1) this.entries.push([name, listeners]);
    else if (listeners.length === 0) this.entries.splice(at, 1);
    else this.entries[at] = [name, listeners];
    return this;
  }

  #add(name: Name, listener: unknown, once: boolean, first: boolean): this {
    if (typeof listener !== "function")
      throw new TypeError('The "listener" argument must be of type function');
    if (name === "newListener" || name === "removeListener")
      throw new NotInterpreted("it listens to who listens");
    const entry = { listener: listener as Listener, run: stillHeard(listener as Listener), once };
    return this.#set(name, first ? [entry, ...this.#of(name)] : [...this.#of(name), entry]);
  }

  on(name: Name, listener: unknown): this {
    return this.#add(name, listener, false, false);
  }
  addListener(name: Name, listener: unknown): this {
    return this.#add(name, listener, false, false);
  }
  once(name: Name, listener: unknown): this {
    return this.#add(name, listener, true, false);
  }
  prependListener(name: Name, listener: unknown): this {
    return this.#add(name, listener, false, true);
  }
  prependOnceListener(name: Name, listener: unknown): this {
    return this.#add(name, listener, true, true);
  }

  off(name: Name, listener: unknown): this {
    const there = this.#of(name);
    const at = there.findLastIndex((each) => each.listener === listener);
    return at === -1 ? this : this.#set(name, there.toSpliced(at, 1));
  }
  removeListener(name: Name, listener: unknown): this {
    return this.off(name, listener);
  }
  removeAllListeners(name?: Name): this {
    if (name === undefined) this.entries.length = 0;
    else if (this.#of(name).length > 0) this.#set(name, []);
    return this;
  }

  emit(name: Name, ...args: unknown[]): boolean {
    const there = this.#of(name);
    if (there.length === 0) {
      if (name === "error") throw args[0] ?? new Error("Unhandled error.");
      return false;
    }
    for (const { listener, run, once } of there) {
      if (once) this.off(name, listener);
      leftAlone(Reflect.apply(run, this, args));
    }
    return true;
  }

  listenerCount(name: Name, listener?: unknown): number {
    const there = this.#of(name);
    return listener === undefined ? there.length : there.filter((each) => each.listener === listener).length;
  }
  listeners(name: Name): Listener[] {
    return this.#of(name).map(({ listener }) => listener);
  }
  eventNames(): Name[] {
    return this.entries.map(([name]) => name);
  }
  setMaxListeners(): this {
    return this;
  }
  getMaxListeners(): number {
    return 10;
  }
}

function once(of: unknown, name: unknown, options?: unknown): Promise<unknown[]> {
  const emitter = beneath(of);
  if (!(emitter instanceof Emitter) || options !== undefined)
    throw new NotInterpreted("it waits for an event of something that is not known");
  return new Promise((resolve, reject) => {
    const failed = (thrown: unknown): void => {
      emitter.off(name as Name, came);
      reject(thrown);
    };
    const came = (...args: unknown[]): void => {
      emitter.off("error", failed);
      resolve(args);
    };
    emitter.once(name as Name, came);
    if (name !== "error") emitter.once("error", failed);
  });
}

export const EMITTER = hosted(Emitter, {
  members:
    "on addListener once prependListener prependOnceListener off removeListener removeAllListeners emit listenerCount listeners eventNames setMaxListeners getMaxListeners",
  lacking: "rawListeners domain",
  open: true,
  make: () => new Emitter(),
  statics: { once },
});

export const emitterOnce = native(once);

// ---- targets ----

export class PlatformEvent {
  readonly type: string;
  readonly detail: unknown;
  readonly cancelable: boolean;
  target: unknown = null;
  defaultPrevented = false;
  isStopped = false;

  constructor(type: string, options: { cancelable?: unknown; detail?: unknown } = {}) {
    this.type = type;
    this.detail = options.detail ?? null;
    this.cancelable = options.cancelable === true;
  }
  get currentTarget(): unknown {
    return this.target;
  }
  preventDefault(): void {
    if (this.cancelable) this.defaultPrevented = true;
  }
  stopImmediatePropagation(): void {
    this.isStopped = true;
  }
  stopPropagation(): void {}
}

class CustomPlatformEvent extends PlatformEvent {}

export class Target {
  readonly listeners: { type: string; listener: unknown; run: Listener; once: boolean }[] = [];

  addEventListener(type: string, listener: unknown, options?: unknown): void {
    if (listener === null || listener === undefined) return;
    const { once, signal } = Object(options) as { once?: unknown; signal?: unknown };
    if (signal !== undefined) throw new NotInterpreted("a listener with a signal");
    if (this.listeners.some((each) => each.type === type && each.listener === listener)) return;
    this.listeners.push({ type, listener, run: stillHeard(calling(listener)), once: once === true });
  }

  removeEventListener(type: string, listener: unknown): void {
    const at = this.listeners.findIndex((each) => each.type === type && each.listener === listener);
    if (at !== -1) this.listeners.splice(at, 1);
  }

  dispatchEvent(given: unknown): boolean {
    const event = beneath(given);
    if (!(event instanceof PlatformEvent))
      throw new NotInterpreted("it dispatches something that is no event");
    event.target = this;
    for (const { type, listener, run, once } of [...this.listeners]) {
      if (type !== event.type || event.isStopped) continue;
      if (!this.listeners.some((each) => each.type === type && each.listener === listener)) continue;
      if (once) this.removeEventListener(type, listener);
      try {
        leftAlone(Reflect.apply(run, this, [given]));
      } catch {
        failingAlone()();
      }
    }
    return !event.defaultPrevented;
  }
}

/** A function, or an object that handles events. */
function calling(listener: unknown): Listener {
  if (typeof listener === "function") return listener as Listener;
  return (event) => {
    const handle =
      listener instanceof InstanceOf
        ? listener.get("handleEvent")
        : (listener as { handleEvent?: unknown }).handleEvent;
    return typeof handle === "function" ? Reflect.apply(handle, listener, [event]) : undefined;
  };
}

const EVENT = {
  members:
    "type detail cancelable target currentTarget defaultPrevented preventDefault stopImmediatePropagation stopPropagation",
  lacking:
    "timeStamp bubbles composed composedPath eventPhase isTrusted returnValue cancelBubble srcElement initEvent",
};
const eventOf = (Cls: typeof PlatformEvent) => (args: readonly unknown[]) =>
  new Cls(String(args[0]), (args[1] ?? {}) as object);

export const TARGET = "addEventListener removeEventListener dispatchEvent";

export const TARGETS: readonly (readonly [string, unknown])[] = [
  ["EventTarget", hosted(Target, { members: TARGET, lacking: "", open: true, make: () => new Target() })],
  ["Event", hosted(PlatformEvent, { ...EVENT, make: eventOf(PlatformEvent) })],
  ["CustomEvent", hosted(CustomPlatformEvent, { ...EVENT, make: eventOf(CustomPlatformEvent) })],
];
