/** Keys that work wherever the focus is: play, search, the list of keys. */
import { signal } from "@preact/signals";
import { pause, play } from "../run/controls.ts";
import { runState } from "../run/present.ts";

/** The list of keys is shown. */
export const keysShown = signal(false);

/** Returns what takes the listener away again. */
export function listenToPage(): () => void {
  document.addEventListener("keydown", pageKey);
  return () => document.removeEventListener("keydown", pageKey);
}

function pageKey(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "Escape" && keysShown.value) {
    keysShown.value = false;
    event.preventDefault();
    return;
  }
  // Who writes, or presses a button with Space, means that.
  if (target?.closest("input, select, textarea, [contenteditable]") != null) {
    return;
  }
  switch (event.key) {
    case " ":
      if (target?.closest("button, [role=slider]") == null) {
        toggleRun();
        event.preventDefault();
      }
      return;
    case "/":
      document.querySelector<HTMLInputElement>(".search input")?.focus();
      event.preventDefault();
      return;
    case "?":
      keysShown.value = !keysShown.value;
      event.preventDefault();
      return;
    default:
  }
}

function toggleRun(): void {
  if (runState.value === "running" || runState.value === "starting") {
    pause();
  } else {
    play();
  }
}
