export { ProtocolError } from "./check.ts";
export * from "./host.ts";
export { findingSchema, treeModelSchema } from "./model-schema.ts";
export { runInputSchema, savedRunSchema } from "./run-schema.ts";
export * from "./sandbox.ts";
