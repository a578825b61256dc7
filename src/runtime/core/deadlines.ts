/**
 * Deadlines: one first-in-first-out list per duration, so adding and removing take constant time, and one heap
 * of those lists by their first deadline. A call that is answered in time costs no timer of its own.
 */

/** Something that happens at a time unless it is removed before. */
export abstract class Deadline {
  /** Milliseconds on the system's clock. */
  at = 0;
  /** Deadlines of the same time fire in the order in which they were set. */
  order = 0;
  list: DeadlineList | null = null;
  earlier: Deadline | null = null;
  later: Deadline | null = null;
  /** True for a time limit: whatever was due before it, and would have taken it back, comes before it. */
  get isLimit(): boolean {
    return false;
  }
  abstract fire(): void;
}

interface DeadlineList {
  readonly ms: number;
  first: Deadline | null;
  last: Deadline | null;
  /** Key in the heap: never later than the first deadline of the list. */
  at: number;
  order: number;
  inHeap: boolean;
}

/** Counts all deadlines; only which of two is greater matters. */
let orders = 0;

export class Deadlines {
  readonly #lists = new Map<number, DeadlineList>();
  readonly #heap: DeadlineList[] = [];
  #recent: DeadlineList | null = null;
  readonly #unstamped: DeadlineList = { ms: -1, first: null, last: null, at: 0, order: 0, inHeap: false };
  readonly #occupied: (occupied: boolean) => void;
  #stamped = 0;
  /** How many deadlines are pending. */
  size = 0;

  /** `occupied` is told when the first deadline with a time comes, and when the last such is gone. */
  constructor(occupied: (occupied: boolean) => void) {
    this.#occupied = occupied;
  }

  /** Sets `deadline` to fire `ms` after `now`. True when it has become the earliest of all lists. */
  add(deadline: Deadline, now: number, ms: number): boolean {
    let list = this.#recent;
    if (list === null || list.ms !== ms) {
      list = this.#lists.get(ms) ?? null;
      if (list === null) {
        list = { ms, first: null, last: null, at: 0, order: 0, inHeap: false };
        this.#lists.set(ms, list);
      }
      this.#recent = list;
    }
    deadline.at = now + ms;
    deadline.order = ++orders;
    append(list, deadline);
    this.size++;
    if (++this.#stamped === 1) this.#occupied(true);
    if (list.inHeap) return false;
    list.at = deadline.at;
    list.order = deadline.order;
    list.inHeap = true;
    this.#push(list);
    return this.#heap[0] === list;
  }

  /** Sets `deadline` to fire `ms` after the next {@link stamp}: for many that are taken back before that. */
  addUnstamped(deadline: Deadline, ms: number): void {
    deadline.at = ms;
    append(this.#unstamped, deadline);
    this.size++;
  }

  /** True when {@link stamp} has something to do. */
  get hasUnstamped(): boolean {
    return this.#unstamped.first !== null;
  }

  /** It is `now`: everything set without looking at the clock counts from here. */
  stamp(now: number): void {
    for (let first = this.#unstamped.first; first !== null; first = this.#unstamped.first) {
      this.remove(first);
      this.add(first, now, first.at);
    }
  }

  /** Takes `deadline` out; false when it has fired or was never set. */
  remove(deadline: Deadline): boolean {
    const list = deadline.list;
    if (list === null) return false;
    const { earlier, later } = deadline;
    if (earlier === null) list.first = later;
    else earlier.later = later;
    if (later === null) list.last = earlier;
    else later.earlier = earlier;
    deadline.list = null;
    deadline.earlier = null;
    deadline.later = null;
    this.size--;
    if (list !== this.#unstamped && --this.#stamped === 0) this.#occupied(false);
    return true;
  }

  /** The earliest deadline, null when there is none. */
  next(): Deadline | null {
    while (true) {
      const list = this.#heap[0];
      if (list === undefined) return null;
      const first = list.first;
      if (first !== null && first.at === list.at && first.order === list.order) return first;
      this.#pop();
      list.inHeap = false;
      if (first === null) {
        this.#lists.delete(list.ms);
        if (this.#recent === list) this.#recent = null;
        continue;
      }
      list.at = first.at;
      list.order = first.order;
      list.inHeap = true;
      this.#push(list);
    }
  }

  /** Takes out and returns the earliest deadline if it is due at `now`. */
  takeDue(now: number): Deadline | null {
    const first = this.next();
    if (first === null || first.at > now) return null;
    this.remove(first);
    return first;
  }

  /** Forgets everything. */
  clear(): void {
    this.stamp(0);
    for (let first = this.next(); first !== null; first = this.next()) this.remove(first);
  }

  #push(list: DeadlineList): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(list);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as DeadlineList;
      if (!before(list, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = list;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as DeadlineList;
    if (heap.length === 0) return;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as DeadlineList, heap[child] as DeadlineList))
        child++;
      const below = heap[child] as DeadlineList;
      if (!before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function append(list: DeadlineList, deadline: Deadline): void {
  deadline.list = list;
  deadline.later = null;
  deadline.earlier = list.last;
  if (list.last === null) list.first = deadline;
  else list.last.later = deadline;
  list.last = deadline;
}

function before(a: DeadlineList, b: DeadlineList): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A wait of the runtime itself, or of `this.sleep`. See {@link TimeLimit} for those that something else may end. */
export class WakeUp extends Deadline {
  readonly wake: () => void;
  constructor(wake: () => void) {
    super();
    this.wake = wake;
  }
  override fire(): void {
    this.wake();
  }
}

/** A wait that is given up when its time is over. */
export class TimeLimit extends WakeUp {
  override get isLimit(): boolean {
    return true;
  }
}
