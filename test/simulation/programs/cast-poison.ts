/** At its start the second casts something that the first cannot bear. */
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";

class Sink extends GenServer {
  override handleCast(message: { type: "line" } | { type: "binary" }) {
    if (message.type === "binary") throw new Error("not text");
  }
}
class Source extends GenServer {
  override init() {
    this.cast("sink", { type: "binary" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      children: [
        { id: "sink", start: [Sink], name: "sink" },
        { id: "source", start: [Source] },
      ],
    };
  }
}
