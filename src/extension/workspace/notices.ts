/** What the view says above its trees: that they are not all there is, and why. Plain data, for the view and the status bar. */
import type { FileProblem } from "../../model/index.ts";

export interface NoticeInput<F> {
  folder: F;
  problems: readonly FileProblem[];
  /** The last scan did not come to its end. */
  stopped: boolean;
  /** What is wrong with the settings, in sentences. */
  settings: readonly string[];
}

export interface Notices<F> {
  /** Files that the analysis leaves out. */
  leftOut: { folder: F; file: string }[];
  stopped: boolean;
  settings: string[];
}

export function noticesOf<F>(folders: readonly NoticeInput<F>[]): Notices<F> {
  return {
    leftOut: folders.flatMap(({ folder, problems }) =>
      problems.filter(({ kind }) => kind === "set_aside").map(({ file }) => ({ folder, file })),
    ),
    stopped: folders.some(({ stopped }) => stopped),
    settings: [...new Set(folders.flatMap(({ settings }) => settings))],
  };
}
