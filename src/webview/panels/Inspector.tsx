/** The inspector: everything about the selected process, and what can be done to it. */
import "./Inspector.css";
import { useEffect, useState } from "preact/hooks";
import { OTP_WORDS, otpWord } from "../../model/index.ts";
import type { ProcessView } from "../../protocol/index.ts";
import { linkKey } from "../../trace/live.ts";
import { restartHint, strategyHint } from "../draw/CardParts.tsx";
import { Glyph } from "../draw/Glyph.tsx";
import { consoleLines } from "../run/code.ts";
import { liveProgram, mayFault } from "../run/live.ts";
import { shownSeq, viewing } from "../run/moments.ts";
import { inspect, runState } from "../run/run.ts";
import { budgetWords, isSupervisor, restartWord, strategyWord } from "../scene/look.ts";
import type { SceneNode } from "../scene/types.ts";
import { type UseKind, usesOf } from "../scene/uses.ts";
import { roleWord } from "../scene/words.ts";
import { perform } from "../state/commands.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import {
  docked,
  drawer,
  inspectorShown,
  live,
  modelIndex,
  now,
  scene,
  select,
  selectedNode,
  showInspector,
} from "../state/view.ts";
import { Console } from "./Console.tsx";
import { Fact, Menu, Section } from "./controls.tsx";
import { ExperimentSection } from "./Experiment.tsx";
import { Fields } from "./Fields.tsx";
import { FindingView } from "./FindingView.tsx";
import { LivesView } from "./LivesView.tsx";
import { Overview } from "./Overview.tsx";
import { SourceExcerpt } from "./SourceExcerpt.tsx";
import { StandInSwitch } from "./StandIn.tsx";
import { faultItems } from "./Toolbar.tsx";
import { endWords, whyWords } from "./why.ts";

export function Inspector() {
  const node = selectedNode.value;
  if (!inspectorShown.value) {
    return null;
  }
  return (
    <aside class={`inspector ${docked.value ? "" : `drawer ${drawer.value}`}`} aria-label={t("Inspector")}>
      <button
        type="button"
        class="icon-button close-sheet"
        aria-label={t("Close the inspector")}
        onClick={() => {
          showInspector(false);
        }}
      >
        <i class="codicon codicon-close" />
      </button>
      {node === null ? <Overview /> : <Details node={node} />}
    </aside>
  );
}

