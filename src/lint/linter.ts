/**
 * Lint that lives on, for editors: what an edit did not touch is not linted again. The model is taken apart into
 * groups that have nothing to do with each other (trees that no use, no shared definition and no process class
 * connects); a group whose parts are the very same objects as last time keeps its findings.
 */
import type { Child, Edge, Finding, Orphan, ProcessFacts, Supervisor, TreeModel } from "../model/index.ts";
import { byPlace, collectFindings, type LintOptions, type LintResult } from "./lint.ts";
import type { SourceReader } from "./rule.ts";
import { applySuppressions, type SuppressionCache } from "./suppressions.ts";

interface Group {
  supervisors: Supervisor[];
  edges: Edge[];
  orphans: Orphan[];
}

interface Kept {
  parts: readonly object[];
  /** The model's applications, for groups that concern them: there are few, and they are compared by value. */
  applications: string;
  /** Texts that the fixes were made from. */
  texts: Map<string, string | undefined>;
  findings: Finding[];
  /** The findings by what comments say of them; null until they were asked. */
  heard: { shown: readonly Finding[]; silent: readonly Finding[] } | null;
}

export interface LinterOptions extends LintOptions {
  /**
   * Files whose text may differ from the last time; the texts of others are not read again. Without it all are.
   */
  edited?: ReadonlySet<string>;
}

export class Linter {
  #kept = new Map<string, Kept>();
  #division: Division | undefined;
  #settings = "";
  #texts = new Map<string, string | undefined>();
  readonly #comments: SuppressionCache = new Map();

