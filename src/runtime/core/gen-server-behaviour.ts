/** The loop of a GenServer: from a message to a callback, from its result to what follows. */

import { reasonOfThrown } from "../errors.ts";
import {
  Continue,
  type ExitMessage,
  hibernate,
  ignore,
  type Next,
  noReply,
  Ok,
  Reply,
  Stop,
  Timeout,
} from "../protocol.ts";
import { describeTerm, type ExitReason, formatReason } from "../reason.ts";
import type { Behaviour } from "./behaviour.ts";
import { replyCall } from "./call.ts";
import type { PendingCall } from "./calls.ts";
import { construct } from "./identity.ts";
import { interruptIfAsked } from "./intrude.ts";
import { BIT } from "./kinds.ts";
import { depositFirst, type ExitNotice, type Proc } from "./proc.ts";
import { reportError } from "./reporting.ts";
import { exitProc, type Origin, STOPPED, tellCaller } from "./signals.ts";
import { started } from "./start.ts";
import type { HandledTag } from "./states.ts";
import { abandon, isThenable } from "./thenables.ts";
import { awaitMessage } from "./timeouts.ts";

/** A GenServer as its loop sees it: untyped, since what arrives is whatever was sent. */
interface Server {
  init(...args: readonly unknown[]): unknown;
  handleCall(request: unknown, from: unknown): unknown;
  handleCast(message: unknown): unknown;
  handleInfo(message: unknown): unknown;
  handleContinue(term: unknown): unknown;
  terminate(reason: ExitReason): unknown;
}

/** Waits for the promise of a callback; `then` gets its value, a rejection counts as thrown by the callback. */
export function awaitCallback(
  proc: Proc,
  promise: PromiseLike<unknown>,
  then: (value: unknown) => void,
  failed: (thrown: unknown) => void,
): void {
  proc.state = "awaiting";
  proc.pending = promise;
  proc.waitingSince = Math.floor(proc.core.now());
  // A process that has died meanwhile is done: neither value nor rejection means anything.
  const go = (next: (what: unknown) => void, what: unknown): void => {
    if (proc.state !== "awaiting" || proc.pending !== promise) {
      abandon(what);
      return;
    }
    proc.state = "running";
    proc.pending = null;
    proc.core.activity++;
    try {
      next(what);
    } catch (thrown) {
      // A value that throws when it is looked at.
      if (next === failed) throw thrown;
      failed(thrown);
    }
    proc.core.rest(proc);
  };
  const { around } = proc.core;
  const settled = around === null ? go : around.resuming(proc, go);
  try {
    promise.then(
      (value) => settled(then, value),
      (thrown: unknown) => settled(failed, thrown),
    );
  } catch (thrown) {
    // Promises do not throw here; what merely looks like one may.
    settled(failed, thrown);
  }
  interruptIfAsked(proc);
}

/** The origin of an exit that an exception caused; its text is made only if somebody observes. */
function thrownOrigin(proc: Proc, reason: ExitReason): Origin {
  return { type: "error", message: proc.core.wanting(BIT.exit) === null ? "" : formatReason(reason) };
}

/** A callback has thrown that was handling `content`. */
function crashed(proc: Proc, thrown: unknown, tag: HandledTag, content: unknown): void {
  if (proc.state === "dead") return;
  const reason = reasonOfThrown(thrown);
  terminate(proc, reason, thrownOrigin(proc, reason), tag, content);
}

/** Who gets a reply when the process has terminated. */
interface LastReply {
  readonly call: PendingCall;
  readonly value: unknown;
}

/**
 * Runs `terminate`, answers the call that it stops with if there is one, and exits. `content` is what the server was
 * handling.
 */
function terminate(
  proc: Proc,
  reason: ExitReason,
  origin: Origin,
  tag: HandledTag,
  content: unknown,
  last: LastReply | null = null,
): void {
  const server = proc.instance as Server | null;
  reportError(proc, reason, tag, content);
  proc.at = "terminate";
  if (server === null) {
    exitProc(proc, reason, origin);
    return;
  }
  proc.core.wanting(BIT.terminate)?.emit({ type: "terminate", pid: proc.id, reason: formatReason(reason) });
  const failed = (thrown: unknown): void => {
    const worse = reasonOfThrown(thrown);
    // What terminate throws as a value is a return value like any other: it is not looked at.
    leave(proc, isThrow(worse) ? reason : worse, thrownOrigin(proc, worse), last);
  };
  proc.core.around?.detector?.mark(proc, "terminate");
  let result: unknown;
  let promise: PromiseLike<unknown> | null;
  try {
    result = server.terminate(reason);
    promise = isThenable(result) ? result : null;
  } catch (thrown) {
    failed(thrown);
    return;
  }
  // What it returns is not looked at.
  abandon(result);
  if (proc.state === "dead") return;
  if (promise !== null) awaitCallback(proc, promise, () => leave(proc, reason, origin, last), failed);
  else leave(proc, reason, origin, last);
}

