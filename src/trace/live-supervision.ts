/** How processes appear in the live state, take and leave their places, and what supervisors decide about them. */
import { type Child, placeUnder, rootPlace, runningId, type Supervisor } from "../model/index.ts";
import type { ChildRef, TraceEvent, TraceEventOf } from "../runtime/trace.ts";
import type { LiveDraft } from "./live-draft.ts";
import type { Ending, Hop, LiveNode, NodeKey, Why } from "./live-types.ts";
import type { ModelIndex } from "./model-index.ts";

/** Ended processes that no tree and no model knows are kept as ghosts, the last so many of them. */
const KEPT_STRANGERS = 50;

export function enter(node: LiveNode, event: TraceEvent, state: LiveNode["state"]): void {
  node.state = state;
  node.since = event.at;
  node.sinceSeq = event.seq;
}

function childKey(draft: LiveDraft, ref: ChildRef): NodeKey | null {
  const supervisor = draft.byPid.get(ref.supervisor);
  return supervisor === undefined ? null : placeUnder(supervisor, ref.id);
}

export function editChild(draft: LiveDraft, ref: ChildRef): LiveNode | null {
  const key = childKey(draft, ref);
  return key === null ? null : draft.edit(key);
}

function newNode(key: NodeKey, name: string, kind: LiveNode["kind"], parent: NodeKey | null): LiveNode {
  return {
    key,
    name,
    label: name,
    kind,
    parent,
    startedBy: null,
    order: 1,
    children: [],
    child: null,
    model: null,
    supervisor: null,
    dynamic: false,
    pid: null,
    incarnation: 0,
    state: "waiting",
    since: 0,
    sinceSeq: 0,
    why: null,
    nextWhy: null,
    fault: null,
    askedToStop: false,
    startingChild: null,
    last: null,
    trapExit: false,
    names: [],
    mailbox: 0,
    links: [],
    monitors: [],
    monitoredBy: [],
    waitingFor: null,
    budget: null,
    lastWord: null,
    strategy: null,
  };
}

export function onSpawn(draft: LiveDraft, event: TraceEventOf<"spawn">, index: ModelIndex): void {
  const parent = draft.editLiving(event.parent);
  const expected = parent?.startingChild ?? null;
  let node = expected === null || !event.linked ? null : draft.edit(expected);
  // The place is taken when the start function starts a second process: that one is outside the tree.
  if (node === null || node.pid !== null) node = addStranger(draft, index, event, parent);
  node.pid = event.pid;
  node.label = event.label;
  node.kind = event.kind;
  enter(node, event, "starting");
  draft.byPid.set(event.pid, node.key);
  draft.alive += 1;
  if (event.kind === "supervisor") becomeSupervisor(draft, index, node, event.at);
}

/** A root of a tree, or a process outside any. */
function addStranger(
  draft: LiveDraft,
  index: ModelIndex,
  event: TraceEventOf<"spawn">,
  parent: LiveNode | null,
): LiveNode {
  const orphan = index.orphanNamed(event.label);
  const rooted = event.kind === "supervisor" || orphan !== null;
  const known = rooted ? draft.edit(rootPlace(event.label)) : null;
  const node =
    known !== null && known.pid === null && known.parent === null
      ? known
      : draft.add(
          newNode(
            rootPlace(rooted && known === null ? event.label : `${event.label}~${event.pid}`),
            event.label,
            event.kind,
            null,
          ),
        );
  node.order = draft.roots.indexOf(node.key) + 1;
  node.startedBy = parent?.key ?? null;
  node.incarnation += 1;
  node.model = orphan?.key ?? index.supervisorNamed(event.label)?.key ?? null;
  node.why = {
    kind: "outside",
    seq: event.seq,
    supervisor: null,
    trigger: null,
    strategy: null,
    affected: [],
    budget: null,
  };
  return node;
}

/** Fills in what the model knows of a supervisor, and the places of its children. */
function becomeSupervisor(draft: LiveDraft, index: ModelIndex, node: LiveNode, at: number): void {
  const known =
    node.supervisor === null ? index.supervisorNamed(node.label) : index.supervisor(node.supervisor);
  node.supervisor = known?.key ?? node.supervisor;
  if (known !== null) {
    node.strategy = known.strategy;
    const { intensity, period, restartsAgo = [] } = known;
    // Those of the life that ran when the model was taken; the next one begins with none.
    const restarts = node.last === null ? restartsAgo.map((ago) => at - ago) : [];
    node.budget =
      intensity === null || period === null ? null : { intensity, period, restarts, exceeded: false };
  } else if (node.budget !== null) {
    node.budget = { ...node.budget, restarts: [], exceeded: false };
  }
  // A new incarnation has only the children of its specification, none of them started.
  for (const key of [...node.children]) {
    const child = draft.edit(key);
    if (child?.dynamic === true) draft.remove(key);
    else if (child !== null && child.pid === null) child.state = "waiting";
  }
  if (known !== null && node.children.length === 0) addPlaces(draft, index, node, known, []);
}

