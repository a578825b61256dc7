export * from "./files-of.ts";
export * from "./finding.ts";
export * from "./ids.ts";
export * from "./location-of.ts";
export * from "./model.ts";
export * from "./printable.ts";
export * from "./run.ts";
export * from "./words.ts";
