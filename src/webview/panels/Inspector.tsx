/** The inspector: everything about the selected process, and what can be done to it. */
import "./Inspector.css";
import { nameOfPlace, OTP_WORDS, otpWord } from "../../model/index.ts";
import { budgetHint, restartHint, strategyHint } from "../draw/CardParts.tsx";
import { Glyph } from "../draw/Glyph.tsx";
import { consoleLines } from "../run/code.ts";
import { liveProgram } from "../run/live.ts";
import { budgetWords, isSupervisor, restartWord, strategyWord } from "../scene/look.ts";
import type { SceneNode } from "../scene/types.ts";
import { roleWord } from "../scene/words.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import {
  docked,
  drawer,
  inspectorShown,
  live,
  modelIndex,
  selectedNode,
  showInspector,
} from "../state/view.ts";
import { Actions, Uses } from "./Actions.tsx";
import { Console } from "./Console.tsx";
import { Fact, Section } from "./controls.tsx";
import { ExperimentSection } from "./Experiment.tsx";
import { FindingView } from "./FindingView.tsx";
import { LivesView } from "./LivesView.tsx";
import { Overview } from "./Overview.tsx";
import { Process, Relations, useProcess } from "./ProcessFacts.tsx";
import { SourceExcerpt } from "./SourceExcerpt.tsx";
import { StandInSwitch } from "./StandIn.tsx";
import { endingWords, endWords, whyWords } from "./why.ts";

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
  const ended = live.value?.nodes.get(node.path)?.last ?? null;
  return (
    <>
      <Heading node={node} />
      <Actions node={node} />
      <StandInSwitch node={node} />
      <Uses node={node} />
      <Why node={node} />
      <Ended node={node} />
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
      <NotKnown node={node} />
    </>
  );
}

/** What it is called, in which state it is, and what it is for. */
function Heading({ node }: { node: SceneNode }) {
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
    </>
  );
}

/** Why it is as it is. */
function Why({ node }: { node: SceneNode }) {
  const place = live.value?.nodes.get(node.path);
  const why = place === undefined ? null : whyWords(place, live.value!);
  const ended = place?.last ?? null;
  const ending = place === undefined ? null : endingWords(place, live.value!);
  return why === null ? null : (
    <Section title={t("Why")}>
      {ending !== null && <p>{ending}</p>}
      <p class={ending === null ? "" : "quiet"}>{why}</p>
      {ended !== null && node.pid !== null && (
        <p class="quiet">{t("Incarnation {0} ended: {1}", ended.incarnation, ended.reason)}</p>
      )}
    </Section>
  );
}

/** How it has ended, where nothing runs in its place. */
function Ended({ node }: { node: SceneNode }) {
  const place = live.value?.nodes.get(node.path);
  const ended = place?.last ?? null;
  return ended === null || node.pid !== null ? null : (
    <Section title={t("Ended")}>
      {endWords(place!, live.value!).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {ended.chain.length > 0 && (
        <p class="quiet">
          {ended.chain
            .map((hop) => t("{0} took it along by {1}", nameOfPlace(hop.from), viaWord(hop.via)))
            .join("; ")}
        </p>
      )}
    </Section>
  );
}

/** What the source does not say of it. */
function NotKnown({ node }: { node: SceneNode }) {
  return node.unknown.length === 0 ? null : (
    <Section title={t("Unknown")}>
      <ul class="plain">
        {node.unknown.map(({ field, reason, location }) => (
          <li key={field + reason}>
            <b>{field}</b>: {reason}{" "}
            {location !== undefined && (
              <button type="button" class="link-button" onClick={() => post({ type: "reveal", location })}>
                {t("open")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function viaWord(via: string): string {
  return via === "exit_signal"
    ? t("an exit signal")
    : via === "parent"
      ? t("its supervisor's end")
      : t("a link");
}

function Facts({ node }: { node: SceneNode }) {
  const child = node.childKey === null ? undefined : modelIndex.value?.children.get(node.childKey);
  const rows: [name: string, value: string, word?: string][] = [];
  if (isSupervisor(node)) {
    rows.push([t("strategy"), strategyWord(node), strategyHint(node)]);
    rows.push([t("restarts"), budgetWords(node), budgetHint(node)]);
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