/** The places below a supervisor, all the way down: they are there before anybody is started in them. */
function addPlaces(
  draft: LiveDraft,
  index: ModelIndex,
  node: LiveNode,
  known: Supervisor,
  above: readonly Supervisor[],
): void {
  for (const child of known.children) {
    if (child.dynamic || child.cardinality === "maybe") continue;
    const count = child.cardinality === "one" ? 1 : (child.count ?? 0);
    const inner = child.supervisor === null ? null : index.supervisor(child.supervisor);
    for (let n = 1; n <= count; n++) {
      const place = addChild(draft, node, child, runningId(child, n));
      // One that starts itself again further down has no last place.
      if (inner !== null && inner !== known && !above.includes(inner)) {
        addPlaces(draft, index, place, inner, [...above, known]);
      }
    }
  }
}

function addChild(draft: LiveDraft, parent: LiveNode, child: Child | null, id: string): LiveNode {
  const kind = child?.type === "supervisor" || (child?.supervisor ?? null) !== null ? "supervisor" : "worker";
  const node = draft.add(newNode(placeUnder(parent.key, id), id, kind, parent.key));
  node.order = parent.children.length;
  node.model = child?.key ?? null;
  node.supervisor = child?.supervisor ?? null;
  return node;
}

export function onChildStarting(
  draft: LiveDraft,
  event: TraceEventOf<"child_starting">,
  index: ModelIndex,
): void {
  const parent = draft.editLiving(event.child.supervisor);
  if (parent === null) return;
  const key = placeUnder(parent.key, event.child.id);
  let node = draft.edit(key);
  if (node === null) {
    const child = parent.supervisor === null ? null : index.child(parent.supervisor, event.child.id);
    node = addChild(draft, parent, child, event.child.id);
    node.dynamic = parent.state !== "starting";
    if (child !== null && !node.dynamic) moveToModelOrder(draft, index, parent, node);
  }
  node.child = event.child;
  node.incarnation = Math.max(event.incarnation, node.incarnation + 1);
  node.pid = null;
  node.why = node.nextWhy ?? {
    kind: parent.state === "starting" ? "boot" : node.incarnation === 1 ? "dynamic" : "manual",
    seq: event.seq,
    supervisor: parent.key,
    trigger: null,
    strategy: null,
    affected: [],
    budget: null,
  };
  node.nextWhy = null;
  parent.startingChild = key;
  enter(node, event, "starting");
}

/** A child whose place was not known before (`maybe`, unknown counts) goes where the model lists it. */
function moveToModelOrder(draft: LiveDraft, index: ModelIndex, parent: LiveNode, node: LiveNode): void {
  const listed = parent.supervisor === null ? null : index.supervisor(parent.supervisor);
  if (listed === null) return;
  const rank = (model: string | null) => listed.children.findIndex((child) => child.key === model);
  const own = rank(node.model);
  const before = parent.children.findIndex((key) => rank(draft.nodes.get(key)?.model ?? null) > own);
  if (before < 0) return;
  parent.children.pop();
  parent.children.splice(before, 0, node.key);
  parent.children.forEach((key, position) => {
    const sibling = draft.edit(key);
    if (sibling !== null) sibling.order = position + 1;
  });
}

export function onChildStarted(draft: LiveDraft, event: TraceEventOf<"child_started">): void {
  const parent = draft.editLiving(event.child.supervisor);
  if (parent !== null) parent.startingChild = null;
  const node = editChild(draft, event.child);
  if (node === null) return;
  if (event.result === "ok" && event.pid !== null) {
    // A start function may hand back a process that is dead, or that lives elsewhere.
    if (node.pid === null && node.last?.pid !== event.pid && draft.byPid.get(event.pid) === undefined) {
      node.pid = event.pid;
      draft.byPid.set(event.pid, node.key);
    }
    if (node.state === "starting" && node.pid !== null) enter(node, event, "running");
    else if (node.pid === null && node.state === "starting") enter(node, event, "crashed");
  } else if (event.result === "ignore") {
    enter(node, event, "ignored");
  } else {
    if (node.pid === null && (node.last === null || node.last.incarnation !== node.incarnation)) {
      node.last = {
        seq: event.seq,
        at: event.at,
        pid: event.pid ?? 0,
        incarnation: node.incarnation,
        reason: event.reason ?? "unknown",
        normal: false,
        origin: { type: "error", message: event.reason ?? "unknown" },
        chain: [],
        fault: null,
        decision: null,
      };
    }
    enter(node, event, "crashed");
  }
}

