/** Prediction and reality: the same fault in a run of the model and in the program itself, and where they differ. */
import {
  type Assumption,
  type CrashRow,
  effectOn,
  placeAbove,
  type TreeModel,
} from "../../src/model/index.ts";
import type { System } from "../../src/runtime/index.ts";
import { crashMatrix, type Simulation } from "../../src/simulation/index.ts";
import { arrival, type Below, comers, live } from "./lives.ts";
import {
  calmReality,
  type Driven,
  FAULTS,
  type Fault,
  fail,
  living,
  type Outcome,
  prediction,
  reality,
  traceOf,
} from "./reality.ts";

/** How one fault compares. */
export interface Comparison {
  program: string;
  root: string;
  path: string;
  fault: Fault | "boot" | "matrix" | "life";
  verdict: "equal" | "supposed" | "wrong";
  /** Where they differ: `real` against `predicted`. */
  difference: string;
}

/** What is left of a story when those whom the prediction has invented are left out. */
const without = (story: readonly string[], invented: (path: string) => boolean) =>
  story
    .filter((line) => !invented(line.split(" ", 1)[0] ?? ""))
    .filter((line) => {
      const decided = /^(\S+) decides on (.+?): /.exec(line);
      return decided === null || !invented(`${decided[1]}/${decided[2]}`);
    });

/** Lives that are drawn of a program. */
const LIVES = 3;

/** Rows of the matrix of a program whose timers go on for ever: each takes minutes of its time. */
const ROWS_WITH_TIME = 4;

/** What starts itself has no end in reality. */
const startsItself = ({ plan }: Simulation) => plan.notes.some((note) => note.includes("below itself"));

type Start = (system: System) => Promise<unknown>;

/** Boots both, lets everybody who really runs fail in every way, and compares. */
export async function compare(
  program: string,
  model: TreeModel,
  root: string | null,
  start: Start,
  anew: () => Promise<void> = async () => {},
): Promise<Comparison[]> {
  const simulated = await prediction(model, root);
  if (startsItself(simulated.simulation)) return [];
  await anew();
  const real = await reality(start);
  const all = new Comparing(program, model, root, start, anew, simulated.simulation);
  return all.everything(real, simulated);
}

/** Compares everything that happens in lives that are drawn. */
export async function compareLives(
  program: string,
  model: TreeModel,
  root: string | null,
  start: Start,
  anew: () => Promise<void>,
  below: Below,
): Promise<Comparison[]> {
  // Of nobody's children are any invented: nothing is left out.
  const { simulation, events } = await prediction(model, root, { dynamicChildren: 0 });
  const places = comers(events);
  if (startsItself(simulation) || places.length === 0) return [];
  return new Comparing(program, model, root, start, anew, simulation).lives(places, below);
}

class Comparing {
  readonly #program: string;
  readonly #model: TreeModel;
  readonly #root: string | null;
  readonly #start: Start;
  readonly #anew: () => Promise<void>;
  /** What is supposed of every run. */
  readonly #assumptions: readonly Assumption[];
  readonly #results: Comparison[] = [];
  /** The keys of whoever is at a place: a supervisor that is a child has two. */
  readonly #keysOf = new Map<string, readonly string[]>();
  /** Who is there in one of the two only, after a boot that follows from a supposition. */
  #bootSupposed: readonly string[] | null = null;

  constructor(
    program: string,
    model: TreeModel,
    root: string | null,
    start: Start,
    anew: () => Promise<void>,
    simulation: Simulation,
  ) {
    this.#program = program;
    this.#model = model;
    this.#root = root;
    this.#start = start;
    this.#anew = anew;
    this.#assumptions = simulation.assumptions;
    this.#learn(simulation);
  }

