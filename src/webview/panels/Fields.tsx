/** The fields of a process as a tree that opens where it is clicked. */
import "./Fields.css";
import { useState } from "preact/hooks";
import type { FieldRow } from "../../protocol/index.ts";
import { t } from "../state/strings.ts";

export function Fields({ rows }: { rows: readonly FieldRow[] }) {
  // By the path of names: what is open stays open while values change.
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const path: string[] = [];
  const shown: { row: FieldRow; key: string; inside: boolean }[] = [];
  rows.forEach((row, index) => {
    path.length = row.depth;
    path.push(row.name);
    const visible = path.slice(0, -1).every((_, depth) => open.has(path.slice(0, depth + 1).join("\n")));
    const inside = (rows[index + 1]?.depth ?? 0) > row.depth;
    if (visible) shown.push({ row, key: path.join("\n"), inside });
  });
  const toggle = (key: string): void => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <ul class="fields plain" aria-label={t("Fields")}>
      {shown.map(({ row, key, inside }) => (
        <li key={key} style={{ paddingInlineStart: `${row.depth}em` }}>
          {inside ? (
            <button
              type="button"
              class="link-button"
              aria-expanded={open.has(key)}
              onClick={() => toggle(key)}
            >
              <i class={`codicon codicon-chevron-${open.has(key) ? "down" : "right"}`} aria-hidden="true" />
              {row.name}
            </button>
          ) : (
            <span class="leaf">{row.name}</span>
          )}
          <span class="quiet">: </span>
          <span class="value">{row.text}</span>
        </li>
      ))}
    </ul>
  );
}
