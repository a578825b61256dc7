/** Which trees can be run as real code. */
import type { TreeModel } from "./model.ts";

/** The dialect whose own library runs real code here. */
const OWN = "suptree";

/** The dialect of a tree that runs with stand-ins only; null for one that can be run as real code. */
export function standInsOnly(model: TreeModel, root: string): string | null {
  const application = model.applications.find(({ key }) => key === root);
  const key = application === undefined ? root : application.supervisor;
  const dialect = model.supervisors.find((each) => each.key === key)?.dialect ?? OWN;
  return dialect === OWN ? null : dialect;
}
