/** What a run will consist of: the model without its unknowns. */
import type {
  Assumption,
  AutoShutdown,
  Edge,
  ProcessFacts,
  RestartType,
  Shutdown,
  Strategy,
} from "../model/index.ts";

/** What a stand-in does with another process, as the analysis saw the code do it. */
export interface Use {
  kind: Edge["kind"];
  phase: Edge["phase"];
  /** A key of the model. */
  to: string;
  guarded: boolean;
  /**
   * Where the code has the pid from, when it does not look it up each time: from a field that this incarnation has set,
   * or from the arguments that its supervisor gives every incarnation.
   */
  keepsPid: "field" | "argument" | null;
}

export interface PlannedWorker {
  kind: "worker";
  /** The model's key: of a child, or of an orphan. */
  key: string;
  label: string;
  facts: ProcessFacts | null;
  uses: Use[];
  /** True for a process that was started once, before its supervisor: it cannot be started again. */
  once: boolean;
}

export interface PlannedSupervisor {
  kind: "supervisor";
  /** The key of the model's supervisor, or of the child when that supervisor is not known. */
  key: string;
  label: string;
  dynamic: boolean;
  strategy: Strategy;
  intensity: number;
  period: number;
  autoShutdown: AutoShutdown;
  children: PlannedChild[];
  /** For dynamic supervisors: what `start_child` starts. */
  templates: PlannedChild[];
  /** What its own init does with others. */
  uses: Use[];
  /** As of workers. */
  once: boolean;
}

export interface PlannedChild {
  /** The model's key; several processes share it when there are many. */
  key: string;
  /** Unique among its siblings. For templates the stem of the ids. */
  id: string;
  restart: RestartType;
  shutdown: Shutdown;
  significant: boolean;
  name: string | null;
  process: PlannedWorker | PlannedSupervisor;
}

export interface PlannedApplication {
  key: string;
  name: string;
  dependencies: string[];
  top: PlannedSupervisor | null;
}

export interface Plan {
  applications: PlannedApplication[];
  /** Trees without an application. */
  roots: PlannedSupervisor[];
  orphans: (PlannedWorker & { linked: boolean })[];
  /** Every key that will have a process. */
  keys: ReadonlySet<string>;
  assumptions: Assumption[];
  notes: string[];
}
