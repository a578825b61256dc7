/** Whether a process does anything with a message: one is given to its `handleInfo`, to see what that changes. */

import type { ProcessCode } from "../dialects/process-code.ts";
import { callFunction } from "../evaluate/calls.ts";
import { message } from "../evaluate/conditions.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { chainOf } from "../evaluate/objects.ts";
import {
  alternatives,
  type Entry,
  type Fn,
  type Inst,
  isLit,
  lit,
  record,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { Func } from "../ir.ts";
import { eachExpr } from "./each-expression.ts";
import type { Execution } from "./execution.ts";
import type { ObjectFields } from "./object-fields.ts";

/** Whether a message of this type, with these fields, has any effect. */
export function reactsTo(
  execution: Execution,
  objectFields: ObjectFields,
  type: string,
  names: readonly string[],
): boolean {
  const { at, self, callbacks } = execution.code;
  const handler = callbacks.find(({ name }) => name === "handleInfo");
  if (handler?.fn.kind !== "function") return false;
  const entries = names.map((n): [string, Entry] => [n, { value: message(n, at), at, maybe: false }]);
  const props = new Map<string, Entry>([["type", { value: lit(type), at, maybe: false }], ...entries]);
  // In other libraries a message may look different.
  const own = self?.cls.kind === "class";
  const told = record(props, at, own ? null : message("a message", at));
  return hasEffect(execution, objectFields, handler.fn, [told, ...handler.args.slice(1)], type);
}

/** Whether the news that one that it watches has ended has any effect. */
export function reactsToNews(
  execution: Execution,
  objectFields: ObjectFields,
  { callback, message: told }: NonNullable<ProcessCode["endNews"]>,
): boolean {
  return hasEffect(execution, objectFields, callback, [told], "end");
}

function hasEffect(
  { interpreter: I, code, notes }: Execution,
  objectFields: ObjectFields,
  handler: Fn,
  given: readonly (Value | undefined)[],
  type: string,
): boolean {
  const args = handler.func.params.map(
    (p, n): Value => given[n] ?? unknown("the state", handler.scope.module.at(p.target)),
  );
  I.renew();
  notes.trial = { of: "message", type };
  notes.acts = false;
  notes.isNamed = false;
  I.phase = "later";
  I.held.clear();
  I.fate = "awaited";
  const [changes, v] = I.journal.branch(() => callFunction(I, handler, args, code.self, code.at));
  objectFields.forgetChanged();
  notes.trial = null;
  // Whoever fails at it has not dropped it.
  const fails = v.kind === "unknown" && v.throws === true;
  const answers = alternatives(v).some((a) => !isLit(a, undefined) && !isLit(a, null) && !args.includes(a));
  const isChanged = [...changes.keys()].some((target) => !objectFields.isTable(target));
  if (notes.acts || isChanged || answers || fails || I.exhausted) return true;
  // Whoever says its type and does nothing has thought of it, unless it leaves that to a hook that nobody fills.
  return notes.isNamed && !(code.self !== null && leavesItToNobody(I, handler.func, code.self));
}

/** Whether the methods that a handler calls are all empty, or are not there. */
function leavesItToNobody(I: Interpreter, handler: Func, self: Inst): boolean {
  if (self.cls.kind !== "class") return false;
  const { members } = chainOf(I, self.cls);
  const isEmpty = (func: Func | null | undefined): boolean =>
    func != null && Array.isArray(func.body) && func.body.length === 0;
  let calls = 0;
  let idle = 0;
  eachExpr(handler, (x) => {
    if (x.kind !== "call" || x.callee.kind !== "get" || x.callee.object.kind !== "this") return;
    calls++;
    const member = members.get(x.callee.name)?.member;
    const isAbsent = member === undefined ? x.optional : member.kind === "field" && member.value === null;
    if (
      isAbsent ||
      isEmpty(member?.func) ||
      (member?.value?.kind === "function" && isEmpty(member.value.func))
    )
      idle++;
  });
  return calls > 0 && calls === idle;
}
