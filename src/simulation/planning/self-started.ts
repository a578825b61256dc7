/** What the processes of a run start by themselves: in init, right after it, and on the messages that they send then. */
import {
  type Deed,
  type MessageEvent,
  messageEventOf,
  messageKey,
  type PlannedSupervisor,
  type PlannedWorker,
  partsOfDeed,
  type Script,
} from "../plan-types.ts";
import type { Definitions } from "./definitions.ts";
import type { WhoseCodeRuns } from "./whose-code-runs.ts";

/**
 * The keys of templates, dynamic supervisors and processes outside any tree that are started without anybody asking
 * from outside.
 */
export function startedByThemselves(
  trees: readonly PlannedSupervisor[],
  orphans: readonly PlannedWorker[],
  definitions: Definitions,
  code: WhoseCodeRuns,
): ReadonlySet<string> {
  const started = new Set<string>();
  const workers = new Map<string, PlannedWorker>();
  const seen = new Set<readonly Deed[]>();
  const todo: { deeds: readonly Deed[]; by: string }[] = [];
  const add = (deeds: readonly Deed[] | null | undefined, by: string): void => {
    if (deeds == null || seen.has(deeds)) return;
    seen.add(deeds);
    todo.push({ deeds, by });
  };
  const tell = (key: string, event: MessageEvent, type: string | null): void => {
    const messages = workers.get(key)?.script.messages;
    add(messages?.get(messageKey(event, type)) ?? messages?.get(messageKey(event, null)), key);
  };
  const worker = (process: PlannedWorker): void => {
    add(process.script.init, process.key);
    add(process.script.continue, process.key);
    add(process.script.timeout, process.key);
    for (const { deeds } of process.script.reactions) add(deeds, process.key);
  };
  const place = (process: PlannedWorker | PlannedSupervisor): void => {
    if (process.kind === "supervisor") {
      add(process.init, process.key);
      for (const child of [...process.children, ...process.templates]) place(child.process);
    } else {
      workers.set(process.key, process);
      worker(process);
    }
  };
  for (const tree of trees) place(tree);
  for (const orphan of orphans) {
    workers.set(orphan.key, orphan);
    worker(orphan);
  }
  const comes = madeByCode(workers.values(), code);
  for (const [key, { code: cls, script, uses }] of workers) {
    if (cls === null) continue;
    for (const type of comes) if (script.messages.has(messageKey("info", type))) tell(key, "info", type);
    // Of a callback that was not read it is not known what it does on which message.
    const { compared } = code.read(cls);
    if (![...comes].some((type) => compared.has(type))) continue;
    const read = new Set(everyDeed(script).map((deed) => (deed.does === "use" ? deed.use : null)));
    for (const use of uses)
      if (use.kind === "start" && !read.has(use)) started.add(use.template ?? definitions.keyOf(use.to));
  }
  const look = (deed: Deed, by: string): void => {
    if (deed.does === "message") tell(by, deed.event, deed.type);
    for (const each of partsOfDeed(deed)) look(each, by);
    if (deed.does !== "use") return;
    const { kind, to, template, type } = deed.use;
    const event = messageEventOf(kind);
    if (kind === "start") started.add(template ?? definitions.keyOf(to));
    else if (event !== null) tell(to, event, type ?? null);
  };
  for (let next = todo.pop(); next !== undefined; next = todo.pop())
    for (const deed of next.deeds) look(deed, next.by);
  return started;
}

/**
 * What tells the messages apart that code makes which runs. Who listens to an emitter, or is kept in a list of another
 * module's, gets some that nobody is seen to send it.
 */
function madeByCode(workers: Iterable<PlannedWorker>, code: WhoseCodeRuns): ReadonlySet<string> {
  const all = new Set<string>();
  for (const { code: cls } of workers)
    if (cls !== null) for (const each of code.read(cls).made) all.add(each);
  return all;
}

function everyDeed({ init, continue: next, timeout, terminate, messages, reactions }: Script): Deed[] {
  const within = (deed: Deed): Deed[] => [deed, ...partsOfDeed(deed).flatMap(within)];
  const reacts = reactions.map(({ deeds }) => deeds);
  return [init, next ?? [], timeout ?? [], terminate, ...messages.values(), ...reacts].flat().flatMap(within);
}

/**
 * Whether somebody does anything that others notice as soon as it is started, or a while later, without being asked.
 * `failsToGoOn`: it has no callback to go on with, and ends where it is to.
 */
export function actsByItself({ script }: PlannedWorker, failsToGoOn: boolean): boolean {
  const unnoticed = new Set(["set", "wait", "timeout", ...(failsToGoOn ? [] : ["continue"])]);
  const isNoticed = (deed: Deed): boolean =>
    deed.does === "try" || deed.does === "if" ? partsOfDeed(deed).some(isNoticed) : !unnoticed.has(deed.does);
  return [script.init, script.continue ?? [], script.timeout ?? []].some((deeds) => deeds.some(isNoticed));
}
