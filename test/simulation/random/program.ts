/**
 * Programs at random of everything that the library can do: supervisors of every kind, and servers whose callbacks are
 * sequences of the library's actions, whether they make sense together or not. Nothing in them depends on chance or on the
 * world outside, and messages lead to others a few times only.
 */
import fc from "fast-check";
import { FILLER, HELPERS, HELPERS_IMPORT, IMPORTS } from "./base-code.ts";
import { server, serverClass } from "./servers.ts";
import { Statements } from "./statements.ts";
import { flags, flagsOf, group, groupClass, optionsOf } from "./supervisors.ts";
import type { Names } from "./writing.ts";

const drawnProgram = fc.record({
  flags,
  servers: fc.array(server, { minLength: 1, maxLength: 4 }),
  jobs: fc.array(server, { minLength: 1, maxLength: 2 }),
  groups: fc.array(group, { minLength: 1, maxLength: 3 }),
  nested: fc.boolean(),
  pool: fc.option(
    fc.record({
      flags,
      restart: fc.constantFrom("permanent", "transient", "temporary"),
      max: fc.constantFrom(null, 2),
      /** What its children are: jobs, or trees of their own. */
      ofTrees: fc.constantFrom(false, false, true),
      template: fc.constantFrom("", ", shutdown: 100", ', shutdown: "brutal_kill"'),
      /** Beside others in a group, or right under the root. */
      inGroup: fc.boolean(),
    }),
  ),
  open: fc.boolean(),
  tasks: fc.boolean(),
  registry: fc.constantFrom(null, null, "unique", "duplicate"),
  task: fc.constantFrom(null, null, null, "permanent", "transient", "temporary"),
  application: fc.constantFrom("none", "one", "needing"),
  apart: fc.boolean(),
  filled: fc.constantFrom(true, true, true, false),
});
type DrawnProgram = typeof drawnProgram extends fc.Arbitrary<infer T> ? T : never;

/** Names, and where they are. */
function namesOf(drawn: DrawnProgram): Names {
  const servers = drawn.groups.flatMap(({ children }, g) => children.map((_, n) => `n${g}${n}`));
  return {
    servers: drawn.application === "needing" ? [...servers, "k0", "k1"] : servers,
    ids: servers,
    supervisors: ["root", ...drawn.groups.map((_, g) => `s${g}`)].slice(1),
    pools: drawn.pool === null ? [] : ["pool"],
    open: drawn.open ? ["open"] : [],
    tasks: drawn.tasks ? ["tasks"] : [],
    registries: drawn.registry === null ? [] : ["table"],
    jobs: drawn.jobs.map((_, n) => `J${n}`),
  };
}

/** Children of the root that are no groups. */
function others(drawn: DrawnProgram): string[] {
  return [
    drawn.registry === null
      ? null
      : `{ id: "table", start: [Registry, { keys: "${drawn.registry}" }], name: "table" }`,
    drawn.pool === null || drawn.pool.inGroup ? null : '{ id: "pool", start: [Pool], name: "pool" }',
    drawn.open ? '{ id: "open", start: [Open], name: "open" }' : null,
    drawn.tasks ? '{ id: "tasks", start: [TaskSupervisor], name: "tasks" }' : null,
    drawn.task === null
      ? null
      : `{ id: "task", start: [Task, async (task: Task) => { await task.sleep(500); }], restart: "${drawn.task}" }`,
  ].filter((each) => each !== null);
}

/** Pools are filled by somebody in the run, mostly: of others children are invented. */
function fillers({ pool, open, filled }: DrawnProgram): string[] {
  return (pool !== null || open) && filled ? ['{ id: "filler", start: [Filler] }'] : [];
}

/** The applications, of which one may need others. */
function applicationsOf(drawn: DrawnProgram): string {
  if (drawn.application === "none") return "";
  if (drawn.application === "one")
    return '\nexport const app = defineApplication({ name: "app", start: [Root] });';
  const last = drawn.servers.length - 1;
  return `
export class Store extends Supervisor {
  override init(): SupervisorSpec {
    return { ${flagsOf({ ...drawn.flags, autoShutdown: null })}children: [{ id: "k0", start: [W0, 1], name: "k0" }, { id: "k1", start: [W${last}, 0], name: "k1", restart: "transient" }] };
  }
}
const lib = defineApplication({ name: "lib" });
export const store = defineApplication({ name: "store", applications: [lib], start: [Store] });
export const app = defineApplication({ name: "app", applications: [lib, store], start: [Root] });`;
}

export function programOf(drawn: DrawnProgram): Map<string, string> {
  const names = namesOf(drawn);
  const classes = [
    ...drawn.jobs.map((each, n) => serverClass(`J${n}`, each, new Statements(names, "job", false), null)),
    ...drawn.servers.map((each, n) =>
      serverClass(`W${n}`, each, new Statements(names, `n0${n}`, true), n === 0 ? null : `W${n - 1}`),
    ),
  ];
  const pool = drawn.pool;
  if (pool !== null)
    classes.push(`class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { ${flagsOf({ ...pool.flags, autoShutdown: null }, false)}${pool.max === null ? "" : `maxChildren: ${pool.max}, `}child: { start: [${pool.ofTrees ? "Line" : "J0"}], restart: "${pool.restart}"${pool.template} } };
  }
}`);
  if (drawn.open)
    classes.push(`class Open extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec { return { intensity: 2, period: 5 }; }
}`);
  if (pool?.ofTrees === true)
    classes.push(`class Line extends Supervisor {
  override init(n: number = 0): SupervisorSpec {
    return { ${flagsOf({ ...pool.flags, autoShutdown: null })}children: [{ id: "a", start: [J0, n] }, worker("b", [J0, 0])] };
  }
}`);
  const placed: string[] = [];
  drawn.groups.forEach((each, g) => {
    const given = each.way === 2 || each.way === 3 ? `, ${each.restart.given % 3}` : "";
    const spec = `{ id: "s${g}", start: [G${g}${given}], name: "s${g}"${optionsOf({ ...each.restart, startTimeout: null }, drawn.flags.autoShutdown !== null)} }`;
    const below = drawn.nested && g > 0 ? placed.splice(-1) : [];
    if (g === 0 && pool?.inGroup === true) below.push('{ id: "pool", start: [Pool], name: "pool" }');
    classes.push(groupClass(each, g, drawn.servers.length, below, drawn.registry !== null));
    placed.push(spec);
  });
  const root = `export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { ${flagsOf(drawn.flags)}children: [${[...others(drawn), ...placed, ...fillers(drawn)].join(", ")}] };
  }
}`;
  const own = `${FILLER}\n${classes.join("\n")}\n${root}${applicationsOf(drawn)}\n`;
  return drawn.apart
    ? new Map([
        ["app.ts", `${IMPORTS}\n${HELPERS_IMPORT}\n${own}`],
        ["helpers.ts", `${IMPORTS}\n${HELPERS}\n`],
      ])
    : new Map([["app.ts", `${IMPORTS}\n${HELPERS}\n${own}`]]);
}

/** The files of a program whose root is in `app.ts`. */
export const randomProgram: fc.Arbitrary<Map<string, string>> = drawnProgram.map(programOf);
