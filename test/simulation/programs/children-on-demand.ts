/**
 * Children that code starts when somebody asks, beside such as are there: in a pool that holds another, under a supervisor
 * that restarts all of its children, and outside any tree.
 */
import {
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  noReply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

class Job extends GenServer {
  override init(peer: string) {
    this.cast(peer, { type: "hello" });
  }
}

class Boss extends GenServer {
  private started = 0;
  override init() {
    return continueWith("fill");
  }
  override async handleContinue() {
    await this.startChild("pool", { id: "first", start: [Job, "store"], restart: "transient" });
  }
  override async handleCall(request: { type: "more" | "extra" | "alone" }) {
    this.started++;
    if (request.type === "more") await this.startChild("pool", { id: "more", start: [Job, "boss"] });
    else if (request.type === "extra") await this.startChild("group", { id: "extra", start: [Job, "boss"] });
    else await this.startLink(Job, "boss");
    return noReply;
  }
}

class Store extends GenServer {
  override handleCast() {}
}

class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 2, period: 5 };
  }
}

class Group extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 2,
      children: [
        { id: "store", start: [Store], name: "store" },
        { id: "boss", start: [Boss], name: "boss" },
      ],
    };
  }
}

export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "pool", start: [Pool], name: "pool" },
        { id: "group", start: [Group], name: "group" },
      ],
    };
  }
}
