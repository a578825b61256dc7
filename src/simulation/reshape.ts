/** What a program's own supervisors start where a run asks for something else: stand-ins, another order, another strategy. */
import { childRunningAs, type Supervisor } from "../model/index.ts";
import type { ProcessClass } from "../runtime/index.ts";
import { standIn, standInSupervisor } from "./stand-in.ts";
import type { World } from "./world.ts";

/** What a run of a program asks for. */
export interface Reshaped {
  /** Keys of children in whose place their stand-ins run. */
  standIns: ReadonlySet<string>;
  /** Keys of supervisors whose children have the order, and which have the strategy, of the model. */
  asInModel: ReadonlySet<string>;
}

type Spec = Record<string, unknown>;

export class Reshape {
  readonly #wanted: Reshaped;
  readonly #world: World;
  readonly #of: (supervisor: number) => Supervisor | null;
  readonly #tell: (text: string) => void;

  /** `of` finds a running supervisor in the model. */
  constructor(
    wanted: Reshaped,
    world: World,
    of: (supervisor: number) => Supervisor | null,
    tell: (text: string) => void,
  ) {
    this.#wanted = wanted;
    this.#world = world;
    this.#of = of;
    this.#tell = tell;
  }

  starting(supervisor: number, what: "supervisor" | "child", given: object): object {
    const known = this.#of(supervisor);
    if (known === null) return given;
    if (what === "child") return this.#child(known, given);
    const { child, children } = given as Spec;
    if (!Array.isArray(children))
      return child === undefined ? given : { ...given, child: this.#child(known, child) };
    const ordered = this.#ordered(known, children);
    return {
      ...given,
      ...(ordered !== null && known.strategy !== null ? { strategy: known.strategy } : {}),
      children: (ordered ?? children).map((each) => this.#child(known, each)),
    };
  }

  /** Null where nothing is asked for, or where it cannot be done, which is told. */
  #ordered(supervisor: Supervisor, children: readonly unknown[]): readonly unknown[] | null {
    if (!this.#wanted.asInModel.has(supervisor.key)) return null;
    const places = new Map(supervisor.children.map(({ key }, place) => [key, place]));
    const placed = children.map((each) => {
      const key = keyOf(supervisor, each);
      return { each, place: key === null ? undefined : places.get(key) };
    });
    if (placed.some(({ place }) => place === undefined)) {
      this.#tell(
        `The experiment with ${supervisor.name} is left out: its init returns other children than were read.`,
      );
      return null;
    }
    return placed.sort((a, b) => (a.place ?? 0) - (b.place ?? 0)).map(({ each }) => each);
  }

  #child(supervisor: Supervisor, spec: unknown): object {
    const key = keyOf(supervisor, spec);
    const cls = key === null || !this.#wanted.standIns.has(key) ? null : standInFor(key, this.#world);
    return cls === null ? (spec as object) : { ...(spec as object), start: [cls] };
  }
}

function keyOf(supervisor: Supervisor, spec: unknown): string | null {
  if (typeof spec !== "object" || spec === null) return null;
  const { id, start } = spec as { id?: unknown; start?: unknown };
  const symbol = Array.isArray(start) && typeof start[0] === "function" ? start[0].name : undefined;
  const name = typeof id === "string" ? id : symbol;
  return name === undefined ? null : (childRunningAs(supervisor, name, symbol)?.key ?? null);
}

function standInFor(key: string, world: World): ProcessClass | null {
  const supervisor = world.supervisor(key);
  if (supervisor !== null) return standInSupervisor(supervisor, world, key);
  const worker = world.worker(key);
  return worker === null ? null : standIn(worker, world);
}
