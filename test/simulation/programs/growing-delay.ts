/** The time until the next try is computed from a field. */
import { GenServer, Supervisor, type SupervisorSpec, stop } from "suptree";

const MAX_ATTEMPTS = 4;
class Uploader extends GenServer {
  private attempt = 0;
  private delay() {
    return 100 * 2 ** this.attempt;
  }
  override init() {
    this.again();
  }
  private again() {
    this.sendAfter(this.delay(), this.self, { type: "try" });
  }
  override handleInfo(m: { type: string }) {
    if (m.type !== "try") return;
    this.attempt += 1;
    if (this.attempt > MAX_ATTEMPTS) return stop("gave up");
    this.again();
  }
}
class Catalog extends GenServer {
  override handleCast(_m: { type: "uploaded" }) {}
}
export class Backup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 2,
      period: 60,
      children: [
        { id: "uploader", start: [Uploader] },
        { id: "catalog", start: [Catalog], name: "catalog" },
      ],
    };
  }
}
