/** `[Task, fn]`: a process that runs one function. */

import { codeKey } from "../../evaluate/identity.ts";
import type { Inst, Value } from "../../evaluate/values.ts";
import type { CodeRef } from "../../link/drafts.ts";
import type { ProcessCode } from "../dialect.ts";

/** The code of a task, where its function is known. */
export function taskOf(cls: Value, fn: Value | undefined): CodeRef | null {
  if (cls.k !== "ext" || cls.pkg !== "suptree" || cls.path[0] !== "Task" || fn?.k !== "fn") return null;
  const at = fn.scope.m.at(fn.f);
  return { symbol: "Task", at, key: codeKey(at), type: "worker", task: taskCode(cls, fn) };
}

function taskCode(cls: Value, fn: Value & { k: "fn" }): ProcessCode {
  const at = fn.scope.m.at(fn.f);
  const self: Inst = { k: "inst", cls, args: [], fields: new Map(), at, kept: true };
  return {
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
