import path from "node:path";
import {
  type Application,
  type Child,
  type OutsideMode,
  printable,
  printableJson,
  type RunAction,
  type SavedRun,
  type Supervisor,
  shortened,
  standInsOnly,
  type TreeModel,
  type WaitingMode,
} from "../../model/index.ts";
import { type Paint, painter } from "../colours.ts";
import type { FaultOption } from "../faults.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { display, load } from "../load.ts";
import { readOption, writeProduct } from "../products.ts";
import { isRecording } from "../recordings.ts";
import { CannotGive, type RunDriver } from "../run/driver.ts";
import { complain } from "../say.ts";

export interface RunOptions {
  /** In the order of the command line. */
  faults: FaultOption[];
  seed: number;
  /** Virtual milliseconds after the last fault. */
  for: number;
  /** Run the program itself. */
  code?: boolean;
  /** What `fetch` does in it. */
  fetch?: OutsideMode;
  /** What becomes of its timers and of what its doubles promise. */
  waiting?: WaitingMode;
  /** Children that run as stand-ins in it. */
  standIn?: readonly string[];
  json?: boolean;
  steps?: boolean;
  replay?: string;
  save?: string;
  force?: boolean;
}

/** How long the tree may take to come to rest before a fault without a time. Virtual milliseconds. */
const PATIENCE = 60_000;

/** `suptree run FILE#NAME` */
export async function runCommand(io: Io, tree: string, options: RunOptions): Promise<ExitCode> {
  const hash = tree.lastIndexOf("#");
  const file = hash < 0 ? tree : tree.slice(0, hash);
  const name = hash < 0 ? null : tree.slice(hash + 1);
  const saved = options.replay === undefined ? null : await readRun(io, options.replay);
  if (saved?.mode === "code" && options.code !== true)
    throw new UsageError(`${options.replay}: it is a run of real code; add --code to run that`);
  const { model, base, bad } = await load(io, [file], { fromCwd: true });
  const missing = model.problems.some(({ kind }) => kind === "not_found" || kind === "unreadable");
  if (missing) return EXIT.usage;
  const shown = display(io, io.cwd, file);
  const root = chooseRoot(model, (of) => display(io, base, of) === shown, shown, name, options.code === true);
  const seed = saved?.seed ?? options.seed;
  const asked = options.standIn ?? [];
  if (asked.length > 0 && options.code !== true)
    throw new UsageError("--stand-in is for --code: without it everything is a stand-in");
  const standIns = [
    ...new Set([...(saved?.standIns ?? []), ...asked.map((each) => childNamed(model, each))]),
  ];
  const run = await begin(io, { model, base, file, root, seed, standIns }, options.code === true);
  try {
    return await conduct(io, run, root, model, { ...options, seed, saved, standIns }, bad);
  } finally {
    await run.close();
  }
}

interface Beginning {
  model: TreeModel;
  base: string;
  file: string;
  root: Root | null;
  seed: number;
  standIns: readonly string[];
}

async function begin(
  io: Io,
  { model, base, file, root, seed, standIns }: Beginning,
  code: boolean,
): Promise<RunDriver> {
  if (!code) {
    const { standIns } = await import("../run/stand-ins.ts");
    return standIns(model, root?.key ?? "", seed, io.signal);
  }
  const foreign = root === null ? null : standInsOnly(model, root.key);
  if (foreign !== null)
    throw new UsageError(`${root?.name}: trees of ${foreign} run with stand-ins only; leave --code out`);
  const { realCode } = await import("../run/real-code.ts");
  const absolute = path.resolve(io.cwd, file);
  const own = { model, base, file: path.relative(base, absolute).split(path.sep).join("/"), seed, standIns };
  return realCode({
    ...own,
    root: root === null ? null : { key: root.key, name: root.name },
    signal: io.signal,
  });
}

