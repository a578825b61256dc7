/** Writes traces by hand: numbers and times are filled in. */
import type { TraceEvent } from "../../src/runtime/trace.ts";

type BodyOf<E> = E extends unknown ? Omit<E, "seq" | "at"> : never;
export type Body = BodyOf<TraceEvent>;

export class Script {
  readonly events: TraceEvent[] = [];
  at = 0;

  add(...bodies: Body[]): number {
    for (const body of bodies) {
      this.events.push({ seq: this.events.length + 1, at: this.at, ...body } as TraceEvent);
    }
    return this.events.length;
  }

  wait(ms: number): this {
    this.at += ms;
    return this;
  }

  /** A root supervisor in its init. */
  root(pid: number, label: string): this {
    this.add({ type: "spawn", pid, parent: null, kind: "supervisor", label, linked: false });
    return this;
  }

  running(pid: number): this {
    this.add({ type: "running", pid });
    return this;
  }

  /** A child that starts well. */
  child(
    supervisor: number,
    id: string,
    pid: number,
    more: { incarnation?: number; cause?: number; kind?: "worker" | "supervisor"; inside?: () => void } = {},
  ): this {
    const { incarnation = 1, cause, kind = "worker", inside } = more;
    const child = { supervisor, id };
    this.add(
      { type: "child_starting", child, incarnation },
      { type: "spawn", pid, parent: supervisor, kind, label: id, linked: true },
      { type: "link", a: pid, b: supervisor },
    );
    inside?.();
    this.add(
      { type: "running", pid },
      {
        type: "child_started",
        child,
        incarnation,
        pid,
        result: "ok",
        ...(cause === undefined ? {} : { cause }),
      },
    );
    return this;
  }

  crash(pid: number, reason: string): number {
    return this.add(
      { type: "terminate", pid, reason },
      { type: "exit", pid, reason, normal: false, origin: { type: "error", message: reason } },
    );
  }

  /** A supervisor stops a child. */
  stop(supervisor: number, id: string, pid: number, cause?: number): this {
    this.add(
      {
        type: "child_stopping",
        child: { supervisor, id },
        pid,
        how: "shutdown",
        timeout: 5000,
        ...(cause === undefined ? {} : { cause }),
      },
      {
        type: "exit",
        pid,
        reason: "shutdown",
        normal: true,
        origin: { type: "signal", from: supervisor, via: "parent" },
      },
    );
    return this;
  }

  decide(
    supervisor: number,
    id: string,
    pid: number | null,
    more: {
      reason?: string;
      strategy?: string;
      decision?: "restart" | "give_up" | "keep" | "remove" | "auto_shutdown";
      affected?: string[];
      used?: number;
      intensity?: number;
    } = {},
  ): number {
    const {
      reason = "boom",
      strategy = "one_for_one",
      decision = "restart",
      affected = [id],
      used = 1,
      intensity = 3,
    } = more;
    return this.add({
      type: "decision",
      child: { supervisor, id },
      pid,
      reason,
      strategy,
      decision,
      affected,
      budget: { used, intensity, period: 5 },
    });
  }
}

/** app_sup over conn_sup, registry and http, all running. */
export function app(): Script {
  const script = new Script().root(1, "AppSup");
  return script.child(1, "conn_sup", 2).child(1, "registry", 3).child(1, "http", 4).running(1);
}
