/**
 * What one file says, before files are linked. A *draft* is a definition that holds values where the model has references.
 */
import type {
  AutoShutdown,
  Cardinality,
  Child,
  ChildType,
  EdgeKind,
  Phase,
  Possible,
  ProcessFacts,
  RestartType,
  Shutdown,
  Strategy,
  Unknown,
} from "../../model/index.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import type { CodeKey } from "../evaluate/identity.ts";
import type { At, Cls, Made, Value } from "../evaluate/values.ts";
import type { Literal, Primitive } from "../ir.ts";

/** The code that a start refers to. */
export interface CodeRef {
  symbol: string | null;
  /** Where it is defined; null when that is outside the program. */
  at: At | null;
  /** Null when it is not code that a dialect knows as a process. */
  key: CodeKey | null;
  /** Whether it is a supervisor; null when that is not known. */
  type: ChildType | null;
  /** The code itself, where it is no definition of its own: the function of a task. */
  task?: ProcessCode;
  /** A class that a function made, or that stands in another. */
  made?: Cls;
}

export interface ChildDraft {
  id: string | null;
  type: ChildType | null;
  restart: RestartType | null;
  shutdown: Shutdown | null;
  significant: boolean | null;
  code: CodeRef;
  /** The arguments of the start; null when they are not known. */
  args: Value[] | null;
  cardinality: Cardinality;
  count: number | null;
  dynamic: boolean;
  name: NameRef | null;
  /** The registry that its name is a key of, where that is one: it is registered there before its init. */
  registry?: { target: Value; at: At };
  at: At;
  /** As `Child.idLocation`. */
  idAt?: At;
  /** As in `StartDraft`. */
  site?: string;
  defaults: string[];
  unknown: Unknown[];
  /** As in `Child`. */
  startedBefore?: At;
  /** As in `Child`. */
  startTimeout?: number | null;
  /** As in `Child`. */
  takenForDead?: true;
  /** As in `Child`. */
  nameTaken?: At;
  /** As in `Child`. */
  ownLimit?: NonNullable<Child["ownLimit"]>;
  /** As in `Child`. */
  ownStrategy?: NonNullable<Child["ownStrategy"]>;
  /** As in `Child`. */
  startedOutside?: true;
  /** As in `Child`. */
  mayEnd?: true;
  /** As in `Child`. */
  goesOn?: true;
}

/** A registered name, and where the constant that holds it is defined, if there is one. */
export interface NameRef {
  name: string;
  origin: CodeKey | null;
}

export interface SupervisorDraft {
  key: CodeKey;
  /** The class that it is. */
  cls?: Cls;
  /** What is made by functions and stands in its spec, and below; of a spec that has got its arguments. */
  makes?: Definitions;
  name: string;
  dialect: string;
  at: At;
  nameAt: At | null;
  childrenAt: At | null;
  strategy: Strategy | null;
  intensity: number | null;
  period: number | null;
  autoShutdown: AutoShutdown | null;
  children: ChildDraft[];
  dynamic: boolean;
  /** The registered name that it takes itself. */
  registers: NameRef | null;
  process: ProcessDraft | null;
  defaults: string[];
  unknown: Unknown[];
  /** How many arguments of its start its spec may depend on. */
  takes: number;
  /** A process that is a supervisor only if it has children. */
  implicit?: boolean;
}

/** A process uses another; who that is, is found when files are put together. */
export interface UseDraft {
  kind: EdgeKind;
  phase: Phase;
  target: Value;
  at: At;
  guarded: boolean;
  unawaited: boolean;
  /** As in `Edge`. */
  throws?: true;
  /** As in `Edge`. */
  possible?: Possible | undefined;
  via: string;
  /** It ends the process, which may be the one that runs this; `reason` is null when it is not known. */
  ends?: { reason: string | null; possible?: true };
  /** The field whose object uses a pid that `init` has got. */
  through?: string;
}

export interface Through {
  /** By their keys. `first` is one that nobody calls in its file: its arguments are not known. */
  first: string | null;
  others: readonly string[];
}