async function conduct(
  io: Io,
  run: RunDriver,
  root: Root | null,
  model: TreeModel,
  options: RunOptions & { saved: SavedRun | null; standIns: readonly string[] },
  bad: boolean,
): Promise<ExitCode> {
  const { saved, standIns } = options;
  if (saved) await run.replay(saved.inputs, saved.until);
  try {
    const { fetch, waiting } = options;
    const outside = { ...(fetch && { fetch }), ...(waiting && { waiting }) };
    if (fetch !== undefined || waiting !== undefined) await run.input({ kind: "outside", ...outside });
    for (const fault of options.faults) {
      if (fault.at === null) await run.settle(PATIENCE);
      else await run.advance(Math.max(0, fault.at - run.position.at));
      if (run.ended || run.stopped !== null) {
        complain(io, `--${fault.kind} ${fault.child}: left out, nothing runs any more`);
        continue;
      }
      await give(run, fault, model);
    }
  } catch (error) {
    if (error instanceof CannotGive) throw new UsageError(error.message);
    throw error;
  }
  await run.settle(options.for);
  if (run.stopped !== null) complain(io, run.stopped);
  const data: SavedRun = {
    format: 1,
    root: root?.key ?? "",
    mode: run.mode,
    seed: options.seed,
    inputs: [...run.inputs],
    ...(standIns.length === 0 ? {} : { standIns: [...standIns] }),
    until: run.position,
  };
  const { narrate } = await import("../../trace/narrate.ts");
  const sentences = narrate(run.events, model);
  const failed =
    (run.ended && root !== null) ||
    run.stopped !== null ||
    run.boots.some((boot) => boot.state !== "running");
  if (options.json) {
    const { boots, assumptions, events, notes } = run;
    const more = run.mode === "code" ? { console: run.console, notes } : {};
    io.out(`${printableJson({ run: data, boots, assumptions, ...more, sentences, events })}\n`);
  } else {
    const { story } = await import("../run/story.ts");
    io.out(story(sentences, run.console, model, run.events, options.steps === true));
    io.out(ending(run, painter(io.colours.out)));
  }
  if (options.save !== undefined) await save(io, options.save, data, options.force === true);
  if (bad) return EXIT.usage;
  return failed ? EXIT.findings : EXIT.clean;
}

type Root = Supervisor | Application;

