/** The processes of a scenario: one generic worker, one generic supervisor. */
import {
  type AnyProtocol,
  type CallResult,
  type ChildSpec,
  continueWith,
  ErrorTerm,
  type ExitReason,
  type From,
  GenServer,
  type HandlerResult,
  hibernate,
  type Ignore,
  type Info,
  type InitResult,
  ignore,
  type MonitorRef,
  type Next,
  noReply,
  ok,
  type Pid,
  processName,
  Reply,
  stop,
  Supervisor,
  type SupervisorSpec,
  type Target,
  type TimerRef,
  timeout,
} from "../../src/runtime/index.ts";
import type { Json, NextSpec, Op, Request, SupervisorSpecJson, Term, WorkerSpec } from "./scenario.ts";
import type { World } from "./world.ts";

export type Deed =
  | { do: "crash"; how: string; reason: Term }
  | { do: "link" | "unlink" | "monitor" | "demonitor"; pid: Pid }
  | { do: "trap_exit"; value: boolean }
  | { do: "exit_signal"; pid: Pid; reason: Term }
  | { do: "send"; to: Target; msg: Json }
  | { do: "send_after"; pid: Pid; ms: number; msg: Json }
  | { do: "cancel_timer" }
  | { do: "next"; next: NextSpec }
  | { do: "call"; to: Target; op: Op };

export type WorkerCast = { type: "msg"; msg: Json } | { type: "do"; deed: Deed };

interface LateReply {
  type: "late_reply";
  from: From;
  value: Json;
}

export class Worker extends GenServer<AnyProtocol> {
  #world!: World;
  #spec!: WorkerSpec;
  #name = "";
  #onShutdown: WorkerSpec["on_shutdown"] = "stop";
  readonly #monitors = new Map<Pid, MonitorRef>();
  #timer: TimerRef | null = null;
  /** What the next timeout message is answered with. */
  #onTimeout: NextSpec | null = null;
  #waiting: From | null = null;

  override init(world: World, spec: WorkerSpec): InitResult | Promise<InitResult> {
    this.trapExit(spec.traps_exit ?? false);
    this.#world = world;
    this.#spec = spec;
    this.#name = world.nameOf(this.self);
    this.#onShutdown = spec.on_shutdown ?? "stop";
    const outcome = world.outcome(this.#name, spec.init ?? ["ok"]);
    if (outcome === "ok") return spec.extra === undefined ? undefined : ok(spec.extra);
    if (outcome === "ignore") return ignore;
    if (typeof outcome === "string") throw new Error(`unknown outcome ${outcome}`);
    if (outcome.next !== undefined) return this.#next(outcome.next);
    if (outcome.error !== undefined) return stop(outcome.error);
    if (outcome.crash !== undefined) this.exit(outcome.crash);
    const [ms, reason] = outcome.slow_error as [number, Term];
    return this.sleep(ms).then(() => stop(reason));
  }

  /** What a NEXT asks for. */
  #next(next: NextSpec): Next {
    if (next === "hibernate") return hibernate;
    if (next.timeout !== undefined) {
      const [ms, then] = Array.isArray(next.timeout) ? next.timeout : [next.timeout, null];
      this.#onTimeout = then;
      return timeout(ms);
    }
    if (next.self !== undefined) {
      this.send(this.self as Pid, { type: "msg", msg: next.self[0] });
      return this.#next(next.self[1]);
    }
    if (next.reply !== undefined) {
      if (this.#waiting !== null) this.reply(this.#waiting, next.reply[0]);
      this.#waiting = null;
      return this.#next(next.reply[1]);
    }
    return continueWith(next.continue);
  }

  override handleContinue(term: unknown): HandlerResult {
    const what = term as Json;
    const [message, next] = Array.isArray(what) ? (what as [Json, Json]) : [what, null];
    if (message === "stop") {
      this.#onShutdown = "stop";
      return stop(next as Term);
    }
    if (message === "crash") this.exit(next as Term);
    this.#world.record(["continue", this.#name, message]);
    return next === null ? undefined : this.#next(next as NextSpec);
  }

  override handleCall(call: object, from: From): CallResult | Promise<CallResult> {
    const request = (call as { request: Request }).request;
    if (request === "noreply") return noReply;
    if (request.reply !== undefined) return new Reply(request.reply, undefined);
    if (request.reply_next !== undefined) {
      return new Reply(request.reply_next[0], this.#next(request.reply_next[1]));
    }
    if (request.noreply_next !== undefined) {
      this.#waiting = from;
      return this.#next(request.noreply_next);
    }
    if (request.stop !== undefined) {
      this.#onShutdown = "stop";
      return stop(request.stop);
    }
    if (request.stop_reply !== undefined) {
      this.#onShutdown = "stop";
      return stop(request.stop_reply[0], new Reply(request.stop_reply[1], undefined));
    }
    if (request.crash !== undefined) this.exit(request.crash);
    if (request.raise !== undefined) throw new ErrorTerm(request.raise);
    if (request.reply_after !== undefined) {
      const [ms, value] = request.reply_after;
      this.sendAfter(ms, this.self as Pid, { type: "late_reply", from, value });
      return noReply;
    }
    return this.#forward(request.forward as NonNullable<typeof request.forward>);
  }

  async #forward(forward: { to: string; request: Request; timeout?: number | "infinity" }): Promise<CallResult> {
    // What never ran is the atom `undefined` in Erlang, which is the name of nobody.
    const to = this.#world.resolve(forward.to) ?? processName("undefined");
    const value = await this.call(to, { request: forward.request }, forward.timeout ?? 5000);
    return new Reply(value, undefined);
  }

  override handleCast(message: unknown): HandlerResult | Promise<HandlerResult> {
    const cast = message as WorkerCast;
    if (cast.type === "msg") {
      this.#world.record(["cast", this.#name, cast.msg]);
      return undefined;
    }
    return this.#perform(cast.deed);
  }

  #perform(deed: Deed): HandlerResult | Promise<HandlerResult> {
    switch (deed.do) {
      case "crash":
        return this.#crash(deed.how, deed.reason);
      case "link":
        this.link(deed.pid);
        return;
      case "unlink":
        this.unlink(deed.pid);
        return;
      case "monitor":
        this.#monitors.set(deed.pid, this.monitor(deed.pid));
        return;
      case "demonitor": {
        const ref = this.#monitors.get(deed.pid);
        this.#monitors.delete(deed.pid);
        if (ref !== undefined) this.demonitor(ref);
        return;
      }
      case "trap_exit":
        this.trapExit(deed.value);
        return;
      case "exit_signal":
        this.sendExit(deed.pid, deed.reason);
        return;
      case "send":
        this.send(deed.to as Pid, { type: "msg", msg: deed.msg });
        return;
      case "send_after":
        this.#timer = this.sendAfter(deed.ms, deed.pid, { type: "msg", msg: deed.msg });
        return;
      case "cancel_timer": {
        const left = this.#timer !== null && this.cancelTimer(this.#timer) !== false;
        this.#timer = null;
        this.#world.record(["cancel_timer", this.#name, left]);
        return;
      }
      case "next":
        return this.#next(deed.next);
      case "call":
        return this.#call(deed.to, deed.op);
    }
  }

