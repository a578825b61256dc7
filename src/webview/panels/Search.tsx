/** The field that finds processes. */
import { reveal } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { matches, search, selectedNode } from "../state/view.ts";

export function Search() {
  const found = matches.value;
  const go = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      search.value = "";
      return;
    }
    const first = [...(found ?? [])];
    if (event.key === "Enter" && first.length > 0) {
      const at = first.indexOf(selectedNode.value?.path ?? "");
      const next = first[(at + (event.shiftKey ? first.length - 1 : 1)) % first.length]!;
      reveal(next, false);
    }
  };
  return (
    <div class="search">
      <i class="codicon codicon-search" aria-hidden="true" />
      <input
        type="search"
        placeholder={t("Search")}
        aria-label={t("Search processes; Enter goes to the next")}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
        onKeyDown={go}
      />
      {found !== null && <span class="quiet count">{found.size}</span>}
    </div>
  );
}