export function onChildRemoved(draft: LiveDraft, event: TraceEventOf<"child_removed">): void {
  const key = childKey(draft, event.child);
  if (key !== null) draft.remove(key);
}

export function onExit(draft: LiveDraft, event: TraceEventOf<"exit">): void {
  const node = draft.editLiving(event.pid);
  if (node === null) return;
  draft.alive -= 1;
  const ending: Ending = {
    seq: event.seq,
    at: event.at,
    pid: event.pid,
    incarnation: node.incarnation,
    reason: event.reason,
    normal: event.normal,
    origin: event.origin,
    chain: chainTo(draft, node, event),
    fault: node.fault,
    decision: node.lastWord,
  };
  const asked = node.askedToStop;
  // Whoever ends before its init is over has failed to start, whatever the reason says.
  const failedToStart = node.state === "starting" && node.parent === null;
  draft.release(node, event.pid);
  node.last = ending;
  node.pid = null;
  node.fault = null;
  node.askedToStop = false;
  node.startingChild = null;
  node.lastWord = null;
  leaveChildren(draft, node, event);
  if (node.nextWhy !== null) enter(node, event, "restarting");
  else enter(node, event, (event.normal || asked) && !failedToStart ? "stopped" : "crashed");
  if (node.parent === null && node.model === null && node.kind !== "supervisor") dropOldStrangers(draft);
}

/** Nobody starts again what a supervisor that is gone was about to start again. */
function leaveChildren(draft: LiveDraft, supervisor: LiveNode, event: TraceEvent): void {
  for (const key of supervisor.children) {
    const known = draft.nodes.get(key);
    if (known === undefined || known.pid !== null) continue;
    if (known.state !== "restarting" && known.state !== "starting" && known.nextWhy === null) continue;
    const child = draft.edit(key)!;
    child.nextWhy = null;
    if (child.last === null) enter(child, event, "waiting");
    else enter(child, event, child.last.normal ? "stopped" : "crashed");
  }
}

/** How the exit came here, from the process that failed first. */
function chainTo(draft: LiveDraft, node: LiveNode, event: TraceEventOf<"exit">): Hop[] {
  if (event.origin.type !== "signal") return [];
  const { from, via } = event.origin;
  const fromKey = draft.byPid.get(from);
  if (fromKey === undefined) return [];
  const source = draft.nodes.get(fromKey)?.last;
  const before = source?.pid === from ? source.chain : [];
  return [
    ...before,
    { from: fromKey, fromPid: from, to: node.key, toPid: event.pid, via, reason: event.reason },
  ];
}

function dropOldStrangers(draft: LiveDraft): void {
  const ended = draft.roots.filter((key) => {
    const node = draft.nodes.get(key);
    return node !== undefined && node.pid === null && node.model === null && node.kind !== "supervisor";
  });
  for (const key of ended.slice(0, -KEPT_STRANGERS)) draft.remove(key);
  // One that ended as it should leaves no ghost.
  const newest = ended.at(-1);
  if (newest !== undefined && draft.nodes.get(newest)?.last?.normal === true) draft.remove(newest);
}

export function onDecision(draft: LiveDraft, event: TraceEventOf<"decision">): void {
  const parent = draft.editLiving(event.child.supervisor);
  if (parent === null) return;
  const child = placeUnder(parent.key, event.child.id);
  const trigger = draft.nodes.get(child);
  const affected = event.affected.map((id) => placeUnder(parent.key, id));
  const { seq, at, reason, strategy, decision, budget } = event;
  parent.strategy = strategy;
  if (decision === "restart" || decision === "give_up") {
    const before = parent.budget?.restarts ?? [];
    const restarts = [...before, at].slice(-Math.max(1, budget.used));
    const { intensity, period } = budget;
    parent.budget = { intensity, period, restarts, exceeded: decision === "give_up" };
  }
  if (decision === "give_up" || decision === "auto_shutdown") {
    parent.lastWord = {
      seq,
      at,
      supervisor: parent.key,
      child,
      reason,
      strategy,
      decision,
      affected,
      budget,
    };
    enter(parent, event, "stopping");
    return;
  }
  if (decision !== "restart") return;
  const why: Why = {
    kind: "restart",
    seq,
    supervisor: parent.key,
    trigger: {
      node: child,
      name: event.child.id,
      incarnation: trigger?.last?.incarnation ?? trigger?.incarnation ?? 0,
      reason,
      chain: trigger?.last?.chain ?? [],
    },
    strategy,
    affected,
    budget,
  };
  for (const key of affected) {
    const node = draft.edit(key);
    if (node === null) continue;
    node.nextWhy = why;
    if (node.pid === null) enter(node, event, "restarting");
  }
}
