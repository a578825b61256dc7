import type { Dialect } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { Pool } from "../evaluate/budget.ts";
import { isEndless } from "../evaluate/endless.ts";
import { Interpreter } from "../evaluate/interpreter.ts";
import { locationOf } from "../evaluate/scope.ts";
import { type At, unknown, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import { blankProcess, type ProcessDraft } from "../link/unresolved-definitions.ts";
import { stopsComeTo } from "./come-to.ts";
import { doesNothing } from "./does-nothing.ts";
import { type Candidate, dataOf, type Given, isChangedBy, print } from "./given-arguments.ts";
import { keptPids } from "./kept-pids.ts";
import { type Called, calledIn, definitionAround, staticMemberOf } from "./made-classes.ts";
import { isOutOfHand } from "./out-of-hand.ts";
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
    hasTerminate: code.hasTerminate && !isIdleTerminate(world, code, pool),
  });
  if (code.made !== undefined) draft.made = code.made;
  const member = code.made === undefined ? staticMemberOf(code.at) : null;
  if (code.made !== undefined) noteMade(draft, calledIn(world, code.made, code.key), code.at);
  else if (member !== null) noteMade(draft, member, code.at);
  const run = new Run(world, dialects, code, draft, pool, null);
  run.all();
  if (code.changedToo === undefined && run.aliased.size > 0)
    return runProcess(world, dialects, { ...code, changedToo: run.aliased }, new Pool());
  noteEnd(code, draft, run);
  keptPids(world, dialects, code, draft, run);
  const changed = run.changedArguments(world);
  noteChanged(
    draft,
    changed.filter(({ open }) => open !== true),
  );
  const takes = signatureOf(code);
  if (takes !== null) draft.takes = takes;
  const reactions = reactionsOf(world, dialects, code, draft, pool.share, null);
  if (reactions !== null) draft.does = once(world.deps.later(() => reactions.all()));
  if (!code.callbacks.some(({ phase }) => phase === "init")) return draft;
  if (!run.asksStart && !changed.some(({ open }) => open) && reactions?.asksStart !== true) return draft;
  const known = new Map<string, ProcessDraft>();
  const { changing } = run;
  draft.given = world.deps.later((args) => {
    const at = code.at;
    const data = args.map((v, n) =>
      dataOf(isOutOfHand(world, dialects, v) ? unknown("a package has it", at) : v, {
        kind: "symbol",
        root: "arg",
        name: n,
        path: [],
        at,
        of: code.key,
      }),
    );
    const changes = changed.filter(({ asks }) => asks === undefined || isChangedBy(asks, args));
    const key = [...data.map(print), ...changes.map((one) => changed.indexOf(one))].join();
    let one = known.get(key);
    if (one === undefined) {
      one = runGiven(world, dialects, code, data, draft, { changing, changes });
      known.set(key, one);
    }
    return one;
  });
  return draft;
}

function noteMade({ facts }: ProcessDraft, called: Called | null, at: At): void {
  facts.madeIn = called?.file ?? null;
  if (called !== null && called.name !== facts.symbol) facts.madeAs = called.name;
  // Which class a table has may be computed.
  const around = called === null || called.name.includes(".") ? definitionAround(at) : null;
  if (around !== null) facts.madeInside = around;
}

function noteChanged({ facts }: ProcessDraft, changed: readonly Candidate[]): void {
  if (changed.length > 0)
    facts.changedArguments = changed.map(({ argument, what, location }) => ({ argument, what, location }));
}

function once<T>(work: () => T): () => T {
  let known: { value: T } | null = null;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}

/** A process that is over when its function is ends by itself, unless that never returns. */
function noteEnd({ endsWithFunction, at }: ProcessCode, { facts }: ProcessDraft, { called }: Run): void {
  if (endsWithFunction !== true || [...called.keys()].some(isEndless)) return;
  facts.stopsItself.push({ reason: "normal", location: locationOf(at) });
}

function isIdleTerminate(world: World, { callbacks, self }: ProcessCode, pool: Pool): boolean {
  const callback = callbacks.find(({ name }) => name === "terminate");
  return doesNothing(new Interpreter(world, { call: () => null }, pool), callback?.fn, self);
}

function runGiven(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  args: readonly Value[],
  generic: ProcessDraft,
  { changing, changes }: Pick<Given, "changing" | "changes">,
): ProcessDraft {
  const {
    settled,
    takes,
    facts: { symbol, location, madeIn, madeAs, madeInside, hasTerminate },
  } = generic;
  const { trapsExit } = code;
  const draft = blankProcess(code.key, {
    symbol,
    location,
    trapsExit: trapsExit === true,
    hasTerminate,
  });
  if (madeIn !== undefined) draft.facts.madeIn = madeIn;
  if (madeAs !== undefined) draft.facts.madeAs = madeAs;
  if (madeInside !== undefined) draft.facts.madeInside = madeInside;
  if (takes !== undefined) draft.takes = takes;
  const run = new Run(world, dialects, code, draft, new Pool(), {
    args,
    settled,
    changing,
    changes,
  });
  run.all();
  noteEnd(code, draft, run);
  keptPids(world, dialects, code, draft, run);
  noteChanged(draft, run.changedArguments(world));
  const reactions = reactionsOf(world, dialects, code, draft, new Pool().share, args);
  if (reactions === null) return draft;
  draft.does = once(world.deps.later(() => reactions.all()));
  const { facts } = draft;
  if (facts.stopsItself.length > 0 && generic.does !== undefined)
    facts.stopsItself = stopsComeTo(facts.stopsItself, draft.does(), generic.does(), run.sentToItself);
  return draft;
}
