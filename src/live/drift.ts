/**
 * Where the running tree and the tree in the source differ. What the source leaves unknown is not compared, and a place in the
 * source that may have any number of children holds any number.
 */
import {
  type Child,
  type Location,
  placeUnder,
  rootPlace,
  type Supervisor,
  type TreeModel,
} from "../model/index.ts";
import type { PageDrift } from "../protocol/index.ts";
import type { LiveProcess, LiveSnapshot } from "../runtime/live-protocol.ts";
import { rootsOf } from "./model-of.ts";

export type DriftKind = "not_in_source" | "not_running" | "differs";

export interface Drift {
  kind: DriftKind;
  /** Child ids from the root down, joined by "/". */
  path: string;
  /** What differs; null for a whole child. */
  field:
    | "strategy"
    | "intensity"
    | "period"
    | "autoShutdown"
    | "order"
    | "restart"
    | "shutdown"
    | "significant"
    | "class"
    | null;
  running: string | null;
  source: string | null;
  /** The running process; null where there is none. */
  pid: number | null;
  location: Location | null;
  /** The supervisor under which it runs, or should. */
  supervisor: number | null;
}

export interface Comparison {
  drift: Drift[];
  /** Running roots that no definition of the source has the name of, or that several have. */
  unmatched: { name: string; why: "not_in_source" | "several"; pid: number }[];
  /** Roots of the source that do not run in this program. */
  elsewhere: string[];
  /** How many supervisors were compared. */
  compared: number;
}

/** Compares a running system with the source that it may have come from. */
export function compare(snapshot: LiveSnapshot, source: TreeModel): Comparison {
  return new Comparing(snapshot, source).compare();
}

class Comparing {
  readonly #byId: ReadonlyMap<number, LiveProcess>;
  readonly #snapshot: LiveSnapshot;
  readonly #source: TreeModel;
  readonly #supervisors: ReadonlyMap<string, Supervisor>;
  /** Classes that the source knows. */
  readonly #classes: ReadonlySet<string>;
  readonly #drift: Drift[] = [];
  #compared = 0;

