/** Stops in handleContinue when its dependency is not there. */
import { continueWith, GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

class Db extends GenServer {}
class Api extends GenServer {
  override init() {
    return continueWith("connect");
  }
  override handleContinue() {
    const db = this.whereis("db");
    if (db === undefined) return stop("no_db");
    this.link(db);
  }
}
class Ui extends GenServer {
  override init() {
    return continueWith("x");
  }
  override handleContinue() {
    if (this.whereis("api") === undefined) return stop("normal");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 4,
      children: [
        { id: "ui", start: [Ui], restart: "transient" },
        { id: "db", start: [Db], name: "db" },
        { id: "api", start: [Api], name: "api" },
      ],
    };
  }
}
