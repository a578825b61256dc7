/** The dialects, in the order in which they are asked. A new one is one folder and one line here. */
import type { AnalysisSettings } from "../options.ts";
import type { Dialect } from "./dialect.ts";
import { noex } from "./noex/index.ts";
import { parentSpawn } from "./parent-spawn/index.ts";
import { libraries, specObject } from "./spec-object/index.ts";
import { suptree } from "./suptree/index.ts";

const DIALECTS: readonly Dialect[] = [suptree, noex, parentSpawn, ...libraries];

/** All dialects, with those that the user's settings describe. */
export function dialectsFor(settings: AnalysisSettings): readonly Dialect[] {
  const described = settings.specObjects ?? [];
  return described.length === 0 ? DIALECTS : [...DIALECTS, ...described.map(specObject)];
}
