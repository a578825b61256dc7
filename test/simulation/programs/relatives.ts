/** A worker that knows who has started it, and how it is looked after: it does otherwise when it is asked for by somebody else. */
import { continueWith, GenServer, type Pid, Supervisor, type SupervisorSpec } from "suptree";

class Helper extends GenServer {
  private master: Pid | null = null;
  override init() {
    this.master = this.parent;
    if (this.ancestors.length < 3) throw new Error("too near");
    if (this.master !== this.ancestors[0]) throw new Error("not its own");
    this.sendAfter(500, this.self, { type: "look" });
  }
  override handleInfo() {
    if (this.master?.alive !== true) this.exit("orphaned");
  }
}

class Master extends GenServer {
  override init() {
    return continueWith("look");
  }
  override async handleContinue() {
    const own = await this.getChildSpec("group", "master");
    const other = await this.getChildSpec("group", "nobody");
    if (own.ok?.restart === "transient" && own.ok.shutdown === 100 && other.error === "not_found")
      await this.startLink(Helper);
    else throw new Error("otherwise");
  }
}

/** Nobody under this supervisor has such a specification. */
class Stranger extends GenServer {
  override init() {
    return continueWith("look");
  }
  override async handleContinue() {
    const { ok } = await this.getChildSpec("group", "stranger");
    if (ok?.type !== "worker" || ok.significant) this.exit("no worker");
    if (ok?.name !== "stranger") await this.startLink(Helper);
  }
}

class Group extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      children: [
        { id: "master", start: [Master], restart: "transient", shutdown: 100 },
        { id: "stranger", start: [Stranger], name: "stranger" },
      ],
    };
  }
}

export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "group", start: [Group], name: "group" }] };
  }
}
