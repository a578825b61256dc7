/** Paths on the command line → model, with problems said on stderr: one clear line each, and the rest goes on. */
import path from "node:path";
import type { Analysis, OpenedPaths } from "../analysis/session/index.ts";
import type { FileProblem, Location } from "../model/index.ts";
import type { Io } from "./io.ts";
import { createProgress } from "./progress.ts";
import { complain, note } from "./say.ts";

export interface Loaded extends Analysis {
  /** To go on with: the session has been scanned. */
  opened: OpenedPaths;
  /** Some input was bad: the exit code will be 2. */
  bad: boolean;
}

export interface LoadOptions {
  /** Make paths in the model relative to the working directory where that is possible. */
  fromCwd?: boolean;
  /** Only what is wrong with this path is told and makes the input bad. */
  about?: string;
}

/** Analyses the paths and reports what is wrong with them. */
export async function load(io: Io, paths: readonly string[], options: LoadOptions = {}): Promise<Loaded> {
  // Loaded on demand: `suptree --help` must not wait for the compiler.
  const { nodeHost, openPaths, withProblems } = await import("../analysis/session/index.ts");
  const progress = createProgress(io);
  const inside = paths.every((each) => !path.relative(io.cwd, path.resolve(io.cwd, each)).startsWith(".."));
  const base = options.fromCwd && inside ? { base: io.cwd } : {};
  try {
    const opened = await openPaths(paths, {
      host: nodeHost(),
      cwd: io.cwd,
      ...base,
      ...(io.settings ? { settings: io.settings } : {}),
    });
    const { session, failed } = opened;
    await session.scan({ signal: io.signal, onProgress: (step) => progress.update(step) });
    progress.done();
    const model = withProblems(session.model(), failed);
    const about = options.about === undefined ? undefined : path.resolve(io.cwd, options.about);
    const problems = model.problems.filter(
      ({ file }) => about === undefined || path.resolve(session.base, file) === about,
    );
    const configuration = problems.filter(({ kind }) => kind === "config");
    for (const problem of problems)
      if (problem.kind !== "config") complain(io, describeProblem(io, session.base, problem));
    if (configuration[0] !== undefined) {
      const more = configuration.length - 1;
      const rest = more > 0 ? ` (and ${more} more like it: suptree tree --json lists them)` : "";
      complain(io, `${describeProblem(io, session.base, configuration[0])}${rest}`);
    }
    return {
      opened,
      model,
      base: session.base,
      stats: session.stats(),
      sources: session.sources,
      // A setting that cannot be followed is worth a line, but the input itself was good.
      bad: problems.some(({ kind }) => kind !== "config"),
    };
  } finally {
    progress.done();
  }
}

/** What was not read, and what does not follow therefore. */
export async function noteNotRead(io: Io, loaded: Loaded): Promise<void> {
  const leftOut = await loaded.opened.session.leftOut();
  if (leftOut !== "") note(io, `Left out: ${leftOut}`);
  await noteUnreached(io, loaded);
}

/** Where no tree was found: which of the files that were named use a library. Who starts what they define was not read. */
async function noteUnreached(io: Io, { model, opened, base }: Loaded): Promise<void> {
  const { session, roots, files } = opened;
  if (model.supervisors.length > 0 || model.applications.length > 0 || roots.length > 0) return;
  const outside = new Set(model.orphans.map(({ location }) => location.file));
  const unreached: string[] = [];
  for (const file of files.map((path) => session.fileOf(path)))
    if (!outside.has(file) && (await session.recognition(file, null)) !== null)
      unreached.push(display(io, base, file));
  const [first, ...others] = unreached;
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  note(
    io,
    `No tree reaches ${first}${more}: only the files that were named, and what they import, were read. Name the folder to read who starts what they define.`,
  );
}

/** A file of the model as the user would write it from where they are. */
export function display(io: Io, base: string, file: string): string {
  const absolute = path.resolve(base, file);
  const relative = path.relative(io.cwd, absolute);
  return relative === "" ? "." : relative.split(path.sep).join("/");
}

export const place = (io: Io, base: string, location: Location): string =>
  `${display(io, base, location.file)}:${location.line}:${location.column}`;

const SENTENCES: Record<FileProblem["kind"], string> = {
  not_found: "no such file or folder",
  unreadable: "cannot be read",
  syntax: "syntax error",
  too_large: "too large",
  set_aside: "set aside",
  config: "configuration",
  internal: "a defect of suptree, please report it",
};

/** Where, and what is wrong. */
export function describeProblem(io: Io, base: string, problem: FileProblem): string {
  const where = [display(io, base, problem.file), problem.line, problem.column].filter(
    (part) => part !== undefined,
  );
  const general = SENTENCES[problem.kind];
  const detail = problem.message.replaceAll(/\s*\n\s*/g, " ").replace(/\.$/, "");
  const whole = detail.startsWith("is ") || detail.toLowerCase().includes(general);
  const said = whole ? detail : `${general}: ${detail}`;
  return `${where.join(":")}: ${said}`;
}
