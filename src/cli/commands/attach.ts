import path from "node:path";
import { createInterface } from "node:readline/promises";
import {
  CLOSE_INSPECTOR,
  compare,
  describeDrift,
  HIDDEN_NAMES,
  hiding,
  LiveChoices,
  LiveError,
  type LiveSession,
  modelOf,
  openInspectorOf,
  openProgram,
  openSession,
  parseTarget,
  programOf,
  SessionChoices,
  type SessionMessage,
  type SessionSystem,
  systemName,
  titleOf,
  urlsAt,
} from "../../live/index.ts";
import { emptyModel, printable, printableJson, SUPTREE_TRAITS, type TreeModel } from "../../model/index.ts";
import type { LiveDetail, LiveSnapshot } from "../../runtime/live-protocol.ts";
import type { ModelProvider, WebHost } from "../../web/index.ts";
import { painter } from "../colours.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { display, load } from "../load.ts";
import { openHost } from "../page.ts";
import { isFile } from "../recordings.ts";
import { renderLive } from "../render/live.ts";
import { EventLines, Sentences } from "../render/live-lines.ts";
import { note } from "../say.ts";

export interface AttachOptions {
  /** Of one of several systems. */
  system?: string;
  /** Print the tree as it is and leave. */
  snapshot?: boolean;
  json?: boolean;
  /** Messages and timers too. */
  messages?: boolean;
  all?: boolean;
  /** Compare with the source in these files and folders. */
  drift?: string[];
  /** Compare with the source in these, in the page, as long as it is open. */
  source?: string[];
  /** Names of fields that are hidden, as a regular expression. */
  hideState?: string;
  /** Of the page. */
  port?: number;
  /** In the browser. */
  open?: boolean;
  /** The person has agreed to what opening an inspector means. */
  yes?: boolean;
}

/** Where nobody has named a source. */
const NOTHING: TreeModel = { ...emptyModel(), dialects: [SUPTREE_TRAITS] };

/** Milliseconds that a program has to make its first System. */
const PATIENCE = 10_000;

/** `suptree attach [TARGET]` */
export async function attachCommand(
  io: Io,
  given: string | undefined,
  options: AttachOptions,
): Promise<ExitCode> {
  try {
    return await attach(io, given, options);
  } catch (error) {
    if (error instanceof LiveError) throw new UsageError(error.message);
    throw error;
  }
}

async function attach(io: Io, given: string | undefined, options: AttachOptions): Promise<ExitCode> {
  if (given !== undefined && isFile(io, given)) return await lookBack(io, given, options);
  const target = parseTarget(given);
  if (target.kind === "pid") await consent(io, target.pid, options.yes === true);
  const url = target.kind === "pid" ? await openInspectorOf(target.pid) : await urlsAt(target.address);
  const hearing = new Hearing();
  const session = await openProgram(url, hearing, {
    below: true,
    hide: hiding(options.hideState ?? HIDDEN_NAMES),
  });
  try {
    if (target.kind === "pid" && session.program.pid !== target.pid)
      throw new LiveError(
        `Process ${session.program.pid} has answered in the place of ${target.pid}: left again.`,
      );
    return await look(io, session, hearing, options);
  } finally {
    if (target.kind === "pid") await session.evaluate(CLOSE_INSPECTOR).catch(() => undefined);
    await session.close();
  }
}

/** The same of what a program has done: a recording tells it at once, one system after the other, and is over. */
async function lookBack(io: Io, file: string, options: AttachOptions): Promise<ExitCode> {
  const told = async (system: string | undefined): Promise<string[]> => {
    const hearing = new Hearing();
    const session = await openSession(path.resolve(io.cwd, file), hearing, file);
    try {
      const names = (await session.systems()).map(systemName);
      if (system === undefined && isStory(options) && names.length > 1) return names;
      code = await look(io, session, hearing, system === undefined ? options : { ...options, system });
      return [];
    } finally {
      await session.close();
    }
  };
  let code: ExitCode = EXIT.clean;
  for (const name of await told(options.system)) {
    io.out(`${printable(name)}:\n`);
    await told(name);
  }
  return code;
}