function Details({ node }: { node: SceneNode }) {
  const view = useProcess(node);
  const place = live.value?.nodes.get(node.path);
  const why = place === undefined ? null : whyWords(place, live.value!);
  const ended = place?.last ?? null;
  return (
    <>
      <h2>
        <svg class={`line-glyph state-${node.state}`} width={16} height={16} aria-hidden="true">
          <Glyph class="state" name={node.state} x={0} y={0} />
        </svg>
        <span class="name">{node.label}</span>
        {node.incarnation > 1 && (
          <span class="quiet" title={t(OTP_WORDS.incarnation!.meaning)}>
            {" "}
            #{node.incarnation}
          </span>
        )}
      </h2>
      <p class="state-line">
        {node.state === "waiting" ? t("not started") : t(node.state)}
        {node.pid !== null && (
          <span class="quiet" title={t(OTP_WORDS.pid!.meaning)}>
            {" "}
            &lt;{node.pid}&gt;
          </span>
        )}
        <span class="quiet"> · {t(roleWord(node))}</span>
      </p>
      <Actions node={node} />
      <StandInSwitch node={node} />
      <Uses node={node} />
      {why !== null && (
        <Section title={t("Why")}>
          <p>{why}</p>
          {ended !== null && node.pid !== null && (
            <p class="quiet">{t("Incarnation {0} ended: {1}", ended.incarnation, ended.reason)}</p>
          )}
        </Section>
      )}
      {ended !== null && node.pid === null && (
        <Section title={t("Ended")}>
          {endWords(place!, live.value!).map((line) => (
            <p key={line}>{line}</p>
          ))}
          {ended.chain.length > 0 && (
            <p class="quiet">
              {ended.chain
                .map((hop) =>
                  t("{0} took it along by {1}", hop.from.split("/").pop() ?? "", viaWord(hop.via)),
                )
                .join("; ")}
            </p>
          )}
        </Section>
      )}
      <LivesView path={node.path} />
      <Facts node={node} />
      {node.supervisorKey !== null && liveProgram.value?.recording == null && (
        <ExperimentSection supervisorKey={node.supervisorKey} />
      )}
      {view !== null && <Process view={view} />}
      {/* The error that ended the last incarnation is the first thing that is asked for. */}
      <Console
        lines={consoleLines.value.filter(({ pid }) => pid !== null && [node.pid, ended?.pid].includes(pid))}
      />
      <Relations node={node} />
      {node.findings.length > 0 && (
        <Section title={t("Findings")}>
          {node.findings.map((finding) => (
            <FindingView key={finding.rule + finding.message} finding={finding} />
          ))}
        </Section>
      )}
      <SourceExcerpt node={node} />
      {node.unknown.length > 0 && (
        <Section title={t("Unknown")}>
          <ul class="plain">
            {node.unknown.map(({ field, reason, location }) => (
              <li key={field + reason}>
                <b>{field}</b>: {reason}{" "}
                {location !== undefined && (
                  <button
                    type="button"
                    class="link-button"
                    onClick={() => post({ type: "reveal", location })}
                  >
                    {t("open")}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function viaWord(via: string): string {
  return via === "exit_signal"
    ? t("an exit signal")
    : via === "parent"
      ? t("its supervisor's end")
      : t("a link");
}

/** Asks the sandbox whenever something was shown; a past moment has no process to ask. */
function useProcess(node: SceneNode): ProcessView | null {
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

function Actions({ node }: { node: SceneNode }) {
  const { path } = node;
  const dead = node.pid === null || viewing.value !== null || runState.value === "stopped";
  const [message, setMessage] = useState("");
  return (
    <div class="actions">
      {mayFault.value && (
        <>
          {" "}
          <button
            type="button"
            class="button"
            disabled={dead}
            onClick={() => perform({ kind: "crash", path })}
          >
            {t("Crash")}
          </button>
          <button
            type="button"
            class="button secondary"
            disabled={dead}
            onClick={() => perform({ kind: "kill", path })}
          >
            {t("Kill")}
          </button>
          <Menu label={t("More faults")} icon="zap" items={faultItems()} disabled={dead} kind="icon-button" />
        </>
      )}{" "}
      <button
        type="button"
        class="icon-button"
        aria-label={t("Open the source")}
        title={t("Open the source")}
        disabled={node.location === null}
        onClick={() => perform({ kind: "open", path })}
      >
        <i class="codicon codicon-go-to-file" />
      </button>
      {live.value !== null && liveProgram.value === null && (
        <form
          class="send"
          onSubmit={(event) => {
            event.preventDefault();
            if (message.trim() !== "") {
              perform({ kind: "send", path, message });
              setMessage("");
            }
          }}
        >
          <input
            value={message}
            disabled={dead}
            placeholder={t("message")}
            aria-label={t("Message to send")}
            onInput={(event) => setMessage(event.currentTarget.value)}
          />
          <button type="submit" class="icon-button" aria-label={t("Send")} title={t("Send")} disabled={dead}>
            <i class="codicon codicon-send" />
          </button>
        </form>
      )}
    </div>
  );
}

/** What its code does by itself later on can be made to happen now. */
function Uses({ node }: { node: SceneNode }) {
  const index = modelIndex.value;
  const drawn = scene.value;
  if (index === null || drawn === null || live.value === null) {
    return null;
  }
  const uses = usesOf(index, drawn, node);
  const dead = node.pid === null || viewing.value !== null || runState.value === "stopped";
  return uses.length === 0 ? null : (
    <Section title={t("Uses")}>
      <ul class="plain uses">
        {uses.slice(0, MOST_USES).map(({ how, to }) => (
          <li key={`${how} ${to.path}`}>
            {t(USE_WORDS[how])}{" "}
            <button type="button" class="link-button" onClick={() => select(to.path)}>
              {to.label}
            </button>
            <button
              type="button"
              class="button secondary small"
              disabled={dead}
              aria-label={t("{0} {1} now", t(USE_WORDS[how]), to.label)}
              onClick={() => perform({ kind: "use", path: node.path, to: to.path, how })}
            >
              {t("do it now")}
            </button>
          </li>
        ))}
        {uses.length > MOST_USES && <li class="quiet">{t("and {0} more", uses.length - MOST_USES)}</li>}
      </ul>
    </Section>
  );
}

const MOST_USES = 12;
const USE_WORDS: Record<UseKind, string> = { call: "calls", cast: "casts to", send: "sends to" };

function Facts({ node }: { node: SceneNode }) {
  const child = node.childKey === null ? undefined : modelIndex.value?.children.get(node.childKey);
  const rows: [name: string, value: string, word?: string][] = [];
  if (isSupervisor(node)) {
    rows.push([t("strategy"), strategyWord(node), strategyHint(node)]);
    rows.push([t("restarts"), budgetWords(node), "budget"]);
    if (node.autoShutdown !== null && node.autoShutdown !== "never") {
      rows.push([t("auto shutdown"), node.autoShutdown, "autoShutdown"]);
    }
  }
  const restart = restartWord(node);
  if (restart !== "") {
    rows.push([t("restart"), restart, restartHint(node)]);
  }
  if (child?.shutdown !== null && child?.shutdown !== undefined) {
    rows.push([
      t("shutdown"),
      typeof child.shutdown === "number" ? `${child.shutdown} ms` : child.shutdown,
      "shutdown",
    ]);
  }
  if (node.name !== null) {
    rows.push([t("name"), node.name]);
  }
  if (child?.start.symbol !== null && child?.start.symbol !== undefined) {
    rows.push([t("runs"), child.start.symbol]);
  }
  if (rows.length === 0) {
    return null;
  }
  return (
    <Section title={t("Specification")}>
      <dl>
        {rows.map(([name, value, word]) => (
          <Fact key={name} name={name} value={value} hint={meaning(word)} />
        ))}
      </dl>
    </Section>
  );
}

/** What a word of OTP means, in the person's language. */
function meaning(word: string | undefined): string | undefined {
  const [property = "", value] = word?.split(" ") ?? [];
  const found = otpWord(property, value ?? null);
  return found === null ? undefined : t(found.meaning);
}

function Process({ view }: { view: ProcessView }) {
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
function Relations({ node }: { node: SceneNode }) {
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
