/**
 * Level of detail: which places are drawn as cards of their own, and which are counted inside the card of
 * their supervisor. The counts are always those of all processes below.
 */
import { LIFE_STATES, type LifeState, type SceneNode } from "./types.ts";

/** Children that one opened supervisor shows at once where it has very many. */
export const CHUNK = 60;
/** Up to here nobody minds to see them all. */
const MANY = 240;

export type Counts = Record<LifeState, number>;

/** Children that are not drawn one by one. */
export interface Pack {
  /** All processes below, supervisors included. */
  total: number;
  counts: Counts;
  /** Of these, supervisors. */
  supervisors: number;
  /** One state per mark, in start order; each mark stands for `perMark` processes. */
  marks: LifeState[];
  perMark: number;
}

export interface Visible {
  node: SceneNode;
  children: Visible[];
  /** What is hidden below this card, null when nothing is. */
  pack: Pack | null;
  /** Children beyond the chunk that is shown; the pack counts them. */
  more: number;
  open: boolean;
}

export interface DetailOptions {
  /** Paths that open by themselves, see `foldToFit`. */
  unfolded: ReadonlySet<string>;
  /** Paths that the person has opened (with the number of children to show) or closed. */
  opened: ReadonlyMap<string, number>;
  closed: ReadonlySet<string>;
}

/** Crashed beats running: a mark for many shows the one that needs attention. */
const URGENCY: Record<LifeState, number> = {
  crashed: 8,
  hanging: 7,
  stopping: 6,
  restarting: 5,
  starting: 4,
  stopped: 3,
  running: 2,
  ignored: 1,
  waiting: 0,
};

/** Marks that one pack draws at most. */
const MARKS = 400;

export function detail(roots: readonly SceneNode[], options: DetailOptions): Visible[] {
  const { unfolded, opened, closed } = options;
  const visible = roots.map(alone);
  const queue = [...visible];
  for (let i = 0; i < queue.length; i++) {
    const item = queue[i]!;
    const { children, path, role } = item.node;
    if (children.length === 0) {
      continue;
    }
    const asked = opened.get(path);
    const shown = asked ?? (unfolded.has(path) ? shownAtOnce(children.length) : 0);
    const shut = closed.has(path) || (asked === undefined && role === "pool" && hasProcesses(item.node));
    if (shut || shown === 0) {
      item.pack = packOf(item.node, 0);
      continue;
    }
    const part = children.slice(0, shown);
    item.open = true;
    item.more = children.length - part.length;
    item.pack = item.more > 0 ? packOf(item.node, part.length) : null;
    item.children = part.map(alone);
    queue.push(...item.children);
  }
  return visible;
}

const alone = (node: SceneNode): Visible => ({ node, children: [], pack: null, more: 0, open: false });

/** How many of `count` children a supervisor shows that opens by itself. */
export function shownAtOnce(count: number): number {
  return count <= MANY ? count : CHUNK;
}

/** A definition's template is worth a card; a running pool is a count. */
function hasProcesses(pool: SceneNode): boolean {
  return pool.children.some((child) => child.state !== "waiting");
}

function noCounts(): Counts {
  return {
    waiting: 0,
    starting: 0,
    running: 0,
    hanging: 0,
    stopping: 0,
    crashed: 0,
    stopped: 0,
    restarting: 0,
    ignored: 0,
  };
}

/** A node that has not changed is the same object, and so are those below it. */
const packs = new WeakMap<SceneNode, { from: number; pack: Pack }>();

function packOf(node: SceneNode, from: number): Pack {
  const known = packs.get(node);
  if (known?.from === from) {
    return known.pack;
  }
  const made = pack(node.children.slice(from));
  packs.set(node, { from, pack: made });
  return made;
}

export function pack(children: readonly SceneNode[]): Pack {
  const states: LifeState[] = [];
  const counts = noCounts();
  let supervisors = 0;
  const stack = [...children].reverse();
  while (stack.length > 0) {
    const node = stack.pop()!;
    states.push(node.state);
    counts[node.state] += 1;
    supervisors += node.role === "worker" || node.role === "process" ? 0 : 1;
    for (let i = node.children.length - 1; i >= 0; i--) {
      stack.push(node.children[i]!);
    }
  }
  const perMark = Math.max(1, Math.ceil(states.length / MARKS));
  return { total: states.length, counts, supervisors, marks: thinned(states, perMark), perMark };
}

/** One mark for every `perMark` states: the one that needs attention most. */
export function thinned(states: readonly LifeState[], perMark: number): LifeState[] {
  const marks: LifeState[] = [];
  for (let i = 0; i < states.length; i += perMark) {
    let mark = states[i]!;
    for (let j = i + 1; j < Math.min(i + perMark, states.length); j++) {
      mark = URGENCY[states[j]!] > URGENCY[mark] ? states[j]! : mark;
    }
    marks.push(mark);
  }
  return marks;
}

const NUMBERS = new Intl.NumberFormat("en");

/** "10,021": whoever draws asks for very many of them. */
export const grouped = (n: number): string => NUMBERS.format(n);

/** "24 running, 1 crashed": every process is in exactly one of the parts. */
export function countsInWords(counts: Counts): string {
  const parts = LIFE_STATES.filter((state) => counts[state] > 0).map(
    (state) => `${grouped(counts[state])} ${state === "waiting" ? "not started" : state}`,
  );
  return parts.join(", ");
}
