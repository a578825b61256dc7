/** What is known of the selected process itself: its own words, its links and monitors. */
import { useEffect, useState } from "preact/hooks";
import { OTP_WORDS } from "../../model/index.ts";
import type { ProcessView } from "../../protocol/index.ts";
import { linkKey } from "../../trace/live.ts";
import { inspect } from "../run/give.ts";
import { liveProgram } from "../run/live.ts";
import { shownSeq, viewing } from "../run/moments.ts";
import type { SceneNode } from "../scene/types.ts";
import { t } from "../state/strings.ts";
import { live, now, select } from "../state/view.ts";
import { Section } from "./controls.tsx";
import { Fields } from "./Fields.tsx";

/** Asks the sandbox whenever something was shown; a past moment has no process to ask. */
export function useProcess(node: SceneNode): ProcessView | null {
  const [view, setView] = useState<ProcessView | null>(null);
  const pid = viewing.value === null ? node.pid : null;
  const seq = shownSeq.value;
  useEffect(() => {
    let current = true;
    if (pid === null) {
      setView(null);
      return undefined;
    }
    const timer = setTimeout(() => {
      void inspect(pid).then((found) => {
        if (current) {
          setView(found);
        }
      });
    }, 120);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [pid, seq]);
  return view?.pid === pid ? view : null;
}

export function Process({ view }: { view: ProcessView }) {
  return (
    <Section title={t("Process")}>
      <dl>
        <dt title={t(OTP_WORDS["traps exits"]!.meaning)}>{t("traps exits")}</dt>
        <dd>{view.trapExit ? t("yes") : t("no")}</dd>
        <dt title={t(OTP_WORDS.mailbox!.meaning)}>{t("mailbox")}</dt>
        <dd>{view.mailbox.length}</dd>
        {view.callback !== null && (
          <>
            <dt>{t("in")}</dt>
            <dd title={t("since {0} s", (view.callback.since / 1000).toFixed(3))}>
              {t(
                "{0}, for {1} s",
                view.callback.name,
                (Math.max(0, now.value - view.callback.since) / 1000).toFixed(1),
              )}
            </dd>
          </>
        )}
        {view.registered.length > 0 && (
          <>
            <dt>{t("registered")}</dt>
            <dd>{view.registered.join(", ")}</dd>
          </>
        )}
      </dl>
      {view.mailbox.first.length > 0 && <pre>{view.mailbox.first.join("\n")}</pre>}
      {view.fields !== null && view.fields.length > 0 && (
        <>
          <h4>{t("Fields")}</h4>
          <Fields rows={view.fields} />
        </>
      )}
      {view.behaviour.length > 0 && (
        <>
          <h4>{liveProgram.value === null ? t("This stand-in") : t("So far")}</h4>
          <ul class="plain">
            {view.behaviour.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

/** Links and monitors, each a way to the other process. */
export function Relations({ node }: { node: SceneNode }) {
  const state = live.value;
  if (state === null || node.pid === null) {
    return null;
  }
  const own = state.nodes.get(node.path);
  if (own === undefined) {
    return null;
  }
  const rows = own.links.map((pid) => ({ key: `l${pid}`, what: t("linked"), pid }));
  for (const key of own.parent === null ? own.children : [own.parent, ...own.children]) {
    const pid = state.nodes.get(key)?.pid ?? null;
    if (pid !== null && state.links.has(linkKey(pid, node.pid))) {
      rows.push({ key: `l${pid}`, what: t("linked (tree)"), pid });
    }
  }
  for (const ref of own.monitors) {
    const monitor = state.monitors.get(ref);
    if (monitor !== undefined) rows.push({ key: `m${ref}`, what: t("monitors"), pid: monitor.target });
  }
  for (const ref of own.monitoredBy) {
    const monitor = state.monitors.get(ref);
    if (monitor !== undefined) rows.push({ key: `w${ref}`, what: t("monitored by"), pid: monitor.watcher });
  }
  if (rows.length === 0) {
    return null;
  }
  return (
    <Section title={t("Links and monitors")}>
      <ul class="plain">
        {rows.slice(0, 40).map(({ key, what, pid }) => {
          const other = state.byPid.get(pid);
          return (
            <li key={key}>
              {what}{" "}
              <button
                type="button"
                class="link-button"
                disabled={other === undefined}
                onClick={() => select(other ?? null)}
              >
                {other === undefined ? `<${pid}>` : (state.nodes.get(other)?.name ?? other)}
              </button>
            </li>
          );
        })}
        {rows.length > 40 && <li class="quiet">{t("and {0} more", rows.length - 40)}</li>}
      </ul>
    </Section>
  );
}
