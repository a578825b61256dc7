/**
 * What the locks and the engine's wire need of the platform, taken before anything else runs. The first import of every
 * entry that goes into the worker: whatever happens to globals and prototypes later does not reach these.
 */

export const apply = Reflect.apply;
export const construct = Reflect.construct;
export const ownKeys = Reflect.ownKeys;
export const getPrototypeOf = Reflect.getPrototypeOf;
export const defineProperty = Object.defineProperty;
export const getOwnPropertyDescriptor = Object.getOwnPropertyDescriptor;
export const freeze = Object.freeze;
export const isArray = Array.isArray;
export const stringify = JSON.stringify;
export const NativeDate = Date;
export const NativeMap = Map;
export const NativeSet = Set;
export const NativeFinalizationRegistry = FinalizationRegistry;

const { performance } = globalThis;
const performanceNow = performance.now;

/** The machine's time, for the engine's own housekeeping. */
export const realNow = (): number => apply(performanceNow, performance, []) as number;

type Getter = () => unknown;

/** The getter of an accessor; null where the platform has none. */
function getterOf(prototype: object | undefined, name: string): Getter | null {
  const descriptor = prototype === undefined ? undefined : getOwnPropertyDescriptor(prototype, name);
  return (descriptor?.get as Getter | undefined) ?? null;
}

/** Interfaces whose objects the engine uses after their names are gone from the global object. */
export const kept: readonly object[] = [
  globalThis.MessagePort,
  globalThis.MessageEvent,
  globalThis.MessageChannel,
].filter((each) => each !== undefined);

/** One end of a channel, spoken and heard through what was taken here. */
export interface Wire {
  post(message: unknown): void;
  listen(receive: (data: unknown) => void): void;
}

const portPrototype: object | undefined = globalThis.MessagePort?.prototype;
const postMessage = globalThis.MessagePort?.prototype.postMessage;
const setOnMessage =
  portPrototype === undefined ? undefined : getOwnPropertyDescriptor(portPrototype, "onmessage")?.set;
const dataOf = getterOf(globalThis.MessageEvent?.prototype, "data");
const portsOf = getterOf(globalThis.MessageEvent?.prototype, "ports");

export function wireOf(port: MessagePort): Wire {
  return {
    post: (message) => {
      apply(postMessage, port, [message]);
    },
    listen: (receive) => {
      const handler = (event: MessageEvent): void => receive(apply(dataOf as Getter, event, []));
      apply(setOnMessage as (handler: unknown) => void, port, [handler]);
    },
  };
}

/** The data and the only port of a message event; null when it is another sort of message. */
export function portOf(event: MessageEvent): { type: unknown; port: MessagePort } | null {
  const data = apply(dataOf as Getter, event, []) as { type?: unknown } | null;
  const ports = apply(portsOf as Getter, event, []) as readonly MessagePort[];
  const port = ports[0];
  return typeof data === "object" && data !== null && port !== undefined ? { type: data.type, port } : null;
}
