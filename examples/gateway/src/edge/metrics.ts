import { type Call, GenServer, type Protocol, reply } from "suptree";

interface MetricsProtocol extends Protocol {
  calls: Call<{ type: "read" }, Record<string, number>>;
  casts: { type: "count"; what: string };
}

/** Counts what happens. */
export class Metrics extends GenServer<MetricsProtocol> {
  private readonly counts: Record<string, number> = {};

  override handleCall(request: MetricsProtocol["calls"]) {
    return reply(request, { ...this.counts });
  }

  override handleCast(message: MetricsProtocol["casts"]) {
    this.counts[message.what] = (this.counts[message.what] ?? 0) + 1;
  }
}
