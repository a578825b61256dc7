/** What a program wrote on its console: of one process, or of the whole run. */
import "./Console.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ConsoleLine } from "../../protocol/index.ts";
import { earlierLines } from "../run/code.ts";
import { viewing } from "../run/moments.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { live } from "../state/view.ts";
import { SCROLLS, Section } from "./controls.tsx";

/** Lines that are shown at first, the newest, and how many more at a time. */
const MOST = 100;

export function Console({ lines, named = false }: { lines: readonly ConsoleLine[]; named?: boolean }) {
  // At an earlier moment nothing is shown that came after it.
  const [most, setMost] = useState(MOST);
  // The newest line stays in sight, until somebody scrolls away from it.
  const list = useRef<HTMLOListElement>(null);
  const stick = useRef(true);
  useEffect(() => {
    if (stick.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  });
  const until = viewing.value ?? Number.POSITIVE_INFINITY;
  const there = until === Number.POSITIVE_INFINITY ? lines : lines.filter(({ seq }) => seq <= until);
  const shown = there.slice(-most);
  if (shown.length === 0) return null;
  const earlier = there.length - shown.length;
  return (
    <Section title={t("Console")}>
      {earlier > 0 ? (
        <button type="button" class="link-button" onClick={() => setMost(most + 10 * MOST)}>
          {t("Show {0} earlier", Math.min(10 * MOST, earlier))}
        </button>
      ) : (
        earlierLines.value > 0 && (
          <p class="quiet">{t("{0} lines before these are not kept.", earlierLines.value)}</p>
        )
      )}
      <ol
        class="console plain"
        aria-label={t("Console")}
        ref={list}
        {...SCROLLS}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          stick.current = scrollHeight - scrollTop - clientHeight < 20;
        }}
      >
        {shown.map((line, index) => (
          <li key={`${line.seq}-${index}`} class={`level-${line.level}`}>
            <span class="quiet">{(line.at / 1000).toFixed(3)}</span> {named && <b>{nameOf(line.pid)} </b>}
            {line.text}
            {line.frames.map((frame, place) => (
              <button
                key={`${place} ${frame.file}:${frame.line}`}
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
