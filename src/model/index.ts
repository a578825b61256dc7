export * from "./finding.ts";
export * from "./model.ts";
