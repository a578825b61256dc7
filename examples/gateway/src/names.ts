/** The registered names of the gateway, in one place. */

import type { ConnectionSup } from "@app/connections/connection-sup.ts";
import type { Presence } from "@app/connections/presence.ts";
import type { Listener } from "@app/edge/listener.ts";
import type { Metrics } from "@app/edge/metrics.ts";
import type { History } from "@app/rooms/history.ts";
import type { Journal } from "@store/journal.ts";
import { processName } from "suptree";

export const JOURNAL = processName<Journal>("journal");
export const HISTORY = processName<History>("history");
export const PRESENCE = processName<Presence>("presence");
export const CONNECTIONS = processName<ConnectionSup>("connections");
export const LISTENER = processName<Listener>("listener");
export const METRICS = processName<Metrics>("metrics");
