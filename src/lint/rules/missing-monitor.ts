import {
  type Demonstration,
  type DialectTraits,
  type ProcessFacts,
  SUPTREE_TRAITS,
  sourcePlace,
} from "../../model/index.ts";
import { isUnread } from "../established.ts";
import { areToLast, isOfLinkedStarter, isStrategysMatter, keysStartedAt } from "../kept-pids.ts";
import { hasLinks, headOfProcess, type ProcessClass, processClasses } from "../processes.ts";
import { defineRule } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { list, quote } from "../words.ts";

type Kept = ProcessFacts["keepsPids"];

/** Processes whose pids a process keeps in these fields, as far as they are known: used through them, or started for them. */
function keptIn(tree: TreeIndex, child: string, kept: Kept): string[] {
  const fields = kept.map(({ field }) => /^[^.[]*/.exec(field)?.[0]);
  const gotAt = new Set(kept.map(({ location }) => sourcePlace(location)));
  const startedAt = kept.flatMap((each) => each.startedAt ?? []);
  const places = new Set(startedAt.map(sourcePlace));
  const keys = tree.edgesFrom(child).flatMap((edge) => {
    const { via, keptPid, kind, to, location } = edge;
    const isThrough =
      fields.includes(/^field ([^.[]*)/.exec(via)?.[1]) || fields.includes(keptPid?.field ?? keptPid?.name);
    if (isThrough || gotAt.has(sourcePlace(location))) return [to];
    return kind === "start" && places.has(sourcePlace(location)) ? templatesOf(tree, to) : [];
  });
  return [...keys, ...startedAt.flatMap((place) => keysStartedAt(tree, place))].filter(
    (key) => tree.step(key) !== null,
  );
}

/** What a dynamic supervisor starts when it is asked. */
function templatesOf(tree: TreeIndex, key: string): string[] {
  const supervisor = tree.supervisor(tree.step(key)?.child.supervisor ?? key);
  return supervisor?.dynamic ? supervisor.children.map((child) => child.key) : [];
}

/** Somebody in a tree whom it monitors, where it is not known whose pid is kept where. */
const monitoredBy = (tree: TreeIndex, child: string): string | undefined =>
  tree.edgesFrom(child).find(({ kind, to }) => kind === "monitor" && tree.step(to) !== null)?.to;

/** One of those whose pids it keeps crashes; null where it is not known who that is. */
function demonstrationOf(
  tree: TreeIndex,
  keys: readonly string[],
  kept: Kept,
  messageId: "keepsDeadPid" | "keepsDeadPids" | "dropsDown",
): Demonstration | null {
  for (const child of keys) {
    const isMonitored = (key: string) =>
      tree.edgesFrom(child).some(({ kind, to }) => kind === "monitor" && to === key);
    const keys = keptIn(tree, child, kept);
    const of = messageId === "dropsDown" ? (keys.find(isMonitored) ?? monitoredBy(tree, child)) : keys[0];
    const root = tree.paths(child)[0]?.[0]?.supervisor.key;
    if (of === undefined || root === undefined) continue;
    const names = { one: quote(tree.name(child)), other: quote(tree.name(of)) };
    return {
      root,
      faults: [{ child: of, kind: "crash" }],
      expect:
        messageId === "dropsDown"
          ? `${names.one} gets the news that ${names.other} has ended, and does nothing about it.`
          : `${names.one} is not told that ${names.other} has ended.`,
      shows:
        messageId === "dropsDown"
          ? { kind: "drops", child, message: "DOWN" }
          : { kind: "not told", child, of },
    };
  }
  return null;
}

/** How the library that it is written with behaves. */
function traitsOfClass(tree: TreeIndex, { steps }: ProcessClass): Omit<DialectTraits, "name"> {
  const supervisor = steps[0]?.supervisor;
  return supervisor === undefined ? (tree.model.dialects[0] ?? SUPTREE_TRAITS) : tree.traits(supervisor);
}

/** The message by which a monitor tells, as OTP's do; null where others have listeners, which may be anywhere. */
function endMessageOf(tree: TreeIndex, { steps }: ProcessClass): DialectTraits["endMessage"] {
  const all = steps.length > 0 ? steps.map(({ supervisor }) => tree.traits(supervisor)) : tree.model.dialects;
  return all.some(({ endMessage }) => endMessage === null) ? null : (all[0] ?? SUPTREE_TRAITS).endMessage;
}

/** What comes of using a dead one, and how to hear of its end, in the terms of the library that it is written with. */
function wordsOf(
  tree: TreeIndex,
  each: ProcessClass,
  messageId: "keepsDeadPid" | "keepsDeadPids" | "dropsDown",
): Record<"reference" | "untold" | "dead" | "remedy" | "watches" | "news" | "callback", string> {
  const traits = traitsOfClass(tree, each);
  const { deadReference, definition, otpReasons, processReference, endMessage, endListener, aliveCheck } =
    traits;
  const many = messageId === "keepsDeadPids";
  const words = {
    reference: processReference,
    untold: many ? "neither monitors nor links to them" : "neither monitors it nor links to it",
    watches: otpReasons ? "sets monitors" : "watches them",
    news: endMessage?.name ?? "",
    callback: endMessage?.callback ?? "",
  };
  if (otpReasons)
    return {
      ...words,
      dead: `calls to it exit with ${deadReference}, and sends vanish`,
      remedy: many
        ? "Monitor each pid and remove it on DOWN."
        : "Monitor it and get another pid on DOWN, or look it up where it is used.",
    };
  if (definition === "spawn")
    return {
      ...words,
      untold: many ? "is not told when they end" : "is not told when it ends",
      dead: "what is sent to it is lost, and requests get no answer",
      remedy: `Hear of its end (watch it, where the library has that), and ${many ? "remove it then" : "get another"}.`,
    };
  const by = endListener === null ? "" : ` (${endListener})`;
  const check = aliveCheck === null ? "" : `, or ask ${aliveCheck} first`;
  return {
    ...words,
    dead: deadReference === null ? "using it fails" : `calls and casts to it fail with ${deadReference}`,
    remedy: many
      ? `Remove it when it ends${by}${check}.`
      : `Look it up where it is used, or hear of its end${by}.`,
  };
}

const aspect = ({ keepsPids, monitors, handlesDown, unread }: ProcessFacts) => [
  keepsPids,
  monitors,
  handlesDown,
  unread?.length,
];

export const missingMonitor = defineRule({
  id: "missing-monitor",
  severity: "warning",
  description: "A process keeps pids and is not told when they end, or is told and drops it.",
  docs: "docs/rules/missing-monitor.md",
  otp: [
    { title: "Monitors", url: "https://www.erlang.org/doc/system/ref_man_processes.html#monitors" },
    { title: "erlang:monitor/2", url: "https://www.erlang.org/doc/apps/erts/erlang.html#monitor/2" },
  ],
  messages: {
    keepsDeadPids: {
      severity: "warning",
      text: "{process} keeps {reference}s in {fields}, but {untold}. When one of these processes ends, its {reference} stays until something else removes it: {dead}. {remedy}",
    },
    keepsDeadPid: {
      severity: "warning",
      text: "{process} keeps a {reference} in {fields}, but {untold}. When that process ends, {process} goes on with the {reference} of a dead one: {dead}. {remedy}",
    },
    dropsDown: {
      severity: "warning",
      text: "{process} keeps {reference}s in {fields} and {watches}, but handles no {news}: the news that one has ended is dropped, and its {reference} stays. Handle {news} in {callback}.",
    },
  },
  options: {},
  check({ tree, report }) {
    for (const each of processClasses(tree, aspect)) {
      const { facts, steps } = each;
      const kept = facts.keepsPids.filter(
        (pids) =>
          !isStrategysMatter(tree, each.keys, pids.field) &&
          !isOfLinkedStarter(tree, each.keys, pids) &&
          !(traitsOfClass(tree, each).definition === "spawn" && areToLast(tree, pids)),
      );
      const first = kept[0];
      if (!first || isUnread(facts)) continue;
      // A field is not named beside what it is that it keeps.
      const named = kept.map(({ field }) => field);
      const inside = named.filter((field) => !named.some((other) => other.startsWith(`${field}.`)));
      const unseen = facts.unresolved.some(({ kind }) => kind === "monitor" || kind === "link");
      const messageId = facts.monitors
        ? facts.handlesDown || endMessageOf(tree, each) === null
          ? null
          : "dropsDown"
        : unseen || hasLinks(tree, each)
          ? null
          : kept.some(({ many }) => many)
            ? "keepsDeadPids"
            : "keepsDeadPid";
      if (messageId === null) continue;
      report({
        messageId,
        data: {
          process: quote(facts.symbol),
          fields: list(inside.map(quote)),
          ...wordsOf(tree, each, messageId),
        },
        location: first.location,
        related: [{ message: `in ${quote(facts.symbol)}`, location: headOfProcess(facts) }],
        supervisor: steps[0]?.supervisor ?? null,
        children: each.keys,
        demonstration: demonstrationOf(tree, each.keys, kept, messageId),
      });
    }
  },
});
