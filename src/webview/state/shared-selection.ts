/** The selection that the page shares with its host: the editor's cursor and side panel, or the source in `serve`. */
import { signal } from "@preact/signals";
import type { Excerpt } from "../../protocol/index.ts";
import { inOrder } from "../scene/types.ts";
import { post } from "./host.ts";
import { reveal } from "./reveal.ts";
import { scene, selectedNode, selection } from "./view.ts";

/** The selected process's source, from a host that has no editor. */
export const excerpt = signal<{ key: string; excerpt: Excerpt } | null>(null);

/** The path that the host knows of: what it asked for is not told back. */
let told: string | null = null;

/** What was selected before a reload is no choice of this moment. */
export function keepQuietAbout(path: string | null): void {
  told = path;
}

/** As an effect: tells the host what the person selects. */
export function shareSelection(): void {
  const path = selection.value;
  const node = selectedNode.value;
  if (path === told || (path !== null && node === null)) {
    return;
  }
  told = path;
  const key = node?.childKey ?? node?.supervisorKey ?? null;
  if (key !== null) {
    post({ type: "selected", key });
  }
}

/** Selects what was selected elsewhere. The view that the person looks at stays. */
export function followSelection(key: string): void {
  const fits = (node: { childKey: string | null; supervisorKey: string | null } | null) =>
    node !== null && (node.childKey === key || node.supervisorKey === key);
  if (fits(selectedNode.value)) {
    return;
  }
  const node = scene.value === null ? undefined : inOrder(scene.value).find(fits);
  if (node !== undefined) {
    told = node.path;
    reveal(node.path, false);
  }
}
