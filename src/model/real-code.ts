/** Which trees can be run as real code. */
import type { TreeModel } from "./model.ts";

/** The dialect whose own library runs real code here. */
const OWN = "suptree";

/** Stands for everything in a model, where a tree's key is asked for. */
export const EVERYTHING = "";

/**
 * The file whose module is the program of a tree. Where processes are started outside any tree, and nothing else is there, it
 * is the module that starts them. Null where there is none.
 */
export function programFile(model: TreeModel, root: string): string | null {
  const defined = [...model.supervisors, ...model.applications].find(({ key }) => key === root);
  if (defined !== undefined) return defined.location.file;
  if (root !== EVERYTHING || model.supervisors.length + model.applications.length > 0) return null;
  const files = new Set(
    model.orphans.filter(({ startedBy }) => startedBy === undefined).map(({ location }) => location.file),
  );
  const [only, other] = files;
  return only === undefined || other !== undefined ? null : only;
}

/** The dialect of a tree that runs with stand-ins only; null for one that can be run as real code. */
export function standInsOnly(model: TreeModel, root: string): string | null {
  const application = model.applications.find(({ key }) => key === root);
  const key = application === undefined ? root : application.supervisor;
  const dialect = model.supervisors.find((each) => each.key === key)?.dialect ?? OWN;
  if (root === EVERYTHING) return null;
  return dialect === OWN ? null : dialect;
}
