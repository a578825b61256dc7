/** Parts of a tree model in which nothing is special: what a test is about it says itself. A new field of the model has its plain value here. */
import { dialectsFor } from "../../src/analysis/dialects/index.ts";
import type { Child, Location, ProcessFacts, Supervisor, TreeModel } from "../../src/model/index.ts";

/** The traits of the built-in dialects. */
const DIALECTS = dialectsFor({}).map(({ name, traits }) => ({ name, ...traits }));

/** A permanent worker. */
export function plainChild(own: Pick<Child, "key" | "id" | "location"> & Partial<Child>): Child {
  return {
    type: "worker",
    restart: "permanent",
    shutdown: 5000,
    significant: false,
    start: { symbol: own.id, file: own.location.file, line: own.location.line },
    supervisor: null,
    cardinality: "one",
    count: null,
    dynamic: false,
    name: null,
    process: null,
    defaults: [],
    unknown: [],
    ...own,
  };
}

/** OTP's defaults: `one_for_one`, at most one restart in 5 s. */
export function plainSupervisor(
  own: Pick<Supervisor, "key" | "name" | "location" | "children"> & Partial<Supervisor>,
): Supervisor {
  return {
    dialect: "suptree",
    childrenLocation: null,
    strategy: "one_for_one",
    intensity: 1,
    period: 5,
    autoShutdown: "never",
    dynamic: false,
    process: null,
    defaults: [],
    unknown: [],
    ...own,
  };
}

/** Facts of a process that was read completely and does nothing. */
export function plainFacts(
  own: Pick<ProcessFacts, "symbol" | "location"> & Partial<ProcessFacts>,
): ProcessFacts {
  return {
    trapsExit: false,
    hasTerminate: false,
    handlesDown: false,
    handlesExit: false,
    monitors: false,
    registers: [],
    keepsPids: [],
    initAwaits: [],
    stopsItself: [],
    unresolved: [],
    ...own,
  };
}

/** Roots are the supervisors that none of them starts, unless they are named. */
export function plainModel(supervisors: Supervisor[], own: Partial<TreeModel> = {}): TreeModel {
  const started = new Set(supervisors.flatMap(({ children }) => children.map((child) => child.supervisor)));
  return {
    schemaVersion: 1,
    supervisors,
    roots: supervisors.map(({ key }) => key).filter((key) => !started.has(key)),
    applications: [],
    orphans: [],
    edges: [],
    problems: [],
    dialects: DIALECTS,
    testFiles: [],
    code: [],
    ...own,
  };
}

export const locationIn =
  (file: string) =>
  (line: number, column = 1, endColumn = column + 5): Location => ({
    file,
    line,
    column,
    endLine: line,
    endColumn,
  });
