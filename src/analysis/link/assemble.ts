/**
 * Puts the drafts of all files together: who supervises whom, who is started outside any tree, who uses whom.
 * What did not change since the last time is taken over, object by object.
 */
import {
  type Application,
  type Edge,
  type Orphan,
  SCHEMA_VERSION,
  type Supervisor,
  type TreeModel,
} from "../../model/index.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import { buildSupervisor, processFacts, startRef } from "./build.ts";
import type { ChildDraft, CodeRef, FileDraft, ProcessDraft, StartDraft, SupervisorDraft } from "./drafts.ts";
import { type EdgeMaker, type Node, resolveUses } from "./edges.ts";
import { fileKeys } from "./keys.ts";
import { NameIndex } from "./name-index.ts";

/** The results of one supervisor, and what they were made from. */
interface Built {
  draft: SupervisorDraft;
  key: string;
  children: readonly ChildDraft[];
  supervisors: (string | null)[];
  processes: (ProcessDraft | null)[];
  supervisor: Supervisor;
}

/** The draft of a supervisor whose start gives it these arguments. */
export type Specialise = (draft: SupervisorDraft, args: Value[]) => SupervisorDraft;

export class Assembler {
  private built = new Map<string, Built>();
  private edges = new Map<string, { inputs: unknown[]; edges: Edge[] }>();
  private readonly maker: EdgeMaker;
  private readonly specialise: Specialise;

  constructor(maker: EdgeMaker, specialise: Specialise) {
    this.maker = maker;
    this.specialise = specialise;
  }

  assemble(files: readonly (readonly [string, FileDraft])[]): TreeModel {
    const program = this.collect(files);
    const supervisors: Supervisor[] = [];
    const nodes: Node[] = [];
    const index = new NameIndex();
    const nested = new Map<string, Node>();
    const built = new Map<string, Built>();

    for (const { draft, key } of program.supervisors) {
      const children = program.added.get(draft.key);
      const drafts = children === undefined ? draft.children : [...draft.children, ...children];
      const one = this.buildOne(draft, key, drafts, program);
      built.set(key, one);
      supervisors.push(one.supervisor);
      one.supervisor.children.forEach((child, i) => {
        const from = drafts[i]!;
        const node: Node = {
          key: child.key,
          code: from.code.key,
          process: one.processes[i] ?? null,
          args: from.args,
          parent: key,
          supervisor: child.supervisor,
          facts: child.process,
          many: child.cardinality === "many",
        };
        nodes.push(node);
        if (child.supervisor !== null && child.supervisor !== key && !nested.has(child.supervisor)) {
          nested.set(child.supervisor, node);
        }
        index.addNode(node, from.name);
      });
    }
    this.built = built;

    for (const { draft, key } of program.supervisors) {
      if (nested.has(key)) continue;
      const facts = built.get(key)?.supervisor.process ?? null;
      const node: Node = {
        key,
        code: draft.key,
        process: draft.process,
        args: program.arguments.get(draft.key) ?? null,
        parent: null,
        supervisor: key,
        facts,
        many: false,
      };
      nodes.push(node);
      index.addNode(node, draft.registers);
    }
    const orphans = this.orphans(program, nodes, index);
    const roots = rootsOf(supervisors, nested);
    index.finish(roots, supervisors, nodes);
    for (const [site, code] of program.sites) index.addSite(site, code);
    return {
      schemaVersion: SCHEMA_VERSION,
      supervisors,
      roots,
      applications: this.applications(program),
      orphans,
      edges: this.allEdges(nodes, index),
      problems: [],
    };
  }

  private buildOne(
    draft: SupervisorDraft,
    key: string,
    children: readonly ChildDraft[],
    program: Program,
  ): Built {
    const supervisorOf = (code: CodeRef): string | null =>
      code.key === null ? null : (program.supervisorKeys.get(code.key) ?? null);
    const processOf = (code: CodeRef): ProcessDraft | null =>
      code.key === null ? null : (program.processes.get(code.key) ?? null);
    const supervisors = children.map((child) => supervisorOf(child.code));
    const processes = children.map((child) => processOf(child.code));
    const before = this.built.get(key);
    if (
      before !== undefined &&
      before.draft === draft &&
      sameList(before.children, children) &&
      sameList(before.supervisors, supervisors) &&
      sameList(before.processes, processes)
    ) {
      return before;
    }
    const supervisor = buildSupervisor(draft, key, children, supervisorOf, processOf);
    return { draft, key, children, supervisors, processes, supervisor };
  }