function chooseRoot(
  model: TreeModel,
  inFile: (file: string) => boolean,
  file: string,
  name: string | null,
  code: boolean,
): Root | null {
  const here: Root[] = [...model.supervisors, ...model.applications].filter((each) =>
    inFile(each.location.file),
  );
  const names = here.map((each) => shortened(each.name));
  const offer = names.length > 0 ? `there are ${names.join(", ")}` : "it has no supervisor or application";
  if (name !== null) {
    const found = here.find((each) => each.name === name);
    if (!found) throw new UsageError(`${file}: no supervisor or application ${name}; ${offer}`);
    return found;
  }
  const roots = here.filter((each) => model.roots.includes(each.key));
  const only = roots.length === 1 ? roots[0] : here.length === 1 ? here[0] : undefined;
  // A module without a tree of its own may start one.
  if (!only && code && here.length === 0) return null;
  if (!only) throw new UsageError(`${file}: which tree? ${names.length > 0 ? `Add #NAME; ${offer}` : offer}`);
  return only;
}

/** Gives one fault to the child that the user means. @throws UsageError when that is nobody, or several. */
async function give(run: RunDriver, fault: FaultOption, model: TreeModel): Promise<void> {
  const target = { path: findPath(run, fault, model) };
  const action: RunAction =
    fault.kind === "kill" || fault.kind === "hang"
      ? { kind: fault.kind, target }
      : { kind: fault.kind, target, reason: fault.reason ?? "crash" };
  await run.input(action);
}

/** The key of the child that the user means. @throws UsageError when that is nobody, or several */
function childNamed(model: TreeModel, name: string): string {
  const children = model.supervisors.flatMap((each) => each.children);
  const tests: ((child: Child) => boolean)[] = [
    ({ key }) => key === name,
    ({ key, id }) => id === name || key.endsWith(`/${name}`),
    ({ start }) => start.symbol === name,
  ];
  for (const test of tests) {
    const found = [...new Set(children.filter(test).map(({ key }) => key))];
    if (found.length === 1) return found[0] as string;
    if (found.length > 1)
      throw new UsageError(
        `--stand-in ${name}: ${found.length} children are called so: ${found.slice(0, 5).map(shortened).join(", ")}`,
      );
  }
  const names = [...new Set(children.map(({ id, key }) => shortened(id ?? key)))];
  throw new UsageError(
    `--stand-in ${name}: no such child; there ${names.length === 0 ? "is none" : `are ${names.slice(0, 20).join(", ")}`}`,
  );
}

function findPath(run: RunDriver, { kind, child }: FaultOption, model: TreeModel): string {
  const living = run.places();
  const symbols = new Map(
    model.supervisors.flatMap((each) => each.children.map((one) => [one.key, one.start.symbol] as const)),
  );
  const tests: ((place: (typeof living)[number]) => boolean)[] = [
    ({ path: place }) => place === child,
    ({ path: place }) => place.endsWith(`/${child}`),
    ({ key }) => key === child || symbols.get(key) === child,
  ];
  for (const test of tests) {
    const found = living.filter(test);
    if (found.length === 1) return found[0]!.path;
    if (found.length > 1) {
      const places = found.slice(0, 5).map((place) => shortened(place.path));
      throw new UsageError(
        `--${kind} ${child}: ${found.length} processes are called so: ${places.join(", ")}${found.length > 5 ? ", …" : ""}`,
      );
    }
  }
  const names = living.map((place) => shortened(place.path.split("/").at(-1)!));
  const running =
    names.length > 0
      ? `there run ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}`
      : "nothing runs";
  throw new UsageError(`--${kind} ${child}: no such process at ${run.position.at} ms; ${running}`);
}

function ending(run: RunDriver, paint: Paint): string {
  const lines: string[] = [];
  const living = run.places().length;
  lines.push(
    run.ended
      ? paint("red", "In the end nothing runs any more.")
      : `In the end ${living} ${living === 1 ? "process runs" : "processes run"}.`,
  );
  for (const note of run.notes) lines.push(paint("yellow", printable(note)));
  const { assumptions } = run;
  if (assumptions.length > 0) {
    lines.push("", paint("yellow", "Supposed where the model does not know:"));
    for (const { about, field, assumed, why } of assumptions) {
      const name = shortened(about.slice(about.lastIndexOf("#") + 1));
      lines.push(paint("dim", `  ${printable(`${name}, ${field}: ${assumed} (${why})`)}`));
    }
  }
  return `\n${lines.join("\n")}\n`;
}

/** Writes the run for `--replay`. */
async function save(io: Io, file: string, run: SavedRun, force: boolean): Promise<void> {
  const { parseSavedRun } = await import("../../protocol/index.ts");
  const check = (text: string): string | null => {
    const read = parseSavedRun(text, false);
    return typeof read === "string" ? read : null;
  };
  await writeProduct(io, {
    file,
    kind: "saved run",
    text: `${JSON.stringify(run, null, 2)}\n`,
    check,
    force,
  });
}

/** A saved run from a file; `-` is standard input. @throws UsageError */
export async function readRun(io: Io, file: string): Promise<SavedRun> {
  if (isRecording(file))
    throw new UsageError(
      `${file}: it is a recording, not a run: suptree attach tells it, suptree serve --run shows it`,
    );
  const text = await readOption(io, file);
  const { parseSavedRun } = await import("../../protocol/index.ts");
  const read = parseSavedRun(text, true);
  if (typeof read === "string") throw new UsageError(`${file}: ${read}`);
  return read;
}
