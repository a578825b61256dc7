/**
 * Stands where the sandbox's worker would be and sends a synthetic trace at a given rate: the boot of the model's tree, then
 * casts between its workers with a crash and a restart now and then. It speaks the sandbox's protocol; nothing runs in it.
 */
import type { Child, Supervisor, TreeModel } from "../../src/model/index.ts";
import type { FromSandbox, RunStatus, ToSandbox } from "../../src/protocol/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";

/** What is sent, as the run's seed: an integer is all that the page hands through. */
export interface FeedPlan {
  perSecond: number;
  total: number;
}

export const planOf = (seed: number): FeedPlan =>
  seed % 2 === 0
    ? { perSecond: 20_000, total: seed * 1000 }
    : { perSecond: Number.POSITIVE_INFINITY, total: (seed - 1) * 1000 };

/** An event without its number and its time. */
type Part = {
  [T in TraceEvent["type"]]: Omit<Extract<TraceEvent, { type: T }>, "seq" | "at">;
}[TraceEvent["type"]];

const BATCH = 1000;
const EVERY = 25;

interface Place {
  supervisor: number;
  id: string;
  pid: number;
  incarnation: number;
}

class Feed {
  readonly #port: MessagePort;
  #plan: FeedPlan = { perSecond: 0, total: 0 };
  #batch: TraceEvent[] = [];
  #seq = 0;
  #at = 0;
  #pid = 1;
  #begun = 0;
  #booted = 0;
  readonly #workers: Place[] = [];
  #state = 12345;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (event) => this.#receive(event.data as ToSandbox);
    this.#post({ kind: "event", event: { type: "ready" } });
  }

  #receive(message: ToSandbox): void {
    if (message.kind === "ping") this.#post({ kind: "pong", id: message.id });
    if (message.kind !== "request") return;
    const { id, request } = message;
    if (request.type === "load") {
      this.#plan = planOf(request.seed);
      this.#boot(request.model);
      this.#begun = performance.now();
      if (Number.isFinite(this.#plan.perSecond)) setTimeout(() => this.#go(), EVERY);
    } else if (request.type === "advance" && !Number.isFinite(this.#plan.perSecond)) {
      // As the engine does: what time brings comes when the page lets it pass.
      this.#go();
    }
    const status = this.#status();
    const result = request.type === "load" ? { status, assumptions: [], notes: [] } : status;
    this.#post({ kind: "answer", id, type: request.type, result });
  }

  #boot(model: TreeModel): void {
    this.#flush(true);
    const byKey = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
    for (const root of model.roots) this.#startSupervisor(byKey, byKey.get(root)!, null);
    this.#flush();
    this.#booted = this.#seq;
  }

  #startSupervisor(byKey: Map<string, Supervisor>, supervisor: Supervisor, place: Place | null): number {
    const pid = this.#spawn("supervisor", supervisor.name, place?.supervisor ?? null);
    for (const child of supervisor.children) this.#startChild(byKey, child, pid);
    this.#add({ type: "running", pid });
    return pid;
  }

  #startChild(byKey: Map<string, Supervisor>, child: Child, supervisor: number): void {
    const place: Place = { supervisor, id: child.id ?? "?", pid: 0, incarnation: 1 };
    const below = child.supervisor === null ? undefined : byKey.get(child.supervisor);
    this.#add({ type: "child_starting", child: { supervisor, id: place.id }, incarnation: 1 });
    if (below === undefined) {
      this.#workers.push(place);
      place.pid = this.#spawn("worker", place.id, supervisor);
      this.#add({ type: "running", pid: place.pid });
    } else {
      place.pid = this.#startSupervisor(byKey, below, place);
    }
    this.#started(place);
  }

  #spawn(kind: "worker" | "supervisor", label: string, parent: number | null): number {
    const pid = this.#pid++;
    this.#add({ type: "spawn", pid, parent, kind, label, linked: parent !== null });
    if (parent !== null) this.#add({ type: "link", a: parent, b: pid });
    return pid;
  }

  #started({ supervisor, id, pid, incarnation }: Place, cause?: number): void {
    this.#add({
      type: "child_started",
      child: { supervisor, id },
      incarnation,
      pid,
      result: "ok",
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** What is due by now. */
  #go(): void {
    const { perSecond, total } = this.#plan;
    const paced = Number.isFinite(perSecond);
    const due = paced
      ? Math.min(total, this.#booted + ((performance.now() - this.#begun) / 1000) * perSecond)
      : total;
    const most = this.#seq + 20 * BATCH;
    while (this.#seq < Math.min(due, most)) {
      this.#at += 0.05;
      if (this.#next(1000) < 4 && this.#seq + 8 < total) this.#crash();
      else this.#cast();
    }
    this.#flush();
    if (paced && this.#seq < total) setTimeout(() => this.#go(), EVERY);
  }

  #cast(): void {
    const from = this.#worker().pid;
    const to = this.#worker().pid;
    const message = '{type: "work", id: 7}';
    this.#add({ type: "send", from, to, kind: "cast", message });
    if (this.#seq < this.#plan.total) this.#add({ type: "receive", pid: to, kind: "cast", message });
  }

  #crash(): void {
    const place = this.#worker();
    const { supervisor, id, pid } = place;
    const child = { supervisor, id };
    const reason = "Error: boom";
    this.#at += 6000; // so that no budget is spent
    this.#add({ type: "exit", pid, reason, normal: false, origin: { type: "error", message: "boom" } });
    this.#add({ type: "exit_signal", from: pid, to: supervisor, reason, via: "link", effect: "message" });
    const budget = { used: 1, intensity: 3, period: 5 };
    this.#add({
      type: "decision",
      child,
      pid,
      reason,
      strategy: "one_for_one",
      decision: "restart",
      affected: [id],
      budget,
    });
    const cause = this.#seq;
    place.incarnation += 1;
    this.#add({ type: "child_starting", child, incarnation: place.incarnation });
    place.pid = this.#spawn("worker", id, supervisor);
    this.#add({ type: "running", pid: place.pid });
    this.#started(place, cause);
  }

  #worker(): Place {
    return this.#workers[this.#next(this.#workers.length)]!;
  }

  /** xorshift32 */
  #next(below: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % below;
  }

  #add(part: Part): void {
    this.#seq += 1;
    this.#batch.push({ seq: this.#seq, at: this.#at, ...part } as TraceEvent);
    if (this.#batch.length >= BATCH) this.#flush();
  }

  #flush(reset = false): void {
    if (this.#batch.length === 0 && !reset) return;
    this.#post({ kind: "event", event: { type: "trace", reset, events: this.#batch } });
    this.#batch = [];
  }

  #status(): RunStatus {
    return {
      state: "running",
      now: this.#at,
      step: this.#seq,
      seq: this.#seq,
      inputs: 0,
      busy: true,
      nextDeadline: null,
      processes: this.#workers.length,
      running: [],
      reason: null,
    };
  }

  #post(message: FromSandbox): void {
    this.#port.postMessage(message);
  }
}

self.addEventListener("message", (event) => new Feed(event.ports[0]!), { once: true });
