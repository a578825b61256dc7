/** The lives of every place of the tree: when each incarnation began, when and how it ended. */
import type { TraceEvent } from "../../runtime/trace.ts";
import type { LiveState } from "../../trace/live.ts";

export interface Life {
  pid: number;
  incarnation: number;
  /** Milliseconds of the run, and the event. */
  from: { at: number; seq: number };
  /** Null while it goes on. */
  end: { at: number; seq: number; reason: string; normal: boolean } | null;
}

export class Lives {
  readonly #of = new Map<string, Life[]>();
  readonly #byPid = new Map<number, Life>();
  /** Which life of a child begins next, as its supervisor says: of a program that was running before, not the first. */
  readonly #next = new Map<string, number>();

  /** @param base what lives when this begins: how it began is not known any more */
  constructor(base: LiveState | null = null) {
    if (base === null) return;
    for (const [path, { pid, incarnation, since, sinceSeq }] of base.nodes) {
      if (pid === null) continue;
      const life: Life = { pid, incarnation, from: { at: since, seq: sinceSeq }, end: null };
      this.#of.set(path, [life]);
      this.#byPid.set(pid, life);
    }
  }

  /** @param state after these events */
  push(events: readonly TraceEvent[], state: LiveState): void {
    for (const event of events) {
      const { seq, at } = event;
      if (event.type === "child_starting") {
        const supervisor = state.byPid.get(event.child.supervisor);
        if (supervisor !== undefined) this.#next.set(`${supervisor}/${event.child.id}`, event.incarnation);
      } else if (event.type === "spawn") {
        const path = state.byPid.get(event.pid);
        if (path === undefined) continue;
        const lives = this.#of.get(path) ?? [];
        const life: Life = {
          pid: event.pid,
          incarnation: this.#next.get(path) ?? (lives.at(-1)?.incarnation ?? 0) + 1,
          from: { at, seq },
          end: null,
        };
        lives.push(life);
        this.#of.set(path, lives);
        this.#byPid.set(event.pid, life);
      } else if (event.type === "exit") {
        const life = this.#byPid.get(event.pid);
        this.#byPid.delete(event.pid);
        if (life !== undefined) life.end = { at, seq, reason: event.reason, normal: event.normal };
      }
    }
  }

  /** The first life first. */
  of(path: string): readonly Life[] {
    return this.#of.get(path) ?? [];
  }
}