  constructor(snapshot: LiveSnapshot, source: TreeModel) {
    this.#snapshot = snapshot;
    this.#source = source;
    this.#byId = new Map(snapshot.list.map((process) => [process.id, process]));
    this.#supervisors = new Map(source.supervisors.map((supervisor) => [supervisor.key, supervisor]));
    this.#classes = new Set(
      source.supervisors.flatMap(({ name, children }) => [
        name,
        ...children.map(({ start }) => start.symbol ?? ""),
      ]),
    );
  }

  compare(): Comparison {
    const unmatched: Comparison["unmatched"] = [];
    const matched = new Set<string>();
    for (const root of rootsOf(this.#snapshot.list)) {
      const name = root.className ?? root.label;
      const named = this.#source.supervisors.filter((each) => each.name === name);
      const found = named.length > 1 ? named.filter(({ key }) => this.#source.roots.includes(key)) : named;
      const [only] = found;
      if (only === undefined)
        unmatched.push({ name, why: named.length > 1 ? "several" : "not_in_source", pid: root.id });
      else if (found.length > 1) unmatched.push({ name, why: "several", pid: root.id });
      else {
        matched.add(only.key);
        this.#supervisor(root, only, rootPlace(root.label));
      }
    }
    const elsewhere = this.#source.roots
      .filter((key) => !matched.has(key))
      .map((key) => this.#supervisors.get(key)?.name ?? key);
    return { drift: this.#drift, unmatched, elsewhere, compared: this.#compared };
  }

  #supervisor(running: LiveProcess, source: Supervisor, path: string): void {
    const { supervision } = running;
    if (supervision === null) return;
    this.#compared += 1;
    const at = { path, pid: running.id, location: source.location, supervisor: running.id };
    this.#field(at, "strategy", supervision.strategy, source.strategy);
    this.#field(at, "intensity", supervision.budget.intensity, source.intensity);
    this.#field(at, "period", supervision.budget.period, source.period);
    this.#field(at, "autoShutdown", supervision.autoShutdown, source.autoShutdown);
    const open = source.dynamic || source.unknown.some(({ field }) => field === "children");
    const order: number[] = [];
    const seen = new Set<Child>();
    for (const child of supervision.children) {
      const symbol = this.#byId.get(child.pid ?? 0)?.className ?? null;
      const named = source.children.findIndex((each) => fits(each, child.id));
      // What is started at run time has an id of its own: its class says which of them it is.
      const index =
        named >= 0
          ? named
          : source.children.findIndex(({ dynamic, start }) => dynamic && start.symbol === symbol);
      const listed = source.children[index];
      const place = placeUnder(path, child.id);
      if (listed === undefined) {
        const started = source.children.some(({ dynamic, id }) => dynamic || id === null);
        if (!open && !started)
          this.#drift.push({
            ...whole("not_in_source", place),
            pid: child.pid,
            supervisor: running.id,
            location: source.location,
          });
        continue;
      }
      seen.add(listed);
      if (!listed.dynamic) order.push(index);
      this.#child(child, listed, place, running.id);
    }
    if (order.some((index, position) => position > 0 && index < (order[position - 1] as number))) {
      const ids = (indices: readonly number[]) =>
        indices.map((index) => source.children[index]?.id ?? "?").join(", ");
      this.#drift.push({
        ...at,
        kind: "differs",
        field: "order",
        running: ids(order),
        source: ids([...order].sort((a, b) => a - b)),
      });
    }
    // A supervisor that is still starting its children has the rest before it.
    if (running.status === "starting") return;
    for (const child of source.children) {
      const unsure = child.dynamic || child.cardinality === "maybe" || child.count === 0;
      if (child.id === null || unsure || seen.has(child)) continue;
      this.#drift.push({
        ...whole("not_running", placeUnder(path, child.id)),
        supervisor: running.id,
        location: child.location,
      });
    }
  }

  #child(
    running: NonNullable<LiveProcess["supervision"]>["children"][number],
    source: Child,
    path: string,
    supervisor: number,
  ): void {
    const process = running.pid === null ? undefined : this.#byId.get(running.pid);
    const at = { path, pid: running.pid, location: source.location, supervisor };
    this.#field(at, "restart", running.restart, source.restart);
    this.#field(at, "shutdown", running.shutdown, source.shutdown);
    this.#field(at, "significant", running.significant, source.significant);
    // A name that the source does not know is no other class: functions make classes, and bundlers rename them.
    const { symbol } = source.start;
    const name = process?.className ?? null;
    if (name !== null && symbol !== null && this.#classes.has(name)) this.#field(at, "class", name, symbol);
    const below = source.supervisor === null ? undefined : this.#supervisors.get(source.supervisor);
    if (process !== undefined && below !== undefined) this.#supervisor(process, below, path);
    // Temporary and transient children may have ended as they may; a permanent one without a process is being restarted.
    if (process === undefined && source.restart === "permanent" && running.state === "undefined")
      this.#drift.push({ ...whole("not_running", path), supervisor, location: source.location });
  }

  #field(
    at: Pick<Drift, "path" | "pid" | "location" | "supervisor">,
    field: NonNullable<Drift["field"]>,
    running: string | number | boolean,
    source: string | number | boolean | null,
  ): void {
    if (source === null || source === running) return;
    this.#drift.push({ ...at, kind: "differs", field, running: String(running), source: String(source) });
  }
}

const whole = (kind: DriftKind, path: string): Omit<Drift, "location" | "supervisor"> => ({
  kind,
  path,
  field: null,
  running: null,
  source: null,
  pid: null,
});

/** As the page shows it: what does not run is shown at its supervisor, and roots that the source does not have are part of it. */
export function pageDrift({ drift, unmatched, elsewhere, compared }: Comparison): {
  drift: PageDrift[];
  elsewhere: string[];
  compared: number;
} {
  return {
    compared,
    elsewhere,
    drift: [
      ...drift.map(({ supervisor, pid, ...each }) => ({ ...each, pid: pid ?? supervisor })),
      ...unmatched.map(({ name, why, pid }) => ({
        kind: why,
        path: name,
        field: null,
        running: null,
        source: null,
        pid,
        location: null,
      })),
    ],
  };
}

/** Whether a running id is one that this place of the source gives: `shard-*` gives `shard-7`. */
function fits({ id }: Child, running: string): boolean {
  if (id === null) return false;
  if (id === running) return true;
  const [head = "", ...rest] = id.split("*");
  if (rest.length === 0 || !running.startsWith(head)) return false;
  let from = head.length;
  for (const [position, part] of rest.entries()) {
    if (position === rest.length - 1) return running.length - part.length >= from && running.endsWith(part);
    const found = running.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return false;
}

/** One drift in words, of one line. */
export function describeDrift({ kind, path, field, running, source }: Drift): string {
  if (kind === "not_in_source") return `${path}: runs, and is not in the source`;
  if (kind === "not_running") return `${path}: is in the source, and does not run`;
  return `${path}: ${field} is ${running} in the program and ${source} in the source`;
}