  #crash(how: string, reason: Term): HandlerResult {
    switch (how) {
      case "stop":
        this.#onShutdown = "stop";
        return stop(reason);
      case "exit":
        return this.exit(reason);
      case "error":
        throw new ErrorTerm(reason);
      default:
        throw reason;
    }
  }

  async #call(to: Target, op: Op): Promise<undefined> {
    const call = () => this.call(to as Pid, { request: op.request as Request }, op.timeout ?? 5000);
    if (op.catch ?? true) await this.#world.recordCall(this.#name, call);
    else {
      const value = (await call()) as Json;
      this.#world.record(["call_result", this.#name, { reply: value }]);
    }
    return undefined;
  }

  override handleInfo(message: Info<object>): HandlerResult {
    const world = this.#world;
    const info = message as Info<{ type: "msg"; msg: Json } | LateReply>;
    switch (info.type) {
      case "late_reply":
        this.reply(info.from, info.value);
        return;
      case "EXIT":
        world.record(["exit_msg", this.#name, world.nameOf(info.from), world.json(info.reason)]);
        return;
      case "DOWN":
        world.record(["down", this.#name, world.nameOf(info.pid), world.json(info.reason)]);
        return;
      case "timeout": {
        world.record(["info", this.#name, "timeout"]);
        const next = this.#onTimeout;
        this.#onTimeout = null;
        return next === null ? undefined : this.#next(next);
      }
      case "msg":
        world.record(["info", this.#name, info.msg]);
    }
  }

  override terminate(reason: ExitReason): void | Promise<void> {
    this.#world.record(["terminate", this.#name, this.#world.json(reason)]);
    if (reason !== "shutdown") return;
    const how = this.#onShutdown;
    if (how === "hang") return new Promise<void>(() => {});
    if (typeof how === "object") this.exit(how.crash);
  }
}

export class Sup extends Supervisor {
  override init(world: World, spec: SupervisorSpecJson): SupervisorSpec | Ignore {
    const name = world.nameOf(this.self);
    if (world.outcome(name, spec.init ?? ["ok"]) === "ignore") return ignore;
    return {
      strategy: spec.strategy,
      intensity: spec.intensity,
      period: spec.period,
      autoShutdown: spec.auto_shutdown,
      children: (spec.children ?? []).map((child) => childSpec(world, child)),
      childLabel: (_: number, args: readonly unknown[]) => args[0] as string,
      // Faulty values are handed on as they are: finding them is the runtime's part.
    } as SupervisorSpec;
  }
}

/** The child spec of a scenario's child, faults included. */
export function childSpec(world: World, spec: WorkerSpec | SupervisorSpecJson): ChildSpec {
  const child: Record<string, unknown> = { id: spec.id };
  child.start = "strategy" in spec ? [Sup, world, spec] : [Worker, world, spec];
  for (const key of ["restart", "shutdown", "significant"] as const) {
    if (spec[key] !== undefined) child[key] = spec[key];
  }
  if ("register" in spec && spec.register !== undefined) child.name = spec.register;
  return child as unknown as ChildSpec;
}
