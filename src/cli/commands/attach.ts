import path from "node:path";
import { createInterface } from "node:readline/promises";
import {
  CLOSE_INSPECTOR,
  compare,
  describeDrift,
  LiveError,
  type LiveSession,
  LiveSource,
  LiveTrace,
  modelOf,
  openInspectorOf,
  openProgram,
  openSession,
  parseTarget,
  type SessionMessage,
  type SessionSystem,
  urlsAt,
} from "../../live/index.ts";
import { printable, printableJson } from "../../model/index.ts";
import type { LiveDetail, LiveSnapshot } from "../../runtime/live-protocol.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import { Narrator, TRANSCRIPT_KINDS } from "../../trace/narrate.ts";
import { Timeline } from "../../trace/timeline.ts";
import type { WebHost } from "../../web/index.ts";
import { painter } from "../colours.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { display, load } from "../load.ts";
import { openHost } from "../page.ts";
import { isRecording } from "../recordings.ts";
import { renderLive } from "../render/live.ts";
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
  /** Of the page. */
  port?: number;
  /** In the browser. */
  open?: boolean;
  /** The person has agreed to what opening an inspector means. */
  yes?: boolean;
}

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
  if (given !== undefined && isRecording(io, given)) return await lookBack(io, given, options);
  const target = parseTarget(given);
  if (target.kind === "pid") await consent(io, target.pid, options.yes === true);
  const url = target.kind === "pid" ? await openInspectorOf(target.pid) : await urlsAt(target.address);
  const hearing = new Hearing();
  const session = await openProgram(url, hearing, { below: true });
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

/** The same of what a program has done: a recording tells it at once, and is over. */
async function lookBack(io: Io, file: string, options: AttachOptions): Promise<ExitCode> {
  const hearing = new Hearing();
  const session = await openSession(path.resolve(io.cwd, file), hearing, file);
  try {
    return await look(io, session, hearing, options);
  } finally {
    await session.close();
  }
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
  const chosen = await choose(io, session, hearing, options.system);
  const once = options.snapshot === true || options.drift !== undefined;
  const snapshot = await session.watch(chosen.system, once ? "none" : detailOf(options));
  if (options.drift !== undefined) return await drift(io, snapshot, options.drift, options.json === true);
  if (once) {
    print(io, session, snapshot, options);
    return EXIT.clean;
  }
  return await follow(io, session, hearing, snapshot, options);
}

const detailOf = ({ messages }: AttachOptions): LiveDetail => (messages === true ? "all" : "structure");

/** The system that is meant; waits for the first. @throws LiveError when there are several, or none comes */
async function choose(
  io: Io,
  session: LiveSession,
  hearing: Hearing,
  name: string | undefined,
): Promise<SessionSystem> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const systems = await session.systems();
    const living = systems.filter(({ processes }) => processes > 0);
    const wanted = name === undefined ? living : systems.filter((each) => nameOf(each) === name);
    const [only] = wanted;
    if (only !== undefined && wanted.length === 1) return only;
    const names = systems.map((each) => printable(nameOf(each))).join(", ");
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

const nameOf = ({ name, system }: SessionSystem): string => name ?? String(system);

