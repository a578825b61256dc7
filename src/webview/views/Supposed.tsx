/** What a run supposes where the model does not know: whom it is about, of what, and why. */
import type { Assumption } from "../../model/index.ts";
import { t } from "../state/strings.ts";

const SHOWN = 30;

export function Supposed({ all }: { all: readonly Assumption[] }) {
  const line = ({ about, field, assumed, why }: Assumption) => (
    <li key={about + field}>
      {about.split("#").pop()}, {field}: {assumed} <span class="quiet">({why})</span>
    </li>
  );
  return (
    <>
      <ul class="plain">{all.slice(0, SHOWN).map(line)}</ul>
      {all.length > SHOWN && (
        <details>
          <summary>{t("and {0} more", all.length - SHOWN)}</summary>
          <ul class="plain">{all.slice(SHOWN).map(line)}</ul>
        </details>
      )}
    </>
  );
}
