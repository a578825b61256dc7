/** handleContinue told apart by its term, asked for by messages; who has no handler for a known type does nothing. */
import { continueWith, GenServer, type Info, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Loader extends GenServer {
  private loads = 0;
  override init() {
    return continueWith("load");
  }
  override handleContinue(term: unknown) {
    switch (term) {
      case "load":
        this.loads += 1;
        if (this.loads > 2) return stop("loaded too often");
        this.sendAfter(900, this.self, { type: "again" });
        return;
      default:
        throw new Error("no such term");
    }
  }
  override handleInfo(message: Info<{ type: "again" }>) {
    if (message.type === "again") return continueWith("load");
  }
}
class Strict extends GenServer {
  override handleCast(message: { type: "ping" }) {
    switch (message.type) {
      case "ping":
        break;
      default:
        throw new Error("not understood");
    }
  }
  override handleCall(request: { type: "a" | "b" }) {
    if (request.type === "a") return reply(request, { ok: true });
    throw new Error("not understood");
  }
}
class Client extends GenServer {
  override init() {
    this.sendInterval(700, this.self, { type: "tick" });
  }
  override async handleInfo(message: Info<{ type: "tick" }>) {
    if (message.type !== "tick") return;
    this.cast("strict", { type: "ping" });
    await this.call("strict", { type: "a" });
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      period: 10,
      children: [
        { id: "strict", start: [Strict], name: "strict" },
        { id: "loader", start: [Loader] },
        { id: "client", start: [Client] },
      ],
    };
  }
}
