/** What can be done to the selected process, and what it does to others. */
import { useState } from "preact/hooks";
import { liveProgram, mayFault } from "../run/live.ts";
import { viewing } from "../run/moments.ts";
import { runState } from "../run/present.ts";
import type { SceneNode } from "../scene/types.ts";
import { type UseKind, usesOf } from "../scene/uses.ts";
import { perform } from "../state/commands.ts";
import { t } from "../state/strings.ts";
import { live, modelIndex, scene, select } from "../state/view.ts";
import { Menu, Section } from "./controls.tsx";
import { faultItems } from "./fault-items.ts";

export function Actions({ node }: { node: SceneNode }) {
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
export function Uses({ node }: { node: SceneNode }) {
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
