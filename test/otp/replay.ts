/** Replays scenarios on our runtime, with virtual time. */
import {
  CallError,
  type ChildInfo,
  type Pid,
  type StartChildResult,
  StartError,
  System,
  type Target,
} from "../../src/runtime/index.ts";
import { childSpec, type Deed, Sup } from "./processes.ts";
import type { Block, Json, NextSpec, Op, Request, Scenario, Term } from "./scenario.ts";
import { World } from "./world.ts";

export interface ReplayOptions {
  /** Draws the order of turns. */
  seed?: number;
  /** Calls and starts run at once, as they do with the real clock. */
  inline?: boolean;
}

class Replay {
  readonly #world = new World();
  readonly #system: System;
  #root: Pid | null = null;

  constructor(options: ReplayOptions) {
    this.#system = new System({
      clock: "virtual",
      observer: this.#world.observe,
      inline: options.inline ?? false,
      otp25Defects: true,
      ...(options.seed === undefined ? {} : { seed: options.seed, shuffle: true }),
    });
    this.#world.lookup((id) => this.#system.pid(id));
  }

  async run(scenario: Scenario): Promise<Block[]> {
    const blocks = [this.#block("start", await this.#start(scenario))];
    for (const [i, op] of scenario.ops.entries()) blocks.push(this.#block(i, await this.#do(op)));
    return blocks;
  }

  #block(op: "start" | number, result: Json): Block {
    return { op, ...(result === null ? {} : { result }), events: this.#world.cut() };
  }

  async #start({ tree }: Scenario): Promise<Json> {
    this.#world.startRoot(tree.id);
    let result: Json = "ok";
    const root = this.#system.start([Sup, this.#world, tree]).then(
      (pid) => {
        this.#root = pid;
        this.#world.rootStarted(tree.id, "ok", pid);
      },
      (error: unknown) => {
        if (!(error instanceof StartError)) throw error;
        result = error.reason === "ignore" ? "ignore" : { error: this.#world.json(error.reason) };
        this.#world.rootStarted(tree.id, result, null);
      },
    );
    await this.#system.settle();
    await root;
    return result;
  }

  async #do(op: Op): Promise<Json> {
    if (op.op === "batch") {
      const results: Promise<Json>[] = [];
      for (const one of op.ops ?? []) {
        results.push(this.#issue(one));
        await this.#system.advance(op.gap ?? 20);
      }
      await this.#system.settle();
      return Promise.all(results);
    }
    if (op.op === "advance") {
      await this.#system.advance(op.ms ?? 0);
      await this.#system.settle();
      return null;
    }
    const result = this.#issue(op);
    await this.#system.settle();
    return result;
  }

  /** Issues an op; the promise is its result. */
  async #issue(op: Op): Promise<Json> {
    const world = this.#world;
    if (op.op === "stop") {
      if (this.#root === null) return "unresolved";
      await this.#system.stopProcess(this.#root);
      return null;
    }
    if (op.op === "whereis") {
      const pid = this.#system.whereis(op.name as string);
      return pid === undefined ? "undefined" : world.nameOf(pid);
    }
    const targets = new Map<string, Target>();
    for (const key of ["proc", "from", "to", "sup"] as const) {
      const ref = op[key];
      if (ref === undefined || ref === "outside") continue;
      const target = typeof ref === "string" ? world.resolve(ref) : ref.name;
      if (target === undefined) return "unresolved";
      targets.set(key, target);
    }
    if (targets.has("sup")) return this.#administer(op, targets.get("sup") as Pid);
    return this.#act(op, targets);
  }

  async #act(op: Op, targets: Map<string, Target>): Promise<Json> {
    const system = this.#system;
    const from = targets.get("from") as Pid | undefined;
    const to = targets.get("to") as Pid;
    const doing = (who: Pid, deed: Deed): null => {
      system.cast(who, { type: "do", deed });
      return null;
    };
    switch (op.op) {
      case "crash":
        return doing(targets.get("proc") as Pid, {
          do: "crash",
          how: op.how ?? "stop",
          reason: op.reason as Term,
        });
      case "exit_signal":
        if (from !== undefined) return doing(from, { do: "exit_signal", pid: to, reason: op.reason as Term });
        system.sendExit(to, op.reason as Term);
        return null;
      case "link":
      case "unlink":
      case "monitor":
      case "demonitor":
        return doing(from as Pid, { do: op.op, pid: to });
      case "trap_exit":
        return doing(targets.get("proc") as Pid, { do: "trap_exit", value: op.value as boolean });
      case "cast":
        system.cast(to, { type: "msg", msg: op.msg });
        return null;
      case "send":
        if (from !== undefined) return doing(from, { do: "send", to, msg: op.msg as Json });
        system.send(to, { type: "msg", msg: op.msg });
        return null;
      case "send_after":
        return doing(from as Pid, { do: "send_after", pid: to, ms: op.ms as number, msg: op.msg as Json });
      case "cancel_timer":
        return doing(targets.get("proc") as Pid, { do: "cancel_timer" });
      case "stop_server":
        return outcome(this.#world, () =>
          system.stopServer(targets.get("proc") as Pid, op.reason ?? "normal", op.timeout ?? 3000),
        );
      case "suspend":
        return outcome(this.#world, () => system.suspendProcess(targets.get("proc") as Pid));
      case "resume":
        return outcome(this.#world, () => system.resumeProcess(targets.get("proc") as Pid));
      case "next":
        return doing(targets.get("proc") as Pid, { do: "next", next: op.next as NextSpec });
      case "call": {
        if (from !== undefined) return doing(from, { do: "call", to, op });
        const request = { request: op.request as Request };
        await this.#world.recordCall("outside", () => system.call(to, request, op.timeout ?? 5000));
        return null;
      }
      default:
        throw new Error(`unknown op ${op.op}`);
    }
  }

  async #administer(op: Op, sup: Pid): Promise<Json> {
    try {
      return await this.#administration(op, sup);
    } catch (error) {
      if (error instanceof CallError) return { exit: this.#world.json(error.reason) };
      throw error;
    }
  }

  async #administration(op: Op, sup: Pid): Promise<Json> {
    const system = this.#system;
    const world = this.#world;
    switch (op.op) {
      case "which_children":
        return children(world, await system.whichChildren(sup));
      case "count_children":
        return { ...(await system.countChildren(sup)) };
      case "start_child": {
        const what = op.spec === undefined ? [op.name] : childSpec(world, op.spec);
        return startResult(world, await system.startChildResult(sup, what));
      }
    }
    const child = op.by_pid === true ? world.resolve(op.child as string) : op.child;
    if (child === undefined) return "unresolved";
    switch (op.op) {
      case "terminate_child": {
        const result = await system.terminateChild(sup, child);
        return result.error === undefined ? "ok" : { error: result.error };
      }
      case "delete_child": {
        const result = await system.deleteChild(sup, child);
        return result.error === undefined ? "ok" : { error: result.error };
      }
      case "restart_child": {
        const result = await system.restartChild(sup, child);
        if (result.error === undefined) return okResult(world, result);
        return { error: typeof result.error === "string" ? result.error : world.json(result.error.reason) };
      }
      case "get_childspec": {
        const result = await system.getChildSpec(sup, child);
        if (result.error !== undefined) return { error: result.error };
        const { id, restart, shutdown, significant, type } = result.ok;
        return { ok: { id, restart, shutdown, significant, type } };
      }
      default:
        throw new Error(`unknown op ${op.op}`);
    }
  }
}

