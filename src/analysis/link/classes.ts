/** Reads the classes to which a dialect gives a role. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Pool } from "../evaluate/budget.ts";
import { classKey } from "../evaluate/identity.ts";
import { type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { chainOf } from "../evaluate/objects.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { Cls, Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import { runProcess } from "../facts/process.ts";
import type {
  CodeRef,
  Definitions,
  FileDraft,
  StartDraft,
  SupervisorDraft,
} from "./unresolved-definitions.ts";

export function pureHooks(dialects: readonly Dialect[]): Hooks {
  return {
    call: (site, I) => {
      for (const dialect of dialects) {
        const v = dialect.value?.(site, I) ?? null;
        if (v !== null) return v;
      }
      return null;
    },
  };
}

export interface Pools {
  supervisors: Pool;
  processes: Pool;
}

/** Reads a class that a dialect gives a role; false when none does. */
export function draftClass(
  world: World,
  dialects: readonly Dialect[],
  cls: Cls,
  draft: Definitions,
  pools: Pools,
): boolean {
  const found = cls.class.base === null ? null : dialectOf(world, dialects, cls);
  if (found === null) return false;
  const { dialect, role } = found;
  const isSupervisor = role === "supervisor";
  const supervisor = isSupervisor
    ? draftSupervisor(world, dialects, dialect, cls, null, pools.supervisors)
    : null;
  if (supervisor !== null) draft.supervisors.push(supervisor);
  if (isSupervisor && supervisor === null) return true;
  for (const { code } of supervisor?.children ?? [])
    if (code.task !== undefined && !draft.processes.some(({ key }) => key === code.key))
      draft.processes.push(runProcess(world, dialects, code.task, pools.processes));
  const code = draftProcess(world, dialects, dialect, cls, pools.processes);
  if (code === null) return true;
  if (supervisor !== null) supervisor.process = code;
  draft.processes.push(code);
  return true;
}

/** The file that makes a class: the one whose code calls the function that does. */
export function homeOf({ scope, made }: Cls): ModuleState {
  return made?.by[0]?.module ?? scope.module;
}

/** Where a supervisor is made in a file: the order in which a reader finds them. */
export function placeIn(m: ModuleState, { at, cls }: SupervisorDraft): number {
  const by = cls?.made?.by[0];
  return by !== undefined && by.module === m ? by.start : at.start;
}

function* ofStarts(starts: readonly StartDraft[]): Generator<CodeRef> {
  for (const { code, child } of starts) {
    yield code;
    if (child !== null) yield child.code;
  }
}

/** The code that the definitions of a file refer to. */
export function* referredBy({ supervisors, processes, applications, starts }: FileDraft): Generator<CodeRef> {
  yield* ofStarts(starts);
  for (const { start } of applications) if (start !== null) yield start;
  yield* referred({ supervisors, processes });
}

function* referred({ supervisors, processes }: Definitions): Generator<CodeRef> {
  for (const { children } of supervisors) for (const { code } of children) yield code;
  for (const { starts } of processes) yield* ofStarts(starts);
}

const MAX_MADE = 500;

/** Reads the classes that functions make where something refers to them, and those that these refer to. */
export function draftReferred(
  world: World,
  dialects: readonly Dialect[],
  draft: Definitions,
  by: Iterable<CodeRef>,
  pools: Pools,
): void {
  const known = new Set([...draft.supervisors, ...draft.processes].map(({ key }) => key));
  const open = [...by];
  for (let code = open.shift(); code !== undefined; code = open.shift()) {
    if (code.made === undefined || known.size > MAX_MADE) continue;
    const key = classKey(code.made);
    if (known.has(key)) continue;
    known.add(key);
    const found: Definitions = { supervisors: [], processes: [] };
    draftClass(world, dialects, code.made, found, pools);
    draft.supervisors.push(...found.supervisors);
    draft.processes.push(...found.processes);
    open.push(...referred(found));
  }
}

function dialectOf(
  world: World,
  dialects: readonly Dialect[],
  cls: Cls,
): { dialect: Dialect; role: "supervisor" | "process" } | null {
  const I = new Interpreter(world, pureHooks(dialects));
  const { base } = chainOf(I, cls);
  if (base?.kind !== "external") return null;
  for (const dialect of dialects) {
    const role = dialect.role?.(base) ?? null;
    if (role !== null) return { dialect, role };
  }
  return null;
}

export function draftSupervisor(
  world: World,
  dialects: readonly Dialect[],
  dialect: Dialect,
  cls: Cls,
  args: Value[] | null,
  pool: Pool,
): SupervisorDraft | null {
  const I = new Interpreter(world, pureHooks(dialects), pool);
  const [, draft] = I.journal.branch(() => dialect.supervisor?.(cls, I, args) ?? null);
  I.renew();
  return draft;
}

function draftProcess(
  world: World,
  dialects: readonly Dialect[],
  dialect: Dialect,
  cls: Cls,
  pool: Pool,
): ReturnType<typeof runProcess> | null {
  const I = new Interpreter(world, pureHooks(dialects), pool);
  I.keeping = 1;
  const code = dialect.process?.(cls, I) ?? null;
  return code === null ? null : runProcess(world, dialects, code, pool);
}
