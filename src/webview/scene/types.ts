/** What the picture shows, independent of how it is drawn: one node per place in the tree. */
import type {
  AutoShutdown,
  DialectTraits,
  Finding,
  Location,
  RestartType,
  Strategy,
  Unknown,
} from "../../model/index.ts";
import type { Budget } from "../../runtime/trace.ts";
import type { NodeState } from "../../trace/live-types.ts";
import type { Table } from "../../trace/table.ts";

/** As the live view names them; before a run everything is "waiting". */
export type LifeState = NodeState;

export const LIFE_STATES: readonly LifeState[] = [
  "running",
  "starting",
  "restarting",
  "hanging",
  "stopping",
  "crashed",
  "stopped",
  "ignored",
  "waiting",
];

/** "pool" is a dynamic supervisor, "process" one that was started outside any tree. */
export type Role = "supervisor" | "pool" | "worker" | "process";

export interface SceneNode {
  /** Child ids from the root down, joined by "/": survives restarts and reloads. */
  path: string;
  label: string;
  role: Role;
  state: LifeState;
  /** Lives so far: 0 before the first start. */
  incarnation: number;
  pid: number | null;
  /** Exit reason of the last life, null while there was none. */
  reason: string | null;
  restart: RestartType | null;
  significant: boolean;
  strategy: Strategy | null;
  autoShutdown: AutoShutdown | null;
  /** Null where the intensity or the period is not known. */
  budget: Budget | null;
  /** What happens past it: the supervisor stops, or only the children concerned. */
  pastLimit: DialectTraits["pastLimit"];
  /** Registered name. */
  name: string | null;
  /** Messages that wait; null when nobody knows. */
  mailbox: number | null;
  trapsExit: boolean;
  /** Keys of the model: as the child of its supervisor, and as the supervisor that it is. */
  childKey: string | null;
  supervisorKey: string | null;
  location: Location | null;
  /** Null: exactly one. Otherwise how many there will be, in words: "many", "24", "maybe". */
  multiplicity: string | null;
  unknown: readonly Unknown[];
  findings: readonly Finding[];
  children: SceneNode[];
}

/** A relation that is not supervision. */
export interface SceneLink {
  from: string;
  to: string;
  kind: "link" | "monitor" | "use";
  /** For "use": call, cast, lookup and so on. */
  label: string;
}

export interface Scene {
  roots: SceneNode[];
  byPath: Table<string, SceneNode>;
  links: SceneLink[];
}

const walked = new WeakMap<Scene, readonly SceneNode[]>();

/** All nodes of a scene, each before what is below it, in start order. */
export function inOrder(scene: Scene): readonly SceneNode[] {
  let nodes = walked.get(scene);
  if (nodes === undefined) {
    const found: SceneNode[] = [];
    const visit = (node: SceneNode): void => {
      found.push(node);
      for (const child of node.children) visit(child);
    };
    for (const node of scene.roots) visit(node);
    nodes = found;
    walked.set(scene, nodes);
  }
  return nodes;
}
