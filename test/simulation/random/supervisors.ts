/** Classes of supervisors, and what is said of their children. */
import fc from "fast-check";

export const flags = fc.record({
  strategy: fc.constantFrom("one_for_one", "one_for_all", "rest_for_one"),
  intensity: fc.nat({ max: 4 }),
  period: fc.constantFrom(5, 1, 60),
  autoShutdown: fc.constantFrom(null, null, null, "any_significant", "all_significant"),
});
type Flags = typeof flags extends fc.Arbitrary<infer T> ? T : never;
const child = fc.record({
  of: fc.nat({ max: 99 }),
  restart: fc.constantFrom(null, "permanent", "transient", "temporary"),
  shutdown: fc.constantFrom(null, null, '"brutal_kill"', "100", '"infinity"'),
  significant: fc.boolean(),
  startTimeout: fc.constantFrom(null, null, null, 400),
  given: fc.nat({ max: 4 }),
  /** How it is called: by its name, as another is, or in a registry. */
  called: fc.constantFrom("name", "name", "name", "name", "name", "name", "twice", "via", "nothing"),
});
type Child = typeof child extends fc.Arbitrary<infer T> ? T : never;
export const group = fc.record({
  flags,
  children: fc.array(child, { minLength: 1, maxLength: 4 }),
  way: fc.nat({ max: 8 }),
  restart: child,
});
type Group = typeof group extends fc.Arbitrary<infer T> ? T : never;

export function flagsOf({ strategy, intensity, period, autoShutdown }: Flags, hasStrategy = true): string {
  const auto = autoShutdown === null ? "" : `autoShutdown: "${autoShutdown}", `;
  return `${hasStrategy ? `strategy: "${strategy}", ` : ""}${auto}intensity: ${intensity}, period: ${period}, `;
}

function nameOf({ called, given }: Child, name: string, hasTable: boolean): string {
  if (called === "nothing") return "";
  if (called === "via" && hasTable) return `, name: via("table", "k${given % 2}")`;
  return `, name: "${called === "twice" ? "n00" : name}"`;
}

/** What a specification says beside its id and its start. */
export function optionsOf(
  { restart, shutdown, significant, startTimeout }: Child,
  mayBeSignificant: boolean,
): string {
  const isSignificant =
    mayBeSignificant && significant && (restart === "transient" || restart === "temporary");
  return [
    restart === null ? null : `restart: "${restart}"`,
    shutdown === null ? null : `shutdown: ${shutdown}`,
    isSignificant ? "significant: true" : null,
    startTimeout === null ? null : `startTimeout: ${startTimeout}`,
  ]
    .filter((each) => each !== null)
    .map((each) => `, ${each}`)
    .join("");
}

/** Its children come one after the other, some of them on a condition. */
function groupStepByStep(g: number, own: string, specs: readonly string[]): string {
  const pushed = specs.map((each, n) =>
    n === 1 ? `if (this.whereis("pool") !== undefined) children.push(${each});` : `children.push(${each});`,
  );
  return `class G${g} extends Supervisor {
  override init(): SupervisorSpec {
    const children: ChildSpec[] = [];
    ${pushed.join("\n    ")}
    return { ${own}children };
  }
}`;
}

export function groupClass(
  { flags: own, children, way }: Group,
  g: number,
  servers: number,
  below: readonly string[],
  hasTable: boolean,
): string {
  const significant = own.autoShutdown !== null;
  const specs = children.map(
    (each, n) =>
      `{ id: "n${g}${n}", start: [W${each.of % servers}, ${each.given}] as const${nameOf(each, `n${g}${n}`, hasTable)}${optionsOf(each, significant)} }`,
  );
  specs.push(...below);
  const list = `[${specs.join(", ")}]`;
  const [params, made] = (
    [
      ["", list],
      ["", list],
      [
        "size: number = 2",
        `[...Array.from({ length: size }, (_, n) => ({ id: \`x\${n}\`, start: [J0, n] as const })), ...${list}]`,
      ],
      ["size: number = 2", `size > 1 ? ${list} : []`],
      [
        "_size: number = 2",
        `["a", "b"].map((id) => ({ id, start: [J0, 1] as const, restart: "transient" as const })).concat(${list} as never)`,
      ],
      ["", list],
      ["", `[worker("y", [J0, 1]), worker("z", [J0, 2], { restart: "temporary" }), ...${list}]`],
      ["", `addUp(1) > 2 ? ${list}.slice(1) : ${list}`],
      ["", list],
    ] as const
  )[way] ?? ["", list];
  if (way === 8) return groupStepByStep(g, flagsOf(own), specs);
  return `class G${g} extends Supervisor {
  override init(${params}): SupervisorSpec {
    return { ${flagsOf(own)}children: ${made} };
  }
}`;
}
