/** Connects after the start; whoever it needs may be away for a moment, and then it stops. */
import { continueWith, GenServer, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

class Db extends GenServer {
  override handleCall(request: { type: "hello" }) {
    return reply(request, "hi");
  }
}
class Repo extends GenServer {
  override init() {
    return continueWith("connect");
  }
  override async handleContinue() {
    try {
      await this.call("db", { type: "hello" });
    } catch {
      return stop("no database");
    }
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      strategy: "rest_for_one",
      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "repo", start: [Repo] },
      ],
    };
  }
}
