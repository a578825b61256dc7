/** The driver of a page that looks at a program: it cannot be taken back, and is given faults once that is allowed. */
import type { RunAction, RunInput } from "../../model/index.ts";
import {
  LIVE_FAULTS,
  type LiveFault,
  type LiveHostMessage,
  type LoadResult,
  type ProcessView,
  type RunStatus,
} from "../../protocol/index.ts";
import { ask, post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { live } from "../state/view.ts";
import type { Capabilities, DriverEvents, RunDriver } from "./driver.ts";
import { figures } from "./figures.ts";
import { leaveOut } from "./left-out.ts";
import { clockStart, hearHost, liveProgram, missed } from "./live.ts";
import { part, takeWanted } from "./recorded.ts";

export class LiveDriver implements RunDriver {
  readonly mode = "code";
  readonly can: Capabilities;
  readonly #events: DriverEvents;
  /** A recording is over before it is looked at. */
  readonly #recorded: boolean;
  readonly #hearNoMore: () => void;
  readonly #views = new Map<number, (view: ProcessView | null) => void>();
  #nextId = 1;
  #over = false;
  #last = { seq: 0, at: 0, heard: performance.now() };
  #begun: (() => void) | null = null;
  #heardBeginning = false;

  constructor(events: DriverEvents) {
    this.#events = events;
    this.#recorded = liveProgram.peek()?.recording != null;
    this.can = {
      clock: this.#recorded ? "recorded" : "real",
      replay: false,
      faults: !this.#recorded,
      resume: !this.#recorded,
      outside: false,
      state: "fields",
    };
    this.#hearNoMore = hearHost((message) => this.#hear(message));
  }

  #hear(message: LiveHostMessage): void {
    switch (message.type) {
      case "liveBegan":
        clockStart.value = message.clock;
        missed.value = message.missed;
        figures.value = null;
        this.#events.onModel?.(message.model);
        return;
      case "liveEvents":
        this.#take(message);
        return;
      case "liveWindow":
        part.value = message;
        return;
      case "liveProcess":
        this.#views.get(message.id)?.(message.view);
        this.#views.delete(message.id);
        return;
      case "liveNote":
        this.#events.onNote?.(message.text);
        return;
      case "liveEnded":
        if (this.#over) return;
        this.#over = true;
        this.#events.onStopped({ why: "failed", message: message.reason, callback: null });
    }
  }

  #take({ events, left, reset }: Extract<LiveHostMessage, { type: "liveEvents" }>): void {
    // What was under way to the driver before this one: nobody understands it without its beginning.
    if (reset) this.#heardBeginning = true;
    else if (!this.#heardBeginning) return;
    const event = events.at(-1);
    // Of a recording's part: after what leads to it.
    const after = reset ? (part.peek()?.begun ?? 0) : this.#last.seq;
    leaveOut(left, after + 1, reset);
    if (event !== undefined) this.#last = { seq: event.seq, at: event.at, heard: performance.now() };
    this.#events.onEvent({ type: "trace", reset, events });
    this.#begun?.();
  }

  #status(): RunStatus {
    const { seq, at, heard } = this.#last;
    return {
      state: this.#recorded ? "ended" : "running",
      now: this.#recorded ? Math.ceil(at) : Math.max(at, Math.round(at + performance.now() - heard)),
      step: 0,
      seq,
      inputs: 0,
      busy: false,
      nextDeadline: null,
      processes: live.peek()?.alive ?? 0,
      running: [],
      reason: null,
    };
  }

  load(): Promise<LoadResult> {
    return new Promise((resolve) => {
      this.#begun = () => resolve({ status: this.#status(), assumptions: [], notes: [] });
      const seq = takeWanted();
      post(seq === null ? { type: "liveWatch" } : { type: "liveSeek", seq });
    });
  }

  async advance(): Promise<RunStatus> {
    return this.#status();
  }

  async step(): Promise<RunStatus> {
    return this.#status();
  }

  async replay(): Promise<never> {
    throw new Error(t("A running program cannot be taken back to an earlier moment."));
  }

  demonstrate(): Promise<never> {
    return this.replay();
  }

  async input(action: RunAction): Promise<{ status: RunStatus; input: RunInput }> {
    const input: RunInput = { action, at: Math.round(this.#status().now), step: 0 };
    const fault = faultOf(action);
    const pid = pidOf(action);
    if (fault === null || pid === null) throw new Error(t("This cannot be done to a running program."));
    const reason = "reason" in action ? String(action.reason) : "";
    const { ok, message } = await ask({ type: "liveCommand", fault, pid, reason });
    if (!ok) throw new Error(message ?? "");
    return { status: this.#status(), input };
  }

  inspect(pid: number): Promise<ProcessView | null> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#views.set(id, resolve);
      post({ type: "liveInspect", id, pid });
    });
  }

  close(): void {
    this.#over = true;
    this.#hearNoMore();
    for (const settle of this.#views.values()) settle(null);
    this.#views.clear();
  }
}

function faultOf({ kind }: RunAction): LiveFault | null {
  if (kind === "stop") return "exit";
  return LIVE_FAULTS.find((fault) => fault === kind) ?? null;
}

function pidOf(action: RunAction): number | null {
  const path = "target" in action && "path" in action.target ? action.target.path : null;
  return live.peek()?.nodes.get(path ?? "")?.pid ?? null;
}
