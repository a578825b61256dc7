/**
 * Puts the drafts of all files together: who supervises whom, who is started outside any tree, who uses whom.
 * Kept up to date file by file: an update touches the files that changed, the supervisors and uses that depend on
 * them, and nothing else. Objects of the model that did not change stay the same objects.
 */
import {
  type Edge,
  type Orphan,
  SCHEMA_VERSION,
  type Supervisor,
  type TreeModel,
} from "../../model/index.ts";
import { variableKey } from "../evaluate/define.ts";
import { property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import { buildApplication } from "./applications.ts";
import { buildSupervisor, processFacts, startRef } from "./build.ts";
import {
  type ChildDraft,
  type CodeRef,
  codeKey,
  type FileDraft,
  type NameRef,
  type ProcessDraft,
  placeKey,
  type SupervisorDraft,
} from "./drafts.ts";
import { type EdgeMaker, resolveUses } from "./edges.ts";
import { NameIndex, type Node, type Reads, TREES } from "./name-index.ts";
import { type FilePart, filePart, type OrphanPart, type SupervisorPart } from "./parts.ts";
import { rootsOf } from "./roots.ts";
import { StartSites } from "./start-sites.ts";

/** The draft of a supervisor whose start gives it these arguments. */
export type Specialise = (draft: SupervisorDraft, args: Value[]) => SupervisorDraft;

type Part = SupervisorPart | OrphanPart;

export class Assembler {
  private readonly maker: EdgeMaker;
  private readonly specialise: Specialise;
  private readonly files = new Map<string, FilePart>();
  private sorted: FilePart[] | null = null;
  private readonly index = new NameIndex();
  private readonly startSites = new StartSites();
  private readonly processes = new Map<string, { file: string; draft: ProcessDraft }>();
  private readonly byCode = new Map<string, SupervisorPart>();
  /** Place → the supervisors that are started there. */
  private readonly byPlace = new Map<string, SupervisorPart[]>();
  private readonly byKey = new Map<string, SupervisorPart>();
  /** What lookups read → the parts whose lookups read it. */
  private readonly readers = new Map<string, Set<Part>>();
  /** Supervisors whose specialised draft has become stale. */
  private readonly stale = new Set<string>();
  /** Places of which it may be another thing than before whether their processes are children. */
  private readonly recounted = new Set<string>();
  /** Files whose code asks supervisors to start children. */
  private readonly askers = new Set<FilePart>();
  /** Places whose processes are children of supervisors in other files, and by how many files. */
  private readonly supervised = new Map<string, number>();
  private readonly enlarged = new Set<SupervisorPart>();
  private readonly rebuilt = new Set<Part>();
  /** Rebuilt parts, whose uses must be resolved. */
  private readonly pending = new Set<Part>();
  private roots: string[] = [];
  private keysChanged = true;

  constructor(maker: EdgeMaker, specialise: Specialise) {
    this.maker = maker;
    this.specialise = specialise;
  }

  /** The draft that was specialised for this supervisor must be made again. */
  unspecialised(code: string): void {
    this.stale.add(code);
  }

  /** Takes over the drafts of changed files (null: the file defines nothing any more). */
  update(changes: ReadonlyMap<string, FileDraft | null>): TreeModel {
    this.maker.renew();
    const dirty = new Set<Part>();
    const affected = new Set<string>(this.stale);
    this.stale.clear();
    const before = new Map([...changes.keys()].map((file) => [file, this.files.get(file)]));
    for (const file of changes.keys()) this.remove(file, affected);
    for (const [file, draft] of changes) if (draft !== null) this.add(file, draft, dirty, affected);
    for (const [file, old] of before) this.replaced(old, this.files.get(file));
    this.specialiseAll(affected, dirty);
    for (const place of this.recounted)
      for (const o of this.files.get(place.slice(0, place.lastIndexOf(":")))?.orphans ?? [])
        if (codeKey(o.start.at) === place) dirty.add(o);
    this.recounted.clear();
    for (const part of dirty) this.rebuild(part);
    this.refreshRoots();
    this.attach();
    this.refreshRoots();
    this.follow(dirty);
    return this.collect();
  }

  private countSupervised(place: string, by: number): void {
    const count = (this.supervised.get(place) ?? 0) + by;
    if (count === 0) this.supervised.delete(place);
    else this.supervised.set(place, count);
    this.recounted.add(place);
  }

  /** Keeps the order of files, and notes whether supervisors appeared or vanished. */
  private replaced(old: FilePart | undefined, now: FilePart | undefined): void {
    const keys = (part: FilePart | undefined): string[] => (part?.supervisors ?? []).map((s) => s.key);
    if (!sameList(keys(old), keys(now))) this.keysChanged = true;
    const at = old === undefined || now === undefined || this.sorted === null ? -1 : this.sorted.indexOf(old);
    if (at >= 0 && this.sorted !== null && now !== undefined) this.sorted[at] = now;
    else if (old !== now) this.sorted = null;
  }

  private remove(file: string, affected: Set<string>): void {
    const part = this.files.get(file);
    if (part === undefined) return;
    this.files.delete(file);
    this.askers.delete(part);
    for (const place of part.draft.supervised) this.countSupervised(place, -1);
    for (const s of part.supervisors) {
      for (const node of [...s.nodes, ...(s.root === null ? [] : [s.root])]) this.removeNode(node, s);
      if (this.byCode.get(s.original.key) === s) this.byCode.delete(s.original.key);
      this.removePlace(s);
      this.byKey.delete(s.key);
      this.enlarged.delete(s);
      this.pending.delete(s);
      this.index.removeSite(s.original.key);
      for (const { site } of ownSites(s.original, file)) this.index.removeSite(site);
      for (const code of this.startSites.set(s, [])) affected.add(code);
    }
    for (const o of part.orphans) if (o.node !== null) this.removeNode(o.node, o);
    for (const code of this.startSites.set(part.draft, [])) affected.add(code);
    for (const process of part.draft.processes) {
      if (process.starts.length > 0)
        for (const field of process.fields.keys())
          this.index.setVariable(variableKey(process.key, field), undefined);
      if (this.processes.get(process.key)?.file === file) this.processes.delete(process.key);
    }
    for (const { start } of part.starts) this.index.removeSite(start.site ?? codeKey(start.at));
    for (const key of part.draft.variables.keys()) this.index.setVariable(key, undefined);
  }

  private add(file: string, draft: FileDraft, dirty: Set<Part>, affected: Set<string>): void {
    const part = filePart(file, draft);
    this.files.set(file, part);
    for (const place of draft.supervised) this.countSupervised(place, 1);
    if (part.starts.some(({ start }) => start.under !== null)) this.askers.add(part);
    for (const [key, values] of draft.variables) this.index.setVariable(key, values);
    for (const process of draft.processes) {
      this.processes.set(process.key, { file, draft: process });
      // What it starts may be given what its fields hold.
      if (process.starts.length > 0)
        for (const [field, values] of process.fields)
          this.index.setVariable(variableKey(process.key, field), values);
    }
    for (const s of part.supervisors) {
      this.byCode.set(s.original.key, s);
      this.addPlace(s);
      this.byKey.set(s.key, s);
      this.index.addSite(s.original.key, s.original.key);
      for (const { site, code } of ownSites(s.original, file))
        if (code.key !== null && this.index.site(site) === undefined) this.index.addSite(site, code.key);
      affected.add(s.original.key);
      for (const code of this.startSites.set(s, childStarts(s.draft))) affected.add(code);
      dirty.add(s);
    }
    for (const o of part.orphans) dirty.add(o);
    const starts = part.starts
      .filter(({ start }) => start.under === null || start.child !== null)
      .map(({ start }) => ({ code: start.code.key, args: start.args }));
    for (const a of draft.applications)
      if (a.start !== null) starts.push({ code: a.start.key, args: a.args });
    for (const code of this.startSites.set(part.draft, starts)) affected.add(code);
    for (const { start } of part.starts) {
      if (start.code.key !== null) this.index.addSite(start.site ?? codeKey(start.at), start.code.key);
    }
  }

  /** Gives supervisors the arguments of their only start; that may give their children arguments. */
  private specialiseAll(affected: Set<string>, dirty: Set<Part>): void {
    let codes = affected;
    for (let round = 0; round < 6 && codes.size > 0; round++) {
      const next = new Set<string>();
      for (const code of codes) {
        const part = this.byCode.get(code);
        if (part === undefined) continue;
        const args = this.startSites.only(code);
        const draft =
          !part.original.takesArguments || args === null
            ? part.original
            : this.specialise(part.original, args);
        if (part.args !== args) dirty.add(part);
        part.args = args;
        if (part.draft === draft) continue;
        part.draft = draft;
        dirty.add(part);
        for (const other of this.startSites.set(part, childStarts(draft))) next.add(other);
      }
      codes = next;
    }
  }

  /** Makes the objects and the nodes of a part anew. */
  private rebuild(part: Part): void {
    this.pending.add(part);
    this.rebuilt.add(part);
    if (part.kind === "orphan") this.rebuildOrphan(part);
    else this.rebuildSupervisor(part);
  }

  private rebuildSupervisor(part: SupervisorPart): void {
    for (const node of part.nodes) this.removeNode(node, part);
    const { draft, key } = part;
    const drafts: readonly ChildDraft[] =
      part.added.length === 0 ? draft.children : [...draft.children, ...part.added];
    const supervisorOf = (code: CodeRef): string | null =>
      code.key === null ? null : this.supervisorKey(code.key);
    const processOf = (code: CodeRef): ProcessDraft | null =>
      code.key === null ? null : (this.processes.get(code.key)?.draft ?? null);
    const supervisor = buildSupervisor(draft, key, drafts, supervisorOf, processOf);
    part.supervisor = supervisor;
    part.nodes = supervisor.children.map((child, i) => {
      const from = drafts[i]!;
      const process = processOf(from.code);
      const given = child.cardinality === "many" ? [] : this.givenNames(process, from.args);
      // A name that the start gives is known, where it gives one.
      if (child.process !== null && given.length > 0 && given.length === process?.registersGiven.length)
        child.process.registers = [
          ...process.registers.map((name) => name.name),
          ...given.map((name) => name.name),
          ...process.patterns,
        ];
      const site = from.site ?? (i < draft.children.length ? undefined : codeKey(from.at));
      return {
        key: child.key,
        code: from.code.key,
        process,
        given,
        // A template's arguments are followed by those that the one who asks gives.
        args:
          part.extra === null || from.args === null || !from.dynamic || i > 0
            ? from.args
            : [...from.args, ...part.extra],
        parent: key,
        supervisor: child.supervisor,
        facts: child.process,
        many: child.cardinality === "many",
        name: from.name,
        uses: null,
        ...(site === undefined ? {} : { site }),
      };
    });
    for (const node of part.nodes) this.index.addNode(node);
    // The facts of the supervisor's own code belong to the new object.
    if (part.root !== null) {
      this.removeNode(part.root, part);
      part.root = null;
    }
  }

  /** The names that a process registers which its start gives it. */
  private givenNames(process: ProcessDraft | null, args: readonly Value[] | null): NameRef[] {
    const names: NameRef[] = [];
    for (const v of process?.registersGiven ?? []) {
      if (v.k !== "sym") continue;
      let given = args?.[Number(v.n)];
      for (const n of v.path) if (given !== undefined) given = property(this.maker.I, given, n, v.at);
      if (given?.k === "lit" && typeof given.v === "string") names.push({ name: given.v, origin: null });
      const inner = given?.k === "term" && given.tag === "name" ? given.d.name : undefined;
      if (inner?.k === "lit" && typeof inner.v === "string" && given?.k === "term")
        names.push({ name: inner.v, origin: codeKey(given.at) });
    }
    return names;
  }

  private addPlace(s: SupervisorPart): void {
    const place = placeKey(s.original.key);
    if (place === s.original.key) return;
    const there = this.byPlace.get(place);
    if (there === undefined) this.byPlace.set(place, [s]);
    else there.push(s);
    this.index.addSite(place, this.byPlace.get(place)![0]!.original.key);
  }

  private removePlace(s: SupervisorPart): void {
    const place = placeKey(s.original.key);
    const rest = (this.byPlace.get(place) ?? []).filter((other) => other !== s);
    if (place === s.original.key) return;
    if (rest.length > 0) this.byPlace.set(place, rest);
    else {
      this.byPlace.delete(place);
      this.index.removeSite(place);
    }
  }

  /** The supervisor that a function starts for whoever calls it; its own file does not know with which arguments. */
  private onlyAt(place: string): SupervisorPart | undefined {
    const there = this.byPlace.get(place);
    return there?.length === 1 ? there[0] : undefined;
  }

  /** The key of the supervisor that some code is, null when it is none. */
  private supervisorKey(code: string): string | null {
    const part = this.byCode.get(code) ?? this.onlyAt(placeKey(code));
    return part === undefined || isEmpty(part) ? null : part.key;
  }

  private rebuildOrphan(part: OrphanPart): void {
    if (part.node !== null) this.removeNode(part.node, part);
    const { start, inside, key } = part;
    if (inside === null && this.supervised.has(codeKey(start.at))) {
      part.orphan = null;
      part.node = null;
      return;
    }
    const process = start.code.key === null ? null : (this.processes.get(start.code.key)?.draft ?? null);
    const facts = processFacts(process);
    part.orphan = {
      key,
      name: start.name?.name ?? start.code.symbol ?? "process",
      start: startRef(start.code),
      location: locationOf(start.at),
      linked: start.linked,
      process: facts,
      reason: reasonFor(start.linked, inside),
    };
    if (inside !== null) part.orphan.startedBy = inside.facts.symbol;
    part.node = {
      key,
      code: start.code.key,
      process,
      args: start.args,
      parent: null,
      supervisor: null,
      facts,
      many: false,
      name: start.name,
      uses: null,
      site: start.site ?? codeKey(start.at),
    };
    this.index.addNode(part.node);
  }

  private removeNode(node: Node, part: Part): void {
    this.index.removeNode(node);
    this.forgetUses(node, part);
  }

  private forgetUses(node: Node, part: Part): void {
    const { uses } = node;
    if (uses === null) return;
    node.uses = null;
    for (const read of uses.reads) {
      const readers = this.readers.get(read);
      readers?.delete(part);
      if (readers?.size === 0) this.readers.delete(read);
    }
  }

  /**
   * Puts children that are started at run time under the supervisor that is asked to start them. Where that
   * supervisor has a template, the place of the start leads to its children.
   */
  private attach(): void {
    if (this.askers.size === 0 && this.enlarged.size === 0) return;
    const asked = [...this.askers].flatMap((part) => part.starts.filter(({ start }) => start.under !== null));
    const changedKind: SupervisorPart[] = [];
    const added = new Map<SupervisorPart, ChildDraft[]>();
    const extras = new Map<SupervisorPart, (readonly Value[] | null)[]>();
    for (const { start, inside } of asked) {
      const code = this.maker.one(start.under!, inside, this.index, new Set());
      const part = code === null ? undefined : this.byCode.get(code);
      if (part === undefined) continue;
      if (start.child === null) {
        const [template, ...others] = part.draft.children;
        const key = others.length === 0 && template?.dynamic === true ? template.code.key : null;
        const site = start.site ?? codeKey(start.at);
        if (key !== null && !this.index.hasSite(site, key, part.key)) this.index.addSite(site, key, part.key);
        if (key !== null) extras.set(part, [...(extras.get(part) ?? []), start.args]);
      } else {
        const known = added.get(part);
        if (known === undefined) added.set(part, [start.child]);
        else if (!known.some((child) => isSameStart(child, start.child!))) known.push(start.child);
      }
    }
    for (const part of new Set([...this.enlarged, ...added.keys(), ...extras.keys()])) {
      const now = added.get(part) ?? [];
      const given = extras.get(part) ?? [];
      const extra = given.length === 1 ? given[0]! : null;
      if (now.length === 0 && extra === null) this.enlarged.delete(part);
      else this.enlarged.add(part);
      if (sameList(part.added, now) && part.extra === extra) continue;
      const was = isEmpty(part);
      part.added = now;
      part.extra = extra;
      this.rebuild(part);
      // Whoever starts it must learn whether it is a supervisor.
      if (was !== isEmpty(part)) changedKind.push(part);
    }
    for (const part of changedKind) this.rebuildParents(part);
  }

  private rebuildParents(part: SupervisorPart): void {
    this.keysChanged = true;
    for (const other of this.byKey.values()) {
      if (other.nodes.some((node) => node.code === part.original.key)) this.rebuild(other);
    }
  }

  /** A supervisor that nothing starts is a process of its own. */
  private refreshRoots(): void {
    const keys = this.index.takeTrees();
    for (const part of this.rebuilt) keys.add(part.key);
    this.rebuilt.clear();
    for (const key of keys) {
      const part = this.byKey.get(key);
      if (part === undefined) continue;
      const nested = isEmpty(part) || this.index.isNested(key);
      if (nested && part.root !== null) {
        this.removeNode(part.root, part);
        part.root = null;
      } else if (!nested && part.root === null) {
        part.root = {
          key: part.key,
          code: part.draft.key,
          process: part.draft.process,
          args: part.args,
          parent: null,
          supervisor: part.key,
          facts: part.supervisor?.process ?? null,
          many: false,
          name: part.draft.registers,
          uses: null,
        };
        this.index.addNode(part.root);
        this.pending.add(part);
      }
    }
  }

  /** Resolves the uses of what was rebuilt, and of what looked something up that is different now. */
  private follow(dirty: ReadonlySet<Part>): void {
    const changed = this.index.changed();
    const again = new Set<Part>();
    for (const what of changed)
      for (const part of this.readers.get(what) ?? []) if (!dirty.has(part)) again.add(part);
    for (const part of again) this.rebuild(part);
    if (again.size > 0) {
      this.refreshRoots();
      this.index.changed();
    }
    // An actor is a supervisor, hence perhaps a root, as long as it has children.
    const mayEmpty = (part: Part): boolean => part.kind === "supervisor" && part.draft.implicit === true;
    if (changed.has(TREES) || this.keysChanged || [...dirty, ...again].some(mayEmpty))
      this.roots = rootsOf(this.ordered());
    this.keysChanged = false;
    for (const part of this.pending) {
      for (const node of nodesOf(part)) if (node.uses === null) this.resolve(node, part);
    }
    this.pending.clear();
  }

  private resolve(node: Node, part: Part): void {
    const reads: Reads = new Set();
    const edges = resolveUses(node, this.index, this.maker, reads);
    node.uses = { edges, reads };
    for (const read of reads) {
      const readers = this.readers.get(read);
      if (readers === undefined) this.readers.set(read, new Set([part]));
      else readers.add(part);
    }
  }

  private ordered(): FilePart[] {
    this.sorted ??= [...this.files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
    return this.sorted;
  }

  private collect(): TreeModel {
    const supervisors: Supervisor[] = [];
    const orphans: Orphan[] = [];
    // Those of children, of supervisors, of processes outside trees.
    const edges: Edge[] = [];
    const ofRoots: Edge[] = [];
    const ofOrphans: Edge[] = [];
    const ordered = this.ordered();
    const names = new Map<string, string>();
    for (const file of ordered) {
      for (const a of file.applications) names.set(a.draft.key, a.draft.name);
      for (const s of file.supervisors) {
        if (s.supervisor !== null && !isEmpty(s)) supervisors.push(s.supervisor);
        for (const { uses } of s.nodes) if (uses !== null) append(uses.edges, edges);
        if (s.root !== null && s.root.uses !== null) append(s.root.uses.edges, ofRoots);
      }
      for (const { orphan, node } of file.orphans) {
        if (orphan !== null) orphans.push(orphan);
        if (node !== null && node.uses !== null) append(node.uses.edges, ofOrphans);
      }
    }
    append(ofRoots, edges);
    append(ofOrphans, edges);
    const keyOf = (code: string): string | null => this.byCode.get(code)?.key ?? null;
    const applications = ordered.flatMap((file) =>
      file.applications.map(({ draft, key }) => buildApplication(draft, key, names, keyOf)),
    );
    return {
      schemaVersion: SCHEMA_VERSION,
      supervisors,
      roots: this.roots,
      applications,
      orphans,
      edges,
      problems: [],
      dialects: [],
      testFiles: [],
    };
  }
}

function append(from: readonly Edge[], to: Edge[]): void {
  for (const edge of from) to.push(edge);
}

function nodesOf(part: Part): Node[] {
  if (part.kind === "orphan") return part.node === null ? [] : [part.node];
  return part.root === null ? part.nodes : [...part.nodes, part.root];
}

/** Of an actor that has no children nothing says that it is a supervisor. */
function isEmpty(part: SupervisorPart): boolean {
  return part.draft.implicit === true && part.draft.children.length === 0 && part.added.length === 0;
}

/** The places in this file where children are started. */
function ownSites(draft: SupervisorDraft, file: string): { site: string; code: CodeRef }[] {
  return draft.children.flatMap(({ site, code }) => {
    const place = site === undefined ? "" : placeKey(site);
    return site !== undefined && place.slice(0, place.lastIndexOf(":")) === file ? [{ site, code }] : [];
  });
}

function childStarts(draft: SupervisorDraft): { code: string | null; args: Value[] | null }[] {
  return draft.children.map((child) => ({ code: child.code.key, args: child.args }));
}

function reasonFor(linked: boolean, inside: ProcessDraft | null): string {
  const who =
    inside === null
      ? "started outside any supervisor"
      : `started by ${inside.facts.symbol}, not by a supervisor`;
  return linked ? `${who}; linked to the process that starts it` : `${who}; nothing restarts it`;
}

/** Files that call the same function see the same start. */
function isSameStart(a: ChildDraft, b: ChildDraft): boolean {
  return a === b || (a.id === b.id && a.at.m === b.at.m && a.at.s === b.at.s);
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
