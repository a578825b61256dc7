/** A circuit breaker's reply decides what the uploader does. */
import { type From, GenServer, noReply, reply, Supervisor, type SupervisorSpec, stop } from "suptree";

type State = "closed" | "open" | "half";
class Breaker extends GenServer {
  private state: State = "closed";
  private failures = 0;
  override handleCall(request: { type: "allow" }) {
    return reply(request, this.state !== "open");
  }
  override handleCast(message: { type: "failed" | "succeeded" }) {
    if (message.type === "succeeded") {
      this.failures = 0;
      this.state = "closed";
      return;
    }
    this.failures += 1;
    if (this.failures >= 3 && this.state === "closed") {
      this.state = "open";
      this.sendAfter(2_000, this.self, { type: "probe" });
    }
  }
  override handleInfo(message: { type: string }) {
    if (message.type === "probe") {
      this.state = "half";
      this.failures = 0;
    }
  }
}
class Uploader extends GenServer {
  private waiting: From[] = [];
  private n = 0;
  override init() {
    this.sendInterval(500, this.self, { type: "next" });
  }
  override handleCall(_request: { type: "upload" }, from: From) {
    this.waiting.push(from);
    return noReply;
  }
  override async handleInfo(message: { type: string }) {
    if (message.type !== "next") return;
    if (!(await this.call("breaker", { type: "allow" }))) return;
    this.n += 1;
    if (this.n % 2 === 0) {
      this.cast("breaker", { type: "failed" });
      if (this.n > 9) return stop("too many failures");
    } else this.cast("breaker", { type: "succeeded" });
    const first = this.waiting.shift();
    if (first) this.reply(first, "done");
  }
}
export class Uploads extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 3,
      period: 10,
      children: [
        { id: "breaker", start: [Breaker], name: "breaker" },
        { id: "uploader", start: [Uploader], name: "uploader" },
      ],
    };
  }
}
