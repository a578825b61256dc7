export * from "./metrics.ts";
export * from "./text.ts";
export { layoutForest } from "./tree.ts";
export type * from "./types.ts";
