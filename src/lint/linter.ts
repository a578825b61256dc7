/**
 * Lint that lives on, for editors: what an edit did not touch is not linted again. The model is taken apart into
 * groups that have nothing to do with each other (trees that no use, no shared definition and no process class
 * connects); a group whose parts are the very same objects as last time keeps its findings.
 */
import type { Edge, Finding, Orphan, ProcessFacts, Supervisor, TreeModel } from "../model/index.ts";
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
}

export interface LinterOptions extends LintOptions {
  /**
   * Files whose text may differ from the last time; the texts of others are not read again. Without it all are.
   */
  edited?: ReadonlySet<string>;
}

export class Linter {
  #kept = new Map<string, Kept>();
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
    for (const group of partition(model)) {
      const name = (group.supervisors[0] ?? group.orphans[0])!.key;
      const parts = [...group.supervisors, ...group.edges, ...group.orphans];
      const applications = group.supervisors.some(({ key }) => tops.has(key)) ? allApplications : "";
      const known = before.get(name);
      const isKnown =
        known !== undefined && known.applications === applications && isSame(known, parts, sources);
      next.set(name, isKnown ? known : { ...collect(model, group, rest), parts, applications });
    }
    this.#kept = next;
    this.#settings = settings;
    const findings = [...next.values()].flatMap((kept) => kept.findings).sort(byPlace);
    if (!sources) return { findings, suppressed: [] };
    const { shown, suppressed } = applySuppressions(findings, sources, this.#comments);
    return { findings: shown, suppressed };
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

/** Groups of the model's parts, each in the model's order. */
function partition(model: TreeModel): Group[] {
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
  for (const { from, to } of edges) join(nodeOf.get(from), nodeOf.get(to));

  const groups = new Map<number, Group>();
  const groupOf = (node: number): Group => {
    const root = find(node);
    const group = groups.get(root) ?? { supervisors: [], edges: [], orphans: [] };
    groups.set(root, group);
    return group;
  };
  for (const [node, supervisor] of supervisors.entries()) groupOf(node).supervisors.push(supervisor);
  for (const [index, orphan] of orphans.entries()) groupOf(supervisors.length + index).orphans.push(orphan);
  for (const edge of edges) {
    const node = nodeOf.get(edge.from) ?? nodeOf.get(edge.to);
    if (node !== undefined) groupOf(node).edges.push(edge);
  }
  return [...groups.values()];
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
