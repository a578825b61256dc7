/** Models for the page's tests, of given sizes. */

import type { Child, Finding, Location, Supervisor, TreeModel } from "../../src/model/index.ts";
import { locationIn, plainChild, plainModel, plainSupervisor } from "../model/plain.ts";

const FILE = "src/app.ts";
let line = 1;

export function at(): Location {
  line += 1;
  return locationIn(FILE)(line, 1, 40);
}

export const keyOf = (name: string): string => `${FILE}#${name}`;

export function child(supervisor: string, id: string | null, extra: Partial<Child> = {}): Child {
  const location = at();
  return plainChild({ key: `${keyOf(supervisor)}/${id ?? `?${line}`}`, id, location, ...extra });
}

export function supervisor(
  name: string,
  strategy: Supervisor["strategy"],
  children: Child[],
  extra: Partial<Supervisor> = {},
): Supervisor {
  return plainSupervisor({
    key: keyOf(name),
    name,
    location: at(),
    strategy,
    intensity: 3,
    children,
    ...extra,
  });
}

export function model(supervisors: Supervisor[], roots: string[], extra: Partial<TreeModel> = {}): TreeModel {
  return plainModel(supervisors, { roots: roots.map(keyOf), ...extra });
}

const below = (parent: string, name: string): Child =>
  child(parent, name, { type: "supervisor", supervisor: keyOf(name), shutdown: "infinity" });

/** A registry, its connections and a server: five places. */
export function five(): TreeModel {
  return model(
    [
      supervisor("AppSup", "rest_for_one", [
        below("AppSup", "conn_sup"),
        child("AppSup", "registry", { name: "registry" }),
        child("AppSup", "http", { restart: "transient" }),
        child("AppSup", "stats", { restart: "temporary" }),
      ]),
      supervisor("conn_sup", "one_for_one", [child("conn_sup", "pinger")]),
    ],
    ["AppSup"],
  );
}

/** `groups` supervisors with `each` workers. */
export function grouped(
  groups: number,
  each: number,
  name = (g: number, w: number) => `worker_${g}_${w}`,
): TreeModel {
  const strategies = ["one_for_one", "one_for_all", "rest_for_one"] as const;
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  return model(
    [
      supervisor(
        "Root",
        "one_for_one",
        numbers(groups).map((g) => below("Root", `group_${g}`)),
      ),
      ...numbers(groups).map((g) =>
        supervisor(
          `group_${g}`,
          strategies[g % 3]!,
          numbers(each).map((w) => child(`group_${g}`, name(g, w))),
        ),
      ),
    ],
    ["Root"],
  );
}

/** `counts[n]` children below every supervisor of level n; the last ones are workers. */
export function layered(counts: readonly number[]): TreeModel {
  const strategies = ["one_for_one", "one_for_all", "rest_for_one"] as const;
  const supervisors: Supervisor[] = [];
  const make = (name: string, level: number): void => {
    const children: Child[] = [];
    const made = supervisor(name, strategies[supervisors.length % 3]!, children);
    supervisors.push(made);
    for (let i = 1; i <= counts[level]!; i++) {
      const inner = level + 1 < counts.length;
      const id = inner ? `sup_${level}_${i}` : `worker_${i}`;
      const below = `${name}.${id}`;
      children.push(
        child(name, id, inner ? { type: "supervisor", supervisor: keyOf(below), shutdown: "infinity" } : {}),
      );
      if (inner) make(below, level + 1);
    }
  };
  make("Root", 0);
  return model(supervisors, ["Root"]);
}

