/** Hand-written tree models, short enough to read as the tree that they describe. */
import type {
  Child,
  Edge,
  EdgeKind,
  Phase,
  ProcessFacts,
  Supervisor,
  TreeModel,
} from "../../src/model/index.ts";
import { locationIn, plainChild, plainFacts, plainModel, plainSupervisor } from "../model/plain.ts";

export type ChildSketch = Partial<Child> & { id: string; uses?: string[] };
export type SupervisorSketch = Omit<Partial<Supervisor>, "children"> & { children: ChildSketch[] };

const FILE = "app.ts";
const at = locationIn(FILE);

/** Facts of a process that was read completely. */
export function facts(extra: Partial<ProcessFacts> = {}): ProcessFacts {
  return plainFacts({ symbol: "Worker", location: at(900), ...extra });
}

const USE = /^(?:(init|continue|later) )?(call|cast|send|monitor|link|lookup|start)([?~])? (.+)$/;

/**
 * Builds a model. Supervisor names are the record's keys; a child whose id equals a supervisor's name in lower case
 * starts it. `uses` entries read `init call db` (phase, kind, target id or supervisor; `call?` is guarded, `call~` stands behind a condition).
 */
export function model(sketch: Record<string, SupervisorSketch>): TreeModel {
  let line = 1;
  const names = Object.keys(sketch);
  const supervisors: Supervisor[] = [];
  const keyOf = new Map<string, string>(names.map((name) => [name, `${FILE}#${name}`]));
  const wanted: { from: string; text: string }[] = [];
  for (const [name, { children, ...rest }] of Object.entries(sketch)) {
    const key = `${FILE}#${name}`;
    const location = at(line++);
    const below = children.map(({ uses, ...child }): Child => {
      const childKey = `${key}/${child.id}`;
      keyOf.set(child.id, childKey);
      for (const text of uses ?? []) wanted.push({ from: childKey, text });
      const inner = names.find((other) => other.toLowerCase() === child.id.toLowerCase());
      return plainChild({
        key: childKey,
        location: at(line++),
        start: { symbol: inner ?? "Worker", file: FILE, line: 900 },
        ...(inner === undefined
          ? { process: facts() }
          : { type: "supervisor", shutdown: "infinity", supervisor: `${FILE}#${inner}` }),
        ...child,
      });
    });
    supervisors.push(plainSupervisor({ key, name, location, ...rest, children: below }));
  }
  const edges = wanted.map(({ from, text }): Edge => {
    const match = USE.exec(text);
    if (!match) throw new Error(`not a use: ${text}`);
    const to = keyOf.get(match[4]!);
    if (!to) throw new Error(`unknown target: ${text}`);
    return {
      from,
      to,
      kind: match[2] as EdgeKind,
      phase: (match[1] ?? "later") as Phase,
      location: at(line++),
      via: `name ${match[4]}`,
      ...(match[3] === "?" ? { guarded: true } : {}),
      ...(match[3] === "~" ? { possible: "undecided" as const } : {}),
    };
  });
  return plainModel(supervisors, { edges });
}

/** An edge from a supervisor itself. */
export function supervisorUses(
  tree: TreeModel,
  name: string,
  kind: EdgeKind,
  phase: Phase,
  to: string,
): TreeModel {
  const target = tree.supervisors
    .flatMap((supervisor) => supervisor.children)
    .find((child) => child.id === to);
  if (!target) throw new Error(`unknown target: ${to}`);
  const edge: Edge = {
    from: `${FILE}#${name}`,
    to: target.key,
    kind,
    phase,
    location: at(500),
    via: `name ${to}`,
  };
  return { ...tree, edges: [...tree.edges, edge] };
}