/**
 * Exits. A last reply is on its way before the exit signals are, but its caller has not run in between: one that is
 * linked and does not trap exits is dead before it can look at it.
 */
function leave(proc: Proc, reason: ExitReason, origin: Origin, last: LastReply | null): void {
  if (last !== null && last.call.caller !== null) abandon(last.value);
  if (last === null || last.call.callee !== proc || proc.state === "dead") {
    exitProc(proc, reason, origin);
    return;
  }
  const { call, value } = last;
  proc.core.messages?.replied(proc, call, value);
  call.detach();
  exitProc(proc, reason, origin);
  tellCaller(call, false, value);
}

function isThrow(reason: ExitReason): boolean {
  try {
    return typeof reason === "object" && reason !== null && "bad_return_value" in reason;
  } catch {
    return false;
  }
}

function stopped(
  proc: Proc,
  result: Stop,
  call: PendingCall | null,
  tag: HandledTag,
  content: unknown,
): void {
  const { reason, reply } = result;
  if (reply === undefined) terminate(proc, reason, STOPPED, tag, content);
  // Only a call can be answered: elsewhere OTP takes that for nonsense, too.
  else if (call === null) badReturn(proc, result, tag, content);
  else terminate(proc, reason, STOPPED, tag, content, { call, value: reply.value });
}

function badReturn(proc: Proc, value: unknown, tag: HandledTag, content: unknown): void {
  abandon(value);
  const message = `bad return value: ${describeTerm(value)}`;
  terminate(proc, { bad_return_value: value }, { type: "error", message }, tag, content);
}

/** What follows the result of handleCast, handleInfo or handleContinue for `content`; `rounds`: continues before it in a row. */
function handled(proc: Proc, result: unknown, tag: HandledTag, content: unknown, rounds = 0): void {
  if (proc.state === "dead") {
    abandon(result);
    return;
  }
  if (result === undefined) {
    proc.at = null;
    return;
  }
  if (result instanceof Stop) stopped(proc, result, null, tag, content);
  else if (isNext(result)) goOn(proc, result, tag, content, rounds);
  else if (isThenable(result)) {
    awaitCallback(
      proc,
      result,
      (value) =>
        isThenable(value) ? badReturn(proc, value, tag, content) : handled(proc, value, tag, content, rounds),
      (thrown) => crashed(proc, thrown, tag, content),
    );
  } else badReturn(proc, result, tag, content);
}

function isNext(result: unknown): result is Next {
  return result instanceof Continue || result instanceof Timeout || result === hibernate;
}

/** Continues in a row before the process goes to the back of the queue, as after so many messages. */
const ROUNDS = 64;

/** Does what a callback has asked for besides its result, having handled `content`. */
function goOn(proc: Proc, first: Next, tag: HandledTag, content: unknown, before = 0): void {
  let next = first;
  for (let rounds = before; next instanceof Continue; rounds++) {
    const { term } = next;
    if (rounds === ROUNDS) {
      depositFirst(
        proc,
        "control",
        proc.core.bind(() => goOn(proc, new Continue(term), "continue", term)),
      );
      proc.at = null;
      return;
    }
    proc.at = "handleContinue";
    try {
      if (proc.core.around !== null) proc.core.around.detector?.mark(proc, "handleContinue");
      if (proc.core.guard !== null) proc.core.guard.entering(proc.id, "handleContinue");
      const result = (proc.instance as Server).handleContinue(term);
      if (!isNext(result) || proc.state === "dead") {
        handled(proc, result, "continue", term, rounds + 1);
        return;
      }
      next = result;
    } catch (thrown) {
      crashed(proc, thrown, "continue", term);
      return;
    }
  }
  if (!isNext(next)) badReturn(proc, next, tag, content);
  else {
    proc.at = null;
    if (next instanceof Timeout) awaitMessage(proc, next.ms);
  }
}

