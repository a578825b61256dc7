/** Timeouts that messages put off; who is idle too often stops. */
import { GenServer, Supervisor, type SupervisorSpec, stop, timeout } from "suptree";

class Chunker extends GenServer {
  private idle = 0;
  override init() {
    return timeout(1_000);
  }
  override handleInfo(m: { type: string }) {
    if (m.type === "timeout") {
      this.idle += 1;
      if (this.idle === 3) return stop("idle");
      return timeout(1_000);
    }
  }
  override handleCast(_m: { type: "chunk" }) {
    this.idle = 0;
    return timeout(1_000);
  }
}
class Segmenter extends GenServer {
  private n = 0;
  override init() {
    this.sendAfter(1_500, this.self, { type: "cut" });
  }
  override handleInfo(m: { type: string }) {
    if (m.type === "cut" && this.n < 2) {
      this.n++;
      this.cast("chunker", { type: "chunk" });
      this.sendAfter(700, this.self, { type: "cut" });
    }
  }
}
export class Encoder extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 3,
      period: 10,
      children: [
        { id: "chunker", start: [Chunker], name: "chunker" },
        { id: "segmenter", start: [Segmenter] },
      ],
    };
  }
}
