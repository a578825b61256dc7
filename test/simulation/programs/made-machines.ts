/** Classes that a function makes of a table of states. */
import {
  type ChildSpec,
  GenServer,
  type Info,
  type Pid,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";
export type Step<S extends string, C> = (context: C, message: unknown) => S | "done" | undefined;
export function machine<S extends string, C extends object>(
  initial: S,
  make: () => C,
  steps: Record<S, Step<S, C>>,
  after: Partial<Record<S, number>> = {},
) {
  return class Machine extends GenServer {
    state: S = initial;
    context: C = make();
    override init() {
      this.enter(initial);
    }
    enter(next: S) {
      this.state = next;
      const ms = after[next];
      if (ms !== undefined) this.sendAfter(ms, this.self, { type: "after", state: next });
    }
    override handleInfo(message: Info) {
      const next = steps[this.state](this.context, message);
      if (next === "done") return stop("normal");
      if (next !== undefined) this.enter(next);
      return undefined;
    }
  };
}
const isAfter = (m: unknown, state: string): boolean =>
  typeof m === "object" && m !== null && "state" in m && (m as { state: string }).state === state;
export const Light = machine(
  "red",
  () => ({ changes: 0 }),
  {
    red: (c, m) => (isAfter(m, "red") && ++c.changes > 0 ? "green" : undefined),
    green: (c, m) => (isAfter(m, "green") && ++c.changes > 0 ? "amber" : undefined),
    amber: (c, m) => {
      if (!isAfter(m, "amber")) return;
      if (++c.changes > 7) throw new Error("lamp is worn out");
      return "red";
    },
  },
  { red: 400, green: 500, amber: 100 },
);
export const Door = machine("closed", () => ({ opened: 0 }), {
  closed: (c, m) => {
    const { type } = m as { type: string };
    if (type === "open") {
      c.opened += 1;
      return "open";
    }
    return undefined;
  },
  open: (c, m) =>
    (m as { type: string }).type === "close" ? (c.opened >= 2 ? "done" : "closed") : undefined,
} as const satisfies Record<
  "closed" | "open",
  (c: { opened: number }, m: unknown) => "closed" | "open" | "done" | undefined
>);
function* plan(): Generator<["open" | "close", number], void, void> {
  for (const ms of [100, 150, 200, 250]) yield [ms % 100 === 0 ? "open" : "close", ms];
}
export class Porter extends GenServer {
  door: Pid | null = null;
  steps = plan();
  override init() {
    this.next();
  }
  next() {
    const { value, done } = this.steps.next();
    if (done || !value) return;
    const [type, ms] = value;
    this.sendAfter(ms, "door", { type });
    this.sendAfter(ms, this.self, { type: "next" });
  }
  override handleInfo(message: Info<{ type: "next" }>) {
    if (message.type === "next") this.next();
  }
}
const spec = (id: string, start: ChildSpec["start"], more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  start,
  ...more,
});
export class Crossing extends Supervisor {
  override init(): SupervisorSpec {
    const lights = ["north", "south"].map((side) => spec(side, [Light]));
    return {
      strategy: "one_for_all",
      intensity: 2,
      period: 4,
      children: [
        ...lights,
        spec("door", [Door], { name: "door", restart: "transient" }),
        spec("porter", [Porter], { restart: "temporary" }),
      ],
    };
  }
}
