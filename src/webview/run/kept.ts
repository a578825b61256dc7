/** What of a running program's past cannot be seen, and why: said wherever the past is shown. */
import { t } from "../state/strings.ts";
import { moment } from "./clock.ts";
import { missed } from "./live.ts";
import { axis, forgotten } from "./moments.ts";

/** Null where everything is shown that the page was told since it looks. */
export function gapWords(): string | null {
  const fell = missed.value;
  if (fell !== null)
    return t(
      "A gap: this page fell behind, and {0} events before {1} are not shown. What lives is.",
      fell.toLocaleString(),
      moment(axis.start),
    );
  return forgotten.value > 0
    ? t("What was before {0} is no longer kept: the page keeps the last 100,000 events.", moment(axis.start))
    : null;
}