/** An open inspector lets every user of this machine run code in the program. */
async function consent(io: Io, pid: number, yes: boolean): Promise<void> {
  if (yes) return;
  const what = `Process ${pid} will be asked to open its inspector on 127.0.0.1. Until it is closed again, at the end, every user of this machine can run code in it.`;
  if (!io.interactive || process.stdin.isTTY !== true)
    throw new UsageError(`${what} Say --yes if that is well.`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${what}\nGo on? (y/N) `, { signal: io.signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError("left alone");
  } finally {
    asking.close();
  }
}

/** What the program says, until somebody listens. */
class Hearing {
  #early: SessionMessage[] = [];
  #listener: ((message: SessionMessage) => void) | null = null;
  #end: (reason: string) => void = () => {};
  readonly end = new Promise<string>((resolve) => {
    this.#end = resolve;
  });

  heard(message: SessionMessage): void {
    if (this.#listener === null) this.#early.push(message);
    else this.#listener(message);
  }

  ended(reason: string): void {
    this.#end(reason);
  }

  listen(listener: (message: SessionMessage) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const message of early) listener(message);
  }
}

async function look(
  io: Io,
  session: LiveSession,
  hearing: Hearing,
  options: AttachOptions,
): Promise<ExitCode> {
  const { snapshot: once = false, drift: paths, json = false } = options;
  if (isStory(options)) return await follow(io, session, hearing, options);
  const chosen = await choose(io, session, hearing, options.system, once && !json);
  if (json && !once && paths === undefined) return await stream(io, session, hearing, chosen[0], options);
  for (const system of chosen) {
    const snapshot = await session.watch(system.system, "none");
    if (paths !== undefined) return await drift(io, snapshot, paths, json);
    print(io, session, snapshot, options, chosen.length > 1 ? system : null);
  }
  return EXIT.clean;
}

/** What happens is told in sentences. */
const isStory = ({ snapshot = false, drift: paths, json = false }: AttachOptions): boolean =>
  !snapshot && !json && paths === undefined;

const detailOf = ({ messages }: AttachOptions): LiveDetail => (messages === true ? "all" : "structure");

/**
 * The systems that are meant; waits for the first.
 * @param several all of them will do
 * @throws LiveError when there are several and one is wanted, or none comes
 */
async function choose(
  io: Io,
  session: LiveSession,
  hearing: Hearing,
  name: string | undefined,
  several: boolean,
): Promise<[SessionSystem, ...SessionSystem[]]> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const systems = await session.systems();
    const living = systems.filter(({ processes }) => processes > 0);
    const wanted = name === undefined ? living : systems.filter((each) => named(each, name));
    const [only, ...others] = wanted;
    if (only !== undefined && (wanted.length === 1 || several)) return [only, ...others];
    const names = systems.map((each) => printable(systemName(each))).join(", ");
    if (wanted.length > 1)
      throw new LiveError(
        `${session.program.title} has ${wanted.length} systems: choose one with --system (${names}).`,
      );
    if (Date.now() > until || io.signal.aborted)
      throw new LiveError(
        systems.length === 0
          ? `${session.program.title || "The program"} has made no System of suptree.`
          : `No process runs in ${name === undefined ? "any of its systems" : `a system ${name}`}; there are ${names}.`,
      );
    const ended = await Promise.race([
      hearing.end,
      new Promise<null>((resolve) => setTimeout(() => resolve(null), 100)),
    ]);
    if (ended !== null) throw new LiveError(ended);
  }
}

const named = (system: SessionSystem, name: string): boolean =>
  name === (system.name ?? String(system.system)) || name === systemName(system);

/** @param of which of several */
function print(
  io: Io,
  { program }: LiveSession,
  snapshot: LiveSnapshot,
  options: AttachOptions,
  of: SessionSystem | null = null,
): void {
  if (of !== null) io.out(`${printable(systemName(of))}:\n`);
  if (options.json) {
    const { model, facts } = modelOf(snapshot);
    const { list: _, ...system } = snapshot;
    io.out(`${printableJson({ ...model, live: { program, system, processes: facts } })}\n`);
    return;
  }
  io.out(renderLive(snapshot, painter(io.colours.out), options.all === true));
}

async function drift(
  io: Io,
  snapshot: LiveSnapshot,
  paths: readonly string[],
  json: boolean,
): Promise<ExitCode> {
  const { model, base, bad } = await load(io, paths);
  const { drift: found, unmatched, elsewhere, compared } = compare(snapshot, model);
  if (json) io.out(`${printableJson({ drift: found, unmatched, elsewhere, compared })}\n`);
  else {
    for (const each of found) {
      const where =
        each.location === null ? "" : ` (${display(io, base, each.location.file)}:${each.location.line})`;
      io.out(`${printable(`${describeDrift(each)}${where}`)}\n`);
    }
    for (const { name, why } of unmatched)
      io.out(
        `${printable(why === "several" ? `${name}: several definitions of the source have this name; not compared` : `${name}: runs, and is not in the source`)}\n`,
      );
    if (elsewhere.length > 0) note(io, `In the source, and not in this program: ${elsewhere.join(", ")}`);
    if (found.length + unmatched.length === 0)
      io.out(`${compared} ${compared === 1 ? "supervisor runs" : "supervisors run"} as in the source.\n`);
  }
  if (bad) return EXIT.usage;
  return found.length > 0 || unmatched.some(({ why }) => why === "not_in_source")
    ? EXIT.findings
    : EXIT.clean;
}

/** Each event of one system as a line, until the program ends or somebody interrupts. */
async function stream(
  io: Io,
  session: LiveSession,
  hearing: Hearing,
  { system }: SessionSystem,
  options: AttachOptions,
): Promise<ExitCode> {
  const lines = new EventLines(io, await session.watch(system, detailOf(options)));
  hearing.listen((message) => {
    if (message.type === "outcome" || message.type === "remark") note(io, message.text);
    if (message.type === "gap" && message.system === system) lines.gap(message.snapshot, message.lost);
    if (message.type !== "events" || message.system !== system) return;
    lines.next(message.events);
    sayLeft(io, message.left);
  });
  const reason = await over(io, hearing);
  if (reason !== "") note(io, reason);
  return EXIT.clean;
}

function sayLeft(io: Io, left: number): void {
  if (left > 0)
    note(io, `${left.toLocaleString("en")} messages were left out: the program makes more than can be told.`);
}

/** Why it is over; empty when somebody has interrupted. */
function over(io: Io, hearing: Hearing): Promise<string> {
  const interrupted = new Promise<string>((resolve) => {
    if (io.signal.aborted) resolve("");
    io.signal.addEventListener("abort", () => resolve(""), { once: true });
  });
  return Promise.race([hearing.end, interrupted]);
}

/** Shows the page and tells what happens, in all systems, until the program ends or somebody interrupts. */
async function follow(
  io: Io,
  session: LiveSession,
  hearing: Hearing,
  options: AttachOptions,
): Promise<ExitCode> {
  const { system: wanted, messages = false } = options;
  const meant = (system: SessionSystem) => wanted === undefined || named(system, wanted);
  const systems = (await session.systems()).filter(meant);
  const choices = new LiveChoices({ program: () => programOf(session) });
  const offered = new SessionChoices(session, choices, { detail: detailOf(options) });
  for (const system of systems) offered.add(system);
  // What is over is told and left; serve shows it.
  const page = session.can.follow ? await openPage(io, session, choices, options) : null;
  const told = new Map<number, Sentences>();
  const begin = async (system: SessionSystem, first: boolean): Promise<void> => {
    const snapshot = await session.watch(system.system, detailOf(options));
    const named = systems.length > 1 || !first ? system : null;
    if (page !== null) print(io, session, snapshot, options, named);
    told.set(system.system, new Sentences(io, snapshot, messages, named === null ? "" : systemName(named)));
  };
  for (const system of systems) await begin(system, true);
  if (systems.length === 0 && page !== null)
    note(
      io,
      wanted === undefined
        ? `${session.program.title || "The program"} has made no System of suptree so far: it is shown as soon as there is one.`
        : `There is no system ${wanted} so far: it is shown as soon as there is one.`,
    );
  if (page !== null)
    io.out(
      `\n${printable(titleOf(session.program))}: ${page.host.url}\nCtrl+C leaves the program as it was.\n\n`,
    );
  hearing.listen((message) => {
    if (message.type === "system" && (!meant(message.system) || told.has(message.system.system))) return;
    offered.heard(message);
    switch (message.type) {
      case "system":
        begin(message.system, false).catch((error: unknown) => note(io, String(error)));
        return;
      case "gone":
        told.get(message.system)?.end();
        told.delete(message.system);
        return note(io, message.reason);
      case "outcome":
      case "remark":
        return note(io, message.text);
      case "gap":
        told.get(message.system)?.gap(message.snapshot, message.lost);
        return;
      case "events":
        told.get(message.system)?.next(message.events);
        return sayLeft(io, message.left);
    }
  });
  const reason = await over(io, hearing);
  for (const each of told.values()) each.end();
  choices.over(reason === "" ? "The tool was ended." : reason);
  if (reason !== "") note(io, reason);
  await page?.close();
  return EXIT.clean;
}

/** The page of the extension without the editor, looking at the program, and at its source where that is named. */
async function openPage(
  io: Io,
  session: LiveSession,
  choices: LiveChoices,
  options: AttachOptions,
): Promise<{ host: WebHost; close(): Promise<void> }> {
  const { port = 0, open = false, source = [] } = options;
  const { liveProvider } = await import("../../web/index.ts");
  const loaded = source.length === 0 ? null : await load(io, source, { fromCwd: true });
  const provider: ModelProvider =
    loaded === null
      ? {
          current: () => ({ model: NOTHING, findings: [], base: io.cwd, within: [] }),
          onChange: () => () => {},
          close: () => {},
        }
      : liveProvider({ ...loaded.opened, check: () => [] });
  if (loaded !== null) {
    choices.compareWith(loaded.model);
    provider.onChange(({ model }) => choices.compareWith(model));
  }
  const opening = openHost(io, { provider, port, open, live: choices, title: session.program.title });
  const { host, close } = await opening.catch((error: unknown) => {
    provider.close();
    throw error;
  });
  return {
    host,
    async close() {
      await close();
      provider.close();
    },
  };
}
