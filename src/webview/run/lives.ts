/** The lives of every place of the tree: when each incarnation began, when and how it ended. */
import type { TraceEvent } from "../../runtime/trace.ts";
import type { LiveState } from "../../trace/live.ts";
import type { LiveDraft } from "../../trace/live-draft.ts";
import type { Follower } from "../../trace/timeline.ts";

export interface Life {
  pid: number;
  /** As its card says it. */
  incarnation: number;
  /** Milliseconds of the run, and the event. */
  from: { at: number; seq: number };
  /** Null while it goes on. */
  end: { at: number; seq: number; reason: string; normal: boolean } | null;
}

export class Lives implements Follower {
  readonly #of = new Map<string, Life[]>();
  readonly #byPid = new Map<number, Life>();

  /** @param base what lives when this begins: how it began is not known any more */
  constructor(base: LiveState | null = null) {
    if (base === null) return;
    for (const [path, { pid, incarnation, since, sinceSeq }] of base.nodes)
      if (pid !== null)
        this.#begin(path, { pid, incarnation, from: { at: since, seq: sinceSeq }, end: null });
  }

  before(): void {}

  after(draft: LiveDraft, event: TraceEvent): void {
    const { seq, at } = event;
    if (event.type === "spawn") {
      const path = draft.byPid.get(event.pid);
      const incarnation = path === undefined ? undefined : draft.nodes.get(path)?.incarnation;
      if (path !== undefined && incarnation !== undefined)
        this.#begin(path, { pid: event.pid, incarnation, from: { at, seq }, end: null });
    } else if (event.type === "exit") {
      const life = this.#byPid.get(event.pid);
      if (life !== undefined) life.end = { at, seq, reason: event.reason, normal: event.normal };
    }
  }

  batched(): void {}

  /** The first life first. */
  of(path: string): readonly Life[] {
    return this.#of.get(path) ?? [];
  }

  /** The life of a process; null where it began before this and had ended. */
  ofProcess(pid: number): Life | null {
    return this.#byPid.get(pid) ?? null;
  }

  #begin(path: string, life: Life): void {
    const there = this.#of.get(path);
    if (there === undefined) this.#of.set(path, [life]);
    else there.push(life);
    this.#byPid.set(life.pid, life);
  }
}
