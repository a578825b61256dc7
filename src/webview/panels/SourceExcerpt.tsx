/** The lines where the selected process is written, where there is no editor beside the page. */
import "./SourceExcerpt.css";
import type { SceneNode } from "../scene/types.ts";
import { excerpt } from "../state/shared-selection.ts";
import { t } from "../state/strings.ts";
import { Section } from "./controls.tsx";

export function SourceExcerpt({ node }: { node: SceneNode }) {
  const found = excerpt.value;
  if (found === null || (found.key !== node.childKey && found.key !== node.supervisorKey)) {
    return null;
  }
  const { title, lines, first, marked, editor } = found.excerpt;
  return (
    <Section title={t("Source")}>
      <p class="quiet">
        <a href={editor}>{title}</a>
      </p>
      <pre class="excerpt">
        {lines.map((text, offset) => {
          const line = first + offset;
          return (
            <div key={line} data-marked={line >= marked.from && line <= marked.to}>
              <span class="line-number">{line}</span>
              {text}
            </div>
          );
        })}
      </pre>
    </Section>
  );
}
