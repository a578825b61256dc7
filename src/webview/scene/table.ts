/** The columns of the table of processes, and its order. */
import { isSupervisor, restartWord, strategyWord } from "./look.ts";
import type { SceneNode } from "./types.ts";

export interface Column {
  id: "name" | "state" | "supervisor" | "life" | "policy" | "registered" | "mailbox" | "findings" | "pid";
  title: string;
  /** Numbers stand on the right, and the largest is what people look for first. */
  number: boolean;
  text(node: SceneNode): string;
  /** What the column is sorted by. */
  value(node: SceneNode): string | number;
}

const count = (id: Column["id"], title: string, value: (node: SceneNode) => number | null): Column => ({
  id,
  title,
  number: true,
  text: (node) => (value(node) === null || value(node) === 0 ? "" : String(value(node))),
  value: (node) => value(node) ?? 0,
});

const words = (id: Column["id"], title: string, text: (node: SceneNode) => string): Column => ({
  id,
  title,
  number: false,
  text,
  value: text,
});

const pathAbove = ({ path }: SceneNode): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The end of a path tells it apart: "…/rooms/lobby". */
function shortPath(path: string): string {
  const steps = path.split("/");
  return steps.length > 3 ? `…/${steps.slice(-2).join("/")}` : path;
}

export const COLUMNS: readonly Column[] = [
  words("name", "Process", (node) => node.label),
  words("state", "State", (node) => (node.state === "waiting" ? "not started" : node.state)),
  count("life", "Life", (node) => node.incarnation),
  { ...words("supervisor", "Supervisor", pathAbove), text: (node) => shortPath(pathAbove(node)) },
  words("policy", "Policy", (node) => (isSupervisor(node) ? strategyWord(node) : restartWord(node))),
  words("registered", "Name", (node) => node.name ?? ""),
  count("mailbox", "Mailbox", (node) => node.mailbox),
  count("findings", "Findings", (node) => node.findings.length),
  count("pid", "Pid", (node) => node.pid),
];

const collator = new Intl.Collator("en", { numeric: true });

/** A sorted copy; equal ones keep the tree's order. */
export function sortNodes(nodes: readonly SceneNode[], id: Column["id"], down: boolean): SceneNode[] {
  const column = COLUMNS.find((candidate) => candidate.id === id)!;
  const keyed = nodes.map((node) => ({ node, value: column.value(node) }));
  keyed.sort((a, b) => {
    const order =
      typeof a.value === "number" && typeof b.value === "number"
        ? a.value - b.value
        : collator.compare(String(a.value), String(b.value));
    return down ? -order : order;
  });
  return keyed.map(({ node }) => node);
}
