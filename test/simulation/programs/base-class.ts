/** A base class registers, traps and reports; subclasses add what they do. */
import { GenServer, type Info, Supervisor, type SupervisorSpec, stop } from "suptree";

abstract class Service extends GenServer {
  protected abstract readonly serviceName: string;
  override init() {
    this.register(this.serviceName);
    this.trapExit(true);
    this.cast("reporter", { type: "up" });
  }
  override handleInfo(m: Info) {
    if (m.type === "EXIT") return stop(m.reason);
  }
}
class Reporter extends GenServer {
  override handleCast(m: { type: "up" }) {
    void m;
  }
}
class Mail extends Service {
  protected readonly serviceName = "mail";
}
class Sms extends Service {
  protected readonly serviceName = "sms";
  override init() {
    super.init();
    this.link("mail");
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 5,
      children: [
        { id: "reporter", start: [Reporter], name: "reporter" },
        { id: "mail", start: [Mail] },
        { id: "sms", start: [Sms] },
      ],
    };
  }
}
