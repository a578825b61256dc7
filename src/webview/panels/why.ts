/** Why a process runs in its present incarnation, in one sentence. */
import type { LiveNode, LiveState } from "../../trace/live.ts";
import { t } from "../state/strings.ts";

export function whyWords(node: LiveNode, state: LiveState): string | null {
  const { why } = node;
  if (why === null) {
    return null;
  }
  const name = (key: string | null) =>
    key === null ? "" : (state.nodes.get(key)?.name ?? key.slice(key.lastIndexOf("/") + 1));
  switch (why.kind) {
    case "boot":
      return why.supervisor === null
        ? t("Started with the run.")
        : t("Child of {0}, started in its turn.", name(why.supervisor));
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
