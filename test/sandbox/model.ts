/** The tree in which hostile code runs. */
import type { TreeModel } from "../../src/model/index.ts";
import { child, model, supervisor } from "../protocol/samples.ts";

const APP = "src/app.ts#AppSup";

export const attackedTree: TreeModel = model([
  supervisor("AppSup", [child(APP, "witness", { name: "witness" }), child(APP, "attacker")], {
    intensity: 3,
  }),
]);
