/** What the analysis knows about a place in a file, in sentences. */

import type {
  Application,
  Child,
  Edge,
  Location,
  Orphan,
  ProcessFacts,
  Supervisor,
  TreeModel,
  Unknown,
} from "../model/index.ts";
import { EDGE_VERBS } from "../model/index.ts";

/** One definition that covers the place: what is known of it, and what is not. */
export interface Explanation {
  subject:
    | { kind: "child"; child: Child; supervisor: Supervisor }
    | { kind: "supervisor"; supervisor: Supervisor }
    | { kind: "application"; application: Application }
    | { kind: "orphan"; orphan: Orphan };
  location: Location;
  /** Sentences: what is known, and what is a default. */
  known: string[];
  unknown: Unknown[];
}

/** All that covers the line (1-based), innermost first; empty when nothing does. */
export function explain(model: TreeModel, file: string, line: number): Explanation[] {
  const covers = (l: Location): boolean => l.file === file && l.line <= line && line <= l.endLine;
  const found: Explanation[] = [];
  const processes = new Map<
    ProcessFacts["location"],
    { process: ProcessFacts; supervisor: Supervisor; children: Child[] }
  >();
  for (const supervisor of model.supervisors) {
    if (covers(supervisor.location)) found.push(explainSupervisor(model, supervisor));
    for (const child of supervisor.children) {
      if (covers(child.location)) found.push(explainChild(model, supervisor, child));
      const process = child.supervisor === null ? child.process : null;
      if (process === null || !covers(process.location)) continue;
      const known = [...processes.values()].find(
        (p) => p.process.symbol === process.symbol && same(p.process.location, process.location),
      );
      if (known === undefined) processes.set(process.location, { process, supervisor, children: [child] });
      else known.children.push(child);
    }
  }
  for (const application of model.applications) {
    if (covers(application.location)) found.push(explainApplication(application));
  }
  for (const orphan of model.orphans) {
    if (covers(orphan.location)) found.push(explainOrphan(model, orphan));
  }
  for (const { process, supervisor, children } of processes.values()) {
    found.push({
      subject: { kind: "child", child: children[0]!, supervisor },
      location: process.location,
      known: [
        `${process.symbol} runs as ${children.map((child) => child.key).join(", ")}`,
        ...processSentences(process),
        ...children.flatMap((child) => useSentences(model.edges, child.key)),
      ],
      unknown: unresolvedOf(process),
    });
  }
  return found.sort((a, b) => size(a.location) - size(b.location));
}

function same(a: Location, b: Location): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function size(l: Location): number {
  return (l.endLine - l.line) * 1000 + (l.line === l.endLine ? l.endColumn - l.column : 500);
}

/** `strategy: one_for_one (default)`; nothing for what is not known. */
function field(name: string, value: unknown, defaults: readonly string[]): string[] {
  if (value === null || value === undefined) return [];
  return [`${name}: ${String(value)}${defaults.includes(name) ? " (default)" : ""}`];
}

function explainSupervisor(model: TreeModel, s: Supervisor): Explanation {
  const parents = model.supervisors.flatMap((p) =>
    p.children.filter((c) => c.supervisor === s.key).map((c) => c.key),
  );
  return {
    subject: { kind: "supervisor", supervisor: s },
    location: s.location,
    known: [
      `${s.name} is a ${s.dynamic ? "dynamic " : ""}supervisor (${s.dialect}), key ${s.key}`,
      ...field("strategy", s.strategy, s.defaults),
      ...field("intensity", s.intensity, s.defaults),
      ...field("period", s.period, s.defaults).map((text) => text.replace(/^(period: \S+)/, "$1 s")),
      ...field("autoShutdown", s.autoShutdown, s.defaults),
      s.children.length === 0
        ? "no children are known"
        : `children, in start order: ${s.children.map((c) => c.id ?? "?").join(", ")}`,
      parents.length === 0
        ? "no other supervisor starts it: it is a root"
        : `started as ${parents.join(", ")}`,
      ...useSentences(model.edges, s.key),
    ],
    unknown: s.unknown,
  };
}

