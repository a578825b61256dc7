/**
 * The tree model: the public, versioned JSON contract between the analysis and everything that reads it.
 * Plain data, no behaviour. `schema/tree-model.schema.json` describes the same shape for other languages;
 * a test holds the two together. Positions are 1-based; files are relative to the analysed root and use `/`.
 */
import type { FileCode } from "./code.ts";

export const SCHEMA_VERSION = 1;

/** A place in a source file. Lines and columns are 1-based, the end is exclusive. */
export interface Location {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export type Strategy = "one_for_one" | "one_for_all" | "rest_for_one" | "simple_one_for_one";
export type RestartType = "permanent" | "transient" | "temporary";
/** Milliseconds, or how to stop without a limit or without asking. */
export type Shutdown = number | "brutal_kill" | "infinity";
export type AutoShutdown = "never" | "any_significant" | "all_significant";
export type Cardinality = "one" | "many" | "maybe";
export type ChildType = "worker" | "supervisor";

/** Something the analysis could not establish: which field, why, and where the reason lies. */
export interface Unknown {
  field: string;
  reason: string;
  location?: Location;
}

/** The code that a child runs. */
export interface StartRef {
  /** The class, function or behaviour that the child starts; null when it is not known. */
  symbol: string | null;
  file: string | null;
  line: number | null;
}

export interface Child {
  /** Unique and stable: `<supervisor key>/<id>`, or `<supervisor key>/?<n>` (n: 1-based position) without an id. */
  key: string;
  /** The id, null when unknown. For cardinality "many" a pattern such as `shard-*`. */
  id: string | null;
  type: ChildType | null;
  restart: RestartType | null;
  shutdown: Shutdown | null;
  significant: boolean | null;
  start: StartRef;
  /** The key of the supervisor that this child is, null for workers or when it is not known. */
  supervisor: string | null;
  cardinality: Cardinality;
  /** How many, when cardinality is "many" and the number is known. */
  count: number | null;
  /** True for children that are started at run time under a supervisor (DynamicSupervisor, startChild). */
  dynamic: boolean;
  /** The registered name that the child takes, null for none. */
  name: string | null;
  location: Location;
  /** Its id in the definition, for squiggles that should not cover all of it; absent when it stands elsewhere. */
  idLocation?: Location;
  /** Facts about the process behind the child, null when its code was not found. */
  process: ProcessFacts | null;
  /** Fields that are absent in the source and hold the dialect's default. */
  defaults: string[];
  unknown: Unknown[];
  /**
   * Where the process was started that the child's start hands out, when that is before the start is called: a restart
   * hands out the same process again, which is dead by then.
   */
  startedBefore?: Location;
  /** Milliseconds that its start may take before it is killed, where that is limited; null where the limit is not known. */
  startTimeout?: number | null;
  /**
   * Its start gives a supervisor, and the library looks after servers alone: it takes the supervisor for dead at once, while
   * that one and its children run on.
   */
  takenForDead?: true;
  /** Where another child takes the name before it under the same parent: the spawn of this one throws. */
  nameTaken?: Location;
  /**
   * The limit of restarts that holds for this child alone, where it brings its own along; `period` is in seconds. Null: not
   * limited, or counted without a window.
   */
  ownLimit?: { intensity: number | null; period: number | null };
  /** Whom its failure concerns, where it brings a strategy of its own along. */
  ownStrategy?: "one_for_one" | "one_for_all";
  /** Code that is not its parent's has started it, once: nobody does so again when the parent is started again. */
  startedOutside?: true;
  /** It may end for good, whatever `restart` says: its policy stops it after some errors, or idleness ends it. */
  mayEnd?: true;
  /** A failure of it is ignored, whatever it is: it goes on as it was. */
  goesOn?: true;
  /** The arguments in `start`, as JSON: null where they are no data or not known, absent where there are none. */
  given?: unknown[] | null;
  /** What of the arguments in `start` the `init` of its class does not take; absent when they fit or are not known. */
  misfit?: Misfit;
}

/** Arguments that do not fit a list of parameters. */
export type Misfit =
  | { kind: "missing"; argument: string }
  | { kind: "surplus"; given: number; takes: number }
  | { kind: "type"; argument: string; expected: string; given: string };

export interface Supervisor {
  /** `<file>#<name>`; unique and stable under unrelated edits. */
  key: string;
  name: string;
  dialect: string;
  location: Location;
  /** The name in the definition, for squiggles and links that should not cover all of it; absent when it has none. */
  nameLocation?: Location;
  /** The list of children in the source, for fixes; null when there is none. */
  childrenLocation: Location | null;
  strategy: Strategy | null;
  intensity: number | null;
  /** Seconds. */
  period: number | null;
  autoShutdown: AutoShutdown | null;
  /** Of a tree that runs: how many milliseconds ago the restarts were made that count at this moment, oldest first. */
  restartsAgo?: number[];
  /** In start order. */
  children: Child[];
  /** True for DynamicSupervisor and simple_one_for_one. */
  dynamic: boolean;
  /** What the supervisor's own `init` does besides returning its spec. */
  process: ProcessFacts | null;
  defaults: string[];
  /** Of a root: the name that it is given by whoever starts it outside any tree. */
  startName?: string;
  /** Of a root whose spec depends on them: the arguments of its only start, where they are data. */
  given?: unknown[];
  unknown: Unknown[];
}

export interface Application {
  key: string;
  name: string;
  /** Names of the applications that must run before this one. */
  dependencies: string[];
  /** The key of the top supervisor; null when it has none (`startsNothing`) or that is unknown. */
  supervisor: string | null;
  location: Location;
  unknown: Unknown[];
}

/** Is it known that it has no top supervisor: a library, or what only names the others? */
export const startsNothing = ({ supervisor, unknown }: Application): boolean =>
  supervisor === null && unknown.every(({ field }) => field !== "start" && field !== "supervisor");

/** A process that is started outside any tree. */
export interface Orphan {
  key: string;
  name: string;
  start: StartRef;
  /** Where it is started. */
  location: Location;
  /** Linked to the process that starts it from its first moment; a link that is made later is an edge. */
  linked: boolean;
  /** The class, function or behaviour of the process that starts it; absent when code outside any process does. */
  startedBy?: string;
  /** The arguments of its start, as `keepsPids` calls them, that are the pid of the process that starts it. */
  givesOwnPid?: string[];
  /** As of children. */
  given?: unknown[] | null;
  process: ProcessFacts | null;
  reason: string;
}

export type EdgeKind = "call" | "cast" | "send" | "monitor" | "link" | "lookup" | "start";
/** "init" also covers what `init` calls; "continue" is handleContinue; "later" is everything else. */
export type Phase = "init" | "continue" | "later";

/**
 * A use is only possible: behind a condition that is not decided, where the code has found or got a process first
 * ("found"), or has looked that it is alive ("alive").
 */
export type Possible = "undecided" | "found" | "alive";

/** One process uses another. `from` and `to` are child keys, supervisor keys or orphan keys. */
export interface Edge {
  from: string;
  to: string;
  kind: EdgeKind;
  phase: Phase;
  location: Location;
  /** How the target was found: through which name, class, argument or field. */
  via: string;
  /**
   * True when a failure of this use does not end the process: the code catches it (try/catch, `.catch`), or nobody waits
   * for it.
   */
  guarded?: boolean;
  /** Nobody waits for the use (`void this.call(...)`), so nobody learns that it failed. */
  unawaited?: true;
  /** A lookup that fails where nobody has the name. */
  throws?: true;
  /** Present when the use is not certain. */
  possible?: Possible;
  /**
   * Present when the target is reached through a pid that was got once, here, and is not renewed: one in a field that
   * only `init` sets, or one among the arguments of the start, which are the same at every restart.
   */
  keptPid?: {
    by: "field" | "argument";
    name: string;
    location: Location;
    /** The field that an argument, or the object or list with the pid, is kept in. */
    field?: string;
  };
}

/** How the process that an EXIT or DOWN message tells of has ended. */
export type EndKind = "normal" | "shutdown" | "killed" | "noproc" | "error";

/** When a process does something by itself. */
export type Occasion =
  | { event: "init" }
  | { event: "continue" }
  /** Of the process that it was linked to or monitors at `of`, or (null) of somebody else. */
  | { event: "EXIT" | "DOWN"; ends: EndKind[]; of: Location | null }
  /** A message with this `type`; null for any that it does not tell apart by that. */
  | { event: "call" | "cast" | "info"; type: string | null }
  | { event: "timeout" | "terminate" };

/**
 * What a condition asks, where a run of the process can answer it: literals, fields of its object as they were when the
 * callback began, who holds a registered name, and what others have replied.
 */
export type Formula =
  | { is: "value"; value: string | number | boolean | null }
  | { is: "undefined" }
  | { is: "field"; name: string }
  | { is: "registered"; name: string }
  /** What the call at a place was answered in this callback, where it is come to for the `nth` time (absent: first). */
  | { is: "reply"; of: Location; nth?: number }
  | { is: "not"; of: Formula }
  | { is: "binary"; op: string; left: Formula; right: Formula };

/**
 * What is done to another process: an exit signal or a stop for the reason `what`, something to the supervisor's child `what`, a
 * start whose failure is a result.
 */
export interface UseManner {
  how: "exit" | "stop" | "terminate_child" | "restart_child" | "delete_child" | "start_result";
  what: string | null;
}

/**
 * One thing that a callback does; `possible`: on a condition that is not known. The reason of an end is null when it is not
 * known, or is what the message tells.
 */
export type Act = {
  location: Location;
  possible?: true;
} /** `type`: of the message that is sent, where it has one that is known. */ & (
  | ({ does: "use"; kind: EdgeKind; guarded?: true; type?: string } & {
      /** What is done, where that is no message of the program's. */
      manner?: UseManner;
      /** What is sent comes after so many milliseconds, or each time after so many. */
      after?: number;
      /** How long a call waits, where that is not the usual time. */
      timeout?: number | "infinity";
      repeats?: true;
      /** The name of whom it is done to, or the id of the child that is started, where the place means several. */
      to?: string;
      /** How often the code has come to this place in this callback; absent for the first time. */
      nth?: number;
    })
  /** Whoever calls is answered this; null where that is not known. */
  | { does: "reply"; value: Formula | null }
  /** Whoever has called is not answered now. */
  | { does: "noReply" }
  /** Those who wait for an answer are answered. */
  | { does: "answer" }
  /** Asks for `handleContinue`. */
  | { does: "continue" }
  /** Takes back the links, monitors or timers that are made at `of`; null where that is not known. */
  | { does: "forget"; kind: "link" | "monitor" | "timer"; of: Location | null }
  /** Waits for the task that is started at `of`. */
  | { does: "join"; of: Location }
  /** A link to, or a monitor of, whoever has called. */
  | { does: "attend"; kind: "link" | "monitor" }
  /** Starts a linked task, or one under a supervisor, that does this. */
  | { does: "task"; acts: Act[]; under?: string | null }
  /** `replies`: whoever called is answered first. */
  | { does: "end"; how: "ignore" | "stop" | "error"; reason: string | null; replies?: true }
  | { does: "wait"; ms: number | null; computed?: Formula }
  /** Sends itself a message, at once or after some time; `computed`: what a run computes the time from. */
  | {
      does: "message";
      event: "cast" | "info";
      type: string | null;
      ms: number | null;
      computed?: Formula;
      repeats?: true;
    }
  /** Asks for a timeout message. */
  | { does: "timeout"; ms: number | null; computed?: Formula }
  | { does: "register"; name: string | null }
  /** `otherwise` is done when one of `acts` fails. */
  | { does: "try"; acts: Act[]; otherwise: Act[] }
  | { does: "if"; test: Formula; acts: Act[]; otherwise: Act[] }
  /** Gives a field that some condition asks for another value. */
  | { does: "set"; field: string; value: Formula }
);

/** What a process does on one occasion, in the order of its code. */
export interface Reaction {
  on: Occasion;
  acts: Act[];
}

/** What a process changes of an argument of its start: the parameter that it comes in, the code for it, and where. */
export interface ChangedArgument {
  argument: string;
  what: string;
  location: Location;
}

/** What the analysis saw in the code of one process. */
export interface ProcessFacts {
  symbol: string;
  location: Location;
  /** Of a class that a function makes: the file where a constant of its name is that class; null where none is. */
  madeIn?: string | null;
  /** What it is called there, where that is not `symbol`: `pools.low`. */
  madeAs?: string;
  /** Of a class that no constant is, or only a part of one: the definition of its file in which it stands, whose code makes it. */
  madeInside?: string;
  trapsExit: boolean;
  /** It traps exits perhaps: on a condition, or as somebody says. */
  mayTrapExit?: true;
  hasTerminate: boolean;
  handlesDown: boolean;
  handlesExit: boolean;
  monitors: boolean;
  registers: string[];
  /** Those of them that `init` takes for certain. */
  registersInInit?: string[];
  /**
   * Fields that keep another process's pid, and where; `many`: in a list or a map. `startedAt`: where the process itself has
   * started those that it keeps there; absent where others may be among them. `argument`: the argument of the
   * start, or the part of one, that is all that the field holds, as `via` of the uses of it has it.
   */
  keepsPids: { field: string; location: Location; many?: true; startedAt?: Location[]; argument?: string }[];
  /** Waits in `init` for something outside the process: timers, network, files; `possible`: on a condition. */
  initAwaits: { what: string; location: Location; possible?: true }[];
  /** Changes of what is in an argument of its start, which all incarnations share; absent when there are none. */
  changedArguments?: ChangedArgument[];
  /** Ways in which the process stops itself, e.g. reason "normal"; `possible`: on a condition. */
  stopsItself: { reason: string | null; location: Location; possible?: true }[];
  /**
   * Where code that was not read may do something in the process's name: it is given the process's object, or chooses
   * among its methods. What was not seen of such a process is not absent.
   */
  unread?: { reason: string; location: Location }[];
  /** Uses whose target could not be established. */
  unresolved: {
    kind: EdgeKind;
    phase: Phase;
    reason: string;
    location: Location;
    /** What is known of the target's registered name, with `*` for what is computed: `room:*`. */
    pattern?: string;
  }[];
  /** The fields that conditions of its reactions ask for, and what is in them at first. */
  state?: { field: string; initial: Formula }[];
  /** What it does by itself; absent when its code was not run for that. What is not listed it does nothing on. */
  reactions?: Reaction[];
}

/**
 * How the supervisors of a dialect behave, in as far as libraries differ. Whoever reads the model asks for these and never
 * for a dialect's name.
 */
export interface DialectTraits {
  /** As in `Supervisor.dialect`. */
  name: string;
  /** What defines a supervisor: a class whose `init` returns the spec, a call that takes it, or what an actor spawns. */
  definition: "class" | "call" | "spawn";
  /** Strategies are written in a property `strategy` and spelled as OTP's: a fix may write them. */
  spelledAsOtp: boolean;
  /** Specs are checked as OTP checks them, and what OTP refuses does not start. */
  refusesAsOtp: boolean;
  /** Two children of one id, or of one registered name, do not start. */
  refusesTwins: boolean;
  /** Exit reasons and messages are OTP's terms: a failed start ends with `{shutdown, {failed_to_start_child, …}}`, a monitor tells by `DOWN`. */
  otpReasons: boolean;
  /** A supervisor is a process that starts one child at a time and answers nobody meanwhile. */
  busyStarting: boolean;
  /** A failure in a callback is a crash. Elsewhere whoever waits gets the failure, and the process goes on. */
  failureEnds: boolean;
  /** What using the reference of a process that has ended fails with; null where that differs. */
  deadReference: string | null;
  /** As in OTP, only a process that traps exits runs `terminate` at a shutdown and uses the time that it is given. */
  terminateNeedsTrapExit: boolean;
  /** How a period is written in the source; in the model it is in seconds. */
  periodUnit: "s" | "ms";
  /** What a supervisor among the children gets to shut down, where its spec does not say. */
  supervisorShutdown: Shutdown | null;
  /**
   * What happens past the limit of restarts: the supervisor stops with all its children, only those concerned stop, or the
   * failure is nobody's to handle and ends the program.
   */
  pastLimit: "supervisor_stops" | "children_stop" | "program_ends";
  /** Whom the restart of a group starts again: who is specified and not temporary, as in OTP, or whoever ran; null where that is not known. */
  groupRestarts: "specified" | "running" | null;
  /** What the library calls that by which a process is used. */
  processReference: "pid" | "reference";
  /** The message that tells a process of the end of another that it watches, and the callback for it; null without one. */
  endMessage: { name: string; callback: string } | null;
  /** What else tells, and what a process may ask first: members of the library, null where it has none. */
  endListener: string | null;
  aliveCheck: string | null;
}

/** A problem with an input file; the rest of the analysis goes on. */
export interface FileProblem {
  file: string;
  message: string;
  line?: number;
  column?: number;
  kind: "not_found" | "unreadable" | "syntax" | "too_large" | "set_aside" | "config" | "internal";
}

export interface TreeModel {
  schemaVersion: typeof SCHEMA_VERSION;
  supervisors: Supervisor[];
  /** Keys of the supervisors that nothing else starts. */
  roots: string[];
  applications: Application[];
  orphans: Orphan[];
  edges: Edge[];
  problems: FileProblem[];
  /** The dialects that the supervisors have. */
  dialects: DialectTraits[];
  /** Files of definitions that are tests, benchmarks or fixtures: rules that judge an application say nothing of them. */
  testFiles: string[];
  /** The code of the processes whose class is the program's own, and of what it uses. */
  code: FileCode[];
}
