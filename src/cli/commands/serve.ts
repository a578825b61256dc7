import { readFile } from "node:fs/promises";
import path from "node:path";
import type { OpenedPaths } from "../../analysis/session/index.ts";
import { FileNotWritten } from "../../files/index.ts";
import { experimentEdits, isRuleId, lint, rules } from "../../lint/index.ts";
import { LiveChoices, LiveError, openRecording, sourcesOf } from "../../live/index.ts";
import { type Location, printable, samePlace, type TextEdit, traitsOf } from "../../model/index.ts";
import type { PageMessage } from "../../protocol/index.ts";
import { assetsFolder } from "../assets.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { describeProblem, display, load } from "../load.ts";
import { openHost } from "../page.ts";
import { codeService } from "../real-code.ts";
import { isRecording } from "../recordings.ts";
import { complain } from "../say.ts";
import { changesFor, writeChanges } from "./fix.ts";
import { readRun } from "./run.ts";

export interface ServeOptions {
  port: number;
  open?: boolean;
  /** Offer real code beside stand-ins. */
  code?: boolean;
  /** A saved run to open with. */
  run?: string;
}

/** `suptree serve PATH...`: runs until it is interrupted. */
export async function serveCommand(
  io: Io,
  paths: readonly string[],
  options: ServeOptions,
): Promise<ExitCode> {
  const recorded = [options.run, ...paths].find((each) => each !== undefined && isRecording(each));
  if (recorded !== undefined) return await serveRecording(io, recorded, options);
  const { liveProvider } = await import("../../web/index.ts");
  const { model, base, opened, sources } = await load(io, paths, { fromCwd: true });
  if (opened.roots.length + opened.files.length === 0) return EXIT.usage;
  const saved = options.run === undefined ? null : await readRun(io, options.run);
  const roots = [...model.supervisors, ...model.applications];
  if (saved !== null && saved.root !== "" && !roots.some(({ key }) => key === saved.root))
    throw new UsageError(`${options.run}: it is a run of ${saved.root}, which is not in what is served`);
  const { session } = opened;
  const provider = liveProvider({
    ...opened,
    check: (current) => lint(current, { sources }),
    onError: (error) =>
      complain(
        io,
        `some changes will not be seen: ${error instanceof Error ? error.message : String(error)}`,
      ),
  });
  let told = new Set(model.problems.map((problem) => describeProblem(io, base, problem)));
  provider.onChange(({ model: { problems } }) => {
    const lines = new Set(problems.map((problem) => describeProblem(io, base, problem)));
    for (const line of lines) if (!told.has(line)) complain(io, line);
    told = lines;
  });
  const code = options.code === true ? codeService(base, base) : null;
  const opening = openHost(io, {
    provider,
    ...(code === null ? {} : { code }),
    port: options.port,
    open: options.open === true,
    saved,
    help: readHelp,
    edit: async (request) => {
      const { changes, done } = await session.whenSettled(() => {
        const { edits, done } =
          request.type === "applyFix" ? fixFrom(opened, request) : experimentFrom(opened, request);
        return { changes: changesFor(opened, edits), done };
      });
      await writeChanges(opened, changes).catch((error: unknown) => {
        if (!(error instanceof FileNotWritten)) throw error;
        throw new Error(`Not written: ${display(io, base, error.file)}: ${error.message}`);
      });
      return done;
    },
  });
  const { host, close } = await opening.catch((error: unknown) => {
    provider.close();
    throw error;
  });
  io.out(`Supervision trees of ${printable(paths.join(", "))}: ${host.url}\nCtrl+C stops.\n`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await close();
  await code?.dispose();
  provider.close();
  return EXIT.clean;
}

/** The page, looking at what a program has done. */
async function serveRecording(io: Io, named: string, options: ServeOptions): Promise<ExitCode> {
  const recording = await openRecording(path.resolve(io.cwd, named)).catch((error: unknown) => {
    throw error instanceof LiveError ? new UsageError(`${named}: ${error.message}`) : error;
  });
  const systems = sourcesOf(recording);
  const [first] = systems;
  if (first === undefined) throw new UsageError(`${named}: no System was made, so there is nothing to show`);
  const model = await first.source.model();
  const provider = {
    current: () => ({ model, findings: [], base: io.cwd, within: [] }),
    onChange: () => () => {},
    close: () => {},
  };
  const { port, open = false } = options;
  const { title } = first.source.program;
  const live = new LiveChoices();
  for (const system of systems) live.add(system);
  const { host, close } = await openHost(io, { provider, port, open, live, title });
  io.out(`Recording ${printable(named)}: ${host.url}\nCtrl+C stops.\n`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await close();
  await recording.close();
  return EXIT.clean;
}

interface Wanted {
  edits: readonly TextEdit[];
  /** What to say when they are written. */
  done: string;
}

/**
 * The fix that the page names.
 * @throws {Error} whose message says why there is none
 */
function fixFrom(
  { session }: OpenedPaths,
  wanted: { rule: string; title: string; location: Location },
): Wanted {
  const finding = lint(session.model(), { sources: session.sources }).find(
    ({ rule, location }) => rule === wanted.rule && samePlace(location, wanted.location),
  );
  const fix = finding?.fixes.find(({ title }) => title === wanted.title);
  if (!fix) throw new Error("This fix is no longer there: the files have changed.");
  return { edits: fix.edits, done: `Done: ${fix.title}` };
}

/**
 * An order experiment of the page. When it is written, the watcher brings the new model.
 * @throws {Error} whose message says why it cannot be
 */
function experimentFrom(
  { session }: OpenedPaths,
  { supervisor: key, order, strategy }: Extract<PageMessage, { type: "applyExperiment" }>,
): Wanted {
  const supervisor = session.model().supervisors.find((each) => each.key === key);
  if (supervisor === undefined)
    throw new Error("This supervisor is no longer there: the files have changed.");
  const edits = experimentEdits({
    supervisor,
    traits: traitsOf(session.model(), supervisor),
    order,
    strategy,
    sources: session.sources,
  });
  if (edits === null || edits.length === 0)
    throw new Error("The definition is not written in a way that this change can be made to.");
  return { edits, done: `Done: ${supervisor.name}` };
}

/** The documentation page of a rule; null when it is not shipped with this installation. */
async function readHelp(rule: string): Promise<string | null> {
  if (!isRuleId(rule)) return null;
  const page = path.join(assetsFolder(), "..", rules[rule].docs);
  return readFile(page, "utf8").catch(() => null);
}