function print(io: Io, { program }: LiveSession, snapshot: LiveSnapshot, options: AttachOptions): void {
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

/** Shows the page and tells what happens, until the program ends or somebody interrupts. */
async function follow(
  io: Io,
  session: LiveSession,
  hearing: Hearing,
  snapshot: LiveSnapshot,
  options: AttachOptions,
): Promise<ExitCode> {
  const { json = false, messages = false } = options;
  // What is over is told and left; serve shows it.
  const page = json || !session.can.follow ? null : await openPage(io, session, snapshot, options);
  if (page !== null) {
    print(io, session, snapshot, options);
    io.out(
      `\n${printable(page.source.program.title)}: ${page.host.url}\nCtrl+C leaves the program as it was.\n\n`,
    );
  }
  const told = json ? new EventLines(io, snapshot) : new Sentences(io, snapshot, messages);
  hearing.listen((message) => {
    page?.source.heard(message);
    if (message.type === "outcome") note(io, message.text);
    if (message.type === "gap" && message.system === snapshot.system)
      told.gap(message.snapshot, message.lost);
    if (message.type !== "events" || message.system !== snapshot.system) return;
    told.next(message.events);
    if (message.left > 0)
      note(
        io,
        `${message.left.toLocaleString("en")} messages were left out: the program makes more than can be told.`,
      );
  });
  const interrupted = new Promise<string>((resolve) => {
    if (io.signal.aborted) resolve("");
    io.signal.addEventListener("abort", () => resolve(""), { once: true });
  });
  const reason = await Promise.race([hearing.end, interrupted]);
  told.end();
  page?.source.ended(reason === "" ? "The tool was ended." : reason);
  if (reason !== "") note(io, reason);
  await page?.close();
  return EXIT.clean;
}

/** The page of the extension without the editor, looking at the program. */
async function openPage(
  io: Io,
  session: LiveSession,
  snapshot: LiveSnapshot,
  options: AttachOptions,
): Promise<{ source: LiveSource; host: WebHost; close(): Promise<void> }> {
  const { port = 0, open = false } = options;
  const source = new LiveSource(session, snapshot.system, detailOf(options));
  const { model } = modelOf(snapshot);
  const provider = {
    current: () => ({ model, findings: [], base: io.cwd, within: [] }),
    onChange: () => () => {},
    close: () => {},
  };
  const { host, close } = await openHost(io, {
    provider,
    port,
    open,
    live: source,
    title: source.program.title,
  });
  return { source, host, close };
}

/** Each event as a line of JSON; first of all those that lead to what lives. */
class EventLines {
  readonly #io: Io;
  #trace = new LiveTrace();

  constructor(io: Io, snapshot: LiveSnapshot) {
    this.#io = io;
    this.#print(this.#trace.begin(snapshot));
  }

  next(events: readonly TraceEvent[]): void {
    this.#print(this.#trace.next(events));
  }

  /** A line that is no event; then numbers begin anew, with what lives. */
  gap(snapshot: LiveSnapshot, lost: number | null): void {
    this.#io.out(`${JSON.stringify({ gap: { lost } })}\n`);
    this.#trace = new LiveTrace();
    this.#print(this.#trace.begin(snapshot));
  }

  end(): void {}

  #print(events: readonly TraceEvent[]): void {
    for (const event of events) this.#io.out(`${printableJson(event, 0)}\n`);
  }
}

/** Milliseconds that an incident has to come to its end, before it is told as far as it is known. */
const SETTLING = 1_000;

/** What happens, in sentences with the time of day. */
class Sentences {
  readonly #io: Io;
  readonly #messages: boolean;
  /** What the system's clock began at, in milliseconds since 1970. */
  readonly #start: number;
  #trace = new LiveTrace();
  #narrator = new Narrator();
  #timeline = new Timeline(null, this.#narrator);
  #told = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(io: Io, snapshot: LiveSnapshot, messages: boolean) {
    this.#io = io;
    this.#messages = messages;
    this.#start = snapshot.time - snapshot.at;
    this.#begin(snapshot);
  }

  #begin(snapshot: LiveSnapshot): void {
    // How it came to be as it is was before our time.
    this.#timeline.push(this.#trace.begin(snapshot));
    this.#told = this.#narrator.sentences.length;
  }

  gap(snapshot: LiveSnapshot, lost: number | null): void {
    this.#tell(true);
    const missing = lost === null ? "Events are" : `${lost.toLocaleString("en")} events are`;
    this.#io.out(`${new Date(snapshot.time).toISOString()}  (${missing} missing here.)\n`);
    this.#trace = new LiveTrace();
    this.#narrator = new Narrator();
    this.#timeline = new Timeline(null, this.#narrator);
    this.#begin(snapshot);
  }

  next(events: readonly TraceEvent[]): void {
    this.#timeline.push(this.#trace.next(events));
    this.#tell(false);
    if (this.#told < this.#narrator.sentences.length)
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#tell(true);
      }, SETTLING);
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#tell(true);
  }

  #tell(all: boolean): void {
    const { sentences } = this.#narrator;
    for (let sentence = sentences[this.#told]; sentence !== undefined; sentence = sentences[++this.#told]) {
      if (!sentence.over && !all) return;
      if (!TRANSCRIPT_KINDS.has(sentence.kind) && !this.#messages) continue;
      const time = new Date(this.#start + sentence.at).toISOString();
      this.#io.out(`${time}  ${printable(sentence.text)}\n`);
    }
  }
}