function explainChild(model: TreeModel, s: Supervisor, c: Child): Explanation {
  const count = c.count === null ? "" : ` (${c.count})`;
  return {
    subject: { kind: "child", child: c, supervisor: s },
    location: c.location,
    known: [
      `${c.id === null ? "a child" : `child "${c.id}"`} of ${s.name}, key ${c.key}`,
      ...(c.start.symbol === null
        ? []
        : [`starts ${c.start.symbol}${c.start.file === null ? "" : ` (${c.start.file}:${c.start.line})`}`]),
      ...field("restart", c.restart, c.defaults),
      ...field("shutdown", c.shutdown, c.defaults).map((text) => text.replace(/^(shutdown: \d+)/, "$1 ms")),
      ...field("type", c.type, c.defaults),
      ...(c.significant === true ? ["significant"] : []),
      ...(c.name === null ? [] : [`registered as "${c.name}"`]),
      ...(c.cardinality === "one"
        ? []
        : [c.cardinality === "many" ? `many${count}` : "there on a condition only"]),
      ...(c.dynamic ? ["started at run time"] : []),
      ...(c.supervisor === null ? [] : [`it is the supervisor ${c.supervisor}`]),
      ...(c.process === null ? [] : processSentences(c.process)),
      ...useSentences(model.edges, c.key),
    ],
    unknown: [...c.unknown, ...(c.process === null ? [] : unresolvedOf(c.process))],
  };
}

function explainApplication(a: Application): Explanation {
  return {
    subject: { kind: "application", application: a },
    location: a.location,
    known: [
      `application ${a.name}`,
      a.dependencies.length === 0
        ? "needs no other application"
        : `starts after ${a.dependencies.join(", ")}`,
      ...(a.supervisor === null ? [] : [`its top supervisor is ${a.supervisor}`]),
    ],
    unknown: a.unknown,
  };
}

function explainOrphan(model: TreeModel, o: Orphan): Explanation {
  return {
    subject: { kind: "orphan", orphan: o },
    location: o.location,
    known: [
      `${o.name} is in no tree: ${o.reason}`,
      ...(o.process === null ? [] : processSentences(o.process)),
      ...useSentences(model.edges, o.key),
    ],
    unknown: o.process === null ? [] : unresolvedOf(o.process),
  };
}

function processSentences(p: ProcessFacts): string[] {
  const at = (l: Location): string => `${l.file}:${l.line}`;
  return [
    ...(p.trapsExit ? [`traps exits${p.handlesExit ? " and handles them" : ""}`] : []),
    ...(p.monitors ? [`monitors others${p.handlesDown ? " and handles DOWN" : ""}`] : []),
    ...(p.hasTerminate ? ["has a terminate callback"] : []),
    ...(p.registers.length > 0 ? [`registers ${p.registers.map((name) => `"${name}"`).join(", ")}`] : []),
    ...p.keepsPids.map((kept) => `keeps pids in ${kept.field} (${at(kept.location)})`),
    ...p.initAwaits.map((wait) => `init waits for ${wait.what} (${at(wait.location)})`),
    ...p.stopsItself.map(
      (stop) =>
        `stops itself${stop.reason === null ? "" : ` with reason ${stop.reason}`} (${at(stop.location)})`,
    ),
  ];
}

function useSentences(edges: readonly Edge[], key: string): string[] {
  const phase = (e: Edge): string =>
    e.phase === "init" ? " in init" : e.phase === "continue" ? " in handleContinue" : "";
  return [
    ...edges
      .filter((e) => e.from === key)
      .map(
        (e) => `${EDGE_VERBS[e.kind]} ${e.to}${phase(e)} by ${e.via} (${e.location.file}:${e.location.line})`,
      ),
    ...edges
      .filter((e) => e.to === key)
      .map((e) => `${e.from} ${EDGE_VERBS[e.kind]} it${phase(e)} (${e.location.file}:${e.location.line})`),
  ];
}

function unresolvedOf(p: ProcessFacts): Unknown[] {
  return p.unresolved.map((u) => ({ field: u.kind, reason: u.reason, location: u.location }));
}
