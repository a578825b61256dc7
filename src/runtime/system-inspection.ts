/** What tools see of a system: its processes, its events, what holds it up. */
import { labelOf } from "./core/appearance.ts";
import type { Blocked } from "./core/block-detector.ts";
import type { Core } from "./core/core.ts";
import { BIT, bitsOf } from "./core/kinds.ts";
import { liveProc } from "./core/operations.ts";
import { Proc } from "./core/proc.ts";
import { abandon } from "./core/thenables.ts";
import { ProcessError } from "./errors.ts";
import {
  inspect,
  type ProcessInfo,
  type ProcessRelations,
  type ProcessSummary,
  processesOf,
  relate,
  summarize,
} from "./inspect.ts";
import type { Pid, Target } from "./pid.ts";
import { describeTerm } from "./reason.ts";
import { SystemFaults } from "./system-faults.ts";
import type { InjectedFault, Observer, TraceFilter } from "./trace.ts";

/** An observer that fails must not take the processes down that it watches, nor the program: what it throws, or rejects with, is dropped. */
export function harmless(observer: Observer): Observer {
  return (event, term) => {
    try {
      abandon(observer(event, term));
    } catch {
      // It has seen the event; that is all it was promised.
    }
  };
}

/** What can be seen of a {@link System}. */
export class SystemInspection extends SystemFaults {
  readonly #core: Core;

  constructor(core: Core) {
    super(core);
    this.#core = core;
  }

  /** All live processes, oldest first. */
  processes(): ProcessInfo[] {
    const list: ProcessInfo[] = [];
    for (const proc of processesOf(this.#core)) {
      const info = inspect(proc);
      if (info !== undefined) list.push(info);
    }
    return list;
  }

  /** All live processes, oldest first, without their state, links and messages: for many of them, and often. */
  listProcesses(): ProcessSummary[] {
    const list: ProcessSummary[] = [];
    for (const proc of processesOf(this.#core)) {
      const summary = summarize(proc);
      if (summary !== undefined) list.push(summary);
    }
    return list;
  }

  /** All live processes, oldest first, with links, monitors and what supervisors hold, without state and messages. */
  relatedProcesses(): ProcessRelations[] {
    const list: ProcessRelations[] = [];
    for (const proc of processesOf(this.#core)) {
      const relations = relate(proc);
      if (relations !== undefined) list.push(relations);
    }
    return list;
  }

  /**
   * Has `observer` told of the events that `filter` asks for, from now on: `"all"`, `"supervision"`, or a list of event
   * types. Any number may observe at once. What nobody asks for is not even built, so that an observer of supervision
   * costs nothing on calls and casts. What it throws is dropped. Returns what takes the observer back.
   * @throws ProcessError `badarg` for a filter that is none.
   */
  observe(filter: TraceFilter, observer: Observer): () => void {
    if (typeof observer !== "function") {
      throw new ProcessError("badarg", `observe takes a function, not ${describeTerm(observer)}`);
    }
    const bits = bitsOf(filter);
    if (this.#core.guard !== null) {
      throw new ProcessError(
        "badarg",
        "a guarded System has the observer that it was made with, and no other",
      );
    }
    return this.#core.observe(bits, harmless(observer));
  }

  /**
   * Has `tell` told when something has held the event loop up for `limit` milliseconds or more (default 100): the process
   * and the callback where that is known, see {@link Blocked}. That measures every turn, so it has its price; one at a
   * time, the last one counts. Returns what ends it. What `tell` throws is dropped.
   */
  detectBlocking(tell: (blocked: Blocked) => void, { limit = 100 }: { limit?: number } = {}): () => void {
    if (typeof tell !== "function") {
      throw new ProcessError("badarg", `detectBlocking takes a function, not ${describeTerm(tell)}`);
    }
    if (typeof limit !== "number" || !(limit > 0)) {
      throw new ProcessError("badarg", `limit is milliseconds above 0, not ${describeTerm(limit)}`);
    }
    return this.#core.detectBlocking(limit, (blocked) => {
      try {
        abandon(tell(blocked));
      } catch {
        // It has been told.
      }
    });
  }

  /**
   * Whose turn it is, or was last, and its callback, where turns are taken by {@link step}. Between two turns (`inTurn` is
   * false) what follows an `await` may run, of any process.
   */
  get current(): { pid: Pid; callback: string | null; inTurn: boolean } | null {
    const { current, draining } = this.#core;
    return current === null ? null : { pid: current, callback: current.at, inTurn: draining };
  }

  /** How many processes live. */
  get processCount(): number {
    return this.#core.count;
  }

  /** One process; undefined when it is dead. */
  processInfo(target: Target | number): ProcessInfo | undefined {
    const proc = typeof target === "number" ? this.pid(target) : liveProc(this.#core, target);
    return proc instanceof Proc ? inspect(proc) : undefined;
  }

  /** The live process with this number. */
  pid(id: number): Pid | undefined {
    for (const proc of processesOf(this.#core)) if (proc.id === id) return proc;
    return undefined;
  }

  /** What the process is called: its label, name or class. */
  labelOf(pid: Pid): string {
    return pid instanceof Proc ? labelOf(pid) : String(pid);
  }

  /** The registered names. */
  registered(): Map<string, Pid> {
    return new Map(this.#core.names);
  }

  /** Puts a remark into the trace: what the host of the run has done. Returns its number, 0 without an observer. */
  note(note: { text: string; pid?: number | null; fault?: InjectedFault }): number {
    const { text, pid = null, fault } = note;
    return (
      this.#core
        .wanting(BIT.note)
        ?.emit({ type: "note", pid, text, ...(fault === undefined ? {} : { fault }) }) ?? 0
    );
  }

  /** Grows with everything that happens: the same value twice means that nothing did. */
  get activity(): number {
    return this.#core.activity;
  }
}