  /** The same result as `lintAll`, faster when the model shares objects with the one before. */
  lint(model: TreeModel, options: LinterOptions = {}): LintResult {
    const { rules, options: numbers, fixes, edited } = options;
    const sources = options.sources && this.#reader(options.sources, edited);
    const settings = JSON.stringify([rules, numbers, sources !== undefined, fixes]);
    const before = settings === this.#settings ? this.#kept : new Map<string, Kept>();
    const next = new Map<string, Kept>();
    const tops = new Set(model.applications.map((application) => application.supervisor));
    const allApplications = JSON.stringify(model.applications);
    const rest: LintOptions = sources ? { ...options, sources } : options;
    const { division, groups } = partition(model, this.#division);
    this.#division = division;
    for (const group of groups) {
      const name = (group.supervisors[0] ?? group.orphans[0])!.key;
      const parts = [...group.supervisors, ...group.edges, ...group.orphans];
      const applications = group.supervisors.some(({ key }) => tops.has(key)) ? allApplications : "";
      const known = before.get(name);
      const isKnown =
        known !== undefined && known.applications === applications && isSame(known, parts, sources);
      next.set(name, isKnown ? known : { ...collect(model, group, rest), parts, applications, heard: null });
    }
    this.#kept = next;
    this.#settings = settings;
    const findings: Finding[] = [];
    const suppressed: Finding[] = [];
    for (const kept of next.values()) {
      const { shown, silent } = this.#heard(kept, sources, edited);
      for (const finding of shown) findings.push(finding);
      for (const finding of silent) suppressed.push(finding);
    }
    return { findings: findings.sort(byPlace), suppressed: suppressed.sort(byPlace) };
  }

  /** What comments leave of a group's findings; they are looked at again where a text may be another. */
  #heard(
    kept: Kept,
    sources: SourceReader | undefined,
    edited: ReadonlySet<string> | undefined,
  ): NonNullable<Kept["heard"]> {
    if (!sources) return { shown: kept.findings, silent: [] };
    const isRead = kept.findings.some(({ location }) => edited?.has(location.file) ?? true);
    if (kept.heard === null || isRead) {
      const { shown, suppressed } = applySuppressions(kept.findings, sources, this.#comments);
      kept.heard = { shown, silent: suppressed };
    }
    return kept.heard;
  }

  /** Reads through, and remembers the texts that findings and fixes are about. */
  #reader(sources: SourceReader, edited: ReadonlySet<string> | undefined): SourceReader {
    if (edited) for (const file of edited) this.#texts.delete(file);
    else this.#texts.clear();
    return {
      get: (file) => {
        if (!this.#texts.has(file)) this.#texts.set(file, sources.get(file));
        return this.#texts.get(file);
      },
    };
  }
}

function isSame({ parts, texts }: Kept, now: readonly object[], sources: SourceReader | undefined): boolean {
  if (parts.length !== now.length) return false;
  for (let at = 0; at < now.length; at++) if (parts[at] !== now[at]) return false;
  // A comment may have changed without moving anything.
  for (const [file, text] of texts) if (sources?.get(file) !== text) return false;
  return true;
}

function collect(model: TreeModel, group: Group, options: LintOptions): Pick<Kept, "texts" | "findings"> {
  const keys = new Set(group.supervisors.map((supervisor) => supervisor.key));
  const roots = model.roots.filter((key) => keys.has(key));
  const findings = collectFindings({ ...model, ...group, roots, problems: [] }, options);
  const texts = new Map<string, string | undefined>();
  if (options.sources && options.fixes !== false) {
    // Also where no fix was possible: another text may allow one.
    for (const { childrenLocation } of group.supervisors) {
      if (childrenLocation) texts.set(childrenLocation.file, options.sources.get(childrenLocation.file));
    }
  }
  return { texts, findings };
}

/** Which parts of a model belong together, by their places in its lists, each in the model's order. */
interface Division {
  model: TreeModel;
  groups: { supervisors: number[]; edges: number[]; orphans: number[] }[];
}

/** Groups of the model's parts. After most edits the parts are connected as they were in the model before. */
function partition(model: TreeModel, before: Division | undefined): { division: Division; groups: Group[] } {
  const division: Division = {
    model,
    groups: before !== undefined && isConnectedAs(before.model, model) ? before.groups : divide(model),
  };
  const groups = division.groups.map(({ supervisors, edges, orphans }) => ({
    supervisors: supervisors.map((at) => model.supervisors[at]!),
    edges: edges.map((at) => model.edges[at]!),
    orphans: orphans.map((at) => model.orphans[at]!),
  }));
  return { division, groups };
}

/** Whether two models have the same keys, classes and connections in the same places. */
function isConnectedAs(a: TreeModel, b: TreeModel): boolean {
  return (
    isEach(
      a.supervisors,
      b.supervisors,
      (s, t) => s.key === t.key && isClass(s.process, t.process) && isEach(s.children, t.children, isChild),
    ) &&
    isEach(a.edges, b.edges, (e, f) => e.from === f.from && e.to === f.to) &&
    isEach(
      a.orphans,
      b.orphans,
      (o, p) => o.key === p.key && o.startedBy === p.startedBy && isClass(o.process, p.process),
    )
  );
}

function isChild(a: Child, b: Child): boolean {
  if (a.startedBefore || b.startedBefore) return false; // where that is may have moved
  return a.key === b.key && a.supervisor === b.supervisor && isClass(a.process, b.process);
}

function isClass(a: ProcessFacts | null, b: ProcessFacts | null): boolean {
  if (a === b) return true;
  // A class that moved may stand where another one stood.
  return a !== null && b !== null && a.symbol === b.symbol && placeOf(a) === placeOf(b);
}

function isEach<T>(a: readonly T[], b: readonly T[], isLike: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at] && !isLike(a[at]!, b[at]!)) return false;
  return true;
}

