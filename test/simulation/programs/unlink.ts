/** Links for the time of a handshake, and unlinks. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

class Peer extends GenServer {}
class Hand extends GenServer {
  override init() {
    const peer = this.whereis("peer");
    if (peer === undefined) return stop("no_peer");
    this.link(peer);
    this.unlink(peer);
  }
}
class Keep extends GenServer {
  override init() {
    const ref = this.monitor("peer");
    this.demonitor(ref);
  }
  override handleInfo(m: Info) {
    if (m.type === "DOWN") return stop("down");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "peer", start: [Peer], name: "peer" },
        { id: "hand", start: [Hand] },
        { id: "keep", start: [Keep] },
      ],
    };
  }
}
