/** The dialects, in the order in which they are asked. A new one is one folder and one line here. */
import type { Dialect } from "./dialect.ts";
import { noex } from "./noex/index.ts";
import { suptree } from "./suptree/index.ts";

export const DIALECTS: readonly Dialect[] = [suptree, noex];
