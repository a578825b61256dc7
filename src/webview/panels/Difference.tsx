/** Over the tree, after a replay of something that was changed: what came out differently. */
import "./Difference.css";
import { useState } from "preact/hooks";
import { clock } from "../../trace/words.ts";
import { type Different, difference, type Found } from "../run/difference.ts";
import { lookAt } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { SCROLLS } from "./controls.tsx";

/** Differences that are listed at once; the others on request. */
const MOST = 100;

export function DifferenceBanner() {
  const found = difference.value;
  return found === null ? null : <Summary key={found.because + found.from} found={found} />;
}

function Summary({ found }: { found: Found }) {
  const [open, setOpen] = useState(false);
  const { because, all } = found;
  return (
    <>
      <div class="banner difference" role="status">
        <i class="codicon codicon-git-compare" aria-hidden="true" />
        <span>
          {because}: {summary(found)}
        </span>
        {all.length > 0 && (
          <>
            <button type="button" class="button" onClick={() => lookAt(all[0]!.seq)}>
              {t("Show the first")}
            </button>
            <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
              <i class={`codicon codicon-chevron-${open ? "down" : "right"}`} aria-hidden="true" />{" "}
              {t("All differences")}
            </button>
          </>
        )}
        <button
          type="button"
          class="link-button"
          onClick={() => {
            difference.value = null;
          }}
        >
          {t("Dismiss")}
        </button>
      </div>
      {open && <List all={all} />}
    </>
  );
}

function summary({ all, moved, from }: Found): string {
  if (from === null) return t("nothing came out differently.");
  const since = seconds(from);
  const times = moved === 1 ? t("1 event comes") : t("{0} events come", moved);
  if (all.length === 0) return t("the same happens; {0} at another time, from {1} s on.", times, since);
  const differ = all.length === 1 ? t("1 event differs") : t("{0} events differ", all.length);
  return moved === 0
    ? t("{0}, from {1} s on.", differ, since)
    : t("{0}, from {1} s on; {2} only at another time.", differ, since, times);
}

/** As many digits as it takes. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3).replace(/\.?0+$/, "");
}

function List({ all }: { all: readonly Different[] }) {
  const [shown, setShown] = useState(MOST);
  return (
    <ol class="differences plain" aria-label={t("All differences")} {...SCROLLS}>
      {all.slice(0, shown).map((each, index) => (
        <li key={`${index} ${each.seq}`}>
          <button type="button" title={t("Look at this moment")} onClick={() => lookAt(each.seq)}>
            <span class="time">{clock(each.at)}</span>
            {each.before !== null && (
              <del>
                <span class="sr-only">{t("before")}: </span>
                {each.before}
              </del>
            )}
            {each.now !== null && (
              <ins>
                <span class="sr-only">{t("now")}: </span>
                {each.now}
              </ins>
            )}
          </button>
        </li>
      ))}
      {shown < all.length && (
        <li>
          <button type="button" class="link-button" onClick={() => setShown(shown + 10 * MOST)}>
            {t("Show {0} more", Math.min(10 * MOST, all.length - shown))}
          </button>
        </li>
      )}
    </ol>
  );
}
