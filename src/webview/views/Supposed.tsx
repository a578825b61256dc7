/** What a run supposes where the model does not know: whom it is about, of what, and why. */
import { type AlikeAssumptions, type Assumption, alikeAssumptions } from "../../model/index.ts";
import { t } from "../state/strings.ts";

const SHOWN = 30;

export function Supposed({ all }: { all: readonly Assumption[] }) {
  const lines = alikeAssumptions(all);
  const line = ({ about, names, field, assumed, why }: AlikeAssumptions) => (
    <li key={about + field}>
      {names}, {field}: {assumed} <span class="quiet">({why})</span>
    </li>
  );
  return (
    <>
      <ul class="plain">{lines.slice(0, SHOWN).map(line)}</ul>
      {lines.length > SHOWN && (
        <details>
          <summary>{t("and {0} more", lines.length - SHOWN)}</summary>
          <ul class="plain">{lines.slice(SHOWN).map(line)}</ul>
        </details>
      )}
    </>
  );
}
