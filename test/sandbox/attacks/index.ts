/** All attacks. */
import type { Attack } from "../attack.ts";
import { clocks } from "./clocks.ts";
import { newCode } from "./code.ts";
import { forgeries } from "./forged.ts";
import { floods, loops, memories } from "./hogs.ts";
import { network } from "./network.ts";
import { ordinary } from "./ordinary.ts";
import { peers } from "./peers.ts";
import { programs } from "./programs.ts";
import { prototypes } from "./prototypes.ts";

export const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
  network,
  "new code": newCode,
  "threads, storage, peers": peers,
  "built-ins": prototypes,
  clocks,
  loops,
  memory: memories,
  floods,
  "forged protocol": forgeries,
  "programs of one's own": programs,
  "ordinary programs": ordinary,
};
