/** The row or card that the person wants to see next; the view that is shown scrolls there. */
import { signal } from "@preact/signals";
import { itemId } from "../scene/item-id.ts";
import { select } from "./view.ts";

export interface Revealed {
  path: string;
  /** Whether it is to have the keyboard's focus. */
  focus: boolean;
}

export const revealed = signal<Revealed | null>(null);

/** Selects a process and brings it into sight: asked for by keyboard, by search, by the editor. */
export function reveal(path: string, focus: boolean): void {
  select(path);
  revealed.value = { path, focus };
}

/** Gives the focus to what is revealed once it is drawn; what Tab reaches changes with the selection. */
export function focusSoon({ path, focus }: Revealed): () => void {
  const request = requestAnimationFrame(() => {
    if (focus) {
      document.getElementById(itemId(path))?.focus({ preventScroll: true });
    }
  });
  return () => cancelAnimationFrame(request);
}
