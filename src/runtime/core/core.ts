/**
 * The heart of a system: its processes, its run queue, its time. Messages are handled in turns: a process that
 * has some is in the run queue once, and handles a bounded number of them before the next one's turn.
 *
 * With the real clock the queue is drained in a microtask, or at once by whoever makes a call from outside a
 * callback; after some milliseconds of work the rest waits for the event loop to go round, so that I/O and
 * timers get their turn. With the virtual clock every turn is one message, and whoever owns the system may
 * stop the world between two turns.
 */

import { type Clock, VirtualClock } from "../clock.ts";
import { type Random, seededRandom } from "../random.ts";
import type { ExitReason } from "../reason.ts";
import type { Report } from "../reports.ts";
import type { Guard, Observer } from "../trace.ts";
import { Around } from "./around.ts";
import { BlockDetector, type Blocked } from "./block-detector.ts";
import { type AsyncContexts, Contexts } from "./contexts.ts";
import { type Deadline, Deadlines } from "./deadlines.ts";
import { EVERY, OF_MESSAGES } from "./kinds.ts";
import { Mailbox } from "./mailbox.ts";
import { deposit, extraOf, type Proc } from "./proc.ts";
import { RunQueue } from "./run-queue.ts";
import {
  type AfterTurnOfLoop,
  afterTurnOfLoop,
  BACKLOG,
  GRACE_MS,
  LATE_MS,
  MESSAGES_PER_LOOK,
  MESSAGES_PER_TURN,
  PATIENCE,
  SENDER_SHARE,
  SLICE_MS,
  STARTS_PER_LOOK,
  VIRTUAL_LOOKS,
} from "./scheduling.ts";
import { SignalQueue } from "./signals.ts";
import type { MessageTag } from "./states.ts";
import type { Timer } from "./timers.ts";
import { Tracer } from "./tracer.ts";

const settled = Promise.resolve();

export interface CoreOptions {
  clock: Clock;
  seed: number;
  /** Turns are taken in an order drawn from the seed instead of first come, first served. */
  shuffle: boolean;
  /** Calls and starts run at once where that is possible. */
  inline: boolean;
  otp25Defects: boolean;
  observer: Observer | null;
  report: ((report: Report) => void) | null;
  guard: Guard | null;
  asyncContexts: AsyncContexts | undefined;
  /** The event loop of the world that this is in; null for the host's. */
  afterTurnOfLoop: AfterTurnOfLoop | null;
}

