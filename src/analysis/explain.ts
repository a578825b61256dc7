/** What the analysis knows about a place in a file: value by value with its origin, and sentences. */

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
import { EDGE_VERBS, sourcePlace, startsNothing } from "../model/index.ts";

/** One value of a definition. */
export interface ExplainedField {
  name: string;
  /** In words; null when it is not known. */
  value: string | null;
  /** Said by the definition, left to the dialect's default, or not known. */
  from: "definition" | "default" | "unknown";
  /** Why it is not known, and where the reason lies. */
  reason?: string;
  location?: Location;
}

/** One definition that covers the place: what is known of it, and what is not. */
export interface Explanation {
  subject:
    | { kind: "child"; child: Child; supervisor: Supervisor }
    | { kind: "process"; process: ProcessFacts; children: Child[] }
    | { kind: "supervisor"; supervisor: Supervisor }
    | { kind: "application"; application: Application }
    | { kind: "orphan"; orphan: Orphan };
  location: Location;
  /** What it is. */
  title: string;
  /** The dialect by which it was recognised; null where the model does not say. */
  dialect: string | null;
  fields: ExplainedField[];
  /** Sentences: its place in the trees, its process, its uses. */
  facts: string[];
  /** What is not known beside the fields. */
  unknown: Unknown[];
}

export interface ExplainOptions {
  /** 1-based; only what covers the column, unless nothing does. */
  column?: number;
  /** How places are written. Default `file:line`. */
  place?: (location: { file: string; line: number }) => string;
}

type At = (location: { file: string; line: number }) => string;

/** All that covers the line (1-based), innermost first; empty when nothing does. */
export function explain(
  model: TreeModel,
  file: string,
  line: number,
  { column, place = (l) => `${l.file}:${l.line}` }: ExplainOptions = {},
): Explanation[] {
  const all = explanations(model, place)
    .filter(({ location: l }) => l.file === file && l.line <= line && line <= l.endLine)
    .sort((a, b) => size(a.location) - size(b.location));
  if (column === undefined) return all;
  const inside = all.filter(
    ({ location: l }) => (line > l.line || column >= l.column) && (line < l.endLine || column < l.endColumn),
  );
  return inside.length > 0 ? inside : all;
}

/** What the file defines closest to the line; undefined when it defines nothing. */
export function nearest(model: TreeModel, file: string, line: number): Explanation | undefined {
  const distance = ({ location: l }: Explanation): number =>
    line < l.line ? l.line - line : Math.max(0, line - l.endLine);
  return explanations(model, (l) => `${l.file}:${l.line}`)
    .filter(({ location }) => location.file === file)
    .sort((a, b) => distance(a) - distance(b))[0];
}

function explanations(model: TreeModel, at: At): Explanation[] {
  return [
    ...model.supervisors.map((supervisor) => explainSupervisor(model, supervisor, at)),
    ...model.supervisors.flatMap((supervisor) =>
      supervisor.children.map((child) => explainChild(model, supervisor, child, at)),
    ),
    ...model.applications.map(explainApplication),
    ...model.orphans.map((orphan) => explainOrphan(model, orphan, at)),
    ...explainProcesses(model, at),
  ];
}

function size(l: Location): number {
  return (l.endLine - l.line) * 1000 + (l.line === l.endLine ? l.endColumn - l.column : 500);
}

interface Known {
  defaults: readonly string[];
  unknown: readonly Unknown[];
}

function field(name: string, value: string | null, { defaults, unknown }: Known): ExplainedField {
  if (value !== null) return { name, value, from: defaults.includes(name) ? "default" : "definition" };
  const why = unknown.find((each) => each.field === name);
  const out: ExplainedField = {
    name,
    value,
    from: "unknown",
    reason: why?.reason ?? "the analysis does not know",
  };
  return why?.location === undefined ? out : { ...out, location: why.location };
}

/** What `fields` does not say already. */
function others(unknown: readonly Unknown[], fields: readonly ExplainedField[]): Unknown[] {
  const said = new Set(
    fields.filter(({ from }) => from === "unknown").map(({ name, reason }) => `${name} ${reason}`),
  );
  return unknown.filter((each) => !said.has(`${each.field} ${each.reason}`));
}

const quoted = (name: string): string => JSON.stringify(name);
const orNull = (value: unknown, unit = ""): string | null =>
  value === null || value === undefined ? null : `${String(value)}${typeof value === "number" ? unit : ""}`;

function explainSupervisor(model: TreeModel, s: Supervisor, at: At): Explanation {
  const parents = model.supervisors.flatMap((p) => p.children.filter((c) => c.supervisor === s.key));
  const fields = [
    field("strategy", orNull(s.strategy), s),
    field("intensity", orNull(s.intensity, s.intensity === 1 ? " restart" : " restarts"), s),
    field("period", orNull(s.period, " s"), s),
    field("autoShutdown", orNull(s.autoShutdown), s),
  ];
  return {
    subject: { kind: "supervisor", supervisor: s },
    location: s.location,
    title: `${s.dynamic ? "dynamic supervisor" : "supervisor"} ${s.name}`,
    dialect: s.dialect,
    fields,
    facts: [
      `its key is ${s.key}`,
      s.children.length === 0
        ? "no children are known"
        : `children, in start order: ${s.children.map((c) => c.id ?? "?").join(", ")}`,
      parents.length === 0
        ? "no other supervisor starts it: it is a root"
        : `started as ${parents.map((c) => `${c.key} (${at(c.location)})`).join(", ")}`,
      ...uses(model.edges, s.key, at),
    ],
    unknown: others(s.unknown, fields),
  };
}

