import type { TreeModel } from "./model.ts";

/** A model with nothing in it. */
export function emptyModel(): TreeModel {
  return {
    schemaVersion: 1,
    supervisors: [],
    roots: [],
    applications: [],
    orphans: [],
    edges: [],
    problems: [],
    dialects: [],
    testFiles: [],
    code: [],
  };
}