export class Core {
  readonly clock: Clock;
  readonly random: Random;
  /** Builds the events that anybody wants; null while nobody observes. Ask {@link wanting} before building one. */
  trace: Tracer | null = null;
  /** The same for what happens with every message; null also when those who observe want other things only. */
  messages: Tracer | null = null;
  /** Async contexts of messages; null when the system was not given any. */
  readonly contexts: Contexts | null;
  /** What is done around the code of processes; null when that is nothing. */
  around: Around | null = null;
  readonly report: ((report: Report) => void) | null;
  readonly afterTurnOfLoop: AfterTurnOfLoop;
  /** In worlds with a time or a loop of their own, the machine's clock must not change the order of events. */
  readonly #goesByCount: boolean;
  readonly inline: boolean;
  readonly otp25Defects: boolean;
  readonly guard: Guard | null;
  /** A promise was settled whose process must go on before anybody else has a turn. */
  settledPromise = false;
  /** The System that owns this core and has set this. Its type stays out: everything there leads here. */
  declare system: object;
  /** The parent of everything started from outside. It traps exits and answers to nobody. */
  declare owner: Proc;
  /** Stands for code outside any process as the sender of exit signals. */
  declare outside: Proc;
  readonly signals = new SignalQueue();
  readonly names = new Map<string, Proc>();
  /** Deadlines that somebody waits for: calls, shutdowns, sleeps. */
  readonly waits = new Deadlines((occupied) => this.#occupied(occupied));
  /** Deadlines of timers. */
  readonly alarms = new Deadlines((occupied) => this.#occupied(occupied));
  readonly timers = new Map<number, Timer>();
  /** Dead processes whose exit is not known yet, because they have something to give back. */
  readonly departing = new Set<Proc>();
  readonly #onDeparture: (() => void)[] = [];
  /** How many starts are under way on the stack. */
  startDepth = 0;
  first: Proc | null = null;
  last: Proc | null = null;
  count = 0;
  /** True while a turn is being taken. */
  draining = false;
  paused = false;
  /** Grows with everything that happens; whoever waits for quiet compares it. */
  activity = 0;

  readonly #tracer: Tracer;
  #current: Proc | null = null;
  readonly #queue: RunQueue<Proc>;
  readonly #turn: number;
  #nextId = 1;
  #nextRef = 1;
  #scheduled = false;
  #yielding = false;
  #backlog = 0;
  #turnTime = -1;
  #roughTime = 0;
  #roughUses = 0;
  /** Messages until the next look at the clock, over all drains since the event loop last went round. */
  #look = MESSAGES_PER_LOOK;
  /** Looks at the count since then, where that goes by count. */
  #rounds = 0;
  /** When work began that the event loop has been waiting for, as far as is known. */
  #since = 0;
  /** When the event loop was promised its turn, and how long messages have been handled since. */
  #dueSince = 0;
  #relieved = 0;
  #alarmAt = Number.POSITIVE_INFINITY;
  /** When the alarm rang last, and until when it waits for what was due before that. */
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #graceUntil = Number.NEGATIVE_INFINITY;
  /** How many of the two kinds of deadlines there are now. */
  #pending = 0;

  constructor(options: CoreOptions) {
    this.clock = options.clock;
    this.random = seededRandom(options.seed);
    this.report = options.report;
    this.inline = options.inline;
    this.otp25Defects = options.otp25Defects;
    this.guard = options.guard;
    this.afterTurnOfLoop = options.afterTurnOfLoop ?? afterTurnOfLoop;
    this.#goesByCount = options.clock.virtual || options.afterTurnOfLoop !== null;
    // The order of turns must not depend on how often user code asks for random numbers.
    this.#queue = new RunQueue(options.shuffle ? seededRandom(options.seed ^ 0x5eed) : null);
    this.#turn = options.clock.virtual ? 1 : MESSAGES_PER_TURN;
    this.contexts = options.asyncContexts === undefined ? null : new Contexts(options.asyncContexts);
    if (this.contexts !== null) this.around = new Around(this.contexts, null);
    this.#tracer = new Tracer(this);
    if (options.observer !== null) this.observe(EVERY, options.observer);
    if (this.guard !== null) this.#keepGuarded();
  }

  /** `observer` gets the events of these kinds from now on. Returns what takes that back. */
  observe(bits: number, observer: Observer): () => void {
    const forget = this.#tracer.add(bits, observer);
    this.#setTrace();
    return () => {
      forget();
      this.#setTrace();
    };
  }

  #setTrace(): void {
    const { bits } = this.#tracer;
    this.trace = bits === 0 ? null : this.#tracer;
    this.messages = (bits & OF_MESSAGES) === 0 ? null : this.#tracer;
  }

  /** The tracer if anybody wants events of this kind. */
  wanting(bit: number): Tracer | null {
    const { trace } = this;
    return trace !== null && (trace.bits & bit) !== 0 ? trace : null;
  }

  /** Has every turn measured, instead of by whoever did so before. Returns what ends that. */
  detectBlocking(limit: number, tell: (blocked: Blocked) => void): () => void {
    const detector = new BlockDetector(this, limit, tell);
    const replace = (next: BlockDetector | null): void => {
      this.around?.detector?.stop();
      this.around = this.contexts === null && next === null ? null : new Around(this.contexts, next);
    };
    replace(detector);
    return () => {
      if (this.around?.detector === detector) replace(null);
    };
  }

  /** Whoever has a pid can reach this object: what watches it cannot be taken away. */
  #keepGuarded(): void {
    Object.freeze(this.#tracer);
    for (const name of ["trace", "messages", "guard", "clock", "report"] as const) {
      Object.defineProperty(this, name, { writable: false, configurable: false });
    }
    for (const name of ["wanting", "observe"] as const) {
      const value: unknown = name === "observe" ? undefined : this[name];
      Object.defineProperty(this, name, { value, writable: false, configurable: false });
    }
  }

  /** Whose turn it is, or was last, where turns are taken one by one. */
  get current(): Proc | null {
    return this.#current;
  }

  now(): number {
    return this.clock.now();
  }

  /** The time of the current turns: within a drain the clock is read once for some hundred messages. */
  turnTime(): number {
    if (!this.draining || this.clock.virtual) return this.clock.now();
    if (this.#turnTime < 0) this.#turnTime = this.clock.now();
    return this.#turnTime;
  }

  /**
   * The time in whole milliseconds, for people: read once for several starts of one turn of the event loop, since that costs as
   * much as a tenth of a start.
   */
  roughTime(): number {
    if (this.clock.virtual) return Math.floor(this.clock.now());
    if (this.#roughUses-- <= 0) {
      this.#roughUses = STARTS_PER_LOOK;
      this.#roughTime = Math.floor(this.clock.now());
      this.afterTurnOfLoop(() => {
        this.#roughUses = 0;
      });
    }
    return this.#roughTime;
  }

  newRef(): number {
    return this.#nextRef++;
  }

  newId(): number {
    return this.#nextId++;
  }

  /** Enters a new process in the list of all. */
  enrol(proc: Proc): void {
    proc.before = this.last;
    if (this.last === null) this.first = proc;
    else this.last.after = proc;
    this.last = proc;
    this.count++;
  }

  /** Takes a dead process out of the list of all. */
  dismiss(proc: Proc): void {
    const { before, after } = proc;
    if (before === null) this.first = after;
    else before.after = after;
    if (after === null) this.last = before;
    else after.before = before;
    proc.before = null;
    proc.after = null;
    this.count--;
  }

  /** A process has departed. */
  departed(): void {
    if (this.departing.size > 0) return;
    for (const tell of this.#onDeparture.splice(0)) tell();
  }

  /** Waits until no process is departing. */
  allDeparted(): Promise<void> {
    if (this.departing.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDeparture.push(resolve);
    });
  }

  /** Calls `fn` in the middle of something: what it sends is handled later. */
  undisturbed(fn: (argument: ExitReason) => unknown, argument: ExitReason): unknown {
    const run = (): unknown => (this.contexts === null ? fn(argument) : this.contexts.none(fn, argument));
    if (this.draining) return run();
    this.draining = true;
    try {
      return run();
    } finally {
      this.draining = false;
      if (this.waits.hasUnstamped) this.#stamp();
      if (this.#queue.length > 0 && !this.#scheduled) this.#schedule();
    }
  }

  // ---- turns ----

  /** A message for `proc`, which is lost when the process is dead. */
  deliver(proc: Proc, tag: MessageTag, content: unknown): void {
    if (proc.state === "dead") return;
    deposit(proc, tag, this.contexts === null ? content : this.contexts.keep(tag, content));
    if (proc.state === "idle") {
      proc.state = "queued";
      this.#enqueue(proc);
    }
  }

  /** A message from outside or from a process, to a process or to a name. Whoever sends it has traced it. */
  sendTo(from: Proc | null, to: Proc | string, tag: MessageTag, content: unknown): void {
    const proc = typeof to === "string" ? this.names.get(to) : to;
    if (proc === undefined || proc.state === "dead") return;
    this.deliver(proc, tag, content);
    if (from === null && ++this.#backlog > BACKLOG) this.#relieve();
  }

  /**
   * A sender outside that outruns the receivers handles some messages itself: a backlog costs more to keep than short
   * messages cost to handle. When the event loop is due, that goes on only as long as handling takes less than
   * {@link SENDER_SHARE} of the time that the sender holds the loop anyway: slow receivers are left to turns of the loop.
   */
  #relieve(): void {
    this.#backlog = 0;
    if (!this.#yielding) {
      if (this.enter()) this.loop();
      return;
    }
    if (!this.inline || this.draining || this.paused) return;
    const begin = performance.now();
    if (this.#relieved > (begin - this.#dueSince) * SENDER_SHARE) return;
    this.#look = MESSAGES_PER_LOOK;
    this.#since = begin;
    this.loop();
    this.#relieved += performance.now() - begin;
  }

  /** `resume` runs in the next turn of a process that waits. */
  wake(proc: Proc, resume: () => void): void {
    if (proc.state !== "awaiting") return;
    extraOf(proc).resume = resume;
    proc.state = "ready";
    this.#enqueue(proc);
  }

  /** `begin` runs in the first turn of a new process. */
  enqueueStart(proc: Proc, begin: () => void): void {
    extraOf(proc).resume = this.bind(begin);
    proc.state = "ready";
    this.#enqueue(proc);
  }

  /** `fn` in the present async context, whenever it is called. */
  bind<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    return this.contexts === null ? fn : this.contexts.bind(fn);
  }

  /** Goes on with a process whose callback has just ended; called when that was not in a turn. */
  rest(proc: Proc): void {
    if (proc.state !== "running") return;
    if (proc.slotTag !== null || proc.mailbox !== null) {
      proc.state = "queued";
      this.#enqueue(proc);
    } else proc.state = "idle";
  }

  #enqueue(proc: Proc): void {
    this.activity++;
    this.#queue.push(proc);
    if (!this.draining && !this.#scheduled) this.#schedule();
  }

  #schedule(): void {
    if (this.paused) return;
    this.#scheduled = true;
    void settled.then(this.#drain);
  }

  /** Something can run now. */
  get runnable(): boolean {
    return this.#queue.length > 0;
  }

  readonly #drain = (): void => {
    this.#scheduled = false;
    this.trace?.refresh();
    this.drain();
  };

  /**
   * True when turns may be taken at once: then the caller must call {@link loop}, and what it delivers before that
   * need not be scheduled.
   */
  enter(): boolean {
    if (!this.inline || this.draining || this.paused || this.#yielding) return false;
    this.draining = true;
    return true;
  }

  /** Takes turns until nobody wants one or it is time for the event loop. Only after {@link enter}. */
  loop(): void {
    const queue = this.#queue;
    this.#backlog = 0;
    this.draining = true;
    this.#turnTime = -1;
    let overdue = false;
    this.settledPromise = false;
    try {
      while (true) {
        const proc = queue.shift();
        if (proc === null) break;
        const tag = proc.slotTag;
        if (tag !== null && proc.mailbox === null && proc.state === "queued") {
          // One message, the usual case, handled here: the fewer frames there are, the less an Error costs.
          const content = proc.slot;
          proc.slotTag = null;
          proc.slot = undefined;
          proc.state = "running";
          proc.handled++;
          this.#look--;
          if (this.around === null) proc.behaviour.handle(proc, tag, content);
          else this.around.handle(proc, tag, content);
          this.rest(proc);
        } else this.#look -= this.#takeTurn(proc);
        // What has been waiting for a reply runs before the next turn, as it would on its own scheduler. The real
        // clock's world makes no such promise: there, that code runs when the drain is over.
        if (this.settledPromise && this.clock.virtual) break;
        if (this.#look <= 0) {
          this.#look = MESSAGES_PER_LOOK;
          this.#turnTime = -1;
          if (this.#goesByCount) {
            if (++this.#rounds >= VIRTUAL_LOOKS) break;
            continue;
          }
          // Calls from outside drain one message each: the time that counts is that of all of them together.
          overdue = performance.now() - this.#since > SLICE_MS;
          if (overdue) break;
        }
      }
    } finally {
      this.draining = false;
      if (this.waits.hasUnstamped) this.#stamp();
      if (overdue || queue.length > 0) this.#yield();
    }
  }

  /** Takes turns until nobody wants one or it is time for the event loop. */
  drain(): void {
    if (this.draining || this.paused || this.#yielding) return;
    // A promise was settled between two drains: its process goes on first, here too.
    const isDue = (this.settledPromise && this.clock.virtual) || this.#rounds >= VIRTUAL_LOOKS;
    if (isDue && this.#queue.length > 0) this.#yield();
    else this.loop();
  }

  #yield(): void {
    if (this.#yielding) return;
    this.#yielding = true;
    this.#dueSince = performance.now();
    this.#relieved = 0;
    this.afterTurnOfLoop(() => {
      this.#yielding = false;
      this.#rounds = 0;
      this.#look = MESSAGES_PER_LOOK;
      this.#since = performance.now();
      if (this.#queue.length > 0 && !this.#scheduled && !this.draining && !this.paused) this.loop();
    }, this.#rounds * MESSAGES_PER_LOOK);
  }

  /** Lets one process take one turn; false when none wants to. For worlds that run step by step. */
  step(): boolean {
    const proc = this.#queue.shift();
    if (proc === null) return false;
    this.draining = true;
    this.#current = proc;
    try {
      if (this.guard !== null && proc.starter !== null) this.guard.entering(proc.id, "init");
      this.#takeTurn(proc);
    } finally {
      this.draining = false;
      if (this.waits.hasUnstamped) this.#stamp();
      if (this.#queue.length > 0 && !this.#scheduled) this.#schedule();
    }
    return true;
  }

  /** Lets everybody go on after a pause. */
  resume(): void {
    this.paused = false;
    if (this.#queue.length > 0 && !this.#scheduled) this.#schedule();
  }

  /** One turn of `proc`; the number of messages handled. */
  #takeTurn(proc: Proc): number {
    if (proc.state === "ready") {
      const extra = extraOf(proc);
      const resume = extra.resume as () => void;
      extra.resume = null;
      proc.state = "running";
      if (this.around === null) resume();
      else this.around.aside(proc, resume);
      this.rest(proc);
      return 1;
    }
    if (proc.state !== "queued") return 0;
    proc.state = "running";
    const limit = this.#turn;
    let handled = 0;
    do {
      let tag = proc.slotTag;
      let content: unknown;
      if (tag !== null) {
        content = proc.slot;
        proc.slotTag = null;
        proc.slot = undefined;
      } else {
        const { mailbox } = proc;
        if (mailbox === null) break;
        tag = mailbox.tag();
        content = mailbox.shift();
        if (mailbox.length === 0) {
          proc.mailbox = null;
          Mailbox.giveBack(mailbox);
        }
      }
      handled++;
      // Its behaviour may have been replaced by the message before.
      if (this.around === null) proc.behaviour.handle(proc, tag, content);
      else this.around.handle(proc, tag, content);
    } while (proc.state === "running" && handled < limit);
    proc.handled += handled;
    this.rest(proc);
    return handled;
  }

  // ---- time ----

  /** Sets a deadline that somebody waits for, `ms` from now; never for infinity. */
  setWait(deadline: Deadline, ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    if (this.draining && !this.clock.virtual) this.waits.addUnstamped(deadline, ms);
    else if (this.waits.add(deadline, this.clock.now(), ms)) this.#wakeAt(deadline.at);
  }

  /** Sets a timer's deadline. */
  setAlarm(deadline: Deadline, ms: number): void {
    if (this.alarms.add(deadline, this.clock.now(), ms)) this.#wakeAt(deadline.at);
  }

  /** Deadlines that were set during a drain count from its end: one look at the clock for all of them. */
  #stamp(): void {
    this.waits.stamp(this.clock.now());
    const next = this.waits.next();
    if (next !== null) this.#wakeAt(next.at);
  }

  /** An alarm for deadlines that are gone must not keep a program alive. */
  #occupied(occupied: boolean): void {
    this.#pending += occupied ? 1 : -1;
    this.clock.keepAlive?.(this.#pending > 0);
  }

  #wakeAt(at: number): void {
    if (at >= this.#alarmAt) return;
    this.#alarmAt = at;
    this.clock.alarm(at, this.#ring);
  }

  readonly #ring = (): void => {
    const now = this.clock.now();
    const late = now - this.#alarmAt;
    this.#blockedUntil = now;
    this.#graceUntil = late > LATE_MS ? now + Math.min(late, GRACE_MS) : now;
    this.#fireSlowly(Number.NEGATIVE_INFINITY, 0);
  };

  /**
   * Fires what is due, but a time limit only after everything due before it has had its effect: when the event loop was
   * blocked, answers wait in the mailboxes, in promises, or at the system's door. So the loop gets its turn before the
   * limits of each moment, some more as long as messages wait, and after a block as much time as was lost, for what takes
   * several turns. It has had `turns` for those of the moment `rested`.
   */
  #fireSlowly(rested: number, turns: number): void {
    this.trace?.refresh();
    const now = this.clock.now();
    let next = this.nextDeadline();
    for (; next !== null && next.at <= now; next = this.nextDeadline()) {
      const { at } = next;
      if (next.isLimit) {
        const had = at === rested ? turns : 0;
        const inGrace = at <= this.#blockedUntil && now < this.#graceUntil;
        if (had === 0 || (!this.paused && (inGrace || (had < PATIENCE && this.runnable)))) {
          // No alarm until this goes on.
          this.#alarmAt = Number.NEGATIVE_INFINITY;
          const goOn = (): void => this.#fireSlowly(at, had + 1);
          if (had < PATIENCE) this.afterTurnOfLoop(goOn);
          else setTimeout(goOn, 1);
          return;
        }
      }
      this.#fire(next);
    }
    this.#alarmAt = Number.POSITIVE_INFINITY;
    if (next !== null) this.#wakeAt(next.at);
  }

  #fire(deadline: Deadline): void {
    if (deadline === this.waits.next()) this.waits.remove(deadline);
    else this.alarms.remove(deadline);
    deadline.fire();
  }

  /** The earliest deadline of all. */
  nextDeadline(): Deadline | null {
    return earlier(this.waits.next(), this.alarms.next());
  }

  /** Fires every deadline that is due, in the order in which they are due. */
  fireDue(): void {
    const now = this.clock.now();
    for (let next = this.nextDeadline(); next !== null && next.at <= now; next = this.nextDeadline()) {
      this.#fire(next);
    }
  }

  /** Moves virtual time. */
  setTime(at: number): void {
    if (this.clock instanceof VirtualClock) this.clock.set(at);
  }

  /** Forgets all deadlines and takes back the alarm. */
  clearDeadlines(): void {
    this.waits.clear();
    this.alarms.clear();
    this.timers.clear();
    this.#alarmAt = Number.POSITIVE_INFINITY;
    this.clock.alarm(null, this.#ring);
  }
}

function earlier(a: Deadline | null, b: Deadline | null): Deadline | null {
  if (a === null) return b;
  if (b === null) return a;
  return b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a;
}
