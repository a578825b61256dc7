/** When its helper dies the owner starts another one, linked again. */
import { GenServer, type Info, type Pid, Supervisor, type SupervisorSpec } from "suptree";

class Helper extends GenServer {}
class Owner extends GenServer {
  private helper: Pid | undefined;
  override async init() {
    this.trapExit(true);
    this.helper = await this.startLink(Helper);
  }
  override async handleInfo(message: Info) {
    if (message.type === "EXIT" && message.from === this.helper) this.helper = await this.startLink(Helper);
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "owner", start: [Owner] }] };
  }
}
