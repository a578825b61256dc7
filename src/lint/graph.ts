/**
 * Small graph algorithms over nodes numbered 0..n-1. Pure, iterative (a generated tree may be deep) and
 * stable: wherever the mathematics leaves the order open, the original order is kept.
 */

/** A directed edge: `from` uses `to`. */
export type Arc = readonly [from: number, to: number];

function successors(count: number, arcs: Iterable<Arc>): number[][] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of arcs) {
    const list = lists[from];
    if (from !== to && list && to >= 0 && to < count && !list.includes(to)) list.push(to);
  }
  return lists;
}

/** Groups of nodes that are connected when directions are ignored, each sorted, ordered by their first node. */
export function connectedComponents(count: number, arcs: Iterable<Arc>): number[][] {
  const leader = Array.from({ length: count }, (_, node) => node);
  const find = (node: number): number => {
    let root = node;
    while (leader[root] !== root) root = leader[root]!;
    for (let at = node; leader[at] !== root; ) {
      const next = leader[at]!;
      leader[at] = root;
      at = next;
    }
    return root;
  };
  for (const [from, to] of arcs) {
    const a = find(from);
    const b = find(to);
    if (a !== b) leader[Math.max(a, b)] = Math.min(a, b);
  }
  const groups = new Map<number, number[]>();
  for (let node = 0; node < count; node++) {
    const root = find(node);
    const group = groups.get(root);
    if (group) group.push(node);
    else groups.set(root, [node]);
  }
  return [...groups.values()];
}

/**
 * Strongly connected components (Tarjan), each sorted, ordered by their first node. A component of more than
 * one node is a cycle.
 */
export function stronglyConnected(count: number, arcs: Iterable<Arc>): number[][] {
  const next = successors(count, arcs);
  const order = new Array<number>(count).fill(-1);
  const low = new Array<number>(count).fill(0);
  const onStack = new Array<boolean>(count).fill(false);
  const stack: number[] = [];
  const components: number[][] = [];
  let counter = 0;
  for (let start = 0; start < count; start++) {
    if (order[start] !== -1) continue;
    const work: { node: number; edge: number }[] = [{ node: start, edge: 0 }];
    while (work.length > 0) {
      const frame = work[work.length - 1]!;
      const { node } = frame;
      if (frame.edge === 0) {
        order[node] = low[node] = counter++;
        stack.push(node);
        onStack[node] = true;
      }
      const target = next[node]![frame.edge];
      if (target !== undefined) {
        frame.edge++;
        if (order[target] === -1) work.push({ node: target, edge: 0 });
        else if (onStack[target]) low[node] = Math.min(low[node]!, order[target]!);
        continue;
      }
      if (low[node] === order[node]) {
        const component: number[] = [];
        for (;;) {
          const member = stack.pop()!;
          onStack[member] = false;
          component.push(member);
          if (member === node) break;
        }
        components.push(component.sort((a, b) => a - b));
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent) low[parent.node] = Math.min(low[parent.node]!, low[node]!);
    }
  }
  return components.sort((a, b) => a[0]! - b[0]!);
}

/** For each node, all nodes that there is a way to along the arcs; itself only through a cycle. */
export function reachable(count: number, arcs: Iterable<Arc>): ReadonlySet<number>[] {
  const next = successors(count, arcs);
  return next.map((first) => {
    const seen = new Set<number>();
    const todo = [...first];
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      todo.push(...next[node]!);
    }
    return seen;
  });
}

/** Is there a way from `from` to `to` along the arcs? A node reaches itself only through a cycle. */
export function reaches(count: number, arcs: Iterable<Arc>, from: number, to: number): boolean {
  const next = successors(count, arcs);
  const seen = new Set<number>();
  const todo = [...(next[from] ?? [])];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    todo.push(...next[node]!);
  }
  return false;
}

/**
 * Orders the nodes so that everything comes after what it uses; of the nodes that may come next, the one that
 * came first before comes first again. Null when the arcs have a cycle.
 */
export function stableTopologicalOrder(count: number, arcs: Iterable<Arc>): number[] | null {
  const uses = successors(count, arcs);
  const waiting = uses.map((list) => list.length);
  const usedBy: number[][] = Array.from({ length: count }, () => []);
  for (const [node, list] of uses.entries()) for (const target of list) usedBy[target]!.push(node);
  const placed = new Array<boolean>(count).fill(false);
  const order: number[] = [];
  let from = 0;
  while (order.length < count) {
    let node = from;
    while (node < count && (placed[node] || waiting[node]! > 0)) node++;
    if (node === count) return null;
    placed[node] = true;
    order.push(node);
    for (const user of usedBy[node]!) waiting[user] = waiting[user]! - 1;
    while (from < count && placed[from]) from++;
  }
  return order;
}
