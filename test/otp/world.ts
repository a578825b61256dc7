/** What the processes of one scenario share: names of processes, and the record of what happened. */
import {
  CallError,
  ErrorTerm,
  type ExitReason,
  isFailedCall,
  type Pid,
  ProcessError,
  type SpecError,
  type TraceEvent,
} from "../../src/runtime/index.ts";
import type { Json } from "./scenario.ts";

export class World {
  #events: { event: Json; exitOf?: string }[] = [];
  readonly #attempts = new Map<string, number>();
  /** Process number to name. */
  readonly #names = new Map<number, string>();
  readonly #pids = new Map<string, Pid>();
  readonly #latest = new Map<string, Pid>();
  readonly #up = new Set<string>();
  /** Start attempts whose process has not come yet, by supervisor. */
  readonly #starting = new Map<number, string>();
  #findPid: (id: number) => Pid | undefined = () => undefined;

  /** How to find a process by its number. */
  lookup(find: (id: number) => Pid | undefined): void {
    this.#findPid = find;
  }

  record(event: Json): void {
    this.#events.push({ event });
  }

  async recordCall(name: string, call: () => Promise<unknown>): Promise<void> {
    let result: Json;
    try {
      result = { reply: (await call()) as Json };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      result = { exit: this.json(error.reason) };
    }
    this.record(["call_result", name, result]);
  }

  /** What happened since the last cut. Exits of processes that never came up are left out. */
  cut(): Json[] {
    const events = this.#events.filter(({ exitOf }) => exitOf === undefined || this.#up.has(exitOf));
    this.#events = [];
    return events.map(({ event }) => event);
  }

  nameOf(pid: Pid): string {
    return this.#names.get(pid.id) ?? "outside";
  }

  /** What the spec has in store for an incarnation; the last entry repeats. */
  outcome<T>(name: string, list: readonly T[]): T {
    const n = Number(name.slice(name.lastIndexOf("#") + 1));
    return list[Math.min(n, list.length) - 1] as T;
  }

  resolve(ref: string): Pid | undefined {
    return this.#latest.get(ref) ?? this.#pids.get(ref);
  }

  #attempt(id: string): string {
    const n = (this.#attempts.get(id) ?? 0) + 1;
    this.#attempts.set(id, n);
    return `${id}#${n}`;
  }

  /** The root is about to start. */
  startRoot(id: string): void {
    this.#starting.set(0, this.#attempt(id));
  }

  rootStarted(id: string, result: Json, pid: Pid | null): void {
    const name = `${id}#1`;
    if (pid !== null) this.#cameUp(id, name, pid);
    this.record(["start", name, "outside", result]);
  }

  #cameUp(id: string, name: string, pid: Pid): void {
    this.#latest.set(id, pid);
    this.#up.add(name);
  }

  /** The system's observer. */
  readonly observe = (event: TraceEvent, term?: unknown): void => {
    switch (event.type) {
      case "child_starting":
        this.#starting.set(event.child.supervisor, this.#attempt(event.child.id));
        return;
      case "spawn": {
        const name = this.#starting.get(event.parent ?? 0);
        if (name === undefined) return;
        this.#names.set(event.pid, name);
        const pid = this.#findPid(event.pid);
        if (pid !== undefined) this.#pids.set(name, pid);
        return;
      }
      case "child_started": {
        const name = this.#starting.get(event.child.supervisor) as string;
        if (event.pid !== null) this.#cameUp(event.child.id, name, this.#pids.get(name) as Pid);
        const by = this.#names.get(event.child.supervisor) ?? "outside";
        const result: Json = event.result === "error" ? { error: this.json(term) } : event.result;
        this.record(["start", name, by, result]);
        return;
      }
      case "exit": {
        const name = this.#names.get(event.pid);
        if (name !== undefined) this.#events.push({ event: ["exit", name, this.json(term)], exitOf: name });
      }
    }
  };

  /** A reason or result as the scenarios spell it. */
  json(term: unknown): Json {
    // The atoms that JSON has words for.
    if (term === "true" || term === "false" || term === "null") return JSON.parse(term) as Json;
    if (typeof term !== "object" || term === null) return term as Json;
    if (Array.isArray(term)) return term.map((item) => this.json(item));
    if ("id" in term && "alive" in term) return this.nameOf(term as Pid);
    if ("start" in term && "id" in term) return { spec: (term as { id: string }).id };
    if (isFailedCall(term as ExitReason)) return { call_exit: this.json((term as { reason: unknown }).reason) };
    if ("raised" in term) return { raised: this.#raised(term.raised) };
    if ("kind" in term && "value" in term) return this.specError(term as unknown as SpecError);
    const entries = Object.entries(term).filter(([key]) => key !== "message");
    return Object.fromEntries(entries.map(([key, value]) => [key, this.json(value)]));
  }

  #raised(error: unknown): Json {
    if (error instanceof ErrorTerm) return this.json(error.term);
    if (error instanceof ProcessError) return error.code;
    return String(error);
  }

  specError(error: SpecError): Json {
    return { [error.kind]: this.json(error.value) };
  }
}