  #learn({ targets, world }: Simulation): void {
    for (const { path, pid } of targets.all()) this.#keysOf.set(path, world.keysOf(pid.id));
  }

  #note(path: string, fault: Comparison["fault"], difference: string | null, supposed: boolean): void {
    const verdict = difference === null ? "equal" : supposed ? "supposed" : "wrong";
    const root = this.#root ?? "main";
    this.#results.push({ program: this.#program, root, path, fault, verdict, difference: difference ?? "" });
  }

  readonly #isInvented = (path: string): boolean => {
    const parts = path.split("/");
    return parts.some((_, n) => {
      const keys = this.#keysOf.get(parts.slice(0, n + 1).join("/")) ?? [];
      return this.#assumptions.some(
        ({ about, field }) => keys.includes(about) && field === "dynamic children",
      );
    });
  };

  // A supposition explains a difference that names the process that it is about, or a supervisor above it: that does nothing
  // but what comes of its children.
  #supposes(
    paths: readonly string[],
    difference: string,
    assumptions: readonly Assumption[] = this.#assumptions,
  ): boolean {
    const places = [...paths, ...placesIn(difference)];
    const keysOf = this.#keysOf;
    return assumptions.some(({ about, field }) => {
      const is = (path: string | null) => path !== null && keysOf.get(path)?.includes(about) === true;
      if (field.startsWith("children") && places.some((path) => is(placeAbove(path)))) return true;
      const id = about.slice(Math.max(about.lastIndexOf("/"), about.lastIndexOf("#")) + 1);
      const named = new RegExp(`(?:^|[\\s/\\["])${id.replace(/[^\w]/g, "\\$&")}(?:$|[\\s\\]":])`);
      return (
        places.some((path) => is(path) || path.split("/").at(-1) === id) ||
        [...keysOf.keys()].some((path) => is(path) && places.some((place) => path.startsWith(`${place}/`))) ||
        named.test(difference)
      );
    });
  }

  async everything(real: Driven, simulated: Driven): Promise<Comparison[]> {
    const boot = (run: Driven) => [...living(run).keys()].filter((path) => !this.#isInvented(path)).sort();
    const [was, foreseen] = [boot(real), boot(simulated)];
    const difference = firstDifference(was, foreseen);
    const differing = symmetric(was, foreseen);
    const supposed = difference !== null && this.#supposes(differing, difference);
    if (supposed) this.#bootSupposed = differing;
    this.#note("", "boot", difference, supposed);
    if (was.length === 0) return this.#results;
    for (const path of was) for (const fault of FAULTS) await this.#fault(path, fault);
    if (difference === null) await this.#matrix(was, real.system.nextDeadline() === null);
    return this.#results;
  }

  async #fault(path: string, fault: Fault): Promise<void> {
    await this.#anew();
    const truth = await fail(await reality(this.#start), path, fault);
    const other = await prediction(this.#model, this.#root);
    if (!living(other).has(path)) {
      const supposed = this.#bootSupposed !== null || this.#supposes([path], "");
      this.#note(path, fault, "it does not run in the prediction", supposed);
      return;
    }
    const guess = await fail(other, path, fault);
    this.#learn(other.simulation);
    const differing = [...truth.fates].filter(([each, fate]) => guess.fates.get(each) !== fate);
    const fates = differing.map(
      ([each, fate]) => `${each}: really ${fate}, predicted ${guess.fates.get(each) ?? "absent"}`,
    );
    const [happened, foretold] = [truth.story, guess.story].map((story) => without(story, this.#isInvented));
    const told = firstDifference(happened ?? [], foretold ?? []);
    const difference = fates.length > 0 ? `${fates.join("; ")} | ${told ?? ""}` : told;
    const paths = differing.map(([each]) => each);
    const toldOf = placesIn(told ?? "");
    const isOfBoot =
      (told === null || toldOf.length > 0) &&
      [...paths, ...toldOf].every((each) => this.#bootSupposed?.includes(each));
    const supposed =
      isOfBoot || (difference !== null && this.#supposes(paths, told ?? "", other.simulation.assumptions));
    this.#note(path, fault, difference, supposed);
  }

  /** `places`: where somebody comes in a boot. */
  async lives(places: readonly string[], below: Below): Promise<Comparison[]> {
    for (let n = 0; n < LIVES; n++) await this.#life(places, below);
    return this.#results;
  }

  async #life(places: readonly string[], below: Below): Promise<void> {
    const early = below(3) === 0 ? (places[below(places.length)] ?? null) : null;
    await this.#anew();
    const until = () => (early === null ? {} : { until: arrival(early) });
    const real = await reality(this.#start, until());
    const guess = await prediction(this.#model, this.#root, { ...until(), dynamicChildren: 0 });
    const done = await live([real, guess], below);
    this.#learn(guess.simulation);
    const difference = firstDifference(traceOf(real.events), traceOf(guess.events));
    const what = `${early === null ? "" : `until ${early}, `}${done.join(", ")}`;
    const supposed =
      difference !== null && this.#supposesExactly(wordsOf(difference), guess.simulation.assumptions);
    this.#note(what, "life", difference, supposed);
  }

  /** A supposition is about somebody whom the difference names; one of somebody's children about those. */
  #supposesExactly(words: readonly string[], assumptions: readonly Assumption[]): boolean {
    return assumptions.some(({ about, field }) =>
      words.some((word) => {
        const path = field.includes("children") ? placeAbove(word) : word;
        return path !== null && this.#keysOf.get(path)?.includes(about) === true;
      }),
    );
  }

  /** What the matrix says of crashes, and what comes of them when time goes on until nothing more comes of it. */
  async #matrix(places: readonly string[], isQuiet: boolean): Promise<void> {
    const options = isQuiet ? {} : { maxRows: ROWS_WITH_TIME };
    const { rows, assumptions } = await crashMatrix(this.#model, this.#root, options);
    for (const row of rows) {
      if (!places.includes(row.path)) continue;
      const really = await calmReality(this.#start, this.#anew);
      const there = living(really);
      // Who had ended before is no matter of the fault.
      if (!there.has(row.path)) continue;
      const { fates } = await fail(really, row.path, "crash");
      // Several of one name outside any tree have one place here, and each its own in a matrix.
      for (const [path, all] of there) if (all.length > 1) fates.delete(path);
      const cell = cellDifference(row, fates);
      const paths = cell === null ? [] : [...fates.keys()].filter((path) => cell.includes(`${path}: `));
      this.#note(row.path, "matrix", cell, cell !== null && this.#supposes(paths, "", assumptions));
    }
  }
}

/** The places that lines of a story tell of. */
function placesIn(difference: string): string[] {
  const lines = [...difference.matchAll(/"(\S+) decides on (.+?): ([^"]*)"/g)];
  const decided = lines.map(([, by, id]) => `${by}/${id}`);
  // What is left of a budget is the supervisor's: others have used it.
  const [one, other] = lines.map(([line]) => line.replace(/\d+ of/, "so many of"));
  if (one !== undefined && one === other) decided.push(lines[0]?.[1] ?? "");
  return [...decided, ...(difference.match(/[^\s"[\]]+\/[^\s"[\]:]+/g) ?? [])];
}

/** Where a row of the crash matrix says something else than what became of everybody. */
function cellDifference(row: CrashRow, fates: Outcome["fates"]): string | null {
  const said: Record<ReturnType<typeof effectOn>, string> = {
    fails: !row.blast.includes(row.path) ? "same" : row.recovered ? "started again" : "gone",
    restarted: "started again",
    stopped: "gone",
    lost: "gone",
    blocked: "same",
    none: "same",
  };
  const wrong = [...fates].filter(([path, fate]) => said[effectOn(row, path)] !== fate);
  return wrong.length === 0
    ? null
    : wrong.map(([path, fate]) => `${path}: really ${fate}, in the matrix ${effectOn(row, path)}`).join("; ");
}

const wordsOf = (line: string) => line.split(/[\s"<>,:;]+/);

const symmetric = (a: readonly string[], b: readonly string[]) => [
  ...a.filter((each) => !b.includes(each)),
  ...b.filter((each) => !a.includes(each)),
];

function firstDifference(real: readonly string[], predicted: readonly string[]): string | null {
  const length = Math.max(real.length, predicted.length);
  for (let n = 0; n < length; n++)
    if (real[n] !== predicted[n])
      return `at ${n + 1}: really "${real[n] ?? "nothing more"}", predicted "${predicted[n] ?? "nothing more"}"`;
  return null;
}