/** Unknown parts, findings, an orphan, every restart type: whatever a card can show. */
export function rich(): { model: TreeModel; findings: Finding[] } {
  const tree = model(
    [
      supervisor(
        "Top",
        null,
        [
          child("Top", "cache", { restart: "transient", significant: true }),
          child("Top", "reader", {
            restart: null,
            unknown: [{ field: "restart", reason: "computed at run time: policy(node)" }],
          }),
          child("Top", "shard-*", { cardinality: "many" }),
          below("Top", "pool"),
        ],
        { intensity: null, unknown: [{ field: "strategy", reason: "comes from options.strategy" }] },
      ),
      supervisor(
        "pool",
        "simple_one_for_one",
        [child("pool", "connection", { restart: "temporary", dynamic: true, cardinality: "many" })],
        { dynamic: true },
      ),
    ],
    ["Top"],
    {
      orphans: [
        {
          key: `${FILE}#Poller`,
          name: "Poller",
          start: { symbol: "Poller", file: FILE, line: 1 },
          location: at(),
          linked: false,
          process: null,
          reason: "started outside any supervisor",
        },
      ],
    },
  );
  const findings: Finding[] = [
    {
      rule: "child-order",
      messageId: "test",
      severity: "error",
      message: "cache calls reader in init, and reader starts after it.",
      location: at(),
      related: [],
      certainty: "exact",
      supervisor: keyOf("Top"),
      children: [`${keyOf("Top")}/cache`],
      fixes: [],
      demonstration: null,
    },
  ];
  return { model: tree, findings };
}

const ODD_IDS = [
  "w",
  "a_worker_whose_name_somebody_thought_about_for_longer_than_anybody_will_read_it_in_a_diagram",
  "сервер_очереди",
  "مشغل_قاعدة_البيانات",
  "מנהל_חיבורים",
  "数据库连接池管理器",
  "👩‍👩‍👧‍👦🏳️‍🌈👨🏽‍💻",
  "e\u0301e\u0301e\u0301 cafe\u0301",
  "id with  spaces\tand\nlines",
  "/slashes/../../in/it",
  "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
  "0",
];

/** A tree like nobody's: wide and deep by turns, supervisors of nothing, pools, ids of every writing. The same for a seed. */
export function odd(seed: number): TreeModel {
  let state = seed * 2654435761 || 1;
  const next = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const supervisors: Supervisor[] = [];
  let left = [1, 12, 60, 400, 2500][seed % 5]!;
  const make = (name: string, depth: number): void => {
    const children: Child[] = [];
    const strategies = ["one_for_one", "one_for_all", "rest_for_one", null] as const;
    const strategy = strategies[next(4)]!;
    const unknown =
      strategy === null ? [{ field: "strategy", reason: "computed at run time: chosen(env)" }] : [];
    supervisors.push(
      supervisor(name, strategy, children, { intensity: [0, 1, 3, 12, 1000][next(5)]!, period: 5, unknown }),
    );
    const wide = next(6);
    const count = wide === 0 ? 0 : wide === 1 ? 1 + next(200) : 1 + next(6);
    for (let i = 0; i < count && left > 0; i++) {
      left -= 1;
      const id = `${ODD_IDS[next(ODD_IDS.length)]!}${i === 0 ? "" : i}`;
      const inner = `${name}.${i}`;
      if (depth < 14 && next(3) > 0) {
        children.push(
          child(name, id, { type: "supervisor", supervisor: keyOf(inner), shutdown: "infinity" }),
        );
        make(inner, depth + 1);
      } else {
        const restart = (["permanent", "transient", "temporary"] as const)[next(3)]!;
        const many = next(8) === 0;
        children.push(
          child(name, id, { restart, ...(many ? { cardinality: "many", count: 1 + next(40) } : {}) }),
        );
      }
    }
  };
  make(ODD_IDS[seed % ODD_IDS.length]!.replaceAll("/", "_"), 0);
  return model(supervisors, [supervisors[0]!.name]);
}

const many = (count: number, name: (i: number) => string): TreeModel =>
  model(
    [
      supervisor(
        "Root",
        "one_for_one",
        Array.from({ length: count }, (_, i) => child("Root", name(i))),
      ),
    ],
    ["Root"],
  );

/** Trees at the edges of what there can be, by what is odd about them. */
export const EDGES: Readonly<Record<string, TreeModel>> = {
  "names of 200 letters": many(4, (i) => `${"long_name_".repeat(20)}${i}`),
  "names of emoji": many(6, (i) => `${"👩‍👩‍👧‍👦🏳️‍🌈".repeat(1 + i * 4)}${i}`),
  "names from right to left": many(6, (i) => `${"مشغل_قاعدة_البيانات_".repeat(1 + i * 2)}${i}`),
  "one child": many(1, () => "only"),
  "no child": many(0, String),
  "thirty levels": layered([...Array.from({ length: 29 }, () => 1), 2]),
  "3,000 siblings": many(3_000, (i) => `worker_${i}`),
  "one name for all": many(8, () => "same"),
};
