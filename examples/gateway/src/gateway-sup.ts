import { ConnectionSup } from "@app/connections/connection-sup.ts";
import { Presence } from "@app/connections/presence.ts";
import { AcceptorSup } from "@app/edge/acceptor-sup.ts";
import { Listener } from "@app/edge/listener.ts";
import { Metrics } from "@app/edge/metrics.ts";
import { CONNECTIONS, LISTENER, METRICS, PRESENCE } from "@app/names.ts";
import { RoomsSup } from "@app/rooms/rooms-sup.ts";
import { Supervisor, type SupervisorSpec } from "suptree";

export class GatewaySup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "metrics", start: [Metrics], name: METRICS },
        // Smell (shutdown): a supervisor needs as long as its children need.
        { id: "rooms", start: [RoomsSup], shutdown: 1_000 },
        { id: "connections", start: [ConnectionSup], name: CONNECTIONS },
        // The listener lets clients in: everything else must be there.
        { id: "listener", start: [Listener, { port: 8080 }], name: LISTENER },
        // Who is online. It asks the connections' supervisor for new ones.
        { id: "presence", start: [Presence], name: PRESENCE },
        { id: "acceptors", start: [AcceptorSup, { acceptors: 4 }] },
      ],
    };
  }
}
