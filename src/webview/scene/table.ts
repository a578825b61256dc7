/** The columns of the table of processes, and its order. */
import { nameOfPlace, placeAbove } from "../../model/index.ts";
import { isSupervisor, restartWord, strategyWord } from "./look.ts";
import type { SceneNode } from "./types.ts";

export interface Column {
  id:
    | "name"
    | "state"
    | "supervisor"
    | "life"
    | "policy"
    | "registered"
    | "mailbox"
    | "rate"
    | "handled"
    | "busy"
    | "restarts"
    | "findings"
    | "pid";
  title: string;
  /** Numbers stand on the right, and the largest is what people look for first. */
  number: boolean;
  text(node: SceneNode): string;
  /** What the column is sorted by. */
  value(node: SceneNode): string | number;
  /** Part of a small bar below the number, 0 to 1. */
  bar?(node: SceneNode): number;
}

/** What is known of a process that runs elsewhere. */
interface Measured {
  mailbox: number;
  handled: number;
  rate: number | null;
  busySince: number | null;
  restarts: number;
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

export const COLUMNS: readonly Column[] = [
  words("name", "Process", (node) => node.label),
  words("state", "State", (node) => (node.state === "waiting" ? "not started" : node.state)),
  count("life", "Life", (node) => node.incarnation),
  words("supervisor", "Supervisor", ({ path }) => nameOfPlace(placeAbove(path), Number.POSITIVE_INFINITY)),
  words("policy", "Policy", (node) => (isSupervisor(node) ? strategyWord(node) : restartWord(node))),
  words("registered", "Name", (node) => node.name ?? ""),
  count("mailbox", "Mailbox", (node) => node.mailbox),
  count("findings", "Findings", (node) => node.findings.length),
  count("pid", "Pid", (node) => node.pid),
];

/** Logarithmic, so that one message is seen beside a thousand. */
export function barOf(value: number, full: number): number {
  return value <= 0 ? 0 : Math.min(1, Math.log1p(value) / Math.log1p(full));
}

/** Mailboxes and rates at which bars are full. */
export const FULL = { mailbox: 1_000, rate: 10_000 };

const rateText = (rate: number): string =>
  rate >= 10 ? String(Math.round(rate)) : rate >= 0.05 ? rate.toFixed(1) : "";

/** The same with the figures of a running program: who handles how much, whom others wait for. */
export function columnsWith(of: ReadonlyMap<number, Measured>, now: number): readonly Column[] {
  const get = ({ pid }: SceneNode) => (pid === null ? undefined : of.get(pid));
  const measured: Column[] = [
    {
      ...count("mailbox", "Mailbox", (node) => get(node)?.mailbox ?? 0),
      bar: (node) => barOf(get(node)?.mailbox ?? 0, FULL.mailbox),
    },
    {
      id: "rate",
      title: "Handled/s",
      number: true,
      text: (node) => rateText(get(node)?.rate ?? 0),
      value: (node) => get(node)?.rate ?? 0,
      bar: (node) => barOf(get(node)?.rate ?? 0, FULL.rate),
    },
    count("handled", "Handled", (node) => get(node)?.handled ?? 0),
    {
      id: "busy",
      title: "Busy for",
      number: true,
      text: (node) => {
        const since = get(node)?.busySince ?? null;
        return since === null ? "" : `${(Math.max(0, now - since) / 1000).toFixed(1)} s`;
      },
      value: (node) => {
        const since = get(node)?.busySince ?? null;
        return since === null ? 0 : Math.max(1, now - since);
      },
    },
    count("restarts", "Restarts", (node) => get(node)?.restarts ?? 0),
  ];
  return COLUMNS.flatMap((column) =>
    column.id === "mailbox" ? measured : column.id === "findings" ? [] : [column],
  );
}

const collator = new Intl.Collator("en", { numeric: true });

/** A sorted copy; equal ones keep the tree's order. */
export function sortNodes(
  nodes: readonly SceneNode[],
  id: Column["id"],
  down: boolean,
  columns: readonly Column[] = COLUMNS,
): SceneNode[] {
  const column = columns.find((candidate) => candidate.id === id);
  if (column === undefined) return [...nodes];
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
