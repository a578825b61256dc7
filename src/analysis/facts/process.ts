import type { Dialect } from "../dialects/dialect.ts";
import type { Callback, ProcessCode } from "../dialects/process-code.ts";
import { Pool } from "../evaluate/budget.ts";
import { isEndless } from "../evaluate/endless.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import { blankProcess, type ProcessDraft } from "../link/unresolved-definitions.ts";
import { dataOf, print } from "./given-arguments.ts";
import { keptPids } from "./kept-pids.ts";
import { reactionsOf } from "./reactions.ts";
import { Run } from "./run.ts";
import { signatureOf } from "./signature.ts";

export function runProcess(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  pool: Pool,
): ProcessDraft {
  const draft = blankProcess(code.key, {
    symbol: code.symbol,
    location: locationOf(code.at),
    trapsExit: code.trapsExit === true,
    hasTerminate: code.hasTerminate && !isEmpty(code.callbacks.find(({ name }) => name === "terminate")),
  });
  if (code.made !== undefined) draft.made = code.made;
  const run = new Run(world, dialects, code, draft, pool, null);
  run.all();
  noteEnd(code, draft, run);
  keptPids(world, dialects, code, draft, run);
  const changed = run.changedArguments(world);
  if (changed.length > 0) draft.facts.changedArguments = changed;
  const takes = signatureOf(code);
  if (takes !== null) draft.takes = takes;
  const found = reactionsOf(world, dialects, code, draft, pool);
  if (found !== null) draft.facts.reactions = found.reactions;
  const asks = run.asksStart || found?.asksStart === true;
  if (!asks || !code.callbacks.some(({ phase }) => phase === "init")) return draft;
  const known = new Map<string, ProcessDraft>();
  draft.given = (args) => {
    const at = code.at;
    const data = args.map((v, n) =>
      dataOf(v, { kind: "symbol", root: "arg", name: n, path: [], at, of: code.key }),
    );
    const key = data.map(print).join();
    let one = known.get(key);
    if (one === undefined) {
      one = runGiven(world, dialects, code, data, draft);
      known.set(key, one);
    }
    return one;
  };
  return draft;
}

/** A process that is over when its function is ends by itself, unless that never returns. */
function noteEnd({ endsWithFunction, at }: ProcessCode, { facts }: ProcessDraft, { called }: Run): void {
  if (endsWithFunction !== true || [...called.keys()].some(isEndless)) return;
  facts.stopsItself.push({ reason: "normal", location: locationOf(at) });
}

/** Whether its code is `{}`. */
function isEmpty(callback: Callback | undefined): boolean {
  const { fn } = callback ?? {};
  return fn?.kind === "function" && Array.isArray(fn.func.body) && fn.func.body.length === 0;
}

function runGiven(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  args: readonly Value[],
  { settled, takes, facts: { symbol, location, hasTerminate, changedArguments } }: ProcessDraft,
): ProcessDraft {
  const { trapsExit } = code;
  const draft = blankProcess(code.key, {
    symbol,
    location,
    trapsExit: trapsExit === true,
    hasTerminate,
  });
  if (takes !== undefined) draft.takes = takes;
  const run = new Run(world, dialects, code, draft, new Pool(), {
    args,
    settled,
    changes: changedArguments ?? [],
  });
  run.all();
  noteEnd(code, draft, run);
  keptPids(world, dialects, code, draft, run);
  const changed = run.changedArguments(world);
  if (changed.length > 0) draft.facts.changedArguments = changed;
  const found = reactionsOf(world, dialects, code, draft, new Pool(), args);
  if (found !== null) draft.facts.reactions = found.reactions;
  return draft;
}