/** What follows the result of handleCall. */
function answered(proc: Proc, call: PendingCall, result: unknown): void {
  if (proc.state === "dead") {
    abandon(result);
    return;
  }
  if (result instanceof Reply) {
    replyCall(proc, call, result.value);
    if (result.next !== undefined) goOn(proc, result.next, "call", call);
    else proc.at = null;
  } else if (result === noReply) proc.at = null;
  else if (result instanceof Stop) stopped(proc, result, call, "call", call);
  else if (isNext(result)) goOn(proc, result, "call", call);
  else if (isThenable(result)) {
    awaitCallback(
      proc,
      result,
      (value) => (isThenable(value) ? badReturn(proc, value, "call", call) : answered(proc, call, value)),
      (thrown) => crashed(proc, thrown, "call", call),
    );
  } else badReturn(proc, result, "call", call);
}

/** Looks at a result, which may throw when it is looked at. */
function guarded(proc: Proc, result: unknown, tag: HandledTag, content: unknown): void {
  try {
    handled(proc, result, tag, content);
  } catch (thrown) {
    crashed(proc, thrown, tag, content);
  }
}

/** What follows the result of init. */
function initialised(proc: Proc, result: unknown): void {
  if (proc.state === "dead") {
    abandon(result);
    return;
  }
  if (result === undefined) {
    proc.at = null;
    started(proc, undefined);
  } else if (result instanceof Ok) {
    proc.at = null;
    started(proc, result.extra);
    if (result.next !== undefined) goOn(proc, result.next, null, undefined);
  } else if (isNext(result)) {
    started(proc, undefined);
    goOn(proc, result, null, undefined);
  } else if (result === ignore) {
    const { starter } = proc;
    proc.starter = null;
    exitProc(proc, "normal", STOPPED);
    starter?.tell({ type: "ignore" });
  } else if (result instanceof Stop) {
    abandon(result);
    exitProc(proc, result.reason, STOPPED);
  } else if (isThenable(result)) {
    awaitCallback(
      proc,
      result,
      (value) => (isThenable(value) ? initFailed(proc, value) : initialised(proc, value)),
      (thrown) => initFailed(proc, thrown),
    );
  } else {
    initFailed(proc, result);
  }
}

function initFailed(proc: Proc, thrown: unknown): void {
  abandon(thrown);
  if (proc.state === "dead") return;
  const reason = reasonOfThrown(thrown);
  exitProc(proc, reason, thrownOrigin(proc, reason));
}

export const genServerBehaviour: Behaviour = {
  kind: "worker",

  begin(proc, start) {
    proc.at = "init";
    let result: unknown;
    try {
      const server = construct(start[0] as new () => object, proc) as Server;
      proc.instance = server;
      result = start.length === 1 ? server.init() : server.init(...start.slice(1));
    } catch (thrown) {
      initFailed(proc, thrown);
      return;
    }
    try {
      initialised(proc, result);
    } catch (thrown) {
      initFailed(proc, thrown);
    }
  },

  handle(proc, tag, content) {
    const server = proc.instance as Server;
    const { messages } = proc.core;
    let result: unknown;
    try {
      switch (tag) {
        case "cast":
          if (messages !== null) messages.receive(proc, "cast", content);
          proc.at = "handleCast";
          result = server.handleCast(content);
          break;
        case "call": {
          const call = content as PendingCall;
          if (messages !== null) messages.callReceived(proc, call);
          proc.at = "handleCall";
          answered(proc, call, server.handleCall(call.request, call));
          return;
        }
        case "info":
        case "down":
          if (messages !== null) messages.receive(proc, "info", content);
          proc.at = "handleInfo";
          result = server.handleInfo(content);
          break;
        case "exit": {
          const { from, reason } = content as ExitNotice;
          if (from === proc.parent) {
            terminate(proc, reason, { type: "signal", from, via: "parent" }, tag, content);
            return;
          }
          const message: ExitMessage = { type: "EXIT", from, reason };
          if (messages !== null) messages.receive(proc, "info", message);
          proc.at = "handleInfo";
          result = server.handleInfo(message);
          break;
        }
        case "control":
          (content as (proc: Proc) => void)(proc);
          return;
      }
    } catch (thrown) {
      crashed(proc, thrown, tag, content);
      return;
    }
    if (result === undefined && proc.state === "running") proc.at = null;
    else guarded(proc, result, tag, content);
  },

  fail(proc, reason, message) {
    const origin: Origin = message === null ? STOPPED : { type: "error", message };
    // A process that has not come up has nothing to clean up: no terminate, as after any failure of init.
    if (proc.starter === null) terminate(proc, reason, origin, null, undefined);
    else exitProc(proc, reason, origin);
  },
};
