/** From drafts to the objects of the model. */
import type { Child, ProcessFacts, StartRef, Supervisor } from "../../model/index.ts";
import { locationOf } from "../evaluate/scope.ts";
import { givenData } from "./given-data.ts";
import { childKeys } from "./keys.ts";
import { misfitOf } from "./misfit.ts";
import type {
  ChildDraft,
  CodeRef,
  ProcessDraft,
  Signature,
  SupervisorDraft,
} from "./unresolved-definitions.ts";

export function startRef(code: CodeRef): StartRef {
  if (code.at === null) return { symbol: code.symbol, file: null, line: null };
  return { symbol: code.symbol, file: code.at.module.file, line: locationOf(code.at).line };
}

/** Without what its uses come to. */
export function processFacts(draft: ProcessDraft | null): ProcessFacts | null {
  if (draft === null) return null;
  return {
    ...draft.facts,
    ...draft.does?.(),
    registers: [
      ...draft.registers.map((name) => name.name),
      ...draft.registersGiven.map(() => "*"),
      ...draft.patterns,
    ],
    unresolved: [],
  };
}

function buildChild(
  draft: ChildDraft,
  key: string,
  supervisor: string | null,
  process: ProcessDraft | null,
): Child {
  return {
    key,
    id: draft.id,
    type: draft.type,
    restart: draft.restart,
    shutdown: draft.shutdown,
    significant: draft.significant,
    start: startRef(draft.code),
    supervisor,
    cardinality: draft.cardinality,
    count: draft.count,
    dynamic: draft.dynamic,
    name: draft.name?.name ?? null,
    location: locationOf(draft.at),
    process: processFacts(process),
    // A default that could not be worked out is unknown.
    defaults: draft.id === null ? draft.defaults.filter((name) => name !== "id") : draft.defaults,
    unknown: withStart(draft),
  };
}

/** A child whose code is not known always says so. */
function withStart({ code, unknown, at }: ChildDraft): ChildDraft["unknown"] {
  if (code.symbol !== null || unknown.some(({ field }) => field === "start")) return unknown;
  return [...unknown, { field: "start", reason: "what it starts was not found", location: locationOf(at) }];
}

/** Optional fields stand at the end. */
function withRareFields(
  child: Child,
  draft: ChildDraft,
  takes: Signature | undefined,
  template: boolean,
): Child {
  const { idAt, startedBefore, startTimeout, takenForDead, nameTaken, startedOutside, ownStrategy } = draft;
  const { ownLimit, mayEnd, goesOn, args, dynamic } = draft;
  if (idAt !== undefined) child.idLocation = locationOf(idAt);
  const misfit = args === null || takes === undefined ? null : misfitOf(args, takes, dynamic || template);
  if (misfit !== null) child.misfit = misfit;
  if (args?.length !== 0) child.given = givenData(args);
  if (startedBefore !== undefined) child.startedBefore = locationOf(startedBefore);
  if (startTimeout !== undefined) child.startTimeout = startTimeout;
  if (takenForDead !== undefined) child.takenForDead = takenForDead;
  if (nameTaken !== undefined) child.nameTaken = locationOf(nameTaken);
  if (ownStrategy !== undefined) child.ownStrategy = ownStrategy;
  if (startedOutside !== undefined) child.startedOutside = startedOutside;
  if (ownLimit !== undefined) child.ownLimit = ownLimit;
  if (mayEnd !== undefined) child.mayEnd = mayEnd;
  if (goesOn !== undefined) child.goesOn = goesOn;
  return child;
}

/** `supervisors` and `processes`: what each of the children is. */
export function buildSupervisor(
  draft: SupervisorDraft,
  key: string,
  drafts: readonly ChildDraft[],
  supervisors: readonly (string | null)[],
  processes: readonly (ProcessDraft | null)[],
): Supervisor {
  const keys = childKeys(
    key,
    drafts.map((child) => child.id),
  );
  const supervisor: Supervisor = {
    key,
    name: draft.name,
    dialect: draft.dialect,
    location: locationOf(draft.at),
    childrenLocation: draft.childrenAt === null ? null : locationOf(draft.childrenAt),
    strategy: draft.strategy,
    intensity: draft.intensity,
    period: draft.period,
    autoShutdown: draft.autoShutdown,
    children: drafts.map((child, i) => {
      const process = processes[i]!;
      const built = buildChild(child, keys[i]!, supervisors[i]!, process);
      return withRareFields(built, child, process?.takes, draft.dynamic);
    }),
    dynamic: draft.dynamic,
    process: processFacts(draft.process),
    defaults: draft.defaults,
    unknown: draft.unknown,
  };
  if (draft.nameAt !== null) supervisor.nameLocation = locationOf(draft.nameAt);
  return supervisor;
}
