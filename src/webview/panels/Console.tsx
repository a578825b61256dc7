/** What a program wrote on its console: of one process, or of the whole run. */
import "./Console.css";
import type { ConsoleLine } from "../../protocol/index.ts";
import { viewing } from "../run/moments.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { live } from "../state/view.ts";
import { Section } from "./controls.tsx";

/** Lines that are shown: the newest. */
const MOST = 200;

export function Console({ lines, named = false }: { lines: readonly ConsoleLine[]; named?: boolean }) {
  // At an earlier moment nothing is shown that came after it.
  const until = viewing.value ?? Number.POSITIVE_INFINITY;
  const shown = lines.filter(({ seq }) => seq <= until).slice(-MOST);
  if (shown.length === 0) return null;
  return (
    <Section title={t("Console")}>
      <ol class="console plain" aria-label={t("Console")}>
        {shown.map((line, index) => (
          <li key={`${line.seq}-${index}`} class={`level-${line.level}`}>
            <span class="quiet">{(line.at / 1000).toFixed(3)}</span> {named && <b>{nameOf(line.pid)} </b>}
            {line.text}
            {line.frames.map((frame) => (
              <button
                key={`${frame.file}:${frame.line}:${frame.column}`}
                type="button"
                class="link-button frame"
                onClick={() => open(frame)}
              >
                {frame.name} {frame.file}:{frame.line}:{frame.column}
              </button>
            ))}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function open({ file, line, column }: ConsoleLine["frames"][number]): void {
  const location = { file, line, column, endLine: line, endColumn: column };
  post({ type: "reveal", location });
}

function nameOf(pid: number | null): string {
  if (pid === null) return t("the program");
  const node = live.value?.byPid.get(pid);
  return node === undefined ? `<${pid}>` : (live.value?.nodes.get(node)?.name ?? `<${pid}>`);
}
