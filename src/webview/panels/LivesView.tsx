/** The lives of the selected place over the time of the run. */

import { moment } from "../run/clock.ts";
import type { Life } from "../run/lives.ts";
import { axis, lives, lookAt, reached, told } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { Section } from "./controls.tsx";

const WIDTH = 240;
/** Rows that are in the page; a place that never comes to rest has thousands. */
const MOST = 40;

export function LivesView({ path }: { path: string }) {
  // Follows the run.
  const all = told.value === null ? [] : lives.of(path);
  if (all.length === 0) {
    return null;
  }
  const end = Math.max(1, axis.end(reached.value));
  const x = (place: number) => Math.min(1, place / end) * WIDTH;
  const shown = all.slice(-MOST);
  return (
    <Section title={t("Lives")}>
      <svg class="lives" viewBox={`0 0 ${WIDTH} 18`} preserveAspectRatio="none" aria-hidden="true">
        {shown.map((life) => {
          const from = x(axis.placeOf(life.from.seq));
          const to = life.end === null ? WIDTH : x(axis.placeOf(life.end.seq));
          return (
            <g key={life.pid}>
              <rect
                class={life.end === null ? "life" : "life ended"}
                x={from}
                y={6}
                width={Math.max(1, to - from - 1)}
                height={6}
              />
              {life.end !== null && <path class={life.end.normal ? "end normal" : "end"} d={`M${to} 2v14`} />}
            </g>
          );
        })}
      </svg>
      <ol class="plain lives-list">
        {[...shown].reverse().map((life) => (
          <li key={life.pid}>
            <button type="button" class="link-button" onClick={() => lookAt(life.end?.seq ?? life.from.seq)}>
              #{life.incarnation}
            </button>{" "}
            {span(life)}
          </li>
        ))}
        {all.length > MOST && <li class="quiet">{t("and {0} before", all.length - MOST)}</li>}
      </ol>
    </Section>
  );
}

function span({ from, end }: Life): string {
  return end === null
    ? t("since {0}", moment(from.at))
    : t("{0} to {1}: {2}", moment(from.at), moment(end.at), end.reason);
}