function explainChild(model: TreeModel, s: Supervisor, c: Child, at: At): Explanation {
  const { symbol, file, line } = c.start;
  const where = file === null || line === null ? "" : ` (${at({ file, line })})`;
  const fields = [
    field("id", c.id === null ? null : quoted(c.id), c),
    field("start", symbol === null ? null : `${symbol}${where}`, c),
    field("restart", orNull(c.restart), c),
    field("shutdown", orNull(c.shutdown, " ms"), c),
    field("type", orNull(c.type), c),
    field("significant", orNull(c.significant), c),
  ];
  const many = c.count === null ? "there may be many of it" : `there are ${c.count} of it`;
  return {
    subject: { kind: "child", child: c, supervisor: s },
    location: c.location,
    title: `${c.id === null ? "a child" : `child ${quoted(c.id)}`} of ${s.name}`,
    dialect: s.dialect,
    fields,
    facts: [
      `its key is ${c.key}`,
      ...(c.name === null ? [] : [`registered as ${quoted(c.name)}`]),
      ...(c.cardinality === "many" ? [many] : []),
      ...(c.cardinality === "maybe" ? ["it is there on a condition only"] : []),
      ...(c.dynamic ? ["it is started at run time"] : []),
      ...(c.supervisor === null ? [] : [`it is the supervisor ${c.supervisor}`]),
      ...(c.process === null ? [] : processFacts(c.process, at)),
      ...uses(model.edges, c.key, at),
    ],
    unknown: [...others(c.unknown, fields), ...(c.process === null ? [] : unresolved(c.process))],
  };
}

function explainApplication(a: Application): Explanation {
  return {
    subject: { kind: "application", application: a },
    location: a.location,
    title: `application ${a.name}`,
    dialect: null,
    fields: [],
    facts: [
      a.dependencies.length === 0
        ? "needs no other application"
        : `starts after ${a.dependencies.join(", ")}`,
      ...(a.supervisor === null ? [] : [`its top supervisor is ${a.supervisor}`]),
      ...(startsNothing(a) ? ["has no process of its own"] : []),
    ],
    unknown: a.unknown,
  };
}

function explainOrphan(model: TreeModel, o: Orphan, at: At): Explanation {
  return {
    subject: { kind: "orphan", orphan: o },
    location: o.location,
    title: `${o.name}, a process outside any tree`,
    dialect: null,
    fields: [],
    facts: [
      o.reason,
      ...(o.process === null ? [] : processFacts(o.process, at)),
      ...uses(model.edges, o.key, at),
    ],
    unknown: o.process === null ? [] : unresolved(o.process),
  };
}

/** The classes and functions behind workers, each with the children that run it. */
function explainProcesses(model: TreeModel, at: At): Explanation[] {
  const found = new Map<string, { process: ProcessFacts; dialect: string; children: Child[] }>();
  const all = model.supervisors.flatMap(({ dialect, children }) =>
    children.map((child) => ({ dialect, child })),
  );
  for (const { dialect, child } of all) {
    const { process } = child;
    if (process === null || child.supervisor !== null) continue;
    const key = `${process.symbol} ${sourcePlace(process.location)}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { process, dialect, children: [child] });
    else known.children.push(child);
  }
  return [...found.values()].map(({ process, dialect, children }) => ({
    subject: { kind: "process", process, children },
    location: process.location,
    title: `process ${process.symbol}`,
    dialect,
    fields: [],
    facts: [
      `runs as ${children.map((child) => `${child.key} (${at(child.location)})`).join(", ")}`,
      ...processFacts(process, at),
      ...new Set(children.flatMap((child) => uses(model.edges, child.key, at))),
    ],
    unknown: unresolved(process),
  }));
}

function processFacts(p: ProcessFacts, at: At): string[] {
  return [
    ...(p.trapsExit ? [`traps exits${p.handlesExit ? " and handles them" : ""}`] : []),
    ...(p.monitors ? [`monitors others${p.handlesDown ? " and handles DOWN" : ""}`] : []),
    ...(p.hasTerminate ? ["has a terminate callback"] : []),
    ...(p.registers.length > 0 ? [`registers ${p.registers.map(quoted).join(", ")}`] : []),
    ...p.keepsPids.map((kept) => `keeps pids in ${kept.field} (${at(kept.location)})`),
    ...p.initAwaits.map((wait) => `init waits for ${wait.what} (${at(wait.location)})`),
    ...(p.changedArguments ?? []).map(
      ({ argument, what, location }) => `changes ${what} of start argument ${argument} (${at(location)})`,
    ),
    ...p.stopsItself.map(
      (stop) =>
        `stops itself${stop.reason === null ? "" : ` with reason ${stop.reason}`} (${at(stop.location)})`,
    ),
  ];
}

function uses(edges: readonly Edge[], key: string, at: At): string[] {
  const phase = (e: Edge): string =>
    e.phase === "init" ? " in init" : e.phase === "continue" ? " in handleContinue" : "";
  const via = (e: Edge): string => (e.via === "" ? "" : `, found by ${e.via}`);
  return [
    ...edges
      .filter((e) => e.from === key)
      .map((e) => `${EDGE_VERBS[e.kind]} ${e.to}${phase(e)}${via(e)} (${at(e.location)})`),
    ...edges
      .filter((e) => e.to === key && e.from !== key)
      .map((e) => `${e.from} ${EDGE_VERBS[e.kind]} it${phase(e)}${via(e)} (${at(e.location)})`),
  ];
}

function unresolved(p: ProcessFacts): Unknown[] {
  return p.unresolved.map((u) => ({ field: u.kind, reason: u.reason, location: u.location }));
}
