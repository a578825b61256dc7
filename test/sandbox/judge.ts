/** Whether what was observed is what had to be. */
import type { Attack } from "./attack.ts";
import type { Observed } from "./page.ts";

export interface Witnessed extends Observed {
  /** Connections that came to the canary meanwhile. */
  hits: number;
}

const escapes = ({ texts, hits, stopped, bound, refused }: Witnessed): string[] =>
  [...texts, stopped?.message ?? "", bound ?? "", refused ?? ""]
    .filter((text) => text.includes("ESCAPED"))
    .concat(hits > 0 ? [`${hits} connections`] : []);

const endOf = ({ stopped, bound, refused }: Witnessed): string => bound ?? stopped?.message ?? refused ?? "";

/** With locks: null when the attack was held as it must be; else what went wrong. */
export function judge({ must }: Attack, seen: Witnessed): string | null {
  const out = escapes(seen);
  const end = endOf(seen);
  if (must === "works") {
    if (!out.some((text) => text.includes("ESCAPED fine")))
      return `ordinary code failed: ${end} ${seen.texts.join(" | ").slice(0, 600)}`;
    return end === "" ? null : `the run did not go on: ${end}`;
  }
  if (out.length > 0) return `it escaped: ${out.join(" | ").slice(0, 600)}`;
  if (seen.turns === 0) return "the page stood still";
  if (must === "held") {
    if (end !== "") return `the run ended: ${end}`;
    return seen.goesOn ? null : `the process does not go on: ${seen.texts.join(" | ").slice(0, 600)}`;
  }
  if (end === "") return `nothing ended it: ${seen.texts.slice(-5).join(" | ").slice(0, 600)}`;
  return must.sentence.test(end) ? null : `it ended otherwise: ${end}`;
}

/** Without locks: null when the same attack is not held, so that it is the locks that hold it. */
export function judgeUnlocked(attack: Attack, seen: Witnessed): string | null {
  return judge(attack, seen) === null ? `it was held even so: ${seen.texts.join(" | ").slice(0, 400)}` : null;
}