  /** Everything that the files define, with the arguments of starts put into supervisors. */
  private collect(files: readonly (readonly [string, FileDraft])[]): Program {
    const program = new Program();
    for (const [file, draft] of files) program.add(file, draft);
    // A supervisor's arguments may come from a supervisor whose own arguments come from another.
    for (let round = 0; round < 5; round++) {
      const args = program.startArguments();
      let changed = false;
      program.supervisors.forEach((entry, i) => {
        const { original } = entry;
        if (!original.takesArguments) return;
        const given = args.get(original.key) ?? null;
        const draft = given === null ? original : this.specialise(original, given);
        if (draft === entry.draft) return;
        program.supervisors[i] = { ...entry, draft };
        changed = true;
      });
      program.arguments = args;
      if (!changed) break;
    }
    program.attach(this.maker);
    return program;
  }

  private orphans(program: Program, nodes: Node[], index: NameIndex): Orphan[] {
    const orphans: Orphan[] = [];
    for (const { start, key, inside } of program.orphans) {
      const process = start.code.key === null ? null : (program.processes.get(start.code.key) ?? null);
      const facts = processFacts(process);
      orphans.push({
        key,
        name: start.name?.name ?? start.code.symbol ?? "process",
        start: startRef(start.code),
        location: locationOf(start.at),
        linked: start.linked,
        process: facts,
        reason: reasonFor(start, inside),
      });
      const node: Node = {
        key,
        code: start.code.key,
        process,
        args: start.args,
        parent: null,
        supervisor: null,
        facts,
        many: false,
      };
      nodes.push(node);
      index.addNode(node, start.name);
    }
    return orphans;
  }

  private applications(program: Program): Application[] {
    const names = new Map(program.applications.map(({ draft }) => [draft.key, draft.name]));
    return program.applications.map(({ draft, key }) => {
      const unknown = [...draft.unknown];
      const dependencies: string[] = [];
      const wanted = draft.dependencies;
      if (wanted !== null && wanted.k === "list") {
        for (const item of wanted.c.items) {
          const name = applicationName(item.v, names);
          if (name !== null) dependencies.push(name);
          else
            unknown.push({
              field: "applications",
              reason: "an application that is not known",
              location: locationOf(item.at),
            });
        }
        if (wanted.c.open !== null)
          unknown.push({
            field: "applications",
            reason: wanted.c.open.why,
            location: locationOf(wanted.c.open.at),
          });
      } else if (wanted !== null && !(wanted.k === "lit" && wanted.v === undefined)) {
        unknown.push({
          field: "applications",
          reason: wanted.k === "unknown" ? wanted.why : "computed at run time",
          location: locationOf(draft.at),
        });
      }
      const code = draft.start?.key ?? null;
      return {
        key,
        name: draft.name,
        dependencies,
        supervisor: code === null ? null : (program.supervisorKeys.get(code) ?? null),
        location: locationOf(draft.at),
        unknown,
      };
    });
  }

  private allEdges(nodes: readonly Node[], index: NameIndex): Edge[] {
    const all: Edge[] = [];
    const kept = new Map<string, { inputs: unknown[]; edges: Edge[] }>();
    for (const node of nodes) {
      if (node.process === null || (node.process.uses.length === 0 && node.facts === null)) continue;
      const inputs = [node.process, node.args, node.facts];
      const known = this.edges.get(node.key);
      const same = known !== undefined && sameList(known.inputs, inputs) && index.sameAs(this.lastIndex);
      const edges = same ? known.edges : resolveUses(node, index, this.maker);
      kept.set(node.key, { inputs, edges });
      for (const edge of edges) all.push(edge);
    }
    this.edges = kept;
    this.lastIndex = index;
    return all;
  }

  private lastIndex: NameIndex | null = null;
}

class Program {
  readonly supervisors: { draft: SupervisorDraft; original: SupervisorDraft; key: string }[] = [];
  readonly supervisorKeys = new Map<string, string>();
  readonly processes = new Map<string, ProcessDraft>();
  readonly applications: { draft: FileDraft["applications"][number]; key: string }[] = [];
  readonly orphans: { start: StartDraft; key: string; inside: ProcessDraft | null }[] = [];
  /** Start site → the code that runs there. */
  readonly sites = new Map<string, string>();
  /** Children that processes ask a supervisor to start, by the supervisor's code. */
  readonly added = new Map<string, ChildDraft[]>();
  arguments = new Map<string, Value[] | null>();
  private readonly starts: { start: StartDraft; inside: ProcessDraft | null }[] = [];