async function outcome(world: World, act: () => Promise<void>): Promise<Json> {
  try {
    await act();
    return "ok";
  } catch (error) {
    if (error instanceof CallError) return { exit: world.json(error.reason) };
    throw error;
  }
}

function children(world: World, list: ChildInfo[]): Json {
  const rows: [string, string, string][] = list.map(({ id, child, type }) => [
    id ?? "undefined",
    child === undefined ? "undefined" : child === "restarting" ? child : world.nameOf(child),
    type,
  ]);
  // Under simple_one_for_one OTP leaves the order open.
  if (list.length > 0 && list.every(({ id }) => id === undefined)) {
    rows.sort((a, b) => (a.join() < b.join() ? -1 : 1));
  }
  return rows;
}

function okResult(world: World, result: { ok: Pid | undefined; extra?: unknown }): Json {
  const name = result.ok === undefined ? "undefined" : world.nameOf(result.ok);
  return { ok: name, ...(result.extra === undefined ? {} : { extra: result.extra as Json }) };
}

function startResult(world: World, result: StartChildResult): Json {
  const { error } = result;
  if (error === undefined) return okResult(world, result);
  if (typeof error === "string") return { error };
  if ("start_error" in error) return { error: { start_error: world.json(error.start_error) } };
  if ("already_started" in error) return { error: { already_started: world.nameOf(error.already_started) } };
  if ("reason" in error) return { error: world.json(error.reason) };
  return { error: world.specError(error) };
}

/** Replays one scenario; the trace that our runtime shows. */
export function replay(scenario: Scenario, options: ReplayOptions = {}): Promise<Block[]> {
  return new Replay(options).run(scenario);
}
