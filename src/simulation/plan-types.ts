/** What a run will consist of: the model without its unknowns. */
import type {
  Assumption,
  AutoShutdown,
  Edge,
  EndKind,
  FileCode,
  Formula,
  ProcessFacts,
  RestartType,
  Shutdown,
  Strategy,
  UseManner,
} from "../model/index.ts";

/** What a stand-in does with another process, as the analysis saw the code do it. */
export interface Use {
  kind: Edge["kind"];
  phase: Edge["phase"];
  /** A key of the model; empty for a name that nobody has. */
  to: string;
  /** That name. */
  name?: string;
  guarded: boolean;
  /** Nobody waits for it. */
  unawaited: boolean;
  /** A lookup that fails where nobody has the name. */
  throws?: true;
  /** It is done only with a process that lives. */
  ifThere: boolean;
  /**
   * Where the code has the pid from, when it does not look it up each time: from a field that this incarnation has set,
   * or from the arguments that its supervisor gives every incarnation.
   */
  keepsPid: "field" | "argument" | null;
  /** What tells its receiver which message it is. */
  type?: string;
  /** What is done, where that is no message of the program's. */
  manner?: UseManner;
  /** What is sent comes after so many milliseconds, or each time after so many. */
  after?: number;
  repeats?: true;
  /** The name of the timer that this sets. */
  timer?: string;
  /** How long a call waits. */
  timeout?: number | "infinity";
  /** What its answer is asked for by. */
  call?: string;
  /** For starts under a supervisor: the key of the child that is started. */
  template?: string;
}

/** One thing that a stand-in does by itself. */
export type Deed =
  | { does: "use"; use: Use }
  /** `reason` is null for that of the message which it reacts to. */
  | { does: "end"; how: "ignore" | "stop" | "error"; reason: string | null; replies?: true }
  /** `computed`: the time is computed in the run, if it can be. */
  | { does: "wait"; ms: number; computed?: Formula }
  | { does: "reply"; value: Formula }
  | { does: "attend"; kind: "link" | "monitor" }
  /** Whoever has called is not answered now; those who wait are answered. */
  | { does: "noReply" }
  | { does: "answer" }
  | { does: "continue" }
  | { does: "forget"; kind: "link" | "monitor" | "timer"; keys: readonly string[] }
  /** Waits for the task of this name. */
  | { does: "join"; task: string }
  /** `under`: the name of the supervisor that starts it; null for a linked one. */
  | { does: "task"; name: string; deeds: Deed[]; under: string | null }
  | {
      does: "message";
      event: "cast" | "info";
      type: string | null;
      ms: number;
      computed?: Formula;
      repeats?: true;
      timer: string;
    }
  | { does: "timeout"; ms: number; computed?: Formula }
  | { does: "register"; name: string }
  /** `otherwise` is done when one of `deeds` fails. */
  | { does: "try"; deeds: Deed[]; otherwise: Deed[] }
  | { does: "if"; test: Formula; deeds: Deed[]; otherwise: Deed[] }
  | { does: "set"; field: string; value: Formula };

/** The deeds inside a deed, whatever decides about them. */
export function partsOfDeed(deed: Deed): readonly Deed[] {
  if (deed.does === "try" || deed.does === "if") return [...deed.deeds, ...deed.otherwise];
  return deed.does === "task" ? deed.deeds : [];
}

/** What a stand-in does when somebody that it is linked to or monitors has ended. */
export interface PlannedReaction {
  event: "EXIT" | "DOWN";
  ends: readonly EndKind[];
  /** Keys of those whose end it is; null for everybody else. */
  of: ReadonlySet<string> | null;
  deeds: Deed[];
}

/** What a message is to whoever gets it. */
export type MessageEvent = "call" | "cast" | "info";

/** As what a use is received; null where it is no message. */
export function messageEventOf(kind: Edge["kind"]): MessageEvent | null {
  return kind === "send" ? "info" : kind === "call" || kind === "cast" ? kind : null;
}

/** The name of what a worker does on a message; `type` null for messages that it does not tell apart. */
export function messageKey(event: MessageEvent, type: string | null): string {
  return `${event} ${type ?? ""}`;
}

