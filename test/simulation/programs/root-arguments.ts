/** The root of a program gets arguments, which decide how many children it has, and what they do. */
import { GenServer, reply, Supervisor, type SupervisorSpec, System, startOf, stop } from "suptree";

class Printer extends GenServer {
  private left = 0;
  override init(options: { tray: number }) {
    this.left = options.tray;
  }
  override handleCast(message: { type: "print" }) {
    if (message.type !== "print") return;
    this.left -= 1;
    if (this.left < 0) return stop("no paper");
  }
}
class Spooler extends GenServer {
  private every = 0;
  override init(every: number) {
    this.every = every;
    this.sendAfter(this.every, this.self, { type: "print" });
  }
  override handleInfo(message: { type: string }) {
    if (message.type !== "print") return;
    this.cast("printer-0", { type: "print" });
    this.sendAfter(this.every, this.self, { type: "print" });
  }
  override handleCall(request: { type: "every" }) {
    return reply(request, this.every);
  }
}
export class Root extends Supervisor {
  override init({ printers, every }: { printers: number; every: number }): SupervisorSpec {
    const pool = Array.from({ length: printers }, (_, n) => ({
      id: `printer-${n}`,
      start: startOf(Printer, { tray: 3 + n }),
      name: `printer-${n}`,
    }));
    return {
      intensity: 4,
      period: 5,
      children: [...pool, { id: "spooler", start: startOf(Spooler, every), name: "spooler" }],
    };
  }
}

/** What the program starts its root with; the test does, too. */
export const given = [{ printers: 2, every: 600 }] as const;

export async function main() {
  await new System().start(Root, ...given);
}
