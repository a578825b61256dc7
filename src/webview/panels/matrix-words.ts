/** What a crash matrix says, in signs and words. */
import { type CrashRow, type Effect, NO_LIMIT, nameOfPlace } from "../../model/index.ts";
import { t } from "../state/strings.ts";

export const SIGN: Record<Effect, { icon: string; word: string }> = {
  fails: { icon: "error", word: "fails" },
  restarted: { icon: "debug-restart", word: "restarted" },
  stopped: { icon: "debug-stop", word: "stopped" },
  blocked: { icon: "watch", word: "blocked" },
  lost: { icon: "trash", word: "lost" },
  none: { icon: "blank", word: "" },
};

/** Shortest ends of the paths that are still different from each other. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const seen = new Map<string, number>();
  for (const path of paths) {
    seen.set(nameOfPlace(path), (seen.get(nameOfPlace(path)) ?? 0) + 1);
  }
  return new Map(paths.map((path) => [path, nameOfPlace(path, seen.get(nameOfPlace(path)) === 1 ? 1 : 2)]));
}

/** How the crash of a row ends, in a few words. */
export function outcome(row: CrashRow, names: ReadonlyMap<string, string>): string {
  const parts = [ending(row, names)];
  for (const { path, used, intensity, period } of row.budget)
    if (intensity !== NO_LIMIT)
      parts.push(t("{0}: {1} of {2} in {3} s", names.get(path) ?? path, used, intensity, period));
  return parts.join("; ");
}

/** The same without the restarts that it costs. */
export function ending(row: CrashRow, names: ReadonlyMap<string, string>): string {
  const parts = [
    row.treeEnded ? t("the whole tree ends") : row.recovered ? t("recovers") : t("does not come back"),
  ];
  if (row.escalated.length > 0) {
    parts.push(t("{0} gives up", row.escalated.map((path) => names.get(path) ?? path).join(", ")));
  }
  return parts.join("; ");
}
