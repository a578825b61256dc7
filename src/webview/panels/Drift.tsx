/** Where the running tree and its source differ: a list, each with its place in the tree and in the source. */
import "./Drift.css";
import type { PageDrift } from "../../protocol/index.ts";
import { drift } from "../run/live.ts";
import { post } from "../state/host.ts";
import { reveal } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { live, tab } from "../state/view.ts";
import { SCROLLS } from "./controls.tsx";

const ICON: Record<PageDrift["kind"], string> = {
  not_in_source: "diff-added",
  not_running: "diff-removed",
  differs: "diff-modified",
  several: "question",
};

/** One difference in words. */
function driftWords({ kind, field, running, source }: PageDrift): string {
  switch (kind) {
    case "not_in_source":
      return t("runs, and is not in the source");
    case "not_running":
      return t("is in the source, and does not run");
    case "several":
      return t("not compared: several definitions of the source have this name");
    default:
      return t("{0}: {1} in the program, {2} in the source", field ?? "", running ?? "", source ?? "");
  }
}

export function Drift() {
  const found = drift.value;
  if (found?.drift == null) {
    return <p class="pane-empty quiet">{t("There is no source to compare with.")}</p>;
  }
  const { drift: list, compared, elsewhere, problem } = found;
  return (
    <div class="drift" {...SCROLLS}>
      {problem !== null && <p role="alert">{problem}</p>}
      {list.length === 0 ? (
        <p class="drift-verdict">
          <i class="codicon codicon-pass" aria-hidden="true" />{" "}
          {t("All {0} supervisors run as in the source.", compared)}
        </p>
      ) : (
        <>
          <p class="drift-verdict" role="status">
            {list.length === 1
              ? t("What runs and what the source says differ in one place.")
              : t("What runs and what the source says differ in {0} places.", list.length)}
          </p>
          <ul class="plain drift-list" aria-label={t("Differences")}>
            {list.slice(0, MOST).map((each) => (
              <Line key={`${each.kind} ${each.path} ${each.field} ${each.pid}`} drift={each} />
            ))}
            {list.length > MOST && <li class="quiet">{t("and {0} more", list.length - MOST)}</li>}
          </ul>
        </>
      )}
      {elsewhere.length > 0 && (
        <p class="quiet">{t("In the source, and not in this program: {0}", elsewhere.join(", "))}</p>
      )}
    </div>
  );
}

const MOST = 500;

function Line({ drift: each }: { drift: PageDrift }) {
  const { kind, path, pid, location } = each;
  const at = pid === null ? undefined : live.value?.byPid.get(pid);
  return (
    <li class={`drift-line ${kind}`}>
      <i class={`codicon codicon-${ICON[kind]}`} aria-hidden="true" />
      <span>
        {at === undefined ? (
          <b>{path}</b>
        ) : (
          <button
            type="button"
            class="link-button"
            onClick={() => {
              tab.value = "tree";
              reveal(at, true);
            }}
          >
            {path}
          </button>
        )}{" "}
        {driftWords(each)}
        {location !== null && (
          <>
            {" "}
            <button
              type="button"
              class="link-button drift-place"
              onClick={() => post({ type: "reveal", location })}
            >
              {location.file}:{location.line}
            </button>
          </>
        )}
      </span>
    </li>
  );
}
