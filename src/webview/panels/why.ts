/** Why a process runs in its present incarnation, in one sentence. */
import { nameOfPlace } from "../../model/index.ts";
import type { LiveNode, LiveState } from "../../trace/live.ts";
import { t } from "../state/strings.ts";

export function whyWords(node: LiveNode, state: LiveState): string | null {
  const { why } = node;
  // Who is dead has no reason to run: what ended it is told instead.
  if (why === null || node.pid === null) {
    return null;
  }
  const name = (key: string | null) => (key === null ? "" : (state.nodes.get(key)?.name ?? nameOfPlace(key)));
  switch (why.kind) {
    case "boot":
      return why.supervisor === null
        ? t("Started with the run.")
        : started(state.nodes.get(why.supervisor), state, name);
    case "dynamic":
      return t("Started at run time under {0}.", name(why.supervisor));
    case "manual":
      return t("Started again by hand under {0}.", name(why.supervisor));
    case "outside":
      if (node.parent === null && node.kind === "supervisor") {
        return t("The root of its tree: nobody will start it again.");
      }
      return t("Started outside any supervisor: nobody will start it again.");
    case "restart": {
      const { trigger } = why;
      if (trigger === null) {
        return t("Restarted by {0}.", name(why.supervisor));
      }
      const budget =
        why.budget === null
          ? ""
          : ` ${t("{0} of {1} restarts in {2} s.", why.budget.used, why.budget.intensity, why.budget.period)}`;
      const chain = trigger.chain
        .map((hop) => t("{0} ended ({1}) and took {2} along.", name(hop.from), hop.reason, name(hop.to)))
        .join(" ");
      const head =
        trigger.node === node.key
          ? t("It ended ({0}); {1} restarted it.", trigger.reason, name(why.supervisor))
          : t(
              "{0} ended ({1}); {2} restarts what started after it or with it.",
              trigger.name,
              trigger.reason,
              name(why.supervisor),
            );
      const all =
        why.affected.length > 1
          ? ` ${why.strategy ?? ""}: ${why.affected.map((key) => name(key)).join(", ")}.`
          : "";
      return `${chain === "" ? "" : `${chain} `}${head}${all}${budget}`;
    }
  }
}

/** Of who is on its way out: what ends it. */
export function endingWords(node: LiveNode, state: LiveState): string | null {
  if (node.state !== "stopping") {
    return null;
  }
  const parent = node.parent === null ? undefined : state.nodes.get(node.parent);
  const by = node.askedToStop
    ? t("{0} is stopping it.", parent?.name ?? t("Its supervisor"))
    : node.fault !== null && node.fault !== "hang"
      ? t("It was made to fail.")
      : t("It is ending.");
  return node.children.length === 0
    ? by
    : `${by} ${t("It stops its own children first, the last one first.")}`;
}

/** Why a child runs that its supervisor started as it started itself: for the same reason as that one. */
function started(
  supervisor: LiveNode | undefined,
  state: LiveState,
  name: (key: string | null) => string,
): string {
  const own = t("Child of {0}, started in its turn.", supervisor?.name ?? "");
  if (supervisor === undefined || supervisor.incarnation < 2) {
    return own;
  }
  const above = whyWords(supervisor, state);
  return above === null ? own : `${own} ${t("Of {0}: {1}", name(supervisor.key), above)}`;
}

/** How a process ended that is gone, and what its supervisor, or it itself as a supervisor, said to that. */
export function endWords(node: LiveNode, state: LiveState): string[] {
  const ended = node.last;
  if (ended === null) {
    return [];
  }
  const name = (key: string) => state.nodes.get(key)?.name ?? nameOfPlace(key);
  const words: string[] = [];
  const { decision } = ended;
  if (decision !== null) {
    const { intensity, period } = decision.budget;
    words.push(
      decision.decision === "auto_shutdown"
        ? t("{0} is significant and ended ({1}), so it shut down.", name(decision.child), decision.reason)
        : t(
            "It gave up: {0} ended ({1}), and it allows {2} restarts in {3} s.",
            name(decision.child),
            decision.reason,
            intensity,
            period,
          ),
    );
  }
  words.push(t("It ended: {0}.", ended.reason));
  const parent = node.parent === null ? undefined : state.nodes.get(node.parent);
  const word = parent?.lastWord ?? parent?.last?.decision ?? null;
  if (parent !== undefined && word !== null && parent.pid === null) {
    words.push(
      word.child === node.key
        ? t("{0} had no restart left for it and gave up.", parent.name)
        : t("{0} gave up because of {1}, and stopped it.", parent.name, name(word.child)),
    );
  }
  return words;
}
