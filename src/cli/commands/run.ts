import { statSync } from "node:fs";
import path from "node:path";
import { isInside } from "../../files/index.ts";
import {
  type Application,
  alikeAssumptions,
  type Child,
  nameOfPlace,
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
  const root = chooseRoot(io, { model, base, place: file, name, code: options.code === true });
  const seed = saved?.seed ?? options.seed;
  const asked = options.standIn ?? [];
  if (asked.length > 0 && options.code !== true)
    throw new UsageError("--stand-in is for --code: without it everything is a stand-in");
  const standIns = [
    ...new Set([...(saved?.standIns ?? []), ...asked.map((each) => childNamed(model, each))]),
  ];
  const module = root === null ? path.resolve(io.cwd, file) : path.resolve(base, root.location.file);
  const run = await begin(io, { model, base, module, root, seed, standIns }, options.code === true);
  try {
    return await conduct(io, run, root, model, { ...options, seed, saved, standIns }, bad);
  } finally {
    await run.close();
  }
}

interface Beginning {
  model: TreeModel;
  base: string;
  /** The file that real code is bundled from, absolute. */
  module: string;
  root: Root | null;
  seed: number;
  standIns: readonly string[];
}

async function begin(
  io: Io,
  { model, base, module, root, seed, standIns }: Beginning,
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
  const own = { model, base, file: path.relative(base, module).split(path.sep).join("/"), seed, standIns };
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
    const more = { notes, ...(run.mode === "code" ? { console: run.console } : {}) };
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

interface Choice {
  model: TreeModel;
  base: string;
  /** A file or a folder. */
  place: string;
  name: string | null;
  code: boolean;
}

/** @throws UsageError when it is none, or several */
function chooseRoot(io: Io, { model, base, place, name, code }: Choice): Root | null {
  const absolute = path.resolve(io.cwd, place);
  const shown = display(io, io.cwd, place);
  const here = [...model.supervisors, ...model.applications].filter(({ location }) =>
    isInside([absolute], path.resolve(base, location.file)),
  );
  const roots = here.filter((each) => model.roots.includes(each.key));
  // Several of one name in one file are told apart by what their keys end with.
  const ownName = ({ key }: Root): string => key.slice(key.lastIndexOf("#") + 1);
  const nameOf = (each: Root): string => {
    const file = path.resolve(base, each.location.file);
    const name = shortened(ownName(each));
    return file === absolute ? name : `${display(io, base, each.location.file)}#${name}`;
  };
  const offer =
    here.length > 0 ? `there are ${listed(here.map(nameOf))}` : "it has no supervisor or application";
  if (name !== null) {
    const named = here.filter((each) => each.name === name);
    const found = named.length === 1 ? named : here.filter((each) => ownName(each) === name);
    if (found.length === 1) return found[0] as Root;
    if (found.length > 1)
      throw new UsageError(`${shown}: which ${name}? there are ${listed(found.map(nameOf))}`);
    throw new UsageError(`${shown}: no supervisor or application ${name}; ${offer}`);
  }
  const only = roots.length === 1 ? roots[0] : here.length === 1 ? here[0] : undefined;
  if (only !== undefined) return only;
  // A module without a tree of its own may start one.
  if (code && here.length === 0 && !statSync(absolute).isDirectory()) return null;
  throw new UsageError(`${shown}: which tree? ${here.length > 0 ? `Add #NAME; ${offer}` : offer}`);
}

function listed(names: readonly string[]): string {
  const most = names.slice(0, 20).join(", ");
  return names.length > 20 ? `${most}, … (${names.length})` : most;
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
    ({ path: place }) => nameOfPlace(place) === child,
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
  const names = living.map((place) => shortened(nameOfPlace(place.path)));
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
    for (const { names, field, assumed, why } of alikeAssumptions(assumptions, shortened))
      lines.push(paint("dim", `  ${printable(`${names}, ${field}: ${assumed} (${why})`)}`));
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