/** A process is started: outside any tree, or under the supervisor that `under` leads to. */
export interface StartDraft {
  code: CodeRef;
  args: Value[] | null;
  at: At;
  linked: boolean;
  /** The name that it is registered under. */
  name: NameRef | null;
  /** The supervisor that is asked to start it, null for none. */
  under: Value | null;
  /** The child as the supervisor gets it, when there is one. */
  child: ChildDraft | null;
  phase: Phase;
  /** What the reference that it gives says of where it comes from, when that is more than the place. */
  site?: string;
  /** What a module exports (`startCache`, `Cache.start`) gives the reference to its callers: without them nothing starts. */
  handedOut?: true;
  /** What is started, where that is a supervisor which is described in the call itself. */
  supervisor?: SupervisorDraft;
  /** The functions that lead here, the outermost first. */
  through?: Through;
}

/** Supervisors and processes. */
export interface Definitions {
  supervisors: SupervisorDraft[];
  processes: ProcessDraft[];
}

/** What a process does by itself. */
export type WhatItDoes = Pick<ProcessFacts, "state" | "reactions">;

export interface ProcessDraft {
  key: CodeKey;
  /** As in `Cls`. */
  made?: Made;
  facts: Omit<ProcessFacts, "unresolved" | "registers" | keyof WhatItDoes>;
  /** What it does by itself, worked out when somebody asks; absent where its library is none whose callbacks are followed. */
  does?: () => WhatItDoes;
  registers: NameRef[];
  /** Arguments of its start that it registers as its name. */
  registersGiven: Value[];
  /** Names that it registers and that are known in part only: `room:*`. */
  patterns: string[];
  uses: UseDraft[];
  starts: StartDraft[];
  /** Code of which it asks that it runs as a process, until that is read. */
  runs?: ProcessCode[];
  /** What its fields hold, for uses that go through a field. */
  fields: Map<string, Value[]>;
  /** Under which keys values were put into the maps in fields; null: also under one that is not known. */
  keys: Map<Value, Set<Literal | null>>;
  /** Fields that nothing sets after `init`; empty when some of the code was not run. */
  settled: Set<string>;
  /** The arguments that its `init` takes; absent where that is not known. */
  takes?: Signature;
  /** The draft for these arguments of its start; absent where they decide nothing. */
  given?: (args: readonly Value[]) => ProcessDraft;
}

/** The parameters of an `init`. */
export interface Signature {
  params: { name: string; required: boolean; primitive: Primitive | null }[];
  /** Whether any number may follow. */
  open: boolean;
}

/** What the process does when it is started with these arguments, in as far as they are known. */
export function startedWith(draft: ProcessDraft | null, args: readonly Value[] | null): ProcessDraft | null {
  return draft?.given === undefined || args === null ? draft : draft.given(args);
}

/** A process of which nothing was seen yet. */
export function blankProcess(
  key: CodeKey,
  known: Pick<ProcessFacts, "symbol" | "location" | "trapsExit" | "hasTerminate">,
): ProcessDraft {
  return {
    key,
    facts: {
      ...known,
      handlesDown: false,
      handlesExit: false,
      monitors: false,
      keepsPids: [],
      initAwaits: [],
      stopsItself: [],
    },
    registers: [],
    registersGiven: [],
    patterns: [],
    uses: [],
    starts: [],
    fields: new Map(),
    keys: new Map(),
    settled: new Set(),
  };
}

export interface ApplicationDraft {
  key: CodeKey;
  name: string;
  dependencies: Value | null;
  start: CodeRef | null;
  args: Value[] | null;
  at: At;
  unknown: Unknown[];
}

/** Everything that one file defines. */
export interface FileDraft extends Definitions {
  applications: ApplicationDraft[];
  /** Processes that code outside any process starts. */
  starts: StartDraft[];
  /** Places in functions of other files that start a child of this file's supervisors. */
  supervised: Set<CodeKey>;
  /** Places in functions of other files that this file's code makes start a process, outside any supervisor. */
  started: Set<CodeKey>;
  /** The processes that variables and fields hold which functions assign, by `variableKey`. */
  variables: Map<string, Value[]>;
}

/** Under which name a process's draft keeps what is put into the list or map in a field, or below it. */
/** Under which name it is settled that a callback hands the parts of a field on as they are, or as it says. */
export function partsOf(field: string): string {
  return `${field}{}`;
}

export function elementsOf(field: string, path: readonly string[]): string {
  return `${[field, ...path].join(".")}[]`;
}