function divide(model: TreeModel): Division["groups"] {
  const { supervisors, orphans, edges } = model;
  const leader = Array.from({ length: supervisors.length + orphans.length }, (_, node) => node);
  const find = (node: number): number => {
    let root = node;
    while (leader[root] !== root) root = leader[root]!;
    while (leader[node] !== root) {
      const up = leader[node]!;
      leader[node] = root;
      node = up;
    }
    return root;
  };
  const join = (a: number | undefined, b: number | undefined) => {
    if (a === undefined || b === undefined) return;
    const x = find(a);
    const y = find(b);
    if (x !== y) leader[Math.max(x, y)] = Math.min(x, y);
  };
  const nodeOf = new Map<string, number>();
  for (const [node, supervisor] of supervisors.entries()) nodeOf.set(supervisor.key, node);
  for (const [index, orphan] of orphans.entries()) nodeOf.set(orphan.key, supervisors.length + index);
  const classes = new Map<string, number>();
  const joinClass = (facts: ProcessFacts | null, node: number) => {
    if (!facts) return;
    const place = placeOf(facts);
    const first = classes.get(place);
    if (first === undefined) classes.set(place, node);
    else join(first, node);
  };
  for (const [node, supervisor] of supervisors.entries()) {
    for (const child of supervisor.children) {
      nodeOf.set(child.key, node);
      if (child.supervisor !== null) join(node, nodeOf.get(child.supervisor));
      joinClass(child.process, node);
    }
  }
  for (const [index, orphan] of orphans.entries()) joinClass(orphan.process, supervisors.length + index);
  joinHandedOut(model, join);
  joinStarted(model, join);
  for (const { from, to } of edges) join(nodeOf.get(from), nodeOf.get(to));

  const groups = new Map<number, Division["groups"][number]>();
  const groupOf = (node: number): Division["groups"][number] => {
    const root = find(node);
    const group = groups.get(root) ?? { supervisors: [], edges: [], orphans: [] };
    groups.set(root, group);
    return group;
  };
  for (const node of supervisors.keys()) groupOf(node).supervisors.push(node);
  for (const index of orphans.keys()) groupOf(supervisors.length + index).orphans.push(index);
  for (const [index, edge] of edges.entries()) {
    const node = nodeOf.get(edge.from) ?? nodeOf.get(edge.to);
    if (node !== undefined) groupOf(node).edges.push(index);
  }
  return [...groups.values()];
}

type Join = (a: number | undefined, b: number | undefined) => void;

/** A child whose start hands out what was started before is that process. */
function joinHandedOut({ supervisors, orphans }: TreeModel, join: Join): void {
  const handedOut = new Map<string, number>();
  for (const [node, { children }] of supervisors.entries()) {
    for (const { startedBefore } of children)
      if (startedBefore) handedOut.set(JSON.stringify(startedBefore), node);
  }
  if (handedOut.size === 0) return;
  for (const [index, { location }] of orphans.entries())
    join(supervisors.length + index, handedOut.get(JSON.stringify(location)));
}

/** A process outside any tree, and those that run the code that starts it. */
function joinStarted({ supervisors, orphans }: TreeModel, join: Join): void {
  const started = new Map<string, number>();
  for (const [index, { startedBy }] of orphans.entries()) {
    if (startedBy === undefined) continue;
    const node = supervisors.length + index;
    join(node, started.get(startedBy));
    started.set(startedBy, node);
  }
  if (started.size === 0) return;
  const joinCode = (facts: ProcessFacts | null, node: number) =>
    facts && join(node, started.get(facts.symbol));
  for (const [node, { process, children }] of supervisors.entries()) {
    joinCode(process, node);
    for (const child of children) joinCode(child.process, node);
  }
  for (const [index, { process }] of orphans.entries()) joinCode(process, supervisors.length + index);
}

const places = new WeakMap<ProcessFacts, string>();

/** The identity of a process class; facts are shared between models, so it is worked out once. */
function placeOf(facts: ProcessFacts): string {
  let place = places.get(facts);
  if (place === undefined) {
    const { file, line, column } = facts.location;
    place = `${file}:${line}:${column}`;
    places.set(facts, place);
  }
  return place;
}