/** What a worker does by itself. */
export interface Script {
  init: Deed[];
  continue: Deed[] | null;
  /** By event and type: see `messageKey`. */
  messages: ReadonlyMap<string, Deed[]>;
  timeout: Deed[];
  terminate: Deed[];
  reactions: PlannedReaction[];
  /** The fields that conditions ask for, as they are at first. */
  state: readonly { field: string; initial: Formula }[];
  /** Links and monitors that some message makes: they are made as soon as there is somebody to make them to. */
  relations: Use[];
}

export interface PlannedWorker {
  kind: "worker";
  /** The model's key: of a child, or of an orphan. */
  key: string;
  label: string;
  facts: ProcessFacts | null;
  uses: Use[];
  script: Script;
  /** True for a process that runs one function and ends. */
  task: boolean;
  /** True for the library's own registry. */
  registry: boolean;
  /** True for a process that was started once, before its supervisor: it cannot be started again. */
  once: boolean;
  /** The class of the program that it is, by file and name. */
  cls: ClassName | null;
  /** The same where its code runs as it is written, when the arguments of its start are known; null where its script does. */
  code: ClassName | null;
}

/** A class that has no name in a file is one itself: the object that the machine has made. */
export interface ClassName {
  readonly file: string;
  readonly name: string;
  /** It is the definition around a class that code makes while it runs. */
  readonly made?: true;
}

/** So many restarts, in so many seconds; null: not counted, or ever. */
export interface Limit {
  intensity: number | null;
  period: number | null;
}

export interface PlannedSupervisor {
  kind: "supervisor";
  /** The key of the model's supervisor, or of the child when that supervisor is not known. */
  key: string;
  label: string;
  dynamic: boolean;
  /** One of the library's own, which takes its flags as an argument. */
  ofLibrary: boolean;
  strategy: Strategy;
  /** For OTP's way; where only children stop past the limit, the runtime's own limit is never reached. */
  intensity: number;
  period: number;
  /** Where the supervisor goes on past the limit and the children concerned stop: that limit, as far as there is one. */
  childrenStop: Limit | null;
  /** Past its limit the whole program ends: its failure is nobody's to handle. */
  endsProgram: boolean;
  /** A restart of several starts whoever ran, temporary or not. */
  whoeverRan: boolean;
  autoShutdown: AutoShutdown;
  /** Restarts that are counted when it has started: milliseconds ago. */
  restartsAgo: readonly number[];
  children: PlannedChild[];
  /** For dynamic supervisors: what `start_child` starts. */
  templates: PlannedChild[];
  /** Where its own `init` runs as it is written, and says what it starts, when the arguments of its start are known. */
  code: ClassName | null;
  /** What its own init does with others. */
  uses: Use[];
  init: Deed[];
  /** As of workers. */
  once: boolean;
}

/** A supervisor that no other starts. */
export interface PlannedRoot extends PlannedSupervisor {
  /** The name that it is registered under. */
  startName: string | null;
  /** The arguments of its start, as far as they are known. */
  given: readonly unknown[];
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
  /** Milliseconds that its start may take. */
  startTimeout: number | "infinity";
  /** Its failures are ignored. */
  goesOn: boolean;
  /** Counted for this child alone, and not with its siblings. */
  ownLimit: Limit | null;
  process: PlannedWorker | PlannedSupervisor;
  /** Its parent does not start it when it is started again: others have, the first time. */
  fromOutside: boolean;
  /** The arguments of its start; null where they are not known. */
  given: readonly unknown[] | null;
  /** For templates: how many the run invents, since nothing is known to start them. */
  invented: number;
  /** For templates: its id is fixed, so that there can be one at a time. */
  single: boolean;
}

export interface PlannedApplication {
  key: string;
  name: string;
  dependencies: string[];
  top: PlannedRoot | null;
}

/** A process outside any tree, and who starts it: code outside any process, another process, or the run itself. */
export interface PlannedOrphan extends PlannedWorker {
  linked: boolean;
  given: readonly unknown[] | null;
  begins: "outside" | "itself" | "invented";
  /** The class, function or behaviour that starts it; null for code outside any process. */
  startedBy: string | null;
}

export interface Plan {
  applications: PlannedApplication[];
  /** Trees without an application. */
  roots: PlannedRoot[];
  orphans: PlannedOrphan[];
  /** Every key that will have a process. */
  keys: ReadonlySet<string>;
  /** Keys of what does not run, with the names that it would have: whoever uses it finds nobody. */
  absent: ReadonlyMap<string, string | null>;
  assumptions: Assumption[];
  notes: string[];
  /** The code of the program's processes. */
  code: readonly FileCode[];
}
