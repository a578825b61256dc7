/** What of the library is there for code that is interpreted. */
import {
  CallError,
  continueWith,
  describeTerm,
  ErrorTerm,
  Exit,
  formatReason,
  hibernate,
  ignore,
  isFailedCall,
  isNormalReason,
  noReply,
  ok,
  ProcessError,
  processName,
  Registry,
  reply,
  replyTo,
  StartError,
  stop,
  Task,
  TaskSupervisor,
  timeout,
  via,
} from "../../runtime/index.ts";
import { lacking } from "../lacking.ts";
import type { Callable } from "./classes.ts";
import { InstanceOf } from "./instances.ts";
import { known } from "./unknown.ts";

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

/** A function that looks at what it is given. */
const looking =
  (fn: (...args: never[]) => unknown) =>
  (...args: unknown[]): unknown =>
    Reflect.apply(fn, undefined, args.map(known));

/** By the name that it is exported under. Classes that others extend are their names. */
export const LIBRARY: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["GenServer", "GenServer"],
  ["Supervisor", "Supervisor"],
  ["DynamicSupervisor", "DynamicSupervisor"],
  ["Registry", REGISTRY],
  ["Task", Task],
  ["TaskSupervisor", TaskSupervisor],
  ["via", looking(via)],
  ["reply", reply],
  ["replyTo", looking(replyTo)],
  ["formatReason", looking(formatReason)],
  ["describeTerm", looking(describeTerm)],
  ["isNormalReason", looking(isNormalReason)],
  ["isFailedCall", looking(isFailedCall)],
  ["noReply", noReply],
  ["ignore", ignore],
  ["ok", ok],
  ["stop", looking(stop)],
  ["continueWith", continueWith],
  ["timeout", looking(timeout)],
  ["hibernate", hibernate],
  ["processName", looking(processName)],
  ["startOf", (...start: unknown[]) => start],
  ["CallError", CallError],
  ["StartError", StartError],
  ["ProcessError", ProcessError],
  ["ErrorTerm", ErrorTerm],
  ["Exit", Exit],
]);

const CALLBACKS: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["init", () => undefined],
  ["handleInfo", () => undefined],
  ["terminate", () => undefined],
  ...(["handleCall", "handleCast", "handleContinue"] as const).map((callback): [string, Callable] => [
    callback,
    (self, [term]) => lacking(self instanceof InstanceOf ? self.cls.name : "", callback, term),
  ]),
]);

/** What the library's own class does on a callback. */
export function libraryMethod(name: string): Callable | null {
  return CALLBACKS.get(name) ?? null;
}