  add(file: string, draft: FileDraft): void {
    const starts: { start: StartDraft; inside: ProcessDraft | null }[] = draft.starts.map((start) => ({
      start,
      inside: null,
    }));
    for (const process of draft.processes) {
      this.processes.set(process.key, process);
      for (const start of process.starts) starts.push({ start, inside: process });
    }
    const alone = starts.filter(
      ({ start }) => start.under === null && start.code.key !== null && start.code.type === "worker",
    );
    const keys = fileKeys(
      file,
      draft,
      alone.map(({ start }) => start),
    );
    draft.supervisors.forEach((supervisor, i) => {
      const key = keys.supervisors[i]!;
      this.supervisors.push({ draft: supervisor, original: supervisor, key });
      this.supervisorKeys.set(supervisor.key, key);
      this.sites.set(supervisor.key, supervisor.key);
    });
    draft.applications.forEach((application, i) => {
      this.applications.push({ draft: application, key: keys.applications[i]! });
    });
    for (const { start, inside } of alone)
      this.orphans.push({ start, inside, key: keys.orphans.get(start)! });
    for (const entry of starts) {
      this.starts.push(entry);
      const { start } = entry;
      if (start.code.key !== null) this.sites.set(`${start.at.m.file}:${start.at.s}`, start.code.key);
    }
  }

  /** The arguments that each supervisor is started with, where all its starts are known and there is one. */
  startArguments(): Map<string, Value[] | null> {
    const found = new Map<string, Value[] | null>();
    const note = (key: string | null, args: Value[] | null): void => {
      if (key !== null) found.set(key, found.has(key) ? null : args);
    };
    for (const { draft } of this.supervisors)
      for (const child of draft.children) note(child.code.key, child.args);
    for (const { start } of this.starts)
      if (start.under === null || start.child !== null) note(start.code.key, start.args);
    for (const { draft } of this.applications) if (draft.start !== null) note(draft.start.key, draft.args);
    return found;
  }

  /**
   * Puts children that are started at run time under the supervisor that is asked to start them. Where that
   * supervisor has a template, the place of the start leads to its children.
   */
  attach(maker: EdgeMaker): void {
    const asked = this.starts.filter(({ start }) => start.under !== null);
    if (asked.length === 0) return;
    const index = new NameIndex();
    for (const [site, code] of this.sites) index.addSite(site, code);
    for (const { draft, key } of this.supervisors) {
      for (const child of draft.children) {
        if (child.code.key === null) continue;
        index.addNode(
          {
            key: child.code.key,
            code: child.code.key,
            process: this.processes.get(child.code.key) ?? null,
            args: child.args,
            parent: key,
            supervisor: null,
            facts: null,
            many: false,
          },
          child.name,
        );
      }
      index.addNode(
        {
          key: draft.key,
          code: draft.key,
          process: draft.process,
          args: null,
          parent: null,
          supervisor: key,
          facts: null,
          many: false,
        },
        draft.registers,
      );
    }
    for (const { start, inside } of asked) {
      const supervisor = maker.one(start.under!, inside, index);
      if (supervisor === null || !this.supervisorKeys.has(supervisor)) continue;
      if (start.child === null) {
        const templates =
          this.supervisors.find(({ draft }) => draft.key === supervisor)?.draft.children ?? [];
        const code = templates.length === 1 && templates[0]!.dynamic ? templates[0]!.code.key : null;
        if (code !== null) this.sites.set(`${start.at.m.file}:${start.at.s}`, code);
        continue;
      }
      const known = this.added.get(supervisor);
      if (known === undefined) this.added.set(supervisor, [start.child]);
      else if (!known.includes(start.child)) known.push(start.child);
    }
  }
}

function applicationName(v: Value, names: ReadonlyMap<string, string>): string | null {
  if (v.k === "lit" && typeof v.v === "string") return v.v;
  if (v.k !== "term" || v.tag !== "app") return null;
  const key = v.d.key;
  const name = v.d.name;
  const defined = key?.k === "lit" ? names.get(String(key.v)) : undefined;
  return defined ?? (name?.k === "lit" && typeof name.v === "string" ? name.v : null);
}

/** Supervisors that nothing starts; one of each ring that starts itself. */
function rootsOf(supervisors: readonly Supervisor[], nested: ReadonlyMap<string, unknown>): string[] {
  const roots = supervisors.filter((s) => !nested.has(s.key)).map((s) => s.key);
  const byKey = new Map(supervisors.map((s) => [s.key, s]));
  const seen = new Set<string>();
  const visit = (root: string): void => {
    const open = [root];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      for (const child of byKey.get(key)?.children ?? [])
        if (child.supervisor !== null) open.push(child.supervisor);
    }
  };
  for (const root of roots) visit(root);
  for (const s of supervisors) {
    if (seen.has(s.key)) continue;
    roots.push(s.key);
    visit(s.key);
  }
  return roots;
}

function reasonFor(start: StartDraft, inside: ProcessDraft | null): string {
  const who =
    inside === null
      ? "started outside any supervisor"
      : `started by ${inside.facts.symbol}, not by a supervisor`;
  return start.linked ? `${who}; linked to the process that starts it` : `${who}; nothing restarts it`;
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
