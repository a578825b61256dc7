/** The keys, over the page: `?` shows and hides them. */
import "./Keys.css";
import { useEffect, useRef } from "preact/hooks";
import { mayFault } from "../run/live.ts";
import { keysShown } from "../state/shortcuts.ts";
import { t } from "../state/strings.ts";
import { Fact, IconButton } from "./controls.tsx";

export function Keys() {
  const ref = useRef<HTMLDivElement>(null);
  const shown = keysShown.value;
  useEffect(() => {
    if (shown) {
      ref.current?.querySelector("button")?.focus();
    }
  }, [shown]);
  if (!shown) {
    return null;
  }
  return (
    <div class="keys-sheet" ref={ref} role="dialog" aria-label={t("Keys")}>
      <IconButton
        icon="close"
        label={t("Close")}
        onClick={() => {
          keysShown.value = false;
        }}
      />
      <KeyList />
    </div>
  );
}

export function KeyList() {
  return (
    <dl class="keys">
      <Fact name={t("Space")} value={t("play, pause")} />
      <Fact name="/" value={t("search")} />
      <Fact name="?" value={t("these keys")} />
      <Fact name="↑ ↓ ← →" value={t("go through the tree")} />
      {mayFault.value && <Fact name="C  E  K  H" value={t("crash, exit, kill, hang")} />}
      <Fact name={t("Enter")} value={t("inspect")} />
      <Fact name="O" value={t("open the source")} />
      <Fact name="+  −  0" value={t("zoom, fit")} />
      <Fact name="Esc" value={t("close what is open, skip the motion")} />
      <Fact name="← →" value={t("on the timeline: event by event")} />
    </dl>
  );
}
