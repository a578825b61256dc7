/** What the inspector shows of one process. */
import { EDGE_VERBS } from "../model/index.ts";
import type { ProcessView } from "../protocol/index.ts";
import { shownState } from "../runtime/core/appearance.ts";
import type { Proc } from "../runtime/core/proc.ts";
import { fieldRows } from "../runtime/fields.ts";
import { relate, waitingTexts, watchedBy } from "../runtime/inspect.ts";
import type { Simulation } from "../simulation/index.ts";
import { isProxied } from "./lock/proxies.ts";

const MESSAGES = 10;

/** Null when no such process lives. */
export function view(simulation: Simulation, pid: number): ProcessView | null {
  const { system, targets } = simulation;
  const living = targets.living(pid);
  const proc = living as Proc | null;
  // Not what describes the state: a look must not run the program's getters.
  const info = proc === null ? undefined : relate(proc);
  if (proc === null || info === undefined) return null;
  const key = targets.keyOf(pid);
  const standsIn = simulation.program === null || (key !== null && simulation.world.isStandIn(key));
  const standIn = standsIn && key !== null && info.kind === "worker";
  // A stand-in's fields are the stand-in's own business: what it stands for has other ones.
  const fields = standsIn ? null : fieldRows(shownState(proc), isProxied);
  return {
    pid,
    alive: true,
    name: targets.nameOf(info.pid),
    label: info.label,
    key,
    registered: info.registeredNames,
    links: info.links,
    monitors: info.monitors,
    monitoredBy: watchedBy(proc),
    trapExit: info.trapsExit,
    mailbox: { length: info.mailboxLength, first: waitingTexts(proc).slice(0, MESSAGES) },
    fields,
    callback: info.callback === null ? null : { name: info.callback, since: info.busySince ?? system.now() },
    behaviour: standIn ? describeStandIn(simulation, key) : [],
  };
}

function describeStandIn(simulation: Simulation, key: string): string[] {
  const worker = simulation.world.worker(key);
  if (worker === null) return [];
  const code =
    worker.code === null
      ? "and none of its code."
      : "and its code, which could be read whole, is interpreted step by step.";
  const lines = [`A stand-in: it has the supervision properties of the real process ${code}`];
  const when = { init: "in init", continue: "right after init", later: "when asked" };
  for (const use of worker.uses) {
    const name = simulation.world.labelOf(use.to);
    const absent = worker.code === null ? "taken to answer" : "it is not there";
    const there = simulation.world.knows(use.to) ? "" : ` (not part of this run: ${absent})`;
    lines.push(
      `${VERBS[use.kind]} ${name} ${when[use.phase]}${use.guarded ? ", and survives a failure" : ""}${there}`,
    );
  }
  return lines;
}

const VERBS = { ...EDGE_VERBS, start: "starts" };
