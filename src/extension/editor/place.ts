/** From a position in a document to what the model has there. */
import type * as vscode from "vscode";
import type { Child, Location, Supervisor } from "../../model/index.ts";
import { relativeFile, toRange } from "../locations.ts";
import type { FolderState } from "../workspace/store.ts";

export interface Place {
  supervisor: Supervisor;
  /** The child whose specification holds the position. */
  child: Child | null;
}

/** The innermost supervisor around a position, and its child there. */
export function placeAt(folder: FolderState, document: vscode.Uri, position: vscode.Position): Place | null {
  const { model } = folder;
  const file = relativeFile(folder.uri, document);
  if (!model || file === null) return null;
  const covers = (location: Location): boolean =>
    location.file === file && toRange(location).contains(position);
  let best: Place | null = null;
  for (const supervisor of model.supervisors) {
    const child = supervisor.children.find(({ location }) => covers(location));
    if (child) return { supervisor, child };
    if (covers(supervisor.location)) best = { supervisor, child: null };
  }
  return best;
}

/** The key of the child, supervisor or process outside any tree that stands at a position. */
export function keyAt(folder: FolderState, document: vscode.Uri, position: vscode.Position): string | null {
  const place = placeAt(folder, document, position);
  if (place) return place.child?.key ?? place.supervisor.key;
  const file = relativeFile(folder.uri, document);
  const orphan = folder.model?.orphans.find(
    ({ location }) => location.file === file && toRange(location).contains(position),
  );
  return orphan?.key ?? null;
}
