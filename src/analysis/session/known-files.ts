/** What a session keeps of each file that matters: its last facts and its problems. */
import type { FileProblem, TreeModel } from "../../model/index.ts";
import { FILLERS, MUTATORS } from "../containers.ts";
import { passesOn } from "../discover/index.ts";
import type { ModuleSummary } from "../ir.ts";
import { type MakerNames, makersIn } from "./maker-names.ts";

export interface KnownFile {
  /** Absolute. */
  path: string;
  /** As in the model. */
  file: string;
  /** Hash of the text behind `summary` and `problems`; undefined when the file could not be read. */
  hash: string | undefined;
  /** What the linker has; undefined when the file has never been readable. */
  summary: ModuleSummary | undefined;
  problems: FileProblem[];
}

/** How many definitions the model has in a file: supervisors, children, applications, orphans. */
export function definitionsIn(model: TreeModel, file: string): number {
  let count = 0;
  for (const supervisor of model.supervisors) {
    if (supervisor.location.file === file) count++;
    for (const child of supervisor.children) if (child.location.file === file) count++;
  }
  for (const application of model.applications) if (application.location.file === file) count++;
  for (const orphan of model.orphans) if (orphan.location.file === file) count++;
  return count;
}

/** What importers of a file can get from it, so that they matter too. */
export interface Passes {
  /** Classes with a base: supervision by inheritance. */
  classes: boolean;
  /** It may be passing on anything. */
  reexports: boolean;
  /** Lists and maps, to which importers may add. */
  lists: boolean;
  /** What starts or defines something for whoever calls it, by its exported name; null where importers give the name. */
  makers: MakerNames;
}

/** `isUsed` and `from`: see `makersIn`. */
export function passesToImporters(
  summary: ModuleSummary,
  isUsed: (specifier: string) => boolean,
  from: (specifier: string) => MakerNames,
): Passes {
  let reexports = summary.stars.length > 0;
  let classes = false;
  for (const ref of Object.values(summary.exports)) {
    if (ref.kind === "from") reexports = true;
    else if (ref.kind === "local" && summary.imports[ref.name] !== undefined) reexports = true;
    else classes ||= ref.kind === "expression";
  }
  classes ||= summary.body.some((stmt) => stmt.kind === "classDeclaration" && stmt.class.base !== null);
  const lists = summary.body.some(
    (stmt) =>
      stmt.kind === "var" &&
      stmt.declarators.some(
        ({ target, value }) =>
          target.kind === "identifier" &&
          (value?.kind === "array" || value?.kind === "new") &&
          Object.hasOwn(summary.exports, target.name),
      ),
  );
  return { classes, reexports, lists, makers: makersIn(summary, isUsed, from) };
}

const CHANGES = new RegExp(`\\.(?:${[...MUTATORS, ...FILLERS].join("|")})\\b`);

/** Whether a file with this text takes part in what it imports: by extending, passing on, changing or calling it. */
export function takesPart(text: string, { classes, reexports, lists, makers }: Passes): boolean {
  if (reexports || makers.some((name) => name === null || text.includes(name))) return true;
  return (
    ((classes || makers.length > 0) && passesOn(text)) || (lists && (passesOn(text) || CHANGES.test(text)))
  );
}
