/** `[Task, fn]`: a process that runs one function. */

import { codeKey } from "../../evaluate/identity.ts";
import type { Inst, Value } from "../../evaluate/values.ts";
import type { CodeRef } from "../../link/unresolved-definitions.ts";
import type { ProcessCode } from "../process-code.ts";

/** The code of a task, where its function is known. */
export function taskOf(cls: Value, fn: Value | undefined): CodeRef | null {
  if (cls.kind !== "external" || cls.pkg !== "suptree" || cls.path[0] !== "Task" || fn?.kind !== "function")
    return null;
  const at = fn.scope.module.at(fn.func);
  return { symbol: "Task", at, key: codeKey(at), type: "worker", task: taskCode(cls, fn) };
}

function taskCode(cls: Value, fn: Value & { kind: "function" }): ProcessCode {
  const at = fn.scope.module.at(fn.func);
  const self: Inst = { kind: "instance", cls, args: [], fields: new Map(), at, kept: true };
  return {
    dialect: "suptree",
    key: codeKey(at),
    symbol: "Task",
    at,
    self,
    callbacks: [{ name: "run", phase: "later", fn, args: [self] }],
    hasTerminate: false,
    fields: [],
    endsWithFunction: true,
  };
}
