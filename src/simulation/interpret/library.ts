/** What of the library is there for code that is interpreted. */
import {
  CallError,
  continueWith,
  Exit,
  hibernate,
  ignore,
  noReply,
  ok,
  ProcessError,
  processName,
  Registry,
  reply,
  StartError,
  stop,
  timeout,
  via,
} from "../../runtime/index.ts";
import { type Callable, InstanceOf } from "./instances.ts";

/** The functions of `Registry` that take the process first. */
const REGISTRY = Object.freeze(
  Object.fromEntries(
    (
      [
        "register",
        "unregister",
        "lookup",
        "keys",
        "whereis",
        "entries",
        "updateValue",
        "count",
        "dispatch",
      ] as const
    )
      .filter((name) => name in Registry)
      .map((name) => [
        name,
        (from: unknown, ...args: unknown[]): unknown =>
          (Registry as unknown as Record<string, (...all: unknown[]) => unknown>)[name]!(
            from instanceof InstanceOf ? from.process : from,
            ...args,
          ),
      ]),
  ),
);

/** By the name that it is exported under. Classes that others extend are their names. */
export const LIBRARY: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["GenServer", "GenServer"],
  ["Supervisor", "Supervisor"],
  ["DynamicSupervisor", "DynamicSupervisor"],
  ["Registry", REGISTRY],
  ["via", via],
  ["reply", reply],
  ["noReply", noReply],
  ["ignore", ignore],
  ["ok", ok],
  ["stop", stop],
  ["continueWith", continueWith],
  ["timeout", timeout],
  ["hibernate", hibernate],
  ["processName", processName],
  ["startOf", (...start: unknown[]) => start],
  ["CallError", CallError],
  ["StartError", StartError],
  ["ProcessError", ProcessError],
  ["Exit", Exit],
]);

const CALLBACKS: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["init", () => undefined],
  ["handleInfo", () => undefined],
  ["terminate", () => undefined],
  [
    "handleCall",
    () => {
      throw new Error("no handleCall");
    },
  ],
  [
    "handleCast",
    () => {
      throw new Error("no handleCast");
    },
  ],
]);

/** What the library's own class does on a callback. */
export function libraryMethod(name: string): Callable | null {
  return CALLBACKS.get(name) ?? null;
}
